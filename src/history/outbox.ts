/**
 * What is to be written, until it is. While the database is away everything waits here, up to a limit: then the oldest
 * samples of ten seconds go first, because minutes and hours tell the same more shortly.
 */
import type {EpochMs} from '#model/units.ts'
import type {HealthChange} from '#store/repositories/health-changes.ts'
import {FINEST, type Sample} from './sample.ts'

export interface OutboxLimits {
  /** Samples of ten seconds are kept waiting for so long. */
  readonly ms: number
  /** Samples of all spans together. */
  readonly samples: number
  readonly changes: number
}

export const usualLimits: OutboxLimits = {ms: 3_600_000, samples: 200_000, changes: 10_000}

export class Outbox {
  readonly limits: OutboxLimits
  #samples: Sample[] = []
  #changes: HealthChange[] = []

  constructor(limits = usualLimits) {
    this.limits = limits
  }

  get samples(): readonly Sample[] {
    return this.#samples
  }

  get changes(): readonly HealthChange[] {
    return this.#changes
  }

  put(samples: readonly Sample[], changes: readonly HealthChange[]): void {
    for (const sample of samples) this.#samples.push(sample)
    for (const change of changes) this.#changes.push(change)
  }

  /** These are written. Whatever was put in meanwhile stays. */
  drop(samples: number, changes: number): void {
    this.#samples.splice(0, samples)
    this.#changes.splice(0, changes)
  }

  /** Lets go what waited too long, or is too much. @returns how many samples and changes that cost */
  shorten(now: EpochMs): number {
    const before = this.#samples.length + this.#changes.length
    const oldest = now - this.limits.ms
    this.#samples = this.#samples.filter(({span, at}) => span !== FINEST || at >= oldest)
    const surplus = this.#samples.length - this.limits.samples
    if (surplus > 0) this.#samples = withoutSome(this.#samples, surplus)
    this.#changes = this.#changes.slice(-this.limits.changes)
    return before - this.#samples.length - this.#changes.length
  }
}

/** The oldest of ten seconds first, then the oldest of all. */
function withoutSome(samples: readonly Sample[], count: number): Sample[] {
  let surplus = count
  const left = samples.filter(({span}) => span !== FINEST || surplus-- <= 0)
  return left.slice(Math.max(0, surplus))
}
