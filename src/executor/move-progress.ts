/**
 * How far the data is that an action has servers move. That a server takes a move tells nothing of its end: a torrent
 * counts once its list shows it there, or nobody waits for it any more.
 */
import type {Clock} from '#lib/clock.ts'
import type {ItemResult, FleetReader} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {AnyTorrentCommand} from './approve.ts'

export interface MoveProgressView {
  /** Torrents of which it is known what became of them. */
  readonly ended: number
  /** Of those that are there; `null` = of some that is not known. */
  readonly bytesEnded: Bytes | null
  /** Of all that go, without those that were refused or failed; `null` likewise. */
  readonly bytes: Bytes | null
  /** At the pace so far; `null` = not known (yet). */
  readonly endsAt: EpochMs | null
}

interface Moving {
  /** Wanted bytes, `undefined` = not known. */
  readonly size: Bytes | undefined
  /** Its server was asked. */
  isSent: boolean
}

export class MoveProgress {
  readonly #clock: Clock
  readonly #began: number
  /** By the ids of their lines in the journal. */
  readonly #left = new Map<string, Moving>()
  #ended = 0
  #bytesEnded = 0
  /** Among those that go. */
  #unknown = 0
  #bytesLeft = 0
  /** When something was last there, by both clocks; `null` = nothing is yet. */
  #last: {readonly at: EpochMs; readonly passed: number} | null = null

  /** @param torrents by the ids of their lines in the journal */
  constructor(
    clock: Clock,
    fleet: Pick<FleetReader, 'get'>,
    torrents: Iterable<readonly [id: string, key: TorrentKey]>,
  ) {
    this.#clock = clock
    this.#began = clock.monotonic()
    for (const [id, key] of torrents) {
      const size = fleet.get(key)?.size
      this.#left.set(id, {size, isSent: false})
      if (size === undefined) this.#unknown++
      else this.#bytesLeft += size
    }
  }

  get isOver(): boolean {
    return this.#left.size === 0
  }

  /** What became of asking for it. */
  answered(id: string, {outcome}: ItemResult['result']): void {
    const its = this.#left.get(id)
    if (!its) return
    if (outcome === 'done' || outcome === 'unconfirmed') its.isSent = true
    else {
      this.#take(id, its)
      if (its.size === undefined) this.#unknown--
    }
  }

  /** @param isOpen whether its list has to show yet that it is there @returns whether any has ended since */
  look(isOpen: (id: string) => boolean): boolean {
    const ended = [...this.#left].filter(([id, {isSent}]) => isSent && !isOpen(id))
    for (const [id, its] of ended) {
      this.#take(id, its)
      this.#bytesEnded += its.size ?? 0
    }
    if (ended.length > 0) this.#last = {at: this.#clock.now(), passed: this.#clock.monotonic() - this.#began}
    return ended.length > 0
  }

  view(): MoveProgressView {
    const isKnown = this.#unknown === 0
    const [there, left] = [this.#bytesEnded, this.#bytesLeft]
    const isPaced = isKnown && this.#last !== null && there > 0
    return {
      ended: this.#ended,
      bytesEnded: isKnown ? there : null,
      bytes: isKnown ? there + left : null,
      endsAt: isPaced ? Math.round(this.#last!.at + (left / there) * this.#last!.passed) : null,
    }
  }

  #take(id: string, {size}: Moving): void {
    this.#left.delete(id)
    this.#ended++
    this.#bytesLeft -= size ?? 0
  }
}

/** Whether it has servers move data. */
export function movesData(command: AnyTorrentCommand): boolean {
  return command.verb === 'setLocation' && command.args.moveData
}
