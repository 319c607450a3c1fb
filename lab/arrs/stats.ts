/** What is counted and written down about one simulated Arr, for tests to ask. */

interface RequestRecord {
  /** Epoch ms of the simulation. */
  readonly at: number
  readonly method: string
  /** Without the URL base. */
  readonly path: string
  readonly query: string
  readonly body: unknown
  readonly status: number
  readonly bytes: number
  /** Wall-clock time it took. */
  readonly ms: number
}

export class Stats {
  readonly requests: RequestRecord[] = []
  /** Searches that really ran, by unit. */
  readonly searches: Record<number, number> = {}
  /** What each indexer was asked, by its name. */
  readonly questions: Record<string, {rss: number; search: number}> = {}
  readonly grabs: string[] = []
  /** "Download client failed to add torrent": by a server that has the hash already. */
  readonly refusedGrabs: string[] = []
  readonly deletes: string[] = []
  readonly blocklists: string[] = []
  readonly imports: string[] = []
  readonly schemaErrors: string[] = []
  readonly unknownParams: string[] = []
  readonly notSimulated: string[] = []
  refreshes = 0
  webhooksSent = 0
  webhooksLost = 0
  webhooksFailed = 0
  /** Heard in the moment in which it happens. */
  onBlocklisted: (downloadId: string) => void = () => undefined

  blocklisted(downloadId: string): void {
    this.blocklists.push(downloadId)
    this.onBlocklisted(downloadId)
  }

  asked(indexer: string, what: 'rss' | 'search'): void {
    const counted = (this.questions[indexer] ??= {rss: 0, search: 0})
    counted[what]++
  }

  searched(unitId: number): void {
    this.searches[unitId] = (this.searches[unitId] ?? 0) + 1
  }
}
