/** Which seeds are lived through in a proof, and in which of its parts. */
import {sharesOf, type Share} from './many-days.ts'
import type {PaceName} from './pace.ts'
import {keptSeeds} from './regression-seeds.ts'

/** Of one seed: later there is hardly anything left that can be grabbed. In the quick proof each begin costs as much as a day. */
const [DAYS_OF_ONE, DAYS_OF_ONE_QUICKLY] = [2, 3]
/** Of that so much is lived through twice. */
const AGAIN_DAYS = 0.1
/** Seeds that broke something after a longer time are for the full proof. */
const KEPT_DAYS = 0.15

export interface PartOfDays {
  readonly isFull: boolean
  /** Seed that the new ones begin with. */
  readonly first: number
  /** Which part of so many, from 1. */
  readonly share: number
  readonly shares: number
}

/** New seeds, and those that once broke something: each of these in one part. */
export function plannedDays({isFull, first, share, shares}: PartOfDays): readonly Share[] {
  const days = isFull ? 1_000 : 30
  const ofOne = isFull ? DAYS_OF_ONE : DAYS_OF_ONE_QUICKLY
  const count = Math.ceil(days / ofOne / shares)
  const fresh = Array.from({length: count}, (_, at) => ({
    seed: first + (share - 1) * count + at,
    days: ofOne,
  }))
  const mine = keptSeeds.filter((_, at) => at % shares === share - 1)
  const kept = (wanted: PaceName) =>
    mine
      .filter(([, its, pace]) => pace === wanted && (isFull || its <= KEPT_DAYS))
      .map(([seed, its, , edition]) => ({seed, days: its, edition}))
  const again = <Run extends object>(it: Run) => ({...it, againDays: AGAIN_DAYS})
  const leaps = sharesOf([...kept('leaps'), ...fresh.map(again)], 'leaps')
  // Second by second they are for the full proof.
  if (!isFull) return leaps
  const wire = [...kept('wire'), ...(share === 1 ? [{seed: first, days: 0.5}] : [])]
  return [...leaps, ...sharesOf(wire.map(again), 'wire')]
}
