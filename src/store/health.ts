/**
 * Is the database there?
 *
 *     well ──a fault──▶ ill ──first success──▶ well
 *                        └─ probes, ever more rarely: it is noticed without anybody writing
 *
 * A success of a read heals only what a read found: a full disk can be read. Damage stays until somebody restores.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import {StorageFault, storageFault, wordsOf} from './faults.ts'

export interface StoreState {
  readonly ok: boolean
  readonly since: EpochMs
  /** `null` when well. */
  readonly code: ErrorCode | null
  /** For a person; empty when well. */
  readonly message: string
}

type Way = 'read' | 'write'

/** Writers that come right after a failed probe share its answer. */
const SHARED_MS = 1_000
const probePace = {firstMs: 1_000, mostMs: 15_000}

export class StoreHealth {
  readonly #clock: Clock
  /** Reads go over the network, too. */
  readonly #isRemote: boolean
  /** 0 to 1. */
  readonly #random: () => number
  readonly #answers: () => Promise<void>
  readonly #onChange: (state: StoreState) => void
  #state: StoreState
  #fault: StorageFault | null = null
  #foundBy: Way = 'write'
  #attempts = 0
  #probing: Promise<void> | null = null
  #failedAt = -Infinity
  #cancelProbe: () => void = () => {}
  #ended = false

  constructor(
    clock: Clock,
    isRemote: boolean,
    random: () => number,
    answers: () => Promise<void>,
    onChange: (state: StoreState) => void,
  ) {
    this.#clock = clock
    this.#isRemote = isRemote
    this.#random = random
    this.#answers = answers
    this.#onChange = onChange
    this.#state = {ok: true, since: clock.now(), code: null, message: ''}
  }

  get state(): StoreState {
    return this.#state
  }

  get isWell(): boolean {
    return this.#fault === null
  }

  /** @returns what to throw: the fault, or the error itself when the database is not to blame */
  failed(error: unknown, way: Way): unknown {
    const fault = storageFault(error)
    if (fault instanceof StorageFault) this.#fall(fault, way)
    return fault
  }

  succeeded(way: Way): void {
    if (this.#fault === null || isLasting(this.#fault)) return
    if (way === 'read' && this.#foundBy === 'write') return
    this.#cancelProbe()
    this.#fault = null
    this.#attempts = 0
    this.#failedAt = -Infinity
    this.#become({ok: true, since: this.#clock.now(), code: null, message: ''})
  }

  /**
   * Nobody stands in a queue of long waits: while it is ill one probe speaks for all who want to write.
   * @throws {StorageFault}
   */
  async admit(way: Way): Promise<void> {
    const fault = this.#fault
    if (fault === null || (way === 'read' && !this.#readsSufferFrom(fault))) return
    const isTried = this.#clock.monotonic() - this.#failedAt < SHARED_MS
    if (isLasting(fault) || isTried) throw again(fault)
    await this.#probe()
    if (this.#fault !== null) throw again(this.#fault)
  }

  /** Who was in the queue when it fell ill does not try the same again. @throws {StorageFault} */
  requireWell(): void {
    if (this.#fault !== null) throw again(this.#fault)
  }

  end(): void {
    this.#ended = true
    this.#cancelProbe()
  }

  /** What a read found wrong the next read finds right again by itself. */
  #readsSufferFrom(fault: StorageFault): boolean {
    return this.#isRemote && this.#foundBy === 'write' && fault.code === 'storage_unavailable'
  }

  #fall(fault: StorageFault, way: Way): void {
    if (this.#fault !== null && isLasting(this.#fault)) return
    const isNew = this.#fault?.code !== fault.code
    const since = this.#fault === null ? this.#clock.now() : this.#state.since
    this.#foundBy = this.#fault !== null && this.#foundBy === 'write' ? 'write' : way
    this.#fault = fault
    if (isNew) this.#become({ok: false, since, code: fault.code, message: fault.message})
    if (!isLasting(fault)) this.#probeLater()
  }

  #probeLater(): void {
    this.#cancelProbe()
    if (this.#ended) return
    const wait = backoffMs(++this.#attempts, this.#random(), probePace)
    this.#cancelProbe = this.#clock.after(wait, () => void this.#probe())
  }

  /** Never rejects: what it finds is the new state. */
  #probe(): Promise<void> {
    this.#probing ??= this.#tryOut().finally(() => {
      this.#probing = null
    })
    return this.#probing
  }

  async #tryOut(): Promise<void> {
    if (this.#ended) return
    try {
      await this.#answers()
      this.succeeded('write')
    } catch (error) {
      this.#failedAt = this.#clock.monotonic()
      const fault = storageFault(error)
      this.#fall(
        fault instanceof StorageFault
          ? fault
          : new StorageFault('storage_unavailable', `The database fails: ${wordsOf(error)}.`, true, error),
        'write',
      )
    }
  }

  #become(state: StoreState): void {
    this.#state = state
    this.#onChange(state)
  }
}

function isLasting({code}: StorageFault): boolean {
  return code === 'storage_damaged'
}

/** Each who is refused gets an error of his own. */
function again(fault: StorageFault): StorageFault {
  return new StorageFault(fault.code, fault.message, fault.passing, fault)
}
