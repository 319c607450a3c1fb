import type {InfoHash} from '#model/torrent-key.ts'
import type {TorrentTable} from './torrent-table.ts'

/**
 * Whose turn it is to be looked at: all torrents once per period, in even portions, so that the cost is flat and each
 * portion is worth its request.
 */
export class DetailSchedule {
  readonly #periodMs: number
  readonly #portions: number
  readonly #most: number
  #cursor = 0
  #lastAt: number | null = null

  /** @param parts.most torrents in a portion: what is left over comes later */
  constructor(parts: {periodMs: number; portions: number; most: number}) {
    this.#periodMs = parts.periodMs
    this.#portions = parts.portions
    this.#most = parts.most
  }

  /** A whole list was read now: the round starts over. */
  restart(nowMs: number): void {
    this.#lastAt = nowMs
  }

  /** Hashes to look at in this step; they count as looked at. */
  next(book: TorrentTable, nowMs: number): InfoHash[] {
    this.#lastAt ??= nowMs
    const owed = Math.floor((book.size * (nowMs - this.#lastAt)) / this.#periodMs)
    if (book.size === 0 || owed < Math.max(1, Math.floor(book.size / this.#portions))) return []
    this.#lastAt = nowMs
    const portion = Math.min(owed, book.size, this.#most)
    const chosen: InfoHash[] = []
    for (let passed = 0; chosen.length < portion && passed < book.slots; passed++) {
      this.#cursor = (this.#cursor + 1) % book.slots
      const hash = book.hashAt(this.#cursor)
      if (hash !== null) chosen.push(hash)
    }
    return chosen
  }
}

/** Trackers that were never heard of come within this time, or as soon as the portions allow. */
const FIRST_MS = 90_000
const PORTIONS = 9
const MOST = 400

/**
 * Whose trackers it is worth asking about: each torrent says when (`TorrentTable.columns.trackersDue`), the next time
 * after it was to announce itself.
 */
export class TrackerSchedule {
  #cursor = 0
  #lastAt: number | null = null

  next(book: TorrentTable, nowMs: number): InfoHash[] {
    this.#lastAt ??= nowMs
    const elapsed = Math.min(FIRST_MS, nowMs - this.#lastAt)
    const most = Math.min(MOST, Math.ceil((book.size * elapsed) / FIRST_MS))
    if (most < Math.min(MOST, book.size / PORTIONS)) return []
    this.#lastAt = nowMs
    const nowSeconds = Math.floor(nowMs / 1000)
    const chosen: InfoHash[] = []
    for (let passed = 0; chosen.length < most && passed < book.slots; passed++) {
      this.#cursor = (this.#cursor + 1) % book.slots
      const hash = book.hashAt(this.#cursor)
      if (hash !== null && book.columns.trackersDue[this.#cursor]! <= nowSeconds) chosen.push(hash)
    }
    return chosen
  }
}

/** Torrents that are read at the next step, whoever's turn it is: what is new, was commanded, or was seen to differ. */
export class UrgentTorrents {
  readonly #hashes = new Set<InfoHash>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  add(hash: InfoHash): void {
    this.#hashes.add(hash)
  }

  clear(): void {
    this.#hashes.clear()
  }

  /** The first of them that are still there; the others stay for the next step. */
  take(book: TorrentTable): InfoHash[] {
    const chosen: InfoHash[] = []
    for (const hash of this.#hashes) {
      if (chosen.length >= this.#most) break
      this.#hashes.delete(hash)
      if (book.slotOf(hash) >= 0) chosen.push(hash)
    }
    return chosen
  }
}
