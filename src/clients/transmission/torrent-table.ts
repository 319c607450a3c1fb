/**
 * What the sync driver remembers of each torrent so that it can tell news from repetition: its id in this run of the
 * daemon, fingerprints of what was read last, and which category and tags it counts for. No values: those are the
 * fleet's. About 100 bytes a torrent with its two map entries, 10 MB for 100,000.
 */
import {trackerStatuses, type TrackerStatus} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Placement} from './labels.ts'

interface Columns {
  /** Fingerprints of the parts of rows that were read last (`fields.ts`); 0 = none. */
  readonly pulse: Float64Array
  readonly counted: Float64Array
  readonly placed: Float64Array
  readonly set: Float64Array
  readonly trackers: Float64Array
  readonly ids: Int32Array
  /** Which step last had it among the recently active. */
  readonly activeIn: Int32Array
  /** Seconds of the monotonic clock from which on its trackers are worth asking about. */
  readonly trackersDue: Int32Array
  /** Which whole list last named it. */
  readonly pass: Int32Array
  /** Index into `#placements`, −1 = none yet. */
  readonly placement: Int32Array
  /** The torrent's own `error`, 0 to 3. */
  readonly error: Uint8Array
  /** What its trackers last said, as an index of `trackerStatuses`. */
  readonly tracker: Uint8Array
  /** 1 = it knows what files it has. */
  readonly metadata: Uint8Array
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
  readonly #slotOfId = new SlotsById()
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
    return this.#slotOfId.get(id)
  }

  /** Of these torrents, in their order; those that are not known, or whose id is not, are left out. */
  idsOf(hashes: readonly InfoHash[]): number[] {
    return hashes.map((hash) => this.columns.ids[this.slotOf(hash)] ?? -1).filter((id) => id >= 0)
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
    columns.pulse[slot] = columns.counted[slot] = columns.placed[slot] = columns.set[slot] = 0
    columns.trackers[slot] = columns.trackersDue[slot] = columns.activeIn[slot] = 0
    columns.pass[slot] = columns.error[slot] = columns.metadata[slot] = 0
    columns.placement[slot] = -1
    columns.tracker[slot] = UNKNOWN_TRACKER
    columns.ids[slot] = -1
    this.rename(slot, id)
    return slot
  }

  /** The daemon numbers its torrents anew in each run. */
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

/** Ids count up from 1 in each run of the daemon; one that uses them up is looked up in a map. */
const USUAL_IDS = 1_000_000

/** Looked up for each row that is compared: a tenth of a map's price. */
class SlotsById {
  /** Slot + 1 by id; 0 = none. */
  #slots = new Int32Array(0)
  readonly #beyond = new Map<number, number>()

  /** −1 = none. */
  get(id: number): number {
    return id < USUAL_IDS ? (this.#slots[id] ?? 0) - 1 : (this.#beyond.get(id) ?? -1)
  }

  set(id: number, slot: number): void {
    if (id >= USUAL_IDS) this.#beyond.set(id, slot)
    else if (id >= 0) {
      if (id >= this.#slots.length) this.#grow(id)
      this.#slots[id] = slot + 1
    }
  }

  delete(id: number): void {
    if (id >= USUAL_IDS) this.#beyond.delete(id)
    else if (id >= 0 && id < this.#slots.length) this.#slots[id] = 0
  }

  clear(): void {
    this.#slots = new Int32Array(0)
    this.#beyond.clear()
  }

  #grow(id: number): void {
    const before = this.#slots
    this.#slots = new Int32Array(Math.max(64, id + 1, Math.min(USUAL_IDS, before.length * 2)))
    this.#slots.set(before)
  }
}

function makeColumns(length: number): Columns {
  return {
    pulse: new Float64Array(length),
    counted: new Float64Array(length),
    placed: new Float64Array(length),
    set: new Float64Array(length),
    trackers: new Float64Array(length),
    ids: new Int32Array(length),
    activeIn: new Int32Array(length),
    trackersDue: new Int32Array(length),
    pass: new Int32Array(length),
    placement: new Int32Array(length),
    error: new Uint8Array(length),
    tracker: new Uint8Array(length),
    metadata: new Uint8Array(length),
  }
}

function grown(columns: Columns): Columns {
  const larger = makeColumns(Math.max(64, columns.ids.length * 2))
  for (const name of Object.keys(columns) as (keyof Columns)[]) larger[name].set(columns[name])
  return larger
}
