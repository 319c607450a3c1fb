/**
 * Is a list that of a server of somebody else? Proxies, containers and forwarded ports give one daemon several
 * addresses, so that an address does not prove whose it is; what it has does. A list is theirs when it has more than
 * half of their torrents, and these are more than half of it.
 */
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {isSameMoment} from './server-identity.ts'

/** Servers beside which a list is laid. */
interface OtherServers {
  /** Servers that list this torrent. */
  readonly holders: (hash: InfoHash) => readonly ServerId[]
  /** Torrents of a server. */
  readonly count: (id: ServerId) => number
  readonly addedAt: (id: ServerId, hash: InfoHash) => EpochMs | null
  /** Is it of the same kind, and would its owner be told that it is his? */
  readonly isRival: (id: ServerId) => boolean
  /** Its kind keeps the moment when a torrent was added over restarts. */
  readonly keepsAddedAt: boolean
}

const MOST_SHARE = 0.5
/** Where moments prove nothing, two people may have the same few torrents. */
const FEW = 3
const NEARLY_ALL = 0.9

export class OthersList {
  readonly #parts: OtherServers
  readonly #kept = new Map<ServerId, number>()
  readonly #rivals = new Map<ServerId, boolean>()

  constructor(parts: OtherServers) {
    this.#parts = parts
  }

  begin(): void {
    this.#kept.clear()
    this.#rivals.clear()
  }

  /** Must it not have the list of this server? */
  isRival(id: ServerId): boolean {
    return this.#parts.isRival(id)
  }

  /** Call once for each torrent of the list. */
  lists(hash: InfoHash, addedAt: EpochMs | null): void {
    for (const id of this.#parts.holders(hash)) {
      if (this.#isRivalNow(id) && this.#isSame(id, hash, addedAt))
        this.#kept.set(id, (this.#kept.get(id) ?? 0) + 1)
    }
  }

  /** The list is whole. @param listed how many torrents it has */
  isTheirs(listed: number): boolean {
    const {count, keepsAddedAt} = this.#parts
    return [...this.#kept].some(([id, kept]) => {
      const most = Math.max(listed, count(id))
      return keepsAddedAt ? kept > most * MOST_SHARE : kept > FEW && kept >= most * NEARLY_ALL
    })
  }

  /** Asked once a list. */
  #isRivalNow(id: ServerId): boolean {
    const known = this.#rivals.get(id)
    if (known !== undefined) return known
    const isRival = this.#parts.isRival(id)
    this.#rivals.set(id, isRival)
    return isRival
  }

  #isSame(id: ServerId, hash: InfoHash, addedAt: EpochMs | null): boolean {
    if (!this.#parts.keepsAddedAt) return true
    const theirs = this.#parts.addedAt(id, hash)
    return theirs !== null && addedAt !== null && isSameMoment(theirs, addedAt)
  }
}
