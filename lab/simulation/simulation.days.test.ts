/**
 * Simulated days: new seeds with each change, and those that once broke something. 30 days in the quick proof, 1,000 in
 * the full one, where `COMMODARR_SHARE` (`2/4`) says which of them. What each new seed begins with is lived through
 * twice: a clock or an order that nobody planned makes two runs of it. `COMMODARR_SEED` names other seeds.
 */
import {availableParallelism} from 'node:os'
import {beforeAll, expect, test} from 'vitest'
import {isFull, seedOfRun} from '#test/proof.ts'
import {liveThrough, sharesOf, type Lived, type Share} from './many-days.ts'
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
    .filter(([, days]) => share === 1 && (isFull || days <= KEPT_DAYS))
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

let lives: readonly Promise<Lived>[]

// Whoever is asked for first, the next one is begun as soon as a processor has time for it.
beforeAll(() => {
  lives = liveThrough(all, isFull ? availableParallelism() : 1)
})

for (const [at, {runs, pace, againDays}] of all.entries()) {
  const seeds = runs.map(({seed, days}) => `${seed} (${days})`).join(', ')
  const how = `${pace === 'wire' ? 'over the wire' : 'in leaps'}${againDays === undefined ? '' : ', each begun twice'}`
  test(`days of trouble break nothing, ${how}: seeds ${seeds}`, PATIENCE, async () => {
    const {faults, transcripts, commands, requests} = await lives[at]!
    expect(faults).toEqual([])
    expect(transcripts).toHaveLength(runs.length)
    expect(commands).toBeGreaterThan(0)
    expect(requests).toBeGreaterThan(10)
  })
}
