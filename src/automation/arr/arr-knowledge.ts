/**
 * What an Arr knows of downloads beyond its queue: its library and what its history proves, asked for when a rule wants
 * to know. While the Arr is connected; what is proven is remembered outside.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import type {ArrReplica, ReplicaChange} from '#arr-client/replica.ts'
import {asDownloadId, type DownloadId, type LibraryDoubt, type MediaRef} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {FactName} from '#model/fact.ts'
import type {HistorySaying} from './arr-facts.ts'
import {provenBefore} from './import-evidence.ts'
import {ImportWatch, type ImportWatchDeps} from './import-watch.ts'
import {LibraryCache} from './library-cache.ts'
import {ThrottledQueue} from './throttled-queue.ts'
import {TitleCache, type TitleMessage} from './title-cache.ts'

type Heard = Pick<ArrReplica, 'downloads' | 'queue' | 'isLive'>

const ofImport: ReadonlySet<FactName> = new Set<FactName>([
  'arr.anyImported',
  'arr.importedEvidence',
  'arr.pickedByHand',
])
const ofProfile: ReadonlySet<FactName> = new Set<FactName>([
  'arr.minScore',
  'arr.scoreMet',
  'arr.worseThanFile',
])
/** Of files, whatever its queue says of the release. */
const ofFileScore: ReadonlySet<FactName> = new Set<FactName>(['arr.fileScore', 'arr.worseThanFile'])
const ofScore: ReadonlySet<FactName> = new Set<FactName>(['arr.score', 'arr.scoreMet'])
const ofLibrary: ReadonlySet<FactName> = new Set<FactName>([
  ...(['arr.monitored', 'arr.hasFile', 'arr.inLibrary', 'arr.cutoffMet'] as const),
  ...ofProfile,
  ...ofScore,
  ...ofFileScore,
])

export class ArrKnowledge {
  readonly #asker: ThrottledQueue
  readonly #imports: ImportWatch
  readonly #library: LibraryCache
  /** Of its own: what rules want to know does not wait behind words for people. */
  readonly #titleAsker: ThrottledQueue
  readonly #titles: TitleCache
  #queued: Heard['downloads'] = new Map()

  /** @param titled takes what downloads are for, as it becomes known */
  constructor(
    port: ArrPort,
    manager: Omit<ImportWatchDeps, 'port'>,
    random: () => number,
    titled: (titles: readonly TitleMessage[]) => void,
  ) {
    const {clock, rowOf, changed} = manager
    this.#asker = new ThrottledQueue(clock, random)
    this.#titleAsker = new ThrottledQueue(clock, random)
    const isHere = (id: DownloadId) => this.#queued.has(id) || rowOf(id) !== null
    this.#titles = new TitleCache(port, this.#titleAsker, isHere, titled)
    this.#imports = new ImportWatch(
      {...manager, port, changed: (downloads) => this.#proved(downloads, changed)},
      this.#asker,
    )
    this.#library = new LibraryCache(port, this.#asker, clock, changed)
  }

  stop(): void {
    this.#asker.stop()
    this.#titleAsker.stop()
  }

  takeRemembered(records: Iterable<DownloadRecord>): void {
    const all = [...records]
    this.#imports.takeRemembered(all)
    for (const record of all) {
      const downloadId = asDownloadId(record.downloadId)
      if (downloadId) this.#titles.hear(downloadId, provenBefore(record)?.media ?? [])
    }
  }

  readonly library: LibraryCache['saying'] = (media, rows) => this.#library.saying(media, rows)

  readonly history = (downloadId: DownloadId): HistorySaying | null => this.#imports.saying(downloadId)

  /** @param ids of one torrent: a hybrid one has two */
  want(ids: readonly DownloadId[], facts: readonly FactName[]): void {
    const asks = (some: ReadonlySet<FactName>) => facts.some((fact) => some.has(fact))
    if (asks(ofImport)) for (const id of ids) this.#imports.want(id)
    if (!asks(ofLibrary)) return
    const queued = ids.find((id) => this.#queued.has(id))
    for (const downloadId of queued === undefined ? ids : [queued]) {
      const media = this.#mediaOf(downloadId)
      // Which items they are the history of the download tells.
      if (media.length === 0) this.#imports.want(downloadId)
      const withScores = asks(ofFileScore) || (queued === undefined && asks(ofScore))
      this.#library.want({downloadId, media, withScores, withProfiles: asks(ofProfile)})
    }
  }

  /** What the replica heard. */
  hear({queue, history, library}: ReplicaChange, replica: Heard): void {
    this.#library.channelIs(replica.isLive)
    if (queue && replica.queue !== null) {
      this.#queued = replica.downloads
      this.#imports.hearQueue(replica.downloads)
      for (const [downloadId, {media}] of replica.downloads) this.#titles.hear(downloadId, media)
    }
    this.#imports.hearHistory(history)
    for (const {downloadId, media} of history) {
      if (downloadId !== null && media !== null) this.#titles.hear(downloadId, [media])
    }
    // It goes through all downloads: what is told of the library, of each file that comes in, is no reason to.
    if (queue || history.length > 0) this.#titles.look()
    if (library) this.#library.hear(library)
  }

  /** A rule has the Arr blocklist it; false = it did not, after all. */
  blocklisting(downloadId: DownloadId, is: boolean): void {
    if (is) this.#imports.blocklisting(downloadId)
    else this.#imports.notBlocklisted(downloadId)
  }

  forget(downloadId: DownloadId): void {
    this.#imports.forget(downloadId)
    if (!this.#queued.has(downloadId)) this.#titles.forget(downloadId)
  }

  /** Each folder of its library once of which something was looked for and not seen. */
  get doubts(): readonly LibraryDoubt[] {
    return this.#imports.doubts
  }

  /** Of what is not proven it is asked, too, whether anybody wants it still. @throws {CommodarrError} */
  async renew(ids: readonly DownloadId[], signal: AbortSignal): Promise<void> {
    for (const id of ids) {
      await this.#imports.renew(id, signal)
      if (!this.#imports.saying(id)?.evidence) await this.#library.renew(id, this.#mediaOf(id), signal)
    }
  }

  /** Its queue is whole from now on. */
  settled(): void {
    this.#imports.settled()
  }

  /** Is what is remembered of it about the database that it has now? @throws {CommodarrError} */
  compare(signal: AbortSignal): Promise<void> {
    return this.#imports.compare(signal)
  }

  /** Which items they are is known then, too. */
  #proved(downloads: ReadonlySet<DownloadId>, changed: ImportWatchDeps['changed']): void {
    for (const id of downloads) this.#titles.hear(id, this.#imports.saying(id)?.media ?? [])
    this.#titles.look()
    changed(downloads)
  }

  #mediaOf(downloadId: DownloadId): readonly MediaRef[] {
    const queued = this.#queued.get(downloadId)?.media ?? []
    return queued.length > 0 ? queued : (this.#imports.saying(downloadId)?.media ?? [])
  }
}
