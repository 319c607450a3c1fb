/**
 * Rows on their way from the server to the sink: passed over when their bytes are those told last, else normalised,
 * noted in the table and told. One function per set of fields.
 */
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {SyncSink} from '../port.ts'
import {unreadableRow} from '../unreadable-row.ts'
import {fingerprint, leadingNumber, torrentOf, number, text, type RawRow, type RawTorrent} from './codec.ts'
import {normaliseHot, normaliseSlow, type NormaliseContext} from './normalise.ts'
import type {TorrentTable} from './torrent-table.ts'
import type {TrueNames} from './true-names.ts'
import {normaliseTrackers} from './tracker-news.ts'

/** What ticks by itself (activity, seconds, eta) makes a row news this often at most. */
const TICK_SECONDS = 10

export class PatchEmitter {
  readonly #table: TorrentTable
  readonly #sink: SyncSink
  readonly #context: NormaliseContext
  readonly #truths: Pick<TrueNames, 'straight'>
  readonly #nowSeconds: number
  /** Rows handed to the sink. */
  emitted = 0
  /** Rows a delta named, told or not. */
  named = 0
  /** Torrents not in the table before. */
  readonly joined: InfoHash[] = []

  constructor(parts: {
    table: TorrentTable
    sink: SyncSink
    context: NormaliseContext
    truths: Pick<TrueNames, 'straight'>
    nowMs: number
  }) {
    this.#table = parts.table
    this.#sink = parts.sink
    this.#context = parts.context
    this.#truths = parts.truths
    this.#nowSeconds = Math.floor(parts.nowMs / 1000)
  }

  /** A row of `hotFields`. 0.5 µs when it says nothing new. */
  hot(columns: readonly string[], row: RawRow): void {
    this.named++
    const known = this.#table.slotOfId(leadingNumber(row))
    const [, moving = 0, ticking = 0] = row.splits
    const print = fingerprint(row.bytes, row.start, moving)
    const tail = fingerprint(row.bytes, moving, ticking)
    if (known >= 0 && this.#isOld(known, print, tail)) return
    const raw = torrentOf(columns, row)
    const slot = this.#slotOf(raw)
    this.#emit(this.#hotPatch(raw, slot))
    this.#noteHot(slot, print, tail)
  }

  /** A row of `fullFields`: told whatever the table says. */
  whole(columns: readonly string[], row: RawRow): void {
    const raw = torrentOf(columns, row)
    const slot = this.#slotOf(raw)
    const table = this.#table
    const hash = table.hashAt(slot)!
    const slow = normaliseSlow(raw, hash, this.#context, table.trackerStatus(slot))
    this.#emit({...slow, ...this.#hotPatch(raw, slot)})
    const [shared = 0, moving = 0, ticking = 0] = row.splits
    const {bytes, start, end} = row
    this.#noteHot(slot, fingerprint(bytes, start, moving), fingerprint(bytes, moving, ticking))
    table.columns.slow[slot] = fingerprint(bytes, ticking, end - 1, fingerprint(bytes, start, shared))
    // A whole list may stand for a new beginning: what it does not carry is told once more.
    table.columns.trackers[slot] = 0
  }

  /** A row of `slowFields`. */
  slow(columns: readonly string[], row: RawRow): void {
    const {bytes, start, end} = row
    const [shared = 0] = row.splits
    const print = fingerprint(bytes, shared, end - 1, fingerprint(bytes, start, shared))
    const known = this.#table.slotOfId(leadingNumber(row))
    if (known >= 0 && this.#table.columns.slow[known] === print) return
    const raw = torrentOf(columns, row)
    const slot = this.#slotIfKnown(raw)
    if (slot < 0) return
    const table = this.#table
    const patch = normaliseSlow(raw, table.hashAt(slot)!, this.#context, table.trackerStatus(slot))
    this.#noteTrouble(raw, slot)
    this.#place(slot, patch)
    this.#emit(patch)
    table.columns.slow[slot] = print
    // What both rows carry (error, labels, folder) was told again: the next hot row must not pass for old.
    table.columns.hot[slot] = 0
  }

  /** A row of `trackerFields`. */
  trackers(columns: readonly string[], row: RawRow): void {
    const print = fingerprint(row.bytes, row.start, row.end)
    const known = this.#table.slotOfId(leadingNumber(row))
    if (known >= 0 && this.#table.columns.trackers[known] === print) return
    const raw = torrentOf(columns, row)
    const slot = this.#slotIfKnown(raw)
    if (slot < 0) return
    const table = this.#table
    const news = normaliseTrackers(raw, table.hashAt(slot)!, table.columns.error[slot]!)
    table.setTrackerStatus(slot, news.status)
    table.columns.trackers[slot] = print
    this.#emit(news.patch)
  }

  /** The server named this id as removed. */
  removed(id: number): boolean {
    const slot = this.#table.slotOfId(id)
    if (slot < 0) return false
    this.#sink.removed(this.#table.hashAt(slot)!)
    this.#table.drop(slot)
    return true
  }

  #isOld(slot: number, print: number, tail: number): boolean {
    const {columns} = this.#table
    if (columns.hot[slot] !== print) return false
    return columns.tail[slot] === tail || this.#nowSeconds - columns.emittedAt[slot]! < TICK_SECONDS
  }

  #hotPatch(raw: RawTorrent, slot: number): TorrentPatch {
    const table = this.#table
    const hadTrackerWords = table.columns.error[slot] === 1 || table.columns.error[slot] === 2
    this.#noteTrouble(raw, slot)
    const patch = normaliseHot(raw, table.hashAt(slot)!, this.#context, table.trackerStatus(slot))
    this.#place(slot, patch)
    // Only the tracker pass brings other words; till then what is over must not stand there.
    return hadTrackerWords && !('trackerMessage' in patch) ? {...patch, trackerMessage: ''} : patch
  }

  #noteHot(slot: number, print: number, tail: number): void {
    const {columns} = this.#table
    columns.hot[slot] = print
    columns.tail[slot] = tail
    columns.emittedAt[slot] = this.#nowSeconds
    columns.pass[slot] = this.#table.pass
  }

  #noteTrouble(raw: RawTorrent, slot: number): void {
    this.#table.columns.error[slot] = number(raw, 'error') ?? 0
  }

  #place(slot: number, patch: TorrentPatch): void {
    this.#table.place(slot, {category: patch.category ?? '', tags: patch.tags ?? []})
  }

  #emit(patch: TorrentPatch): void {
    this.emitted++
    this.#sink.row(this.#truths.straight(patch))
  }

  /**
   * Its slot, a new one if need be.
   * @throws {ServerFault} what a row owns that cannot be read, nobody knows: a list with such a row is none
   */
  #slotOf(raw: RawTorrent): number {
    const hash = hashIn(raw)
    const id = number(raw, 'id')
    if (id === undefined) throw unreadableRow('id', hash)
    const slot = this.#table.slotOf(hash)
    if (slot >= 0) {
      this.#table.rename(slot, id)
      return slot
    }
    this.joined.push(hash)
    return this.#table.admit(hash, id)
  }

  #slotIfKnown(raw: RawTorrent): number {
    return this.#table.slotOf(hashIn(raw))
  }
}

/** @throws {ServerFault} */
export function hashIn(raw: RawTorrent): InfoHash {
  const written = text(raw, 'hash_string')
  const hash = asInfoHash(written ?? '')
  if (hash === null) throw unreadableRow('hash', text(raw, 'name'), written, raw['id'])
  return hash
}
