/** Which ten seconds it is, by a wall clock that somebody may set. Durations are those of the monotonic clock, ms. */
import type {EpochMs} from '#model/units.ts'
import {beginOf, FINEST} from './sample.ts'

const SLOT_MS = FINEST * 1_000
/** A step back of the clock is waited out up to here. */
const WAITED_MS = 300_000
/** Two clocks that differ more than this between two looks: one of them was set. */
const STEP_MS = 60_000
const STEADY_MS = 600_000

/** next: look. waiting: this slot was filled before the clock was set back. anew: it was set back too far to wait. */
export type SlotStep = 'next' | 'waiting' | 'anew'

export class Slots {
  #newest: EpochMs | null = null
  #last: {readonly now: EpochMs; readonly monotonic: number} | null = null
  #steadySince = 0

  /** Until the middle of the next slot: there neither a late timer nor a clock that is nudged hits another one. */
  static msToNext(now: EpochMs): number {
    const middle = beginOf(now, FINEST) + SLOT_MS / 2
    return middle > now ? middle - now : middle + SLOT_MS - now
  }

  /** It is now. @returns the slot, and what to do about it */
  at(now: EpochMs, monotonic: number): {readonly slot: EpochMs; readonly step: SlotStep} {
    this.#watch(now, monotonic)
    const slot = beginOf(now, FINEST)
    const step = this.#stepTo(slot)
    if (step !== 'waiting') this.#newest = slot
    return {slot, step}
  }

  /** The clock was not set for a while, so that ages can be believed. */
  isSteady(monotonic: number): boolean {
    return monotonic - this.#steadySince >= STEADY_MS
  }

  #watch(now: EpochMs, monotonic: number): void {
    const last = this.#last
    const isSet = last === null || Math.abs(now - last.now - (monotonic - last.monotonic)) > STEP_MS
    if (isSet) this.#steadySince = monotonic
    this.#last = {now, monotonic}
  }

  #stepTo(slot: EpochMs): SlotStep {
    if (this.#newest === null || slot > this.#newest) return 'next'
    return this.#newest - slot <= WAITED_MS ? 'waiting' : 'anew'
  }
}
