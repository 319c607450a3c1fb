/**
 * Sets of torrents that somebody froze to act on: what he saw and counted is what will be touched, whatever matches a
 * moment later. Kept for a quarter of an hour, bounded per person and for all.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Requester} from '#model/access.ts'
import {FrozenKeys} from './frozen-keys.ts'
import type {OrderedAs} from './guards/ordered-as.ts'
import {ownerOf} from './recent-actions.ts'

const KEPT_MS = 15 * 60_000
const MOST_OF_ONE = 20
/** In all selections of one person; and of everybody, 20 bytes each. */
const mostTorrentsOfOne = 200_000
const MOST_TORRENTS = 2_000_000

export interface Selection {
  readonly id: string
  readonly keys: FrozenKeys
  readonly until: EpochMs
}

interface Kept extends Selection {
  readonly owner: string
  readonly forget: () => void
}

export class SelectionStore {
  readonly #clock: Clock
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>
  readonly #asOf: (key: TorrentKey) => OrderedAs | null
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>()

  constructor(
    clock: Clock,
    turns: Pick<TimeSlice, 'due' | 'next'>,
    asOf: (key: TorrentKey) => OrderedAs | null,
  ) {
    this.#clock = clock
    this.#turns = turns
    this.#asOf = asOf
  }

  /**
   * @param keys each once
   * @param from the selection that they are a part of: what came again under its hash since then is none of them
   * @throws {BadArgument} too many torrents for one person
   */
  async freeze(
    by: Requester,
    keys: readonly TorrentKey[],
    from: Selection | null = null,
  ): Promise<Selection> {
    if (keys.length > mostTorrentsOfOne) {
      throw new BadArgument(
        `A selection holds at most ${mostTorrentsOfOne} torrents; this would be ${keys.length}.`,
      )
    }
    const id = randomUUID()
    const owner = ownerOf(by)
    const frozen = await this.#frozen(keys, from)
    this.#makeRoom(owner, frozen.count)
    const forget = this.#clock.after(KEPT_MS, () => this.#kept.delete(id))
    const kept = {id, owner, keys: frozen, until: this.#clock.now() + KEPT_MS, forget}
    this.#kept.set(id, kept)
    return kept
  }

  /** @throws {CommodarrError} selection_unknown, also for those of others */
  get(by: Requester, id: string): Selection {
    const kept = this.#kept.get(id)
    if (kept?.owner === ownerOf(by)) return kept
    throw new CommodarrError('selection_unknown', 'There is no such selection; they are kept for 15 minutes.')
  }

  /** An id means another machine, or none: what was chosen there is not what is there. */
  forgetServer(serverId: ServerId): void {
    for (const kept of Array.from(this.#kept.values())) if (kept.keys.has(serverId)) this.#drop(kept)
  }

  async #frozen(keys: readonly TorrentKey[], from: Selection | null): Promise<FrozenKeys> {
    const frozen = new FrozenKeys()
    for (const key of keys) {
      frozen.add(key, from === null ? this.#asOf(key) : from.keys.asOfOne(key))
      if (this.#turns.due()) await this.#turns.next()
    }
    return frozen
  }

  /** The oldest of his go, then the oldest of anybody. */
  #makeRoom(owner: string, coming: number): void {
    const own = [...this.#kept.values()].filter((it) => it.owner === owner)
    while (own.length >= MOST_OF_ONE || countOf(own) + coming > mostTorrentsOfOne) this.#drop(own.shift()!)
    const all = [...this.#kept.values()]
    while (countOf(all) + coming > MOST_TORRENTS) this.#drop(all.shift()!)
  }

  #drop(kept: Kept): void {
    kept.forget()
    this.#kept.delete(kept.id)
  }
}

function countOf(selections: readonly Selection[]): number {
  return selections.reduce((sum, {keys}) => sum + keys.count, 0)
}
