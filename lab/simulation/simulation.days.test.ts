/**
 * Simulated days: new seeds with each change, and those that once broke something. Which seeds follows from the commit,
 * so that the same code is judged the same way each time; `COMMODARR_SEED` names others (`random`: any), `COMMODARR_DAYS`
 * says how many days in leaps there are in all. Where a machine has not lived through them in `COMMODARR_MINUTES`, the
 * test counts as not run, whatever it found good by then.
 */
import {execFileSync} from 'node:child_process'
import {randomInt} from 'node:crypto'
import {availableParallelism} from 'node:os'
import {expect, test} from 'vitest'
import {violations} from './invariants.ts'
import {keptSeeds} from './kept-seeds.ts'
import {runInParallel} from './many-days.ts'
import {simulate} from './simulation.ts'

const PATIENCE = {timeout: 4 * 60 * 60_000}
/** Of one seed: later there is hardly anything left that can be grabbed. */
const DAYS_OF_ONE = 2

const wish = process.env['COMMODARR_SEED']
const first = wish === undefined ? seedOfCommit() : wish === 'random' ? randomInt(1e9) : Number(wish)
const days = Number(process.env['COMMODARR_DAYS'] ?? 200)
const endsAt = performance.now() + Number(process.env['COMMODARR_MINUTES'] ?? Infinity) * 60_000

for (const [pace, length] of [
  ['wire', 0.1],
  ['leaps', 0.5],
] as const) {
  test(`${pace}: the same seed is the same run, request by request`, PATIENCE, async () => {
    const [one, other] = [await simulate(first, length, {pace}), await simulate(first, length, {pace})]
    expect(one.requests).toBeGreaterThan(10)
    expect(other.fingerprint).toBe(one.fingerprint)
  })
}

for (const [seed, length, pace] of [...keptSeeds, [first, 0.5, 'wire'] as const]) {
  const how = pace === 'wire' ? 'over the wire' : 'in leaps'
  test(`seed ${seed}: ${length} days of trouble ${how} break nothing`, PATIENCE, async () => {
    const {record} = await simulate(seed, length, {pace})
    const again = `npm run simulate -- --seed ${seed} --days ${length}${pace === 'wire' ? ' --wire' : ''} --story`
    expect(record.happenings.filter(({what}) => what === 'command').length).toBeGreaterThan(0)
    expect(violations(record), again).toEqual([])
  })
}

test(`from seed ${first} on: ${days} days of trouble in leaps break nothing`, PATIENCE, async ({skip}) => {
  const runs = Math.ceil(days / DAYS_OF_ONE)
  const isOver = () => performance.now() > endsAt
  const {seeds, faults} = await runInParallel(
    {first, runs, days: DAYS_OF_ONE, isOver},
    availableParallelism(),
  )
  expect(faults).toEqual([])
  process.stdout.write(`${seeds * DAYS_OF_ONE} days were lived through\n`)
  if (seeds < runs && isOver()) skip('this machine is too slow for all of them')
  expect(seeds).toBe(runs)
})

/** Sources that are no clone have none: any seed then. */
function seedOfCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number.parseInt(commit.slice(0, 7), 16)
  } catch {
    return randomInt(1e9)
  }
}
