/**
 * Rows on their way from the server to the sink: compared by their bytes with those read last, and where they carry
 * values, normalised, noted in the table and told. One function per set of fields.
 */
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {SyncSink} from '../port.ts'
import {fingerprint, leadingNumber, torrentOf, type RawRow, type RawTorrent} from './codec.ts'
import {normaliseMoving, normaliseSlow, type NormaliseContext} from './normalise.ts'
import {number, text} from './raw.ts'
import type {TorrentTable} from './torrent-table.ts'
import type {TrueNames} from './true-names.ts'
import {normaliseTrackers, secondsUntilNews} from './tracker-news.ts'

/** Where trackers said nothing new though it was time: of one that was never asked, and of others. */
const NEVER_ASKED_SECONDS = 600
const NO_NEWS_SECONDS = 1800

export class PatchEmitter {
  readonly #book: TorrentTable
  readonly #sink: SyncSink
  readonly #context: NormaliseContext
  readonly #truths: Pick<TrueNames, 'straight'>
  readonly #step: number
  readonly #nowSeconds: number
  readonly #daemonNow: number
  /** Rows handed to the sink. */
  told = 0
  /** Rows that the list of the recently active had. */
  active = 0
  /** Torrents not in the table before. */
  readonly joined: InfoHash[] = []
  /** Ids among the recently active that the table does not have. */
  readonly unknown: number[] = []
  /** What they move by is to be read. */
  readonly moved = new Set<InfoHash>()
  /** Recently active, and not so at the last step: something of them may differ that is not in a pulse. */
  readonly arrived: InfoHash[] = []
  /** All of them is to be read: something differs that rows which are compared do not tell. */
  readonly differing = new Set<InfoHash>()
  /** Their trackers are to be read. */
  readonly complaining: InfoHash[] = []
  /** Of these some row came. */
  readonly answered = new Set<InfoHash>()

  constructor(parts: {
    book: TorrentTable
    sink: SyncSink
    context: NormaliseContext
    truths: Pick<TrueNames, 'straight'>
    /** Number of this step. */
    step: number
    nowMs: number
    /** Unix seconds of the daemon's clock, as far as it is known. */
    daemonNow: number
  }) {
    this.#book = parts.book
    this.#sink = parts.sink
    this.#context = parts.context
    this.#truths = parts.truths
    this.#step = parts.step
    this.#nowSeconds = Math.floor(parts.nowMs / 1000)
    this.#daemonNow = parts.daemonNow
  }

  /** A row of `pulseFields`. Who was not recently active at the last step may have been renamed or moved meanwhile. */
  pulse(row: RawRow): void {
    this.active++
    const id = leadingNumber(row)
    const slot = this.#book.slotOfId(id)
    if (slot < 0) {
      if (id >= 0) this.unknown.push(id)
      return
    }
    const {columns} = this.#book
    const print = fingerprint(row.bytes, row.start, row.end)
    const wasActive = columns.activeIn[slot] === this.#step - 1
    columns.activeIn[slot] = this.#step
    if (!wasActive) this.arrived.push(this.#book.hashAt(slot)!)
    if (columns.pulse[slot] === print) return
    columns.pulse[slot] = print
    this.moved.add(this.#book.hashAt(slot)!)
  }

  /** A whole list follows, which has all of it. */
  forgetPulses(): void {
    this.arrived.length = 0
    this.moved.clear()
  }

  /** A row of `placeFields` or `settingsFields`. 0.5 µs when it says nothing new. */
  compare(row: RawRow): void {
    const slot = this.#book.slotOfId(leadingNumber(row))
    if (slot < 0) return
    const {columns} = this.#book
    const hash = this.#book.hashAt(slot)!
    const {placed, set, counted, hasSet} = printsOf(row)
    if (columns.placed[slot] !== placed || (hasSet && columns.set[slot] !== set)) this.differing.add(hash)
    else if (columns.counted[slot] !== counted) this.moved.add(hash)
  }

  /** A row of `movingFields`. */
  moving(columns: readonly string[], row: RawRow): void {
    const raw = torrentOf(columns, row)
    const slot = this.#slotIfKnown(raw)
    if (slot < 0) return
    const hadMetadata = this.#book.columns.metadata[slot]
    this.#tell(this.#movingPatch(raw, slot))
    this.#book.columns.counted[slot] = printsOf(row).counted
    if (hadMetadata !== this.#book.columns.metadata[slot]) this.differing.add(this.#book.hashAt(slot)!)
  }

  /** A row of `wholeFields`: told whatever the table says. @param isListed in a whole list */
  whole(columns: readonly string[], row: RawRow, isListed: boolean): void {
    const raw = torrentOf(columns, row)
    const slot = this.#slotOf(raw)
    if (slot < 0) return
    const book = this.#book
    const hash = book.hashAt(slot)!
    const slow = normaliseSlow(raw, hash, this.#context, book.trackerStatus(slot))
    this.#place(slot, slow)
    this.#tell({...slow, ...this.#movingPatch(raw, slot)})
    const {counted, placed, set} = printsOf(row)
    book.columns.counted[slot] = counted
    book.columns.placed[slot] = placed
    book.columns.set[slot] = set
    if (!isListed) return
    book.columns.pass[slot] = book.pass
    book.columns.activeIn[slot] = this.#step
    // A whole list may stand for a new beginning: what it does not carry is told once more.
    book.columns.pulse[slot] = book.columns.trackers[slot] = book.columns.trackersDue[slot] = 0
  }

  /** A row of `trackerFields`. */
  trackers(columns: readonly string[], row: RawRow): void {
    const print = fingerprint(row.bytes, row.start, row.end)
    const known = this.#book.slotOfId(leadingNumber(row))
    if (known >= 0 && this.#book.columns.trackers[known] === print) {
      this.answered.add(this.#book.hashAt(known)!)
      const isAsked = this.#book.trackerStatus(known) !== 'unknown'
      const wait = isAsked ? NO_NEWS_SECONDS : NEVER_ASKED_SECONDS
      this.#book.columns.trackersDue[known] = this.#nowSeconds + wait
      return
    }
    const raw = torrentOf(columns, row)
    const slot = this.#slotIfKnown(raw)
    if (slot < 0) return
    const book = this.#book
    const news = normaliseTrackers(raw, book.hashAt(slot)!, book.columns.error[slot]!)
    book.setTrackerStatus(slot, news.status)
    book.columns.trackers[slot] = print
    book.columns.trackersDue[slot] = this.#nowSeconds + secondsUntilNews(raw, this.#daemonNow)
    this.#tell(news.patch)
  }

  /** The server named this id as removed. */
  removed(id: number): boolean {
    const slot = this.#book.slotOfId(id)
    if (slot < 0) return false
    this.#sink.removed(this.#book.hashAt(slot)!)
    this.#book.drop(slot)
    return true
  }

  #movingPatch(raw: RawTorrent, slot: number): TorrentPatch {
    const book = this.#book
    const before = book.columns.error[slot]!
    const error = number(raw, 'error') ?? 0
    book.columns.error[slot] = error
    if (error !== before) this.complaining.push(book.hashAt(slot)!)
    const patch = normaliseMoving(raw, book.hashAt(slot)!, book.trackerStatus(slot))
    book.columns.metadata[slot] = patch.hasMetadata === true ? 1 : 0
    // Only the tracker pass brings other words; till then what is over must not stand there.
    const hadTrackerWords = before === 1 || before === 2
    return hadTrackerWords && !('trackerMessage' in patch) ? {...patch, trackerMessage: ''} : patch
  }

  #place(slot: number, patch: TorrentPatch): void {
    this.#book.place(slot, {category: patch.category ?? '', tags: patch.tags ?? []})
  }

  #tell(patch: TorrentPatch): void {
    this.told++
    this.#sink.row(this.#truths.straight(patch))
  }

  /** Its slot, a new one if need be; −1 for a row without a hash that we can name it by. */
  #slotOf(raw: RawTorrent): number {
    const hash = asInfoHash(text(raw, 'hash_string') ?? '')
    const id = number(raw, 'id')
    if (hash === null || id === undefined) return -1
    this.answered.add(hash)
    const slot = this.#book.slotOf(hash)
    if (slot >= 0) {
      this.#book.rename(slot, id)
      return slot
    }
    this.joined.push(hash)
    const added = this.#book.admit(hash, id)
    this.#book.columns.activeIn[added] = this.#step
    return added
  }

  #slotIfKnown(raw: RawTorrent): number {
    const hash = asInfoHash(text(raw, 'hash_string') ?? '')
    if (hash === null) return -1
    this.answered.add(hash)
    return this.#book.slotOf(hash)
  }
}

/** Of the parts that rows of several kinds share. `hasSet`: the row goes so far. */
function printsOf({bytes, splits}: RawRow): {counted: number; placed: number; set: number; hasSet: boolean} {
  const [id = 0, counted = 0, placed = 0, set = 0] = splits
  return {
    counted: fingerprint(bytes, id, counted),
    placed: fingerprint(bytes, counted, placed),
    set: fingerprint(bytes, placed, set),
    hasSet: set > placed,
  }
}
