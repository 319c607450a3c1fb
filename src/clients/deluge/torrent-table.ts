import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {ANNOUNCE_SENT} from './fields.ts'
import type {NativeRecord} from './wire.ts'

/** A torrent as it was passed on last. */
export interface Entry {
  hot: NativeRecord
  /** `null` = its slow fields were not read yet. */
  slow: NativeRecord | null
  /** Name of its folder or only file on the disk; `undefined` = its files were not read yet, or have none in common. */
  top: string | undefined
  /** When the ticking fields of `hot` were read. */
  tickedAt: EpochMs
  slowAt: number
  topAt: number
  /** The list that it was in last. */
  pass: number
}

interface Taken {
  readonly row: NativeRecord
  readonly isNew: boolean
  readonly isNews: boolean
}

/** The torrents of the daemon as the sync passed them on last: to find what is new, and who left. */
export class TorrentTable {
  readonly #entries = new Map<InfoHash, Entry>()
  #pass = 0

  get size(): number {
    return this.#entries.size
  }

  get(hash: InfoHash): Entry | undefined {
    return this.#entries.get(hash)
  }

  entries(): IterableIterator<[InfoHash, Entry]> {
    return this.#entries.entries()
  }

  hashes(): IterableIterator<InfoHash> {
    return this.#entries.keys()
  }

  /** Nothing that was known counts any more. */
  clear(): void {
    this.#entries.clear()
  }

  beginList(): void {
    this.#pass++
  }

  /**
   * Takes a hot row of the list.
   * @param now epoch ms @param ticks it has the ticking fields, too; otherwise those of before stand
   * @returns the row to pass on, whether it is new, and whether it has to be passed on
   */
  take(hash: InfoHash, raw: NativeRecord, now: EpochMs, ticks: boolean): Taken {
    const entry = this.#entries.get(hash)
    if (!entry) {
      const fresh = {hot: raw, slow: null, top: undefined, slowAt: -Infinity, topAt: -Infinity}
      this.#entries.set(hash, {...fresh, tickedAt: now, pass: this.#pass})
      return {row: raw, isNew: true, isNews: true}
    }
    const hot = withLastAnswer(raw, entry.hot)
    entry.pass = this.#pass
    // A folder that was renamed shows in the name, unless it has one of its own.
    if (entry.hot['name'] !== hot['name']) entry.topAt = -Infinity
    const isNews = differs(entry.hot, hot)
    if (isNews) entry.hot = ticks ? hot : {...entry.hot, ...hot}
    if (ticks) entry.tickedAt = now
    return {row: entry.hot, isNew: false, isNews}
  }

  /** It stands in the list as it stood there before. @returns whether it is known */
  keep(hash: InfoHash): boolean {
    const entry = this.#entries.get(hash)
    if (entry) entry.pass = this.#pass
    return entry !== undefined
  }

  /** Those that the list that just ended did not have; they are forgotten. */
  dropUnlisted(): InfoHash[] {
    const left = [...this.#entries].filter(([, {pass}]) => pass !== this.#pass).map(([hash]) => hash)
    for (const hash of left) this.#entries.delete(hash)
    return left
  }
}

/**
 * While a tracker is asked Deluge says that alone. What the tracker answered last stands until it answers again: decisions
 * that rest on it are void when it differs, at each announce otherwise.
 */
function withLastAnswer(raw: NativeRecord, {tracker_status: last}: NativeRecord): NativeRecord {
  return raw['tracker_status'] === ANNOUNCE_SENT ? {...raw, tracker_status: last} : raw
}

function differs(one: NativeRecord, other: NativeRecord): boolean {
  for (const key of Object.keys(other)) if (one[key] !== other[key]) return true
  return false
}
