import type {InfoHash} from '#model/torrent-key.ts'
import type {TorrentTable} from './torrent-table.ts'

/**
 * Whose turn it is to have his slow fields read: all torrents once per period, in even portions, so that the cost per
 * step is flat. Torrents that ask for it (new ones, those just commanded) go first, and before them what is demanded.
 */
export class DetailSchedule {
  readonly #periodMs: number
  readonly #least: number
  readonly #most: number
  readonly #demanded = new Set<InfoHash>()
  readonly #first = new Set<InfoHash>()
  #cursor = 0
  #lastAt: number | null = null

  /** @param least a portion smaller than this waits, so that a small server is not asked for crumbs */
  constructor(parts: {periodMs: number; least: number; most: number}) {
    this.#periodMs = parts.periodMs
    this.#least = parts.least
    this.#most = parts.most
  }

  /** To be read at the next step, however many are in a hurry: who asks takes it for read then. */
  demand(hash: InfoHash): void {
    this.#demanded.add(hash)
  }

  /** To be read at the next step, or behind all that were in a hurry before it. */
  hurry(hash: InfoHash): void {
    this.#first.add(hash)
  }

  /** A whole list was read now: the round starts over. */
  restart(nowMs: number): void {
    this.#demanded.clear()
    this.#first.clear()
    this.#lastAt = nowMs
  }

  /** Hashes to read in this step; they count as read. */
  next(table: TorrentTable, nowMs: number): InfoHash[] {
    this.#lastAt ??= nowMs
    const selected = this.#hurried(table)
    const owed = Math.floor((table.size * (nowMs - this.#lastAt)) / this.#periodMs)
    if (owed < Math.min(this.#least, table.size) || table.size === 0) return selected
    this.#lastAt = nowMs
    const portion = Math.min(owed, table.size, this.#most - selected.length)
    for (let passed = 0, taken = 0; taken < portion && passed < table.slots; passed++) {
      this.#cursor = (this.#cursor + 1) % table.slots
      const hash = table.hashAt(this.#cursor)
      if (hash === null) continue
      selected.push(hash)
      taken++
    }
    return selected
  }

  #hurried(table: TorrentTable): InfoHash[] {
    const selected = [...this.#demanded].filter((hash) => table.slotOf(hash) >= 0)
    for (const hash of this.#demanded) this.#first.delete(hash)
    this.#demanded.clear()
    for (const hash of this.#first) {
      if (selected.length >= this.#most) break
      this.#first.delete(hash)
      if (table.slotOf(hash) >= 0) selected.push(hash)
    }
    return selected
  }
}
