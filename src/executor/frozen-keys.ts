import {hashOfBytes} from '#lib/byte-hash.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {asServerId, keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {OrderedAs} from './guards/ordered-as.ts'

/** Bytes of a hash, and with how it was when it was kept. */
const HASH = 20
const ENTRY = HASH + 12
/** Torrents of one server in a selection: more than any has. */
const MOST_ON_ONE = 2 ** 22

/**
 * Many torrents kept for a while: 32 bytes each instead of many objects, so that a selection of 200,000 is 7 MB. Server
 * by server, each in the order of adding; nothing is looked up in here, and a key added twice is there twice.
 */
export class FrozenKeys {
  readonly #hashes = new Map<ServerId, Frozen>()
  #count = 0

  /** @param asOf how it is now; `null` = not known */
  static of(
    keys: Iterable<TorrentKey>,
    asOf: (key: TorrentKey) => OrderedAs | null = () => null,
  ): FrozenKeys {
    const frozen = new FrozenKeys()
    for (const key of keys) frozen.add(key, asOf(key))
    return frozen
  }

  /** Those of several, as they were when they were kept; none is in two of them. */
  static joined(parts: readonly FrozenKeys[]): FrozenKeys {
    const all = new FrozenKeys()
    for (const part of parts) for (const key of part) all.add(key, part.asOfOne(key))
    return all
  }

  get count(): number {
    return this.#count
  }

  add({serverId, hash}: TorrentKey, asOf: OrderedAs | null): void {
    const known = this.#hashes.get(serverId)
    const on = known ?? {bytes: Buffer.alloc(ENTRY * 4), count: 0, places: null}
    if (!known) this.#hashes.set(serverId, on)
    if (on.bytes.length < (on.count + 1) * ENTRY) on.bytes = doubled(on.bytes)
    const at = on.count * ENTRY
    on.bytes.write(hash, at, 'hex')
    on.bytes.writeUInt32LE(asOf?.life ?? 0, at + HASH)
    on.bytes.writeUInt32LE(asOf?.place ?? 0, at + HASH + 4)
    on.bytes.writeUInt32LE(asOf?.care ?? 0, at + HASH + 8)
    on.count++
    this.#count++
  }

  has(serverId: ServerId): boolean {
    return this.#hashes.has(serverId)
  }

  /** How many on each server, in the order in which the servers came. */
  perServer(): readonly {readonly serverId: ServerId; readonly count: number}[] {
    return [...this.#hashes].map(([serverId, {count}]) => ({serverId, count}))
  }

  *[Symbol.iterator](): Generator<TorrentKey> {
    for (const [serverId, {bytes, count}] of this.#hashes) {
      for (let at = 0; at < count; at++) yield {serverId, hash: hashAt(bytes, at)}
    }
  }

  /** How it was when it was kept; `null` = it is not in here, or that was not known then. */
  asOfOne({serverId, hash}: TorrentKey): OrderedAs | null {
    const on = this.#hashes.get(serverId)
    if (on === undefined) return null
    on.places ??= new Places()
    const at = on.places.of(Buffer.from(hash, 'hex'), on)
    if (at === null) return null
    const [life, place, care] = [0, 4, 8].map((from) => on.bytes.readUInt32LE(at * ENTRY + HASH + from))
    return {life: life!, place: place!, care: care!}
  }

  /** How they were when they were kept, by the text of the key; of those that were not known then nothing. */
  asOf(keys: readonly TorrentKey[]): ReadonlyMap<string, OrderedAs> {
    const found = new Map<string, OrderedAs>()
    for (const key of keys) {
      const its = this.asOfOne(key)
      if (its !== null) found.set(keyText(key), its)
    }
    return found
  }

  /** The same in pieces of at most `most`. */
  *portions(most: number): Generator<readonly TorrentKey[]> {
    let portion: TorrentKey[] = []
    for (const key of this) {
      portion.push(key)
      if (portion.length < most) continue
      yield portion
      portion = []
    }
    if (portion.length > 0) yield portion
  }

  /**
   * The same: on each server those of the least rank first, and of one rank as they were added.
   * @param rank a whole number; those beyond 2^30 count as 2^30
   */
  async sortedBy(
    rank: (key: TorrentKey) => number,
    turns: Pick<TimeSlice, 'due' | 'next'>,
  ): Promise<FrozenKeys> {
    const sorted = new FrozenKeys()
    for (const [serverId, {bytes, count}] of this.#hashes) {
      // Rank and place in one number: numbers are sorted ten times as fast as by a function.
      const ranked = new Float64Array(count)
      for (let at = 0; at < count; at++) {
        ranked[at] = bounded(rank({serverId, hash: hashAt(bytes, at)})) * MOST_ON_ONE + at
        if (turns.due()) await turns.next()
      }
      ranked.sort()
      const moved = Buffer.alloc(bytes.length)
      for (let to = 0; to < count; to++) {
        const at = ranked[to]! - Math.floor(ranked[to]! / MOST_ON_ONE) * MOST_ON_ONE
        bytes.copy(moved, to * ENTRY, at * ENTRY, (at + 1) * ENTRY)
      }
      sorted.#hashes.set(serverId, {bytes: moved, count, places: null})
      sorted.#count += count
    }
    return sorted
  }

  /** Those of some servers. */
  only(servers: (id: ServerId) => boolean): FrozenKeys {
    const kept = new FrozenKeys()
    for (const [serverId, on] of this.#hashes) {
      if (!servers(asServerId(serverId))) continue
      kept.#hashes.set(serverId, on)
      kept.#count += on.count
    }
    return kept
  }
}

/** Of one server. */
interface Frozen {
  bytes: Buffer
  count: number
  /** Where each one stands; `null` until somebody asks. */
  places: Places | null
}

/**
 * Where the hashes stand of which it is known how they were, the last of equal ones: whoever sends 100,000 torrents in
 * steps of 500 asks for each of them.
 */
class Places {
  /** By slot: its place + 1; 0 = free. */
  #slots = new Uint32Array(0)
  /** Entries that were looked at. */
  #upTo = 0

  of(hash: Uint8Array, on: Frozen): number | null {
    this.#learn(on)
    const place = this.#slots[this.#slotOf(hash, 0, on.bytes)]! - 1
    return place < 0 ? null : place
  }

  #learn(on: Frozen): void {
    if (this.#upTo === on.count) return
    if (on.count * 2 > this.#slots.length) {
      this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(on.count * 3)))
      this.#upTo = 0
    }
    for (; this.#upTo < on.count; this.#upTo++) {
      const at = this.#upTo * ENTRY
      if (on.bytes.readUInt32LE(at + HASH) !== 0)
        this.#slots[this.#slotOf(on.bytes, at, on.bytes)] = this.#upTo + 1
    }
  }

  /** Where this hash is, or would be. */
  #slotOf(hash: Uint8Array, from: number, bytes: Buffer): number {
    const mask = this.#slots.length - 1
    let slot = hashOfBytes(hash, from, HASH) & mask
    for (let place = this.#slots[slot]!; place !== 0; place = this.#slots[slot]!) {
      if (isSameHash(bytes, (place - 1) * ENTRY, hash, from)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }
}

function isSameHash(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number): boolean {
  for (let i = 0; i < HASH; i++) if (a[fromA + i] !== b[fromB + i]) return false
  return true
}

function hashAt(bytes: Buffer, at: number): InfoHash {
  return bytes.toString('hex', at * ENTRY, at * ENTRY + HASH) as InfoHash
}

function bounded(rank: number): number {
  return Math.max(-(2 ** 30), Math.min(2 ** 30, rank))
}

function doubled(bytes: Buffer): Buffer {
  const more = Buffer.alloc(bytes.length * 2)
  bytes.copy(more)
  return more
}
