/**
 * What the sync remembers of each torrent between two deltas: only what is needed to derive a normalised value when
 * one of its parts changes. Columns, because 100,000 torrents on one server are ordinary: 81 bytes each, and one map
 * from hash to row.
 */
import type {InfoHash} from '#model/torrent-key.ts'
import {hostOf} from './native.ts'

/** Bits of the column `flags`. */
export const HAS_METADATA = 1
export const NOTHING_LEFT = 2
export const DOWN_FLOWS = 4
export const UP_FLOWS = 8
export const TRACKER_WARNING = 16
export const TRACKER_ERROR = 32
export const TRACKER_UNREACHABLE = 64
export const HAS_TRACKERS = 128

/** Bits of the column `unsaid`: values that tick, changed since they were last told. */
export const ETA = 1
export const ACTIVE_TIME = 2
export const SEEDING_TIME = 4
export const LAST_ACTIVITY = 8
export const NEXT_ANNOUNCE = 16

/** `eta` of a torrent that has none. */
export const NO_ETA = 0xff_ff_ff_ff

const shape = {
  flags: Uint8Array,
  unsaid: Uint8Array,
  /** The server's word for the state, by its number in `TorrentTable.words`. */
  state: Uint16Array,
  /** Bytes; NaN = the server's figure made no sense. */
  downloaded: Float64Array,
  uploaded: Float64Array,
  completed: Float64Array,
  progress: Float64Array,
  availability: Float64Array,
  /** Place in the queue, 0 = none. */
  priority: Uint32Array,
  /** Seconds, as the server last said. */
  eta: Uint32Array,
  activeTime: Uint32Array,
  seedingTime: Uint32Array,
  /** Unix seconds; 0 = never. */
  lastActivity: Uint32Array,
  /** Unix seconds, a whole number of tens; 0 = none. */
  nextAnnounce: Uint32Array,
  /** When what ticks was last told, seconds of the monotonic clock; 0 = never. */
  emittedAt: Uint32Array,
  /** Host of the tracker that works, by its number in `TorrentTable.words`; 0 = none works. */
  workingHost: Uint32Array,
  /** Its set of trackers, by its number in `TrackerSets`; 0 = not told. */
  trackers: Uint32Array,
  /** The whole list in which it was last seen. */
  list: Uint32Array,
} as const

type Shape = typeof shape
type Columns = {[C in keyof Shape]: InstanceType<Shape[C]>}

const columnNames = Object.keys(shape) as (keyof Shape)[]

export class TorrentTable {
  readonly columns: Columns = {...noColumns}
  /** State words and tracker hosts: few and repeated. */
  readonly words = new Words()
  readonly announceHosts = new AnnounceHosts()
  #hashes: InfoHash[] = []
  readonly #rows = new Map<InfoHash, number>()
  #free: number[] = []

  get size(): number {
    return this.#rows.size
  }

  /** Every row is below this; free ones among them have the hash ''. */
  get top(): number {
    return this.#hashes.length
  }

  row(hash: InfoHash): number | undefined {
    return this.#rows.get(hash)
  }

  hash(row: number): InfoHash {
    return this.#hashes[row]!
  }

  /** A row with nothing in it yet. */
  add(hash: InfoHash): number {
    const row = this.#free.pop() ?? this.#hashes.length
    if (row >= this.columns.flags.length) this.#grow()
    this.#rows.set(hash, row)
    this.#hashes[row] = hash
    return row
  }

  /** @returns whether it was there */
  remove(hash: InfoHash): boolean {
    const row = this.#rows.get(hash)
    if (row === undefined) return false
    this.#rows.delete(hash)
    this.#hashes[row] = '' as InfoHash
    for (const name of columnNames) this.columns[name][row] = 0
    this.#free.push(row)
    return true
  }

  clear(): void {
    this.#rows.clear()
    this.#hashes = []
    this.#free = []
    for (const name of columnNames) this.columns[name].fill(0)
  }

  setFlag(row: number, flag: number, on: boolean): void {
    const flags = this.columns.flags
    flags[row] = on ? flags[row]! | flag : flags[row]! & ~flag
  }

  #grow(): void {
    const length = Math.max(64, Math.ceil(this.columns.flags.length * 1.5))
    for (const name of columnNames) {
      const wider = new shape[name](length)
      wider.set(this.columns[name])
      Object.assign(this.columns, {[name]: wider})
    }
  }
}

/** Shared by all who have no torrent yet: eighteen arrays are 3 KB, and there are thousands of servers. */
const noColumns = Object.fromEntries(
  columnNames.map((name) => [name, new shape[name](0)]),
) as unknown as Columns

/** A server that invents words without end gets no more numbers than this. */
const MOST_WORDS = 60_000
const MOST_HOSTS = 1_000

/** Few words, many uses: a number for each; 0 is ''. */
class Words {
  readonly #numbers = new Map<string, number>([['', 0]])
  readonly #words: string[] = ['']

  number(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    if (this.#words.length >= MOST_WORDS) return 0
    this.#numbers.set(word, this.#words.length)
    return this.#words.push(word) - 1
  }

  at(number: number): string {
    return this.#words[number] ?? ''
  }
}

/** Hosts of announce URLs: thousands of torrents have the same one. */
class AnnounceHosts {
  readonly #hosts = new Map<string, string>()

  of(url: string): string {
    const known = this.#hosts.get(url)
    if (known !== undefined) return known
    // Whoever has one for each torrent gains nothing, and costs no memory without end.
    if (this.#hosts.size >= MOST_HOSTS) this.#hosts.clear()
    const host = hostOf(url)
    this.#hosts.set(url, host)
    return host
  }
}
