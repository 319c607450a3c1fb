/** What torrents moved in each ten seconds of the last ten minutes: in memory alone, and only of those that moved. */
import type {TorrentKey} from '#model/torrent-key.ts'
import {keyText} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {beginOf, FINEST} from './sample.ts'

const SLOT_MS = FINEST * 1_000
const FINE_SLOTS = 60
export const FINE_MS = FINE_SLOTS * SLOT_MS

/** Rings: the place of a slot is its number modulo their length. */
interface Ring {
  readonly downloaded: Float32Array
  readonly uploaded: Float32Array
  /** The newest slot in which it moved. */
  at: EpochMs
  readonly owner: string | null
}

/** Measured: 0.9 KB a torrent. */
export class FineTraffic {
  readonly #most: (owner: string | null) => number
  readonly #rings = new Map<string, Ring>()
  readonly #counts = new Map<string | null, number>()

  /** @param most torrents that are kept of one owner; who comes beyond has no fine samples */
  constructor(most: (owner: string | null) => number) {
    this.#most = most
  }

  get size(): number {
    return this.#rings.size
  }

  /** @param owner whose share it takes. @param slot beginning of the ten seconds */
  add(
    key: TorrentKey,
    owner: string | null,
    slot: EpochMs,
    moved: {downloaded: Bytes; uploaded: Bytes},
  ): void {
    const ring = this.#rings.get(keyText(key)) ?? this.#open(key, owner)
    if (ring === null) return
    const gap = Math.min((slot - ring.at) / SLOT_MS, FINE_SLOTS)
    // A clock that was set back: what was written of a time that is to come is not true any more.
    if (gap < 0) clear(ring, slot, FINE_SLOTS)
    for (let n = 0; n < gap; n++) clear(ring, slot - n * SLOT_MS, 1)
    const place = placeOf(slot)
    ring.downloaded[place]! += moved.downloaded
    ring.uploaded[place]! += moved.uploaded
    ring.at = slot
  }

  /** Lets go who did not move for ten minutes. */
  tidy(now: EpochMs): void {
    for (const [key, {at, owner}] of this.#rings) {
      if (at > now - FINE_MS && at <= now) continue
      this.#rings.delete(key)
      this.#counts.set(owner, this.#counts.get(owner)! - 1)
    }
  }

  /** Whole bytes, nearly, in the ten seconds that begin at `slot`. */
  at(key: TorrentKey, slot: EpochMs): {readonly downloaded: Bytes; readonly uploaded: Bytes} {
    const ring = this.#rings.get(keyText(key))
    if (ring === undefined || slot > ring.at || slot <= ring.at - FINE_MS) return {downloaded: 0, uploaded: 0}
    const place = placeOf(slot)
    return {downloaded: Math.round(ring.downloaded[place]!), uploaded: Math.round(ring.uploaded[place]!)}
  }

  #open(key: TorrentKey, owner: string | null): Ring | null {
    const count = this.#counts.get(owner) ?? 0
    if (count >= this.#most(owner)) return null
    this.#counts.set(owner, count + 1)
    const ring: Ring = {
      downloaded: new Float32Array(FINE_SLOTS),
      uploaded: new Float32Array(FINE_SLOTS),
      at: -Infinity,
      owner,
    }
    this.#rings.set(keyText(key), ring)
    return ring
  }
}

function clear({downloaded, uploaded}: Ring, slot: EpochMs, slots: number): void {
  if (slots === FINE_SLOTS) {
    downloaded.fill(0)
    uploaded.fill(0)
    return
  }
  downloaded[placeOf(slot)] = uploaded[placeOf(slot)] = 0
}

function placeOf(slot: EpochMs): number {
  return (beginOf(slot, FINEST) / SLOT_MS) % FINE_SLOTS
}
