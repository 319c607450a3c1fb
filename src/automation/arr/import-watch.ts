/**
 * Whether downloads are imported. What is proven once is remembered permanently, until the Arr grabs or fails it again;
 * everything else is asked for when a rule wants to know, when a download leaves the queue, and when the history tells
 * of an import. It asks when its turn comes, and no pass waits for it. Of many the whole history is read once; what it
 * does not name is not asked for again before something is told of it.
 *
 *   left the queue, history, a rule ─▶ throttled queue ─▶ history, files, queue ─▶ evidence ─▶ remembered
 *
 * Source: Sonarr and Radarr; qBitrr.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {asArrSees, below} from '#arr-client/path-mapping.ts'
import {isImport, mediaOf, type Seen} from '#arr-client/proof.ts'
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {
  asDownloadId,
  mediaKey,
  type ArrId,
  type DownloadHandling,
  type DownloadId,
  type HistoryRow,
  type LibraryDoubt,
  type MediaRef,
  type QueueDownload,
  type QueueRow,
} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ManagedRow} from '#model/manager.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {HistorySaying} from './arr-facts.ts'
import {
  blocklistedBefore,
  importEvidence,
  isWhole,
  landingsNow,
  lastPlaceOf,
  missingMarks,
  marksBefore,
  mediaBefore,
  provenBefore,
  recordOf,
  type HistoryMark,
  type ImportEvidence,
} from './import-evidence.ts'
import {LibraryLook, type LibraryPort} from './library-look.ts'
import type {ThrottledQueue} from './throttled-queue.ts'

export interface ImportWatchDeps {
  readonly arrId: ArrId
  readonly port: HistoryPort &
    LibraryPort &
    Pick<ArrPort, 'downloadHandling' | 'downloadClients' | 'remotePathMappings' | 'item' | 'itemsOf'>
  readonly clock: Clock
  /** `null` = it cannot be read now. */
  readonly queue: () => readonly QueueRow[] | null
  /** What the queue lacks counts: the Arr did not begin a moment ago. */
  readonly isSettled: () => boolean
  readonly rowOf: (downloadId: DownloadId) => Pick<ManagedRow, 'key' | 'contentPath'> | null
  readonly remember: (record: DownloadRecord) => void
  /** What it says of these downloads is another thing now. */
  readonly changed: (downloads: ReadonlySet<DownloadId>) => void
  /** What the Arr says that it has of these is not seen in its library, or is again. */
  readonly doubted: (downloads: ReadonlySet<DownloadId>) => void
  /** It has another database: nothing that is remembered of it is about what it has now. */
  readonly replaced: () => void
}

/** Void = something happened to it meanwhile. */
interface Looking {
  readonly downloadId: DownloadId
  isVoid: boolean
}

interface Known {
  readonly found: ImportEvidence
  /** By the duration clock: before that it is not asked again, unless something happens. */
  readonly until: number
  /** How often in a row it was asked without being proven. */
  readonly times: number
}

/** What the Arr tells of a download whose import was proven before. */
interface Standing {
  readonly history: readonly HistoryRow[]
  readonly files: Seen['files']
}

interface Unseen {
  readonly doubt: LibraryDoubt
  /** By the duration clock: then it is looked for again. */
  readonly until: number
  readonly times: number
}

/** What was not seen in the library is looked for again so late, and twice as late each time. */
const LOOK_AGAIN_MS = 60_000
const LATEST_LOOK_MS = 600_000
/** Of what is remembered so many of the newest tell whether it is about this database. */
const MOST_COMPARED = 3
/** Of so many imports an Arr that knows none has another database; of fewer their items may have left its library. */
const SEVERAL = 3
/** What is not proven is asked again so late, and twice as late each time. */
const AGAIN_MS = 600_000
const LATEST_AGAIN_MS = 6 * 3_600_000
/** What the Arr neither grabbed nor took in: its history tells when it does, and is read all the time. */
const NEVER_GRABBED_AGAIN_MS = DAY * 1_000
const HANDLING_KEPT_MS = 600_000
/** From so many on reading the whole history costs less than asking for each. */
const TOGETHER = 10
/** So far back everything that happened is looked through for what came in under no id, or took its place. */
const LOOKED_THROUGH_MS = 30 * DAY * 1_000

export class ImportWatch {
  readonly #parts: ImportWatchDeps
  readonly #asker: ThrottledQueue
  readonly #known = new Map<DownloadId, Known>()
  /** What they are for: also when their Arr does not tell any more, as it let go of the item. */
  readonly #media = new Map<DownloadId, readonly MediaRef[]>()
  /** What its history was when it had one; the newest last. It outlives what is known: a doubt has to be about something. */
  readonly #marks = new Map<DownloadId, readonly HistoryMark[]>()
  /** What we had it blocklist, by the time of the grab; `null` = the one that is found next. */
  readonly #blocklisted = new Map<DownloadId, EpochMs | null>()
  readonly #unseen = new Map<DownloadId, Unseen>()
  readonly #library: LibraryLook
  /** Where content lies as the Arr sees it, of what is or was in its queue. */
  readonly #paths = new Map<DownloadId, string>()
  #queued: ReadonlySet<DownloadId> = new Set()
  readonly #wanted = new Set<DownloadId>()
  readonly #looking = new Set<Looking>()
  readonly #read = new ReadHistory()
  #handling: {readonly readAt: number; readonly is: DownloadHandling} | null = null

  constructor(parts: ImportWatchDeps, asker: ThrottledQueue) {
    this.#parts = parts
    this.#asker = asker
    this.#library = new LibraryLook(parts.port, parts.clock)
  }

  /** Each folder once of which something was looked for and not seen. */
  get doubts(): readonly LibraryDoubt[] {
    return [...new Map([...this.#unseen.values()].map(({doubt}) => [doubt.folder, doubt])).values()]
  }

  /** Of this Arr, from before. */
  takeRemembered(records: Iterable<DownloadRecord>): void {
    for (const record of records) {
      // Which of its files came in is not remembered, and is asked for where nobody grabbed it.
      const found = record.grabbedAt === null ? null : provenBefore(record)
      const downloadId = asDownloadId(record.downloadId)
      if (downloadId) {
        this.#learn(downloadId, mediaBefore(record))
        this.#mark(downloadId, marksBefore(record))
        const grabAt = blocklistedBefore(record)
        if (grabAt !== null) this.#blocklisted.set(downloadId, grabAt)
      }
      if (!found || !downloadId || this.#known.has(downloadId)) continue
      this.#known.set(downloadId, {found, until: permanently, times: 0})
    }
  }

  /** `null` = not looked at yet. What is not proven is unknown again after a while. Asks nobody. */
  saying(downloadId: DownloadId): HistorySaying | null {
    const known = this.#known.get(downloadId)
    if (!known) return null
    const found = {
      ...known.found,
      media: this.#media.get(downloadId) ?? known.found.media,
      isFailedManually: known.found.isFailedManually && !this.#isBlocklisted(downloadId, known.found),
    }
    const unseen = this.#unseen.get(downloadId)?.doubt
    if (unseen) return {...withoutProof(found), unseen}
    if (this.#parts.clock.monotonic() < known.until) return found
    const {media, anyImported, last, isFailedManually, cameInAsOther, isPicked, client} = found
    return {
      media,
      anyImported: anyImported ? true : undefined,
      evidence: undefined,
      last,
      isFailedManually,
      cameInAsOther,
      isPicked,
      client,
    }
  }

  /** A rule had it blocklist this, or is about to: what its history says of that then is no person's doing. */
  blocklisting(downloadId: DownloadId): void {
    this.#blocklisted.set(downloadId, this.#known.get(downloadId)?.found.grabbedAt ?? null)
  }

  /** It was not, after all. */
  notBlocklisted(downloadId: DownloadId): void {
    this.#blocklisted.delete(downloadId)
  }

  #isBlocklisted(downloadId: DownloadId, {grabbedAt}: ImportEvidence): boolean {
    const grabAt = this.#blocklisted.get(downloadId)
    return grabAt === null || (grabAt !== undefined && grabAt === grabbedAt)
  }

  /** A rule wants to know. */
  want(downloadId: DownloadId): void {
    const until = this.#unseen.get(downloadId)?.until ?? this.#known.get(downloadId)?.until
    if (until !== undefined && this.#parts.clock.monotonic() < until) return
    this.#put(downloadId, false)
  }

  /** The queue was read again. */
  hearQueue(downloads: ReadonlyMap<DownloadId, QueueDownload>): void {
    for (const [downloadId, {rows, media}] of downloads) {
      this.#learn(downloadId, media)
      const path = rows.find(({outputPath}) => outputPath !== '')?.outputPath
      if (path !== undefined) this.#paths.set(downloadId, path)
      const isDone = rows.every(({state}) => state === 'imported')
      // It is to be imported again: what was proven is not about this.
      if (!isDone && this.#known.get(downloadId)?.found.evidence) this.#happened(downloadId)
    }
    const left = [...this.#queued].filter((downloadId) => !downloads.has(downloadId))
    for (const downloadId of left) this.#lookAt(downloadId)
    this.#queued = new Set(downloads.keys())
  }

  /** Rows that are new. */
  hearHistory(rows: readonly HistoryRow[]): void {
    for (const row of rows) {
      this.#read.hear(row)
      if (row.downloadId === null) continue
      if (row.event === 'grabbed' && row.media) {
        this.#learn(row.downloadId, [...(this.#media.get(row.downloadId) ?? []), row.media])
      }
      if (isImport(row)) this.#lookAt(row.downloadId)
      else if (isAgainst(row)) this.#happened(row.downloadId)
    }
  }

  /** The queue is whole from now on: what could not be told without it is asked for again. */
  settled(): void {
    for (const [downloadId, {found}] of this.#known) {
      if (found.evidence === undefined) this.#happened(downloadId)
    }
  }

  /** No server has it any more, and no queue: what was remembered of it stays in the database. */
  forget(downloadId: DownloadId): void {
    if (this.#queued.has(downloadId)) return
    this.#known.delete(downloadId)
    this.#media.delete(downloadId)
    this.#marks.delete(downloadId)
    this.#paths.delete(downloadId)
    this.#wanted.delete(downloadId)
    this.#read.forget([downloadId])
    if (this.#unseen.delete(downloadId)) this.#parts.doubted(new Set([downloadId]))
  }

  /**
   * Looks again, right before something is removed: is what was proven still in this history, and does all of it have
   * some file, as a better one may have taken the place of ours, and does that lie in the library? Of what is not
   * proven, whether its library is there at all.
   * @throws {CommodarrError}
   */
  async renew(downloadId: DownloadId, signal?: AbortSignal): Promise<void> {
    const source = oneByOne(this.#parts.port, signal)
    const found = this.#known.get(downloadId)?.found
    const standing = found?.evidence ? await this.#standing(downloadId, found, source, signal) : null
    if (standing === null) {
      this.#voided(downloadId)
      await this.#look(downloadId, source, signal)
    }
    await this.#lookInLibrary(downloadId, standing, signal)
  }

  /**
   * Is what is remembered about the database that this Arr has now? It may be another one since it was last away.
   * @throws {CommodarrError}
   */
  async compare(signal?: AbortSignal): Promise<void> {
    const {port, replaced} = this.#parts
    let unknown = 0
    const compared = [...this.#marks].slice(-MOST_COMPARED)
    for (const [downloadId, marks] of compared) {
      const missing = missingMarks(marks, await port.historyOf(downloadId, signal))
      const media = this.#media.get(downloadId) ?? []
      if (await this.#isOtherDatabase(media, missing, signal)) return replaced()
      if (missing.length === marks.length) unknown++
    }
    // An empty one has no item that could be another: that it left its library is said of none of several.
    if (unknown >= SEVERAL && unknown === compared.length) replaced()
  }

  /** @returns what stands of it; `null` = what was proven is not so any more. @throws {CommodarrError} */
  async #standing(
    downloadId: DownloadId,
    {marks, media}: ImportEvidence,
    source: ImportSource,
    signal: AbortSignal | undefined,
  ): Promise<Standing | null> {
    const history = await source.historyOf(downloadId)
    const missing = missingMarks(marks, history)
    if (missing.length > 0) {
      if (!(await this.#isOtherDatabase(media, missing, signal))) return null
      this.#parts.replaced()
      throw new CommodarrError('changed_meanwhile', 'Its Arr has another database than before.')
    }
    const files = await filesOf(source, media)
    const isThere = media.every((one) => isWhole(history, one, files.get(mediaKey(one)) ?? []))
    return isThere ? {history, files} : null
  }

  /** An Arr hides the history of what left its library. Has it an item whose history is gone, it is another item. */
  async #isOtherDatabase(
    media: readonly MediaRef[],
    missing: readonly HistoryMark[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const {port} = this.#parts
    const gone = media.filter(({id}) => missing.some((mark) => (mark.media ?? id) === id))
    for (const {kind, id, parentId} of gone) {
      const items =
        kind === 'movie'
          ? [await port.item(id, signal)]
          : parentId === null
            ? []
            : await port.itemsOf(parentId, signal)
      if (items.some((item) => item?.id === id)) return true
    }
    return false
  }

  /** @param standing of what was proven before; `null` = it was not asked for yet */
  async #lookInLibrary(
    downloadId: DownloadId,
    standing: Standing | null,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const {clock, doubted, changed} = this.#parts
    const known = this.#known.get(downloadId)
    const doubt = known?.found.evidence
      ? await this.#lookForFiles(downloadId, known, standing, signal)
      : ((await this.#library.away(signal)) ?? (await this.#lostFile(downloadId, known?.found, signal)))
    const before = this.#unseen.get(downloadId)
    if (doubt === null) this.#unseen.delete(downloadId)
    else {
      const times = (before?.times ?? 0) + 1
      const wait = backoffStepMs(times, {firstMs: LOOK_AGAIN_MS, mostMs: LATEST_LOOK_MS})
      this.#unseen.set(downloadId, {doubt, times, until: clock.monotonic() + wait})
    }
    if (JSON.stringify(before?.doubt ?? null) === JSON.stringify(doubt)) return
    doubted(new Set([downloadId]))
    changed(new Set([downloadId]))
  }

  /** Of what is proven, and where each of its files lies by now. */
  async #lookForFiles(
    downloadId: DownloadId,
    known: Known,
    standing: Standing | null,
    signal: AbortSignal | undefined,
  ): Promise<LibraryDoubt | null> {
    const source = oneByOne(this.#parts.port, signal)
    const {media} = known.found
    const history = standing?.history ?? (await source.historyOf(downloadId))
    const files = standing?.files ?? (await filesOf(source, media))
    const {doubt, files: libraryFiles} = await this.#library.look(
      media,
      new Set([...files.values()].flat()),
      signal,
    )
    const landed = landingsNow(history, files, libraryFiles)
    if (this.#known.get(downloadId) === known)
      this.#known.set(downloadId, {...known, found: {...known.found, landed}})
    return doubt
  }

  /**
   * It came in, and its Arr has no file of it any more: somebody deleted it there, or it went into the recycle bin, or
   * vanished from the disk. `null` = that is not so.
   */
  async #lostFile(
    downloadId: DownloadId,
    found: ImportEvidence | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LibraryDoubt | null> {
    const missing = found?.doubts.find(({code}) => code === 'file_missing')
    if (!missing) return null
    const file = lastPlaceOf(await this.#parts.port.historyOf(downloadId, signal), missing.media)
    return file === '' ? null : this.#library.lost(file, signal)
  }

  #learn(downloadId: DownloadId, media: readonly MediaRef[]): void {
    if (media.length === 0) return
    this.#media.set(downloadId, [...new Map(media.map((one) => [mediaKey(one), one])).values()])
  }

  #mark(downloadId: DownloadId, marks: readonly HistoryMark[]): void {
    if (marks.length === 0) return
    this.#marks.delete(downloadId)
    this.#marks.set(downloadId, marks)
  }

  /** What was proven before stays, as a later upgrade takes the file away, and not what is known. */
  #lookAt(downloadId: DownloadId): void {
    if (this.#known.get(downloadId)?.found.evidence) return
    this.#happened(downloadId)
    this.#put(downloadId, true)
  }

  #happened(downloadId: DownloadId): void {
    if (this.#unseen.delete(downloadId)) this.#parts.doubted(new Set([downloadId]))
    this.#voided(downloadId)
  }

  #voided(downloadId: DownloadId): void {
    for (const looking of this.#looking) if (looking.downloadId === downloadId) looking.isVoid = true
    if (this.#known.delete(downloadId)) this.#parts.changed(new Set([downloadId]))
  }

  #put(downloadId: DownloadId, isUrgent: boolean): void {
    this.#wanted.add(downloadId)
    this.#asker.put('imports', (signal) => this.#lookAtWanted(signal), isUrgent)
  }

  /** One of a few, or all of many. */
  async #lookAtWanted(signal: AbortSignal): Promise<void> {
    const {port, clock} = this.#parts
    const doubted = [...this.#wanted].find((downloadId) => this.#unseen.has(downloadId))
    if (doubted !== undefined) {
      this.#wanted.delete(doubted)
      if (this.#wanted.size > 0) this.#asker.put('imports', (some) => this.#lookAtWanted(some))
      return this.renew(doubted, signal)
    }
    if (this.#wanted.size >= TOGETHER) {
      const ids = new Set(this.#wanted)
      this.#wanted.clear()
      const from = clock.now() - LOOKED_THROUGH_MS
      const looking = [...ids].map((downloadId) => this.#begin(downloadId))
      try {
        const source = await allTogether(port, this.#read, {ids, from, signal})
        for (const it of looking) await this.#conclude(it, source, signal)
      } finally {
        for (const it of looking) this.#looking.delete(it)
      }
      return
    }
    const [first] = this.#wanted
    if (first === undefined) return
    this.#wanted.delete(first)
    if (this.#wanted.size > 0) this.#asker.put('imports', (some) => this.#lookAtWanted(some))
    await this.#look(first, oneByOne(port, signal), signal)
  }

  async #look(downloadId: DownloadId, source: ImportSource, signal: AbortSignal | undefined): Promise<void> {
    const looking = this.#begin(downloadId)
    await this.#conclude(looking, source, signal).finally(() => this.#looking.delete(looking))
  }

  #begin(downloadId: DownloadId): Looking {
    const looking = {downloadId, isVoid: false}
    this.#looking.add(looking)
    return looking
  }

  async #conclude(looking: Looking, source: ImportSource, signal: AbortSignal | undefined): Promise<void> {
    const {clock, arrId, remember, rowOf, changed} = this.#parts
    const {downloadId} = looking
    const found = await this.#find(downloadId, source, signal)
    // It is wanted again, by whoever still wants to know.
    if (looking.isVoid) return changed(new Set([downloadId]))
    const before = this.#known.get(downloadId)
    this.#known.set(downloadId, this.#knownAs(found, before))
    // It is asked for no more, until something happens to it.
    if (found.evidence) this.#read.forget([downloadId])
    this.#learn(downloadId, found.media)
    this.#mark(downloadId, found.marks)
    if (this.#blocklisted.get(downloadId) === null) this.#blocklisted.set(downloadId, found.grabbedAt)
    if (before && isSame(before.found, found)) return
    // Of what it never grabbed there is nothing to remember.
    if (found.grabbedAt !== null || found.anyImported) {
      const torrent = rowOf(downloadId)?.key ?? null
      const blocklistedGrabAt = this.#blocklisted.get(downloadId) ?? null
      remember(recordOf(found, {arrId, downloadId, torrent, at: clock.now(), blocklistedGrabAt}))
    }
    changed(new Set([downloadId]))
  }

  #knownAs(found: ImportEvidence, before: Known | undefined): Known {
    if (found.evidence) return {found, until: permanently, times: 0}
    const now = this.#parts.clock.monotonic()
    if (found.grabbedAt === null && !found.anyImported) {
      return {found, until: now + NEVER_GRABBED_AGAIN_MS, times: 0}
    }
    const times = (before?.times ?? 0) + 1
    const wait = backoffStepMs(times, {firstMs: AGAIN_MS, mostMs: LATEST_AGAIN_MS})
    return {found, until: now + wait, times}
  }

  async #find(
    downloadId: DownloadId,
    source: ImportSource,
    signal: AbortSignal | undefined,
  ): Promise<ImportEvidence> {
    const {queue, isSettled} = this.#parts
    const history = await source.historyOf(downloadId)
    const media = mediaOf(history)
    // How much should have come in a grab tells; of what nobody grabbed the queue alone.
    const isQueueWhole = isSettled() || history.some(({event}) => event === 'grabbed')
    const files = await filesOf(source, media)
    const {importsCompleted} = await this.#readHandling(signal)
    const seen: Seen = {
      downloadId,
      contentPath: this.#paths.get(downloadId) ?? null,
      history,
      files,
      queue: isQueueWhole ? queue() : null,
      importsCompleted,
    }
    const found = importEvidence(seen)
    const since = this.#lookedThroughFrom(found, seen)
    if (since === null) return found
    const all = await source.importsSince(since)
    const more = all.filter((row) => mayBeAbout(row, media) && !history.some(({id}) => id === row.id))
    const contentPath = seen.contentPath ?? (await this.#pathAmong(more, downloadId, signal))
    return importEvidence({...seen, contentPath, history: [...history, ...more]})
  }

  /**
   * Where its content lay as the Arr sees it, when its queue never said so: by where its server has it, through the
   * path mappings of any of its clients. `null` = nothing of these rows lay there.
   */
  async #pathAmong(
    rows: readonly HistoryRow[],
    downloadId: DownloadId,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    const {port, rowOf} = this.#parts
    const path = rowOf(downloadId)?.contentPath
    const lost = rows.filter((row) => row.downloadId === null)
    if (!path || lost.length === 0) return null
    const mappings = await port.remotePathMappings(signal)
    const hosts = mappings.length === 0 ? [] : (await port.downloadClients(signal)).map(({host}) => host)
    const seen = [path, ...hosts.map((host) => asArrSees(path, host, mappings))]
    return seen.find((folder) => lost.some(({droppedPath}) => below(folder, droppedPath) !== null)) ?? null
  }

  /** From when on rows of other downloads, and of none, are worth a look; `null` = they prove nothing. */
  #lookedThroughFrom({doubts, grabbedAt}: ImportEvidence, {history}: Pick<Seen, 'history'>): EpochMs | null {
    const isLost = doubts.some(({code}) => code === 'not_imported') && mediaOf(history).length > 1
    const isReplaced = doubts.some(({code}) => code === 'file_missing')
    if (!isLost && !isReplaced) return null
    const from = grabbedAt ?? Math.min(...history.filter(isImport).map(({at}) => at))
    return this.#parts.clock.now() - from > LOOKED_THROUGH_MS ? null : from
  }

  async #readHandling(signal: AbortSignal | undefined): Promise<DownloadHandling> {
    const {clock, port} = this.#parts
    const now = clock.monotonic()
    if (this.#handling && now - this.#handling.readAt < HANDLING_KEPT_MS) return this.#handling.is
    const is = await port.downloadHandling(signal)
    this.#handling = {readAt: now, is}
    return is
  }
}

const permanently = Number.POSITIVE_INFINITY

/** Nobody can say that it is proven while nobody sees it. */
function withoutProof({landed: _landed, ...found}: ImportEvidence): HistorySaying {
  return {...found, evidence: found.evidence === null ? null : undefined}
}

async function filesOf(source: ImportSource, media: readonly MediaRef[]): Promise<Seen['files']> {
  const known = media.filter(({id}) => id > 0)
  if (known.length === 0) return new Map()
  const files = await source.filesOf(known.map(({id}) => id))
  return new Map(known.map((one) => [mediaKey(one), files.get(one.id) ?? []]))
}

/** An upgrade takes our file away, and leaves a better one. */
function isAgainst({event, reason}: HistoryRow): boolean {
  if (event === 'fileDeleted') return reason !== 'Upgrade'
  return event === 'grabbed' || event === 'failed' || event === 'importIncomplete' || event === 'ignored'
}

/** Imports without an id, and what came in for the same items. */
function mayBeAbout(row: HistoryRow, media: readonly MediaRef[]): boolean {
  if (!isImport(row)) return false
  const {media: its} = row
  return row.downloadId === null || (its !== null && media.some((one) => mediaKey(one) === mediaKey(its)))
}

function isSame(one: ImportEvidence, other: ImportEvidence): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/**
 * Where the history of downloads, and the files of their items, are read: of one download by itself, or of many by going
 * through the whole history once. Source: Sonarr and Radarr.
 */

interface ImportSource {
  /** All that is told of it. */
  historyOf(downloadId: DownloadId): Promise<readonly HistoryRow[]>
  /** Imports since then, of whatever download; not further back than was asked for when many are read. */
  importsSince(at: EpochMs): Promise<readonly HistoryRow[]>
  /** The files that items have now, by their id. */
  filesOf(ids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
}

type HistoryPort = Pick<ArrPort, 'history' | 'historyOf' | 'historySince' | 'filesOf'>

/** Asks when it is asked. */
function oneByOne(port: HistoryPort, signal: AbortSignal | undefined): ImportSource {
  return {
    historyOf: (downloadId) => port.historyOf(downloadId, signal),
    importsSince: async (at) => (await port.historySince(at, signal)).filter(isImport),
    filesOf: (ids) => port.filesOf(ids, signal),
  }
}

/**
 * What was read of the history for downloads that are not proven yet. The rows that are written later are told to it, so
 * that nobody reads the history of years again for what happened today.
 */
class ReadHistory {
  /** All that is told of these. */
  readonly #rows = new Map<DownloadId, Map<string, HistoryRow>>()
  /** Imports of whatever download, since `#importsFrom`. */
  readonly #imports = new Map<string, HistoryRow>()
  #importsFrom: EpochMs = Infinity

  has(downloadId: DownloadId): boolean {
    return this.#rows.has(downloadId)
  }

  /** Imports since then are known. */
  reaches(from: EpochMs): boolean {
    return this.#importsFrom <= from
  }

  /** What is told of these from now on is kept: what was written before has to be read. */
  begin(ids: Iterable<DownloadId>): void {
    for (const id of ids) this.#rows.set(id, new Map())
  }

  hear(row: HistoryRow): void {
    const {downloadId} = row
    if (downloadId !== null) this.#rows.get(downloadId)?.set(nameOf(row), row)
    if (isImport(row) && row.at >= this.#importsFrom) this.#imports.set(nameOf(row), row)
  }

  /** Imports are kept from then on: those of before are not asked for any more. */
  importsFrom(from: EpochMs): void {
    this.#importsFrom = from
    for (const [name, {at}] of this.#imports) if (at < from) this.#imports.delete(name)
  }

  /** It could not be read. */
  forget(ids: Iterable<DownloadId>): void {
    for (const id of ids) this.#rows.delete(id)
  }

  /** No imports are known any more. */
  forgetImports(): void {
    this.#imports.clear()
    this.#importsFrom = Infinity
  }

  of(downloadId: DownloadId): readonly HistoryRow[] {
    return [...(this.#rows.get(downloadId)?.values() ?? [])].toSorted((a, b) => b.at - a.at || b.id - a.id)
  }

  importsSince(at: EpochMs): readonly HistoryRow[] {
    return [...this.#imports.values()].filter((row) => row.at >= at)
  }
}

function nameOf({id, at}: HistoryRow): string {
  return `${id}@${at}`
}

/**
 * Reads what is not known of them yet: all of the history, page by page, or that of a few; and two hundred items at a
 * time.
 * @param from further back imports of other downloads are not kept
 * @throws {CommodarrError}
 */
async function allTogether(
  port: HistoryPort,
  read: ReadHistory,
  {ids, from, signal}: {ids: ReadonlySet<DownloadId>; from: EpochMs; signal: AbortSignal},
): Promise<ImportSource> {
  const isWholeKnown = read.reaches(from)
  const unread = [...ids].filter((id) => !read.has(id))
  read.begin(unread)
  read.importsFrom(from)
  try {
    if (!isWholeKnown || unread.length >= TOGETHER) {
      await port.history((row) => read.hear(row), signal)
    } else {
      for (const id of unread) for (const row of await port.historyOf(id, signal)) read.hear(row)
    }
  } catch (error) {
    read.forget(unread)
    if (!isWholeKnown) read.forgetImports()
    throw error
  }
  const own = new Map([...ids].map((id) => [id, read.of(id)]))
  const media = [...own.values()].flatMap(mediaOf)
  const files = await port.filesOf([...new Set(media.flatMap(({id}) => (id > 0 ? [id] : [])))], signal)
  return {
    historyOf: async (downloadId) => own.get(downloadId) ?? [],
    importsSince: async (at) => read.importsSince(at),
    filesOf: async () => files,
  }
}
