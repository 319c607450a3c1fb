/**
 * What the sync driver remembers of each torrent so that it can tell news from repetition: its id in this run of the
 * daemon, fingerprints of the rows last told, and which category and tags it counts for. No values: those are the
 * fleet's. About 100 bytes a torrent with its two map entries, 10 MB for 100,000.
 */
import {trackerStatuses, type TrackerStatus} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Placement} from './labels.ts'

interface Columns {
  /** Fingerprints of the last row told of each kind; 0 = none. */
  readonly hot: Float64Array
  readonly tail: Float64Array
  readonly slow: Float64Array
  readonly trackers: Float64Array
  readonly ids: Int32Array
  /** Seconds of the monotonic clock when the hot row was last told. */
  readonly emittedAt: Int32Array
  /** Which whole list last named it. */
  readonly pass: Int32Array
  /** Index into `#placements`, −1 = none yet. */
  readonly placement: Int32Array
  /** The torrent's own `error`, 0 to 3. */
  readonly error: Uint8Array
  /** What its trackers last said, as an index of `trackerStatuses`. */
  readonly tracker: Uint8Array
}

interface CountedPlacement extends Placement {
  readonly key: string
  readonly index: number
  torrents: number
}

const UNKNOWN_TRACKER = trackerStatuses.indexOf('unknown')

/** Shared by all who have no torrent yet: there are thousands of servers. */
const noColumns = makeColumns(0)

export class TorrentTable {
  columns = noColumns
  /** Number of the whole list being read, or read last. */
  pass = 0
  readonly #slotOf = new Map<InfoHash, number>()
  readonly #slotOfId = new Map<number, number>()
  readonly #hashes: (InfoHash | null)[] = []
  readonly #free: number[] = []
  readonly #placements: CountedPlacement[] = []
  readonly #placementOf = new Map<string, CountedPlacement>()
  readonly #freePlacements: number[] = []
  #placesChanged = true

  get size(): number {
    return this.#slotOf.size
  }

  /** Slots ever given out; those of removed torrents are empty (`hashAt` is `null`). */
  get slots(): number {
    return this.#hashes.length
  }

  /** −1 = not known. */
  slotOf(hash: InfoHash): number {
    return this.#slotOf.get(hash) ?? -1
  }

  slotOfId(id: number): number {
    return this.#slotOfId.get(id) ?? -1
  }

  hashAt(slot: number): InfoHash | null {
    return this.#hashes[slot] ?? null
  }

  /** A slot for a torrent not known yet. */
  admit(hash: InfoHash, id: number): number {
    const slot = this.#free.pop() ?? this.#hashes.length
    if (slot >= this.columns.ids.length) this.columns = grown(this.columns)
    this.#hashes[slot] = hash
    this.#slotOf.set(hash, slot)
    const {columns} = this
    columns.hot[slot] = columns.tail[slot] = columns.slow[slot] = columns.trackers[slot] = 0
    columns.emittedAt[slot] = columns.pass[slot] = columns.error[slot] = 0
    columns.placement[slot] = -1
    columns.tracker[slot] = UNKNOWN_TRACKER
    columns.ids[slot] = -1
    this.rename(slot, id)
    return slot
  }

  /** The daemon numbers its torrents again in each run. */
  rename(slot: number, id: number): void {
    const before = this.columns.ids[slot]!
    if (before === id) return
    if (this.#slotOfId.get(before) === slot) this.#slotOfId.delete(before)
    this.columns.ids[slot] = id
    this.#slotOfId.set(id, slot)
  }

  /** After a restart no id means what it meant. */
  forgetIds(): void {
    this.#slotOfId.clear()
    this.columns.ids.fill(-1)
  }

  drop(slot: number): void {
    const hash = this.#hashes[slot]
    if (!hash) return
    this.#slotOf.delete(hash)
    const id = this.columns.ids[slot]!
    if (this.#slotOfId.get(id) === slot) this.#slotOfId.delete(id)
    this.#hashes[slot] = null
    this.#free.push(slot)
    this.#unplace(slot)
  }

  /** Drops what the list of this pass did not name. @returns how many */
  dropUnlisted(): number {
    let dropped = 0
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.#hashes[slot] === null || this.columns.pass[slot] === this.pass) continue
      this.drop(slot)
      dropped++
    }
    return dropped
  }

  trackerStatus(slot: number): TrackerStatus {
    return trackerStatuses[this.columns.tracker[slot]!]!
  }

  setTrackerStatus(slot: number, status: TrackerStatus): void {
    this.columns.tracker[slot] = trackerStatuses.indexOf(status)
  }

  /** Counts the torrent for its category and tags. */
  place(slot: number, placement: Placement): void {
    const key = [placement.category, ...placement.tags].join('\0')
    const before = this.#placements[this.columns.placement[slot]!]
    if (before?.key === key) return
    this.#unplace(slot)
    const counted = this.#placementOf.get(key) ?? this.#addPlacement(key, placement)
    counted.torrents++
    this.columns.placement[slot] = counted.index
  }

  /** Categories and tags in use, sorted, when they may have changed since the last time. */
  placesIfChanged(): {categories: string[]; tags: string[]} | null {
    if (!this.#placesChanged) return null
    this.#placesChanged = false
    const categories = new Set<string>()
    const tags = new Set<string>()
    for (const placement of this.#placementOf.values()) {
      if (placement.category !== '') categories.add(placement.category)
      for (const tag of placement.tags) tags.add(tag)
    }
    return {categories: [...categories].sort(), tags: [...tags].sort()}
  }

  #addPlacement(key: string, placement: Placement): CountedPlacement {
    const index = this.#freePlacements.pop() ?? this.#placements.length
    const counted = {category: placement.category, tags: [...placement.tags], key, index, torrents: 0}
    this.#placements[index] = counted
    this.#placementOf.set(key, counted)
    this.#placesChanged = true
    return counted
  }

  #unplace(slot: number): void {
    const index = this.columns.placement[slot]!
    this.columns.placement[slot] = -1
    const counted = index < 0 ? undefined : this.#placements[index]
    if (!counted || --counted.torrents > 0) return
    this.#placementOf.delete(counted.key)
    this.#freePlacements.push(index)
    this.#placesChanged = true
  }
}

function makeColumns(length: number): Columns {
  return {
    hot: new Float64Array(length),
    tail: new Float64Array(length),
    slow: new Float64Array(length),
    trackers: new Float64Array(length),
    ids: new Int32Array(length),
    emittedAt: new Int32Array(length),
    pass: new Int32Array(length),
    placement: new Int32Array(length),
    error: new Uint8Array(length),
    tracker: new Uint8Array(length),
  }
}

function grown(columns: Columns): Columns {
  const larger = makeColumns(Math.max(64, columns.ids.length * 2))
  for (const name of Object.keys(columns) as (keyof Columns)[]) larger[name].set(columns[name])
  return larger
}
