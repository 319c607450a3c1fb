/**
 * What the sync remembers of each torrent, as little as it can: to see who came and went, whose details are stale, and
 * to complete the hot tick's rows. Typed columns by row number.
 */
import type {InfoHash} from '#model/torrent-key.ts'
import type {TrackerStatus} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import type {NativeRow} from './codec.ts'
import {complaintStatus, hasMoved, trackerComplaint} from './normalise.ts'

const isMetaFlag = 1
const trackersWorkFlag = 2
const hasNoTrackersFlag = 4
const complainsFlag = 8
const isCompleteFlag = 16
const isCheckingFlag = 32
const neverMovedFlag = 64
const beganToMoveFlag = 128
const trackersFailFlag = 256
/** Its complaint is of silence. */
const noAnswerFlag = 512

/** How its trackers did, all of them together: `unreachable` = each that was asked failed last, without a word of why. */
export type AskedTrackers = Extract<TrackerStatus, 'ok' | 'none' | 'unreachable' | 'unknown'>

// Shared by all who have no torrent yet: there are thousands of servers.
const noWords = new Uint32Array(0)
const noFlags = new Uint16Array(0)
const noNumbers = new Float64Array(0)

export class TorrentTable {
  /** Of `system.pid`; another one is another run of the daemon. */
  pid = 0
  readonly #rows = new Map<InfoHash, number>()
  #hashes: (InfoHash | null)[] = []
  #free: number[] = []
  #mark = 0
  #marks = noWords
  #stateCounters = noWords
  #stateChanged = noWords
  #digests = noWords
  #flags = noFlags
  #sizes = noNumbers
  #chunkSizes = noNumbers
  #chunks = noWords
  #finished = noWords
  #upTotals = noNumbers
  #bytesDone = noNumbers
  #firstSeen = noNumbers
  /** Unix seconds of the daemon's clock; 0 = not told. */
  #loaded = noWords
  /** The number of the note of each: what was noted after a read had begun is not told by it. */
  #stale = new Map<InfoHash, number>()
  #staleNotes = 0
  #hot = new Set<InfoHash>()

  get size(): number {
    return this.#rows.size
  }

  has(hash: InfoHash): boolean {
    return this.#rows.has(hash)
  }

  hashes(): IterableIterator<InfoHash> {
    return this.#rows.keys()
  }

  clear(): void {
    this.#rows.clear()
    this.#hashes = []
    this.#free = []
    this.#stale.clear()
    this.#hot.clear()
  }

  /* ───────────────────────────── whole lists ───────────────────────────── */

  /** A whole list begins; `endList` tells who was not in it. */
  beginList(): void {
    this.#mark++
  }

  /** @returns true when it was not known. */
  see(hash: InfoHash, now: EpochMs): boolean {
    const known = this.#rows.get(hash)
    const row = known ?? this.#add(hash, now)
    this.#marks[row] = this.#mark
    return known === undefined
  }

  /** Forgets those the list lacked. @returns how many */
  endList(): number {
    let left = 0
    for (const [hash, row] of this.#rows) {
      if (this.#marks[row] === this.#mark) continue
      this.#forget(hash, row)
      left++
    }
    return left
  }

  /* ───────────────────────────── what is known of one ───────────────────────────── */

  firstSeenAt(hash: InfoHash): EpochMs {
    return this.#firstSeen[this.#rows.get(hash) ?? -1] ?? 0
  }

  /**
   * A whole row came: nothing is stale that was noted before it was asked for. Loaded again in the same run of the daemon it left and came again
   * between two looks: it is another one, which is seen now for the first time.
   * @param askedAt `staleNotes` when the read began
   */
  remember(hash: InfoHash, row: NativeRow, now: EpochMs, askedAt: number): void {
    const at = this.#rows.get(hash)
    if (at === undefined) return
    const {loaded = 0} = row
    const known = this.#loaded[at]!
    if (known !== 0 && loaded !== 0 && loaded !== known) {
      this.#firstSeen[at] = now
      this.#flags[at] = 0
    }
    this.#loaded[at] = loaded || known
    this.noteLight(hash, row)
    this.#sizes[at] = row.size ?? 0
    this.#chunkSizes[at] = row.chunkSize ?? 0
    this.#chunks[at] = row.chunks ?? 0
    this.#finished[at] = row.finished ?? 0
    this.#setFlag(at, isMetaFlag, row.isMeta === 1)
    this.#setFlag(at, beganToMoveFlag, this.#hasFlag(at, neverMovedFlag) && hasMoved(row))
    this.#setFlag(at, neverMovedFlag, !hasMoved(row))
    this.forgetStale(hash, askedAt)
    this.noteRates(hash, row)
  }

  /** Its first bytes came or went between its last two whole rows, and nobody saw a rate of it. */
  beganToMove(hash: InfoHash): boolean {
    return this.#hasFlag(this.#rows.get(hash) ?? -1, beganToMoveFlag)
  }

  /**
   * A light row came. Bytes that came or went between two fast polls were seen by neither; those of a torrent whose rates
   * are followed anyway are no news.
   * @returns true when it differs from what was known, so that the rest is worth asking for.
   */
  noteLight(hash: InfoHash, row: NativeRow): boolean {
    const at = this.#rows.get(hash)
    if (at === undefined) return false
    const digest = digestOf(row)
    const isNews =
      this.#stateCounters[at] !== (row.stateCounter ?? 0) ||
      this.#stateChanged[at] !== (row.stateChanged ?? 0) ||
      this.#digests[at] !== digest ||
      (!this.#hot.has(hash) &&
        (this.#upTotals[at] !== (row.upTotal ?? 0) || this.#bytesDone[at] !== (row.bytesDone ?? 0)))
    this.#stateCounters[at] = row.stateCounter ?? 0
    this.#stateChanged[at] = row.stateChanged ?? 0
    this.#digests[at] = digest
    this.#noteBytes(at, row)
    const complaint = trackerComplaint(row.message ?? '')
    this.#setFlag(at, complainsFlag, complaint !== '')
    this.#setFlag(at, noAnswerFlag, complaintStatus(complaint) === 'unreachable')
    return isNews
  }

  /** The hot tick's row with what it does not ask for because it never changes. */
  complete(hash: InfoHash, row: NativeRow): NativeRow {
    const at = this.#rows.get(hash)
    if (at === undefined) return row
    return {
      ...row,
      size: this.#sizes[at]!,
      chunkSize: this.#chunkSizes[at]!,
      chunks: this.#chunks[at]!,
      finished: this.#finished[at]!,
      isMeta: this.#hasFlag(at, isMetaFlag) ? 1 : 0,
    }
  }

  /* ───────────────────────────── moving bytes ───────────────────────────── */

  /** What moves or is checked must be told when that ends and it leaves the filtered list. */
  noteRates(hash: InfoHash, row: NativeRow): void {
    const isChecking = Boolean(row.hashing || row.isHashChecking)
    if (row.upRate || row.downRate || isChecking) this.#hot.add(hash)
    else this.#hot.delete(hash)
    const at = this.#rows.get(hash)
    if (at === undefined) return
    this.#noteBytes(at, row)
    if (row.upRate || row.downRate) this.#setFlag(at, neverMovedFlag, false)
    this.#setFlag(at, isCheckingFlag, isChecking)
    this.#setFlag(at, isCompleteFlag, Boolean(row.isComplete || row.isPartlyDone))
  }

  /** It left the filtered list: nothing moves any more. */
  noteStill(hash: InfoHash): void {
    this.#hot.delete(hash)
  }

  wasChecking(hash: InfoHash): boolean {
    return this.#hasFlag(this.#rows.get(hash) ?? -1, isCheckingFlag)
  }

  wasComplete(hash: InfoHash): boolean {
    return this.#hasFlag(this.#rows.get(hash) ?? -1, isCompleteFlag)
  }

  /** Those whose rates were above 0 when last seen. */
  hot(): ReadonlySet<InfoHash> {
    return this.#hot
  }

  /* ───────────────────────────── stale details ───────────────────────────── */

  /** Their details are asked for in the next step: new ones, changed ones, and those we sent a command. */
  markStale(hashes: Iterable<InfoHash>): void {
    this.#staleNotes++
    for (const hash of hashes) if (this.#rows.has(hash)) this.#stale.set(hash, this.#staleNotes)
  }

  get staleCount(): number {
    return this.#stale.size
  }

  /** @param most so many of them */
  stale(most: number): InfoHash[] {
    return [...this.#stale.keys()].slice(0, most)
  }

  /** Of the last note that something is stale; whoever begins to read keeps it. */
  get staleNotes(): number {
    return this.#staleNotes
  }

  /** Its details came, or it was removed while they were asked for. @param askedAt `staleNotes` when the read began */
  forgetStale(hash: InfoHash, askedAt: number): void {
    if ((this.#stale.get(hash) ?? 0) <= askedAt) this.#stale.delete(hash)
  }

  /* ───────────────────────────── trackers ───────────────────────────── */

  noteTrackers(hash: InfoHash, status: AskedTrackers): void {
    const at = this.#rows.get(hash)
    if (at === undefined) return
    this.#setFlag(at, trackersWorkFlag, status === 'ok')
    this.#setFlag(at, hasNoTrackersFlag, status === 'none')
    this.#setFlag(at, trackersFailFlag, status === 'unreachable')
  }

  /** By its message when that complains about one, else as they did when we asked. */
  trackerStatus(hash: InfoHash): AskedTrackers | 'error' {
    const at = this.#rows.get(hash) ?? -1
    if (this.#hasFlag(at, complainsFlag)) return this.#hasFlag(at, noAnswerFlag) ? 'unreachable' : 'error'
    if (this.#hasFlag(at, trackersFailFlag)) return 'unreachable'
    if (this.#hasFlag(at, trackersWorkFlag)) return 'ok'
    return this.#hasFlag(at, hasNoTrackersFlag) ? 'none' : 'unknown'
  }

  /** The next `count` torrents of an endless round, from row `from` on. */
  round(from: number, count: number): {hashes: InfoHash[]; next: number} {
    const hashes: InfoHash[] = []
    let at = from
    for (let walked = 0; walked < this.#hashes.length && hashes.length < count; walked++) {
      const hash = this.#hashes[at % this.#hashes.length]
      if (hash) hashes.push(hash)
      at = (at + 1) % this.#hashes.length
    }
    return {hashes, next: at}
  }

  /* ───────────────────────────── inside ───────────────────────────── */

  #noteBytes(at: number, row: NativeRow): void {
    this.#upTotals[at] = row.upTotal ?? 0
    this.#bytesDone[at] = row.bytesDone ?? 0
  }

  #add(hash: InfoHash, now: EpochMs): number {
    const at = this.#free.pop() ?? this.#hashes.length
    if (at >= this.#marks.length) this.#grow()
    this.#hashes[at] = hash
    this.#rows.set(hash, at)
    this.#flags[at] = 0
    this.#digests[at] = this.#stateCounters[at] = this.#stateChanged[at] = 0
    this.#sizes[at] = this.#chunkSizes[at] = 0
    this.#chunks[at] = this.#finished[at] = 0
    this.#upTotals[at] = this.#bytesDone[at] = 0
    this.#firstSeen[at] = now
    this.#loaded[at] = 0
    return at
  }

  #forget(hash: InfoHash, at: number): void {
    this.#rows.delete(hash)
    this.#hashes[at] = null
    this.#free.push(at)
    this.#stale.delete(hash)
    this.#hot.delete(hash)
  }

  #grow(): void {
    const length = Math.max(64, this.#marks.length * 2)
    this.#marks = grown(this.#marks, new Uint32Array(length))
    this.#stateCounters = grown(this.#stateCounters, new Uint32Array(length))
    this.#stateChanged = grown(this.#stateChanged, new Uint32Array(length))
    this.#digests = grown(this.#digests, new Uint32Array(length))
    this.#flags = grown(this.#flags, new Uint16Array(length))
    this.#sizes = grown(this.#sizes, new Float64Array(length))
    this.#chunkSizes = grown(this.#chunkSizes, new Float64Array(length))
    this.#chunks = grown(this.#chunks, new Uint32Array(length))
    this.#finished = grown(this.#finished, new Uint32Array(length))
    this.#upTotals = grown(this.#upTotals, new Float64Array(length))
    this.#bytesDone = grown(this.#bytesDone, new Float64Array(length))
    this.#firstSeen = grown(this.#firstSeen, new Float64Array(length))
    this.#loaded = grown(this.#loaded, new Uint32Array(length))
  }

  #setFlag(at: number, flag: number, on: boolean): void {
    this.#flags[at] = on ? this.#flags[at]! | flag : this.#flags[at]! & ~flag
  }

  #hasFlag(at: number, flag: number): boolean {
    return ((this.#flags[at] ?? 0) & flag) !== 0
  }
}

function grown<T extends {set(from: T): void}>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

/** FNV-1a over what a light row says besides its counters. */
function digestOf(row: NativeRow): number {
  let hash = 0x811c9dc5 ^ (row.isComplete ?? 0)
  for (const text of [row.message ?? '', row.label ?? '']) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    hash = Math.imul(hash ^ 0xff, 0x01000193)
  }
  return hash >>> 0
}
