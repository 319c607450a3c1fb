/**
 * Servers as they were at the last change of the configuration: what one leaves behind is kept as that says. Its address,
 * its owner and the folders that it shares are not in the configuration any more when it leaves.
 */
import type {ServerId} from '#model/torrent-key.ts'
import type {DepartedServers, ServerSummary} from '#ownership/departed.ts'

export class KnownServers {
  /** All that are configured now. */
  readonly #summaries: () => readonly ServerSummary[]
  readonly #departed: Pick<DepartedServers, 'know'>
  #all: ReadonlyMap<ServerId, ServerSummary>

  constructor(summaries: () => readonly ServerSummary[], departed: Pick<DepartedServers, 'know'>) {
    this.#summaries = summaries
    this.#departed = departed
    this.#all = byId(summaries())
  }

  /** The server as it was at the last change; `undefined` = it was not configured then. */
  of(id: ServerId): ServerSummary | undefined {
    return this.#all.get(id)
  }

  /**
   * The configuration changed.
   * @param configure changes the links; whoever leaves is told before this waits for anything
   */
  async follow(configure: () => Promise<void>): Promise<void> {
    const isConfigured = configure()
    // The next change may come while a link still ends, and take away a server that came with this one.
    const now = this.#summaries()
    this.#all = byId(now)
    await Promise.all([isConfigured, this.#departed.know(now)])
  }
}

function byId(servers: readonly ServerSummary[]): ReadonlyMap<ServerId, ServerSummary> {
  return new Map(servers.map((it) => [it.id, it]))
}
