/**
 * The Arr of a manager: connected to as soon as it answers, kept in step, asked for what people and rules want. An Arr
 * that is away, or does not take its key, is tried again, later each time; nothing is concluded meanwhile.
 *
 *   start ─▶ opening ─▶ open (replica, live channel) ─ another version ─▶ opening
 *               ▲  │ fault, back-off
 *               └──┘
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {ArrHealthWatch} from '#arr-client/arr-health-watch.ts'
import {FileWork} from '#arr-client/file-work.ts'
import {AskAgain} from '#arr-client/ask-again.ts'
import {CategoryWatch} from '#arr-client/category-watch.ts'
import type {LiveSource} from '#arr-client/live-channel.ts'
import {RefusalWatch} from '#arr-client/refusal-watch.ts'
import {ArrReplica, type ReplicaChange} from '#arr-client/replica.ts'
import {classesOfRow} from '#arr-client/reject-class.ts'
import {RestartWatch} from '#arr-client/restart-watch.ts'
import type {LibraryKnown, LibraryPart} from '#library/parts.ts'
import {SearchWatch} from '#arr-client/search-watch.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {
  isStuck,
  type ArrId,
  type ArrStatus,
  mediaKey,
  type DownloadId,
  type HistoryRow,
  type LibraryFolders,
  type LibraryRoom,
  type QueueDownload,
  type RefusedGrab,
  type RejectClass,
} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow} from '#model/manager.ts'
import type {ActionName} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrCommandResult, ArrReport, GivenUpRelease, Questions} from '../manager/messages.ts'
import type {ArrFacts} from '../manager/torrent-subject.ts'
import {ArrCommands} from './arr-commands.ts'
import {arrSaying, downloadIdsOf, type QueueReader} from './arr-facts.ts'
import {ArrKnowledge} from './arr-knowledge.ts'
import {ArrTimers, type ArrTimes} from './arr-timers.ts'
import {withoutProof} from './import-evidence.ts'
import {LibraryIndex} from './library-index.ts'
import {LibraryReader} from './library-reader.ts'
import {LibraryPlaces, mayMeanCopy, type LibraryFileFound, type LibraryFiles} from './library-places.ts'
import type {TitleMessage} from './title-cache.ts'

export interface ArrConnectionDeps {
  readonly id: ArrId
  readonly clock: Clock
  readonly random: () => number
  /** From where its history is read. */
  readonly historyFrom: EpochMs
  readonly timers: ArrTimes
  /** A library that has more is not read. */
  readonly mostLibraryRows: number
  /** @param updated the app is another version now */
  readonly open: (signal: AbortSignal, updated: () => void) => Promise<ArrPort>
  readonly channel: (port: Pick<ArrPort, 'status' | 'url'>) => LiveSource
  /** Its queue, history or health says another thing of these now; `null` = of all. */
  readonly changed: (downloads: ReadonlySet<DownloadId> | null) => void
  /** What was asked for of these came, or is not known any more. */
  readonly learned: (downloads: ReadonlySet<DownloadId>) => void
  /** One of the torrents that it is; `null` = none is known. */
  readonly rowOf: (downloadId: DownloadId) => Pick<ManagedRow, 'key' | 'contentPath'> | null
  /** The same torrent on other servers, as far as it is among those that it may have. */
  readonly copiesOf: (row: ManagedRow) => readonly Pick<ManagedRow, 'category'>[]
  /** How far a download got, to be known after a restart. */
  readonly remember: (record: DownloadRecord) => void
  /** What these downloads are for. */
  readonly titled: (titles: readonly TitleMessage[]) => void
  /** What its library has, as far as it is another thing than was said before. */
  readonly library: (part: LibraryPart) => void
  /** Its download client did not take these. */
  readonly refused: (releases: readonly RefusedGrab[]) => void
  /** Releases that it has as failed, whoever did that. */
  readonly gaveUp: (releases: readonly GivenUpRelease[]) => void
}

/** A key that was refused is tried again so late: somebody has to give another one. */
const REFUSED_MS = 300_000
/** Its clock and ours do not beat together. */
const SLACK = 1.5
/** What was read less long ago is fresh. */
const FRESH_MS = 5_000

/** Done for all of its downloads alike. */
const forAll: ReadonlySet<ActionName> = new Set<ActionName>(['arr.refresh', 'arr.rssSync'])

/** Why it may be its own way to the disk that is wrong. */
const notFound: ReadonlySet<RejectClass> = new Set<RejectClass>([
  'no_files',
  'path',
  'root_folder',
  'import_failed',
])

const unread: QueueReader = {queue: null, downloads: new Map(), readAt: null, isBehind: false}

interface Open {
  readonly port: ArrPort
  readonly replica: ArrReplica
  readonly commands: ArrCommands
  readonly knowledge: ArrKnowledge
  readonly library: LibraryReader
  readonly libraryPlaces: LibraryPlaces
  readonly health: ArrHealthWatch
  readonly fileWork: FileWork
  readonly searches: SearchWatch
  readonly categories: CategoryWatch
  readonly restarts: RestartWatch
  readonly refusals: RefusalWatch
  /** Ends what waits to be asked again. */
  readonly closing: AbortController
}

interface Renewal {
  /** When it began, by the duration clock. */
  readonly at: number
  readonly end: Promise<void>
}

export class ArrConnection {
  readonly #parts: ArrConnectionDeps
  readonly #timers: ArrTimers
  readonly #stopping = new AbortController()
  #open: Open | null = null
  #fault: unknown = null
  #attempt = 0
  #cancel: () => void = () => undefined
  /** When it is connected to again; `null` = it is being, or it is open. */
  #connectsAt: EpochMs | null = null
  #status: ArrStatus | null = null
  #historyFrom: EpochMs
  /** Of torrents that were looked at a moment ago. */
  readonly #renewals = new Map<string, Renewal>()
  #refreshing: Promise<void> | null = null
  /** By their id. */
  readonly #remembered = new Map<string, DownloadRecord>()
  #replacedAt: EpochMs | null = null
  readonly #libraryIndex = new LibraryIndex()
  /** What was known of its library before is in the index. */
  #isLibraryKnown = false
  #wasOpen = false
  /** How often it was heard again, as far as that was looked into. */
  #connections = 0
  /** Downloads that it does not find, for which it was had check itself. */
  #unfound: ReadonlySet<string> = new Set()

  constructor(parts: ArrConnectionDeps) {
    this.#parts = parts
    this.#timers = new ArrTimers(parts.clock, (what) => this.#askFor(what))
    this.#historyFrom = parts.historyFrom
  }

  start(): void {
    this.#timers.start(this.#parts.timers)
    void this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timers.stop()
    this.#cancel()
    await this.#close()
  }

  /** Looking at its downloads is asked of it only where it does not do so by itself as often. */
  async #askFor(what: keyof ArrTimes): Promise<void> {
    const {commands, replica} = this.#ready()
    const often = this.#parts.timers.refresh * 1_000 * SLACK
    if (what === 'refresh' && replica.sinceRefresh <= often) return
    await commands.begin(what)
  }

  /** What it says of a torrent, also where that is nothing. */
  saying(row: ManagedRow): ArrFacts {
    const reader = this.#open?.replica ?? unread
    const kind = this.#status?.kind ?? 'radarr'
    const {library = nothingKnown, history = nothingKnown} = this.#open?.knowledge ?? {}
    const categories = this.#open?.categories.categories ?? null
    const isSettled = this.#open?.restarts.isSettled ?? false
    const fileWork = this.#open?.fileWork.names ?? undefined
    const {id: arrId, copiesOf} = this.#parts
    const copies = copiesOf(row).map(({category}) => category)
    return arrSaying({arrId, kind, reader, library, history, categories, copies, isSettled, fileWork}, row)
  }

  /** What was known of its downloads before a restart. */
  takeRemembered(records: readonly DownloadRecord[]): void {
    for (const record of records) this.#remembered.set(record.downloadId, record)
    if (!this.#open) return
    this.#open.knowledge.takeRemembered(records)
    this.#compare(this.#open.knowledge)
  }

  /** What was known of its library before this life: from now on it is read. */
  takeLibrary(known: LibraryKnown): void {
    this.#libraryIndex.take(known)
    if (!this.#isLibraryKnown) this.#open?.library.start()
    this.#isLibraryKnown = true
  }

  /** Rules want to know these facts of a torrent: they are asked for when their turn comes. */
  want(row: ManagedRow, facts: readonly FactName[]): void {
    this.#open?.knowledge.want(downloadIdsOf(row), facts)
  }

  /** It is none of this one's any more. */
  forget(row: ManagedRow): void {
    for (const id of downloadIdsOf(row)) this.#open?.knowledge.forget(id)
  }

  /**
   * Whether it is imported, and how its Arr does, looked at now: something is to be removed. Of one torrent several ask
   * right after each other, and one look serves all of them until its Arr says that anything happened.
   * @throws {CommodarrError}
   */
  async renewed(row: ManagedRow): Promise<void> {
    const at = this.#parts.clock.monotonic()
    for (const [key, it] of this.#renewals) if (at - it.at >= FRESH_MS) this.#renewals.delete(key)
    const key = keyText(row.key)
    const known = this.#renewals.get(key)
    if (known) return known.end
    const renewal = {at, end: this.#renew(row)}
    this.#renewals.set(key, renewal)
    try {
      await renewal.end
    } catch (error) {
      if (this.#renewals.get(key) === renewal) this.#renewals.delete(key)
      throw error
    }
  }

  /** It checked itself within the last minute, or cannot be asked: then what was known is known no more. */
  async checked(): Promise<void> {
    await this.#open?.health.renewed()
  }

  /** Which files of its library lie in the data of a torrent, asked now. @throws {CommodarrError} */
  async libraryFiles({
    data,
    category,
    copies,
  }: Questions['libraryFiles']['asked']): Promise<LibraryFiles | null> {
    const {libraryPlaces, replica, categories} = this.#ready()
    if (mayMeanCopy(category, copies, categories.categories)) return null
    const queued = data.downloadIds.flatMap((id) => replica.downloads.get(id)?.media ?? [])
    return libraryPlaces.filesIn(data, queued)
  }

  /** Where its library is, read within ten minutes. @throws {CommodarrError} */
  async libraryFolders(): Promise<LibraryFolders> {
    return this.#ready().libraryPlaces.folders()
  }

  /** What the disks of its library have left, read now. @throws {CommodarrError} */
  async libraryRoom(): Promise<LibraryRoom> {
    const {port} = this.#ready()
    const {signal} = this.#stopping
    const [roots, {minimumFreeMiB}] = await Promise.all([
      port.rootFolders(signal),
      port.mediaManagement(signal),
    ])
    return {roots, minimumFreeMiB}
  }

  /** Of how many grabs since then each indexer was the source, by its name. @throws {CommodarrError} */
  async grabsByIndexer(since: EpochMs): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    const count = ({event, indexer}: HistoryRow) => {
      if (event === 'grabbed') counts.set(indexer, (counts.get(indexer) ?? 0) + 1)
    }
    await this.#ready().port.grabsSince(since, count, this.#stopping.signal)
    return counts
  }

  /** Whether a file of its library lies in this data. @throws {CommodarrError} */
  async libraryFileIn({data}: Questions['libraryFileIn']['asked']): Promise<LibraryFileFound> {
    return this.#ready().libraryPlaces.fileIn(data)
  }

  async #renew(row: ManagedRow): Promise<void> {
    const {knowledge, health, fileWork, categories} = this.#ready()
    await health.renewed()
    await fileWork.renewed()
    await categories.renewed()
    await knowledge.renew(downloadIdsOf(row), this.#stopping.signal)
  }

  get report(): ArrReport {
    const replica = this.#open?.replica ?? null
    const fault = this.#fault ?? replica?.fault ?? null
    return {
      queue: replica?.queue ?? null,
      inHistory: [...(replica?.historyIds ?? [])],
      readAt: replica?.readAt ?? null,
      isBehind: replica?.isBehind ?? false,
      isLive: replica?.isLive ?? false,
      fault: fault === null ? null : wordsOf(fault),
      isKeyRefused: isRefused(fault),
      nextTryAt: replica === null ? this.#connectsAt : replica.nextTryAt,
      version: this.#status?.version ?? null,
      checks: this.#open?.health.checks ?? null,
      searching: this.#open?.searches.running.length ?? 0,
      unseen: this.#open?.knowledge.doubts ?? [],
      replacedAt: this.#replacedAt,
    }
  }

  /** Something happened that it may not have told of yet. */
  look(): void {
    this.#open?.replica.look('both')
  }

  /** A person does not wait for the next try. */
  tryNow(): void {
    if (this.#open) return this.look()
    if (this.#connectsAt === null) return
    this.#cancel()
    void this.#connect()
  }

  /** It, or somebody in its name, says that something happened: worth a look, and nothing more. */
  hint(): void {
    this.#open?.replica.hint()
  }

  /** @throws {CommodarrError} why it cannot be asked, or what ails it */
  async refreshed(): Promise<void> {
    const {replica} = this.#ready()
    const {queue, readAt, isBehind} = replica
    const isFresh = readAt !== null && this.#parts.clock.now() - readAt < FRESH_MS
    if (isFresh && queue !== null && !isBehind) return
    // Whoever asks meanwhile waits for the same reading.
    this.#refreshing ??= replica.readNow().finally(() => (this.#refreshing = null))
    await this.#refreshing
  }

  /** For what people and rules want of it. @throws {CommodarrError} as above */
  get commands(): ArrCommands {
    return this.#ready().commands
  }

  queued(downloadId: DownloadId): QueueDownload | null {
    return this.#open?.replica.downloads.get(downloadId) ?? null
  }

  /** @throws {CommodarrError} */
  async ruleAction(
    {action, isDry, why}: Questions['ruleAction']['asked'],
    row: ManagedRow,
  ): Promise<ArrCommandResult> {
    const {commands} = this.#ready()
    this.#renewals.clear()
    // What it shall look at itself is not read before.
    if (!forAll.has(action.action)) await this.refreshed()
    const ids = downloadIdsOf(row)
    const inQueue = ids.map((id) => this.queued(id)).find((it) => it !== null) ?? null
    const end = await commands.ruleAction(action, {
      downloadId: inQueue?.downloadId ?? ids[0]!,
      inQueue,
      isDry,
      why,
    })
    if (!isDry) this.look()
    return end
  }

  #ready(): Open {
    if (this.#open) return this.#open
    if (this.#fault instanceof CommodarrError) throw this.#fault
    throw new CommodarrError('arr_not_ready', 'This Arr was not reached yet.')
  }

  async #connect(): Promise<void> {
    const {signal} = this.#stopping
    this.#connectsAt = null
    let port: ArrPort | null = null
    const updated = () => {
      if (port !== null && this.#open?.port === port) void this.#reopen()
    }
    try {
      port = await this.#parts.open(signal, updated)
      if (signal.aborted) return await port.close()
      this.#attempt = 0
      this.#fault = null
      this.#begin(port)
    } catch (error) {
      if (signal.aborted) return
      this.#fault = error
      this.#again(isRefused(error) ? REFUSED_MS : backoffMs(++this.#attempt, this.#parts.random()))
      this.#parts.changed(null)
    }
  }

  #begin(port: ArrPort): void {
    const {clock, channel} = this.#parts
    this.#status = port.status
    const cursor = {at: this.#historyFrom, seen: []}
    const closing = new AbortController()
    const changed = () => this.#parts.changed(null)
    const restarts = new RestartWatch(
      port,
      clock,
      () => {
        if (restarts.isSettled) knowledge.settled()
        changed()
      },
      () => {
        this.#compare(knowledge)
        if (this.#isLibraryKnown) library.restarted()
      },
    )
    const again = port.askedBy((reader) => new AskAgain(reader, clock, closing.signal, restarts))
    // Nothing of a download is another thing by that.
    const searches = new SearchWatch(() => this.#parts.changed(new Set()))
    const replica = new ArrReplica({
      port,
      again,
      clock,
      cursor,
      channel: searches.on(channel(port)),
      changed: (change) => this.#changed(change),
    })
    const {id: arrId, random, rowOf, learned, titled, refused} = this.#parts
    const library = new LibraryReader({
      port,
      clock,
      random,
      index: this.#libraryIndex,
      mostRows: this.#parts.mostLibraryRows,
      say: (part) => this.#parts.library(part),
      replaced: () => this.#replaced(),
    })
    const knowledge = new ArrKnowledge(
      again,
      {
        arrId,
        clock,
        rowOf,
        changed: learned,
        doubted: (downloads) => this.#parts.changed(downloads),
        replaced: () => {
          library.isReplaced()
          this.#replaced()
        },
        queue: () => replica.queue,
        isSettled: () => restarts.isSettled,
        remember: (record) => this.#remember(record),
      },
      random,
      titled,
    )
    knowledge.takeRemembered(this.#remembered.values())
    const categories = new CategoryWatch(again, clock, changed)
    const fileWork = new FileWork(again, clock, closing.signal)
    const health = new ArrHealthWatch(
      {
        health: (signal) => again.health(signal),
        command: (wish, signal) => again.command(wish, signal),
        commandState: (id) => fileWork.commandState(id),
      },
      clock,
      categories,
      replica,
      changed,
    )
    const refusals = new RefusalWatch(port, clock, refused)
    this.#open = {
      port,
      replica,
      commands: new ArrCommands(again, clock, refusals, (id, is) => knowledge.blocklisting(id, is), {
        watch: searches,
        queue: () => replica.queue,
      }),
      knowledge,
      library,
      libraryPlaces: new LibraryPlaces(port, clock, closing.signal),
      health,
      fileWork,
      searches,
      categories,
      restarts,
      refusals,
      closing,
    }
    this.#connections = 0
    health.start()
    categories.start()
    replica.start()
    if (this.#isLibraryKnown) library.start()
    // It was open before, and is another version or another database now.
    if (this.#isLibraryKnown && this.#wasOpen) library.restarted()
    this.#wasOpen = true
    this.#compare(knowledge)
  }

  /** It may be restored while nobody heard it. What ails it its queue tells. */
  #compare(knowledge: Pick<ArrKnowledge, 'compare'>): void {
    knowledge.compare(this.#stopping.signal).catch(() => undefined)
  }

  /**
   * It was restored, or begun again: the numbers that it gives to films and to what happened mean others now. Nothing
   * that was remembered proves anything, until it is proven again.
   */
  #replaced(): void {
    const now = this.#parts.clock.now()
    for (const record of this.#remembered.values()) this.#remember(withoutProof(record, now))
    this.#replacedAt = now
    this.#parts.changed(null)
    void this.#reopen()
  }

  #remember(record: DownloadRecord): void {
    this.#remembered.set(record.downloadId, record)
    this.#parts.remember(record)
  }

  #changed(change: ReplicaChange): void {
    const {queue, history, version} = change
    this.#renewals.clear()
    if (version !== null) return void this.#reopen()
    if (this.#open) {
      const {replica, knowledge, fileWork, library, libraryPlaces} = this.#open
      fileWork.hear()
      this.#historyFrom = replica.cursor.at
      knowledge.hear(change, replica)
      libraryPlaces.channelIs(replica.isLive)
      if (change.library) libraryPlaces.hear(change.library)
      if (this.#isLibraryKnown) {
        library.channelIs(replica.isLive)
        if (change.library) library.hear(change.library)
        if (change.settings) library.settingsChanged()
      }
      if (change.health) this.#open.health.hear()
      if (change.grabbed) this.#open.refusals.hear()
      this.#lookForRestart(this.#open)
      void this.#tellGivenUp(this.#open, history)
      if (queue) this.#lookForUnfound(this.#open)
    }
    const named = new Set(history.flatMap(({downloadId}) => downloadId ?? []))
    if (queue) this.#parts.changed(null)
    else if (named.size > 0) this.#parts.changed(named)
  }

  /** With when each was grabbed, by which it differs from the same release that is given up once more. */
  async #tellGivenUp({replica, port}: Open, history: readonly HistoryRow[]): Promise<void> {
    const failed = history.filter(({event, media}) => event === 'failed' && media !== null && media.id > 0)
    const releases: GivenUpRelease[] = []
    for (const row of failed) {
      const {downloadId, media, title, at} = row
      const grabbedAt =
        lastGrab(row, downloadId === null ? [] : replica.historyOf(downloadId)) ??
        (downloadId === null ? null : lastGrab(row, await historyOf(port, downloadId)))
      releases.push({
        item: mediaKey(media!),
        downloadId: downloadId ?? '',
        grabbedAt: grabbedAt ?? at,
        title,
        at,
      })
    }
    if (releases.length > 0) this.#parts.gaveUp(releases)
  }

  #lookForRestart({replica, restarts}: Open): void {
    const isBack = this.#connections > 0 && replica.connections > this.#connections
    this.#connections = replica.connections
    if (replica.fault !== null || isBack) restarts.lost()
    if (replica.fault === null && replica.queue !== null) restarts.answered()
  }

  /** What is complete and not found by it: its own checks tell why, as soon as it makes them. */
  #lookForUnfound({replica, health}: Open): void {
    const unfound = [...replica.downloads.values()].filter(({rows}) =>
      rows.some((row) => isStuck(row) && classesOfRow(row).some((it) => notFound.has(it))),
    )
    const ids = new Set<string>(unfound.map(({downloadId}) => downloadId))
    const isNew = ids.difference(this.#unfound).size > 0
    this.#unfound = ids
    if (isNew) health.suspect()
  }

  async #reopen(): Promise<void> {
    await this.#close()
    this.#again(0)
  }

  async #close(): Promise<void> {
    const open = this.#open
    this.#open = null
    this.#renewals.clear()
    if (!open) return
    open.closing.abort(new CommodarrError('arr_not_ready', 'The connection to this Arr is opened again.'))
    open.knowledge.stop()
    open.library.stop()
    open.health.stop()
    open.categories.stop()
    open.restarts.stop()
    open.refusals.stop()
    // At once: whoever stops it is told so, and an order of several steps goes no further, however slowly it hangs up.
    await Promise.all([open.port.close(), open.replica.stop()])
  }

  #again(ms: number): void {
    if (this.#stopping.signal.aborted) return
    this.#connectsAt = this.#parts.clock.now() + ms
    this.#cancel = this.#parts.clock.after(ms, () => void this.#connect())
  }
}

/** Before it failed; `null` = these rows do not say. */
function lastGrab({id}: HistoryRow, history: readonly HistoryRow[]): EpochMs | null {
  const grabs = history.filter((row) => row.event === 'grabbed' && row.id < id)
  return (
    grabs.reduce<HistoryRow | null>((last, row) => (last && last.id > row.id ? last : row), null)?.at ?? null
  )
}

/** An Arr that cannot be asked now says nothing: then a release is known by when it failed. */
async function historyOf(
  port: Pick<ArrPort, 'historyOf'>,
  downloadId: DownloadId,
): Promise<readonly HistoryRow[]> {
  try {
    return await port.historyOf(downloadId)
  } catch (error) {
    if (error instanceof CommodarrError) return []
    throw error
  }
}

function nothingKnown(): null {
  return null
}

function isRefused(error: unknown): boolean {
  return error instanceof CommodarrError && error.code === 'login_refused'
}

function wordsOf(error: unknown): string {
  return error instanceof CommodarrError ? error.message : 'Unexpected error.'
}
