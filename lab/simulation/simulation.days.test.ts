/**
 * Simulated days: new seeds with each change, and those that once broke something. 30 days in the quick proof, 1,000 in
 * the full one, where `COMMODARR_SHARE` (`2/4`) says which of them. What each new seed begins with is lived through
 * twice: a clock or an order that nobody planned makes two runs of it. `COMMODARR_SEED` names other seeds.
 */
import {availableParallelism} from 'node:os'
import {beforeAll, expect, test} from 'vitest'
import {isFull, seedOfRun} from '#test/proof.ts'
import {liveThrough, sharesOf, type Lived, type Share} from './many-days.ts'
import {keptSeeds} from './regression-seeds.ts'

const PATIENCE = {timeout: 4 * 60 * 60_000}
/** Of one seed: later there is hardly anything left that can be grabbed. */
const DAYS_OF_ONE = 2
/** Of that so much is lived through twice. */
const AGAIN_DAYS = 0.1
const DAYS = isFull ? 1_000 : 30

const first = seedOfRun()
const [share = 1, shares = 1] = process.env['COMMODARR_SHARE']?.split('/').map(Number) ?? []
const runs = Math.ceil(DAYS / DAYS_OF_ONE / shares)
const many = sharesOf({
  first: first + (share - 1) * runs,
  runs,
  days: DAYS_OF_ONE,
  againDays: AGAIN_DAYS,
  pace: 'leaps',
})
/** Second by second they are for the full proof. */
const kept: readonly Share[] = [...keptSeeds, [first, 0.5, 'wire'] as const]
  .map(([seed, days, pace]) => ({first: seed, runs: 1, days, againDays: AGAIN_DAYS, pace}))
  .filter(({pace}) => share === 1 && (isFull || pace === 'leaps'))

let lives: readonly Promise<Lived>[]

// Whoever is asked for first, the next one is begun as soon as a processor has time for it.
beforeAll(() => {
  lives = liveThrough([...kept, ...many], isFull ? availableParallelism() : 1)
})

for (const [at, {first: seed, runs: count, days, pace}] of [...kept, ...many].entries()) {
  const seeds = count === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + count - 1}`
  const how = pace === 'wire' ? 'over the wire' : 'in leaps'
  test(
    `${seeds}: ${days} days of trouble ${how} break nothing, and are the same again`,
    PATIENCE,
    async () => {
      const {faults, transcripts, commands, requests} = await lives[at]!
      expect(faults).toEqual([])
      expect(transcripts).toHaveLength(count)
      expect(commands).toBeGreaterThan(0)
      expect(requests).toBeGreaterThan(10)
    },
  )
}
