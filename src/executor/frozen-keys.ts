import {asServerId, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

/** Bytes of a hash. */
const HASH = 20

/**
 * Many torrents kept for a while: 20 bytes each instead of two objects, so that a selection of 200,000 is 4 MB. Server
 * by server, each in the order of adding; nothing is looked up in here, and a key added twice is there twice.
 */
export class FrozenKeys {
  readonly #hashes = new Map<ServerId, {bytes: Buffer; count: number}>()
  #count = 0

  static of(keys: Iterable<TorrentKey>): FrozenKeys {
    const frozen = new FrozenKeys()
    for (const key of keys) frozen.add(key)
    return frozen
  }

  get count(): number {
    return this.#count
  }

  add({serverId, hash}: TorrentKey): void {
    const known = this.#hashes.get(serverId)
    const on = known ?? {bytes: Buffer.alloc(HASH * 4), count: 0}
    if (!known) this.#hashes.set(serverId, on)
    if (on.bytes.length < (on.count + 1) * HASH) on.bytes = doubled(on.bytes)
    on.bytes.write(hash, on.count * HASH, 'hex')
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

function hashAt(bytes: Buffer, at: number): InfoHash {
  return bytes.toString('hex', at * HASH, (at + 1) * HASH) as InfoHash
}

function doubled(bytes: Buffer): Buffer {
  const more = Buffer.alloc(bytes.length * 2)
  bytes.copy(more)
  return more
}
