/**
 * How far data is that is brought somewhere else, and when all of it is there at the pace so far: what servers move, and
 * what is copied for them. Whatever takes long because of its bytes is told of by this.
 */
import type {Clock} from '#lib/clock.ts'
import type {CommandResult, OrderedCommand} from '#model/command.ts'
import type {DataProgressView} from '#model/unfinished.ts'
import type {Bytes, EpochMs} from '#model/units.ts'

export class DataProgress {
  readonly #clock: Clock
  readonly #began: number
  /** Of what goes: bytes that are not there yet, `undefined` = not known. */
  readonly #left = new Map<string, Bytes | undefined>()
  #ended = 0
  #bytesThere = 0
  #bytesLeft = 0
  /** How many of unknown size are among those that go, or are there. */
  #unknown = 0
  /** When something was last there, by both clocks; `null` = nothing is yet. */
  #last: {readonly at: EpochMs; readonly passed: number} | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.#began = clock.monotonic()
  }

  /** Nothing goes (any more). */
  get isOver(): boolean {
    return this.#left.size === 0
  }

  /** It goes. @param size `undefined` = not known */
  add(id: string, size: Bytes | undefined): void {
    this.#left.set(id, size)
    if (size === undefined) this.#unknown++
    else this.#bytesLeft += size
  }

  /** So much more of it is there. */
  arrived(id: string, bytes: Bytes): void {
    this.spared(id, bytes)
    this.#bytesThere += bytes
    this.#last = {at: this.#clock.now(), passed: this.#clock.monotonic() - this.#began}
  }

  /** So much of it was there already. */
  spared(id: string, bytes: Bytes): void {
    const size = this.#left.get(id)
    if (size === undefined) return
    this.#left.set(id, size - bytes)
    this.#bytesLeft -= bytes
  }

  /** All of it is there. */
  end(id: string): void {
    this.arrived(id, this.#left.get(id) ?? 0)
    this.#left.delete(id)
    this.#ended++
  }

  /** Nothing more of it goes. */
  leave(id: string): void {
    const size = this.#left.get(id)
    if (size !== undefined) this.#bytesLeft -= size
    else if (this.#left.has(id)) this.#unknown--
    this.#left.delete(id)
    this.#ended++
  }

  view(): DataProgressView {
    const isKnown = this.#unknown === 0
    const [there, left] = [this.#bytesThere, this.#bytesLeft]
    const isPaced = isKnown && this.#last !== null && there > 0
    return {
      ended: this.#ended,
      bytesEnded: isKnown ? there : null,
      bytes: isKnown ? there + left : null,
      endsAt: isPaced ? Math.round(this.#last!.at + (left / there) * this.#last!.passed) : null,
    }
  }
}

/** How far an action is whose data takes its time. */
export interface ActionProgress {
  /** Nothing of it is on its way, or will be. */
  readonly isOver: boolean
  /** What became of one of its torrents, by the id of its line in the journal. */
  answered(id: string, result: CommandResult): void
  /** @returns whether anything has changed since */
  look(): boolean
  view(): DataProgressView
}

/** A torrent of an action. */
interface Moving {
  /** Wanted bytes, `undefined` = not known. */
  readonly size: Bytes | undefined
  /** Its list has to show yet that it is there. */
  readonly isOpen: () => boolean
}

/**
 * Of an action that has servers move data. That a server takes it tells nothing of its end: a torrent counts once its
 * list shows it there, or nobody waits for it any more.
 */
export class MoveProgress implements ActionProgress {
  readonly #data: DataProgress
  /** By the ids of their lines in the journal. */
  readonly #torrents: ReadonlyMap<string, Moving>
  /** Whether a server moves anything by it is known once it was asked. */
  readonly #mayStay: boolean
  readonly #unasked: Set<string>
  readonly #sent = new Set<string>()

  /** @param torrents by the ids of their lines in the journal */
  constructor(clock: Clock, torrents: ReadonlyMap<string, Moving>, {verb}: OrderedCommand) {
    this.#data = new DataProgress(clock)
    this.#torrents = torrents
    this.#mayStay = verb !== 'setLocation'
    this.#unasked = new Set(torrents.keys())
    if (!this.#mayStay) for (const [id, {size}] of torrents) this.#data.add(id, size)
  }

  /** Nothing of it moves, or will. */
  get isOver(): boolean {
    return this.#unasked.size === 0 && this.#data.isOver
  }

  /** What became of asking for it. */
  answered(id: string, {outcome}: CommandResult): void {
    const its = this.#torrents.get(id)
    if (!its || !this.#unasked.delete(id)) return
    const isTaken = outcome === 'done' || outcome === 'unconfirmed'
    if (!isTaken || (this.#mayStay && !its.isOpen())) return this.#data.leave(id)
    if (this.#mayStay) this.#data.add(id, its.size)
    this.#sent.add(id)
  }

  /** @returns whether any has ended since */
  look(): boolean {
    const ended = [...this.#sent].filter((id) => !this.#torrents.get(id)!.isOpen())
    for (const id of ended) {
      this.#sent.delete(id)
      this.#data.end(id)
    }
    return ended.length > 0
  }

  view(): DataProgressView {
    const view = this.#data.view()
    // How much goes is known once all were asked.
    return this.#mayStay && this.#unasked.size > 0
      ? {...view, bytesEnded: null, bytes: null, endsAt: null}
      : view
  }
}

/** Of an action that copies torrents to another server: each tells how much of it is there. */
export class CopyProgress implements ActionProgress {
  readonly #data: DataProgress
  /** Bytes that are there, by the id of its line in the journal; `null` = none is on its way now. */
  readonly #there: (id: string) => Bytes | null
  readonly #open = new Map<string, Bytes>()
  #unbegun: number

  /** @param count torrents of the action */
  constructor(clock: Clock, count: number, there: (id: string) => Bytes | null) {
    this.#data = new DataProgress(clock)
    this.#there = there
    this.#unbegun = count
  }

  get isOver(): boolean {
    return this.#unbegun === 0 && this.#open.size === 0
  }

  /** @param bytes that are brought there */
  begun(id: string, bytes: Bytes): void {
    this.#unbegun--
    this.#open.set(id, 0)
    this.#data.add(id, bytes)
  }

  answered(id: string, {outcome}: CommandResult): void {
    if (!this.#open.delete(id)) this.#unbegun--
    if (outcome === 'done') this.#data.end(id)
    else this.#data.leave(id)
  }

  look(): boolean {
    let hasChanged = false
    for (const [id, before] of this.#open) {
      const now = this.#there(id) ?? before
      if (now <= before) continue
      this.#data.arrived(id, now - before)
      this.#open.set(id, now)
      hasChanged = true
    }
    return hasChanged
  }

  view(): DataProgressView {
    const view = this.#data.view()
    return this.#unbegun > 0 ? {...view, bytesEnded: null, bytes: null, endsAt: null} : view
  }
}

/** Whether it may have servers move data. */
export function movesData({verb, args}: OrderedCommand): boolean {
  return (
    verb === 'setCategory' || (verb === 'setLocation' ? args.moveData : verb === 'setAutoManaged' && args.on)
  )
}
