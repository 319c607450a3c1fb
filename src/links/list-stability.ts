/** What of a server's lists is believed, over all its epochs: `warming.ts` judges, here is what it judges by. */
import type {SyncReport} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import {
  afterBrokenList,
  afterDrop,
  afterWholeList,
  isDrop,
  newEpoch,
  type Warmth,
  type WholeList,
} from './warming.ts'

export interface BeliefParts {
  readonly clock: Clock
  /** Torrents the fleet shows for this server now, and how many of them we ordered removed. */
  readonly population: () => {readonly shown: number; readonly leaving: number}
}

export class Belief {
  readonly #parts: BeliefParts
  #warmth: Warmth

  constructor(parts: BeliefParts) {
    this.#parts = parts
    this.#warmth = newEpoch(parts.population().shown, this.#now)
  }

  get stage(): Warmth['stage'] {
    return this.#warmth.stage
  }

  /** Whole lists in this epoch. */
  get lists(): number {
    return this.#warmth.lists
  }

  newEpoch(): void {
    this.#warmth = newEpoch(this.#parts.population().shown, this.#now, this.#warmth)
  }

  /** A list broke off before its end. */
  brokenList(): void {
    this.#warmth = afterBrokenList(this.#warmth)
  }

  /** @returns true when this list was the one that made it stable: what is not seen by now is gone */
  wholeList(list: WholeList & Pick<SyncReport, 'membership'>): boolean {
    if (list.membership !== 'whole') return false
    const before = this.stage
    this.#warmth = afterWholeList(this.#warmth, list, this.#now)
    return before !== 'stable' && this.stage === 'stable'
  }

  /** A list ends with so many torrents: may those that it lacks be believed gone? */
  mayBelieveAbsence(listed: number): boolean {
    if (this.stage !== 'stable') return false
    const {shown, leaving} = this.#parts.population()
    if (!isDrop(shown, listed, leaving)) return true
    this.#warmth = afterDrop(shown - leaving, this.#now)
    return false
  }

  get #now(): number {
    return this.#parts.clock.monotonic()
  }
}
