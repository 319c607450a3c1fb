/**
 * Simulated days: new seeds with each change, and those that once broke something. 30 days in the quick proof, 1,000 in
 * the full one, where `COMMODARR_SHARE` (`2/4`) says which of both. What each new seed begins with is lived through
 * twice: a clock or an order that nobody planned makes two runs of it. `COMMODARR_SEED` names other seeds.
 */
import {availableParallelism} from 'node:os'
import {expect, test} from 'vitest'
import {isFull, seedOfRun} from '#test/proof.ts'
import {livesOf, sharesOf, type Share} from './many-days.ts'
import type {PaceName} from './pace.ts'
import {editions, type Edition} from './plan.ts'
import {keptSeeds} from './regression-seeds.ts'

const PATIENCE = {timeout: 4 * 60 * 60_000}
/** Of one seed: later there is hardly anything left that can be grabbed. */
const DAYS_OF_ONE = 2
/** Of that so much is lived through twice. */
const AGAIN_DAYS = 0.1
const DAYS = isFull ? 1_000 : 30
/** Seeds that broke something after a longer time are for the full proof. */
const KEPT_DAYS = 0.35

const first = seedOfRun()
const [share = 1, shares = 1] = process.env['COMMODARR_SHARE']?.split('/').map(Number) ?? []
const count = Math.ceil(DAYS / DAYS_OF_ONE / shares)
const fresh = Array.from({length: count}, (_, at) => ({
  seed: first + (share - 1) * count + at,
  days: DAYS_OF_ONE,
}))
const kept = (wanted: PaceName, wantedEdition: Edition) =>
  keptSeeds
    .filter(([, , pace, edition]) => pace === wanted && edition === wantedEdition)
    .filter(([, days], at) => at % shares === share - 1 && (isFull || days <= KEPT_DAYS))
    .map(([seed, days]) => ({seed, days}))
const all: readonly Share[] = [
  ...editions.flatMap((edition) => sharesOf(kept('leaps', edition), {pace: 'leaps', edition})),
  ...sharesOf(fresh, {pace: 'leaps', againDays: AGAIN_DAYS}),
  // Second by second they are for the full proof.
  ...(isFull && share === 1
    ? [
        ...editions.flatMap((edition) =>
          sharesOf(kept('wire', edition), {pace: 'wire', edition, againDays: AGAIN_DAYS}),
        ),
        ...sharesOf([{seed: first, days: 0.5}], {pace: 'wire', againDays: AGAIN_DAYS}),
      ]
    : []),
]

const whatOf = ({runs, pace, againDays}: Share) => {
  const seeds = runs.map(({seed, days}) => `${seed} (${days})`).join(', ')
  const how = `${pace === 'wire' ? 'over the wire' : 'in leaps'}${againDays === undefined ? '' : ', each begun twice'}`
  return `${how}: seeds ${seeds}`
}

const live = livesOf(isFull ? availableParallelism() : 1)

for (const share of all) {
  test.concurrent(`days of trouble break nothing, ${whatOf(share)}`, PATIENCE, async () => {
    const {faults, transcripts, requests} = await live(share)
    expect(faults).toEqual([])
    expect(transcripts).toHaveLength(share.runs.length)
    expect(requests).toBeGreaterThan(10)
  })
}

// One seed alone may have a quiet day.
test('some of what the days bring is sent to servers', PATIENCE, async () => {
  const lived = await Promise.all(all.map(live))
  expect(lived.reduce((sum, {commands}) => sum + commands, 0)).toBeGreaterThan(0)
})
