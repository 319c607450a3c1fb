/**
 * Simulated days: new seeds with each change, and those that once broke something. Which seeds follows from the commit,
 * so that the same code is judged the same way each time; `COMMODARR_SEED` names others (`random`: any), `COMMODARR_DAYS`
 * says how many days in leaps there are in all. Where a machine has not lived through them in `COMMODARR_MINUTES`, the
 * test counts as not run, whatever it found good by then.
 */
import {execFileSync} from 'node:child_process'
import {randomInt} from 'node:crypto'
import {availableParallelism} from 'node:os'
import {beforeAll, expect, test} from 'vitest'
import {liveThrough, sharesOf, type Lived, type Share} from './many-days.ts'
import {keptSeeds} from './regression-seeds.ts'

const PATIENCE = {timeout: 4 * 60 * 60_000}
/** Of one seed: later there is hardly anything left that can be grabbed. */
const DAYS_OF_ONE = 2

const wish = process.env['COMMODARR_SEED']
const first = wish === undefined ? seedOfCommit() : wish === 'random' ? randomInt(1e9) : Number(wish)
const days = Number(process.env['COMMODARR_DAYS'] ?? 1_000)
const endsAt = performance.now() + Number(process.env['COMMODARR_MINUTES'] ?? Infinity) * 60_000

/** Lived through two times each. */
const same: readonly Share[] = [
  {first, runs: 1, days: 0.1, pace: 'wire'},
  {first, runs: 1, days: 0.5, pace: 'leaps'},
]
const kept = [...keptSeeds, [first, 0.5, 'wire'] as const].map(([seed, length, pace]) => {
  return {first: seed, runs: 1, days: length, pace}
})
const many = sharesOf({first, runs: Math.ceil(days / DAYS_OF_ONE), days: DAYS_OF_ONE, pace: 'leaps'})
type Lives = readonly Promise<Lived | null>[]
let lives: Readonly<Record<'once' | 'again' | 'kept' | 'many', Lives>>

// All processors have work from the beginning, whoever is asked for first.
beforeAll(() => {
  const isOver = () => performance.now() > endsAt
  const all = [...liveThrough([...same, ...same, ...kept, ...many], availableParallelism(), isOver)]
  const next = (shares: readonly Share[]) => all.splice(0, shares.length)
  lives = {once: next(same), again: next(same), kept: next(kept), many: next(many)}
})

for (const [at, {pace}] of same.entries()) {
  test(`${pace}: the same seed is the same run, request by request`, PATIENCE, async () => {
    const [one, other] = await Promise.all([lives.once[at], lives.again[at]])
    expect(one?.requests).toBeGreaterThan(10)
    expect(one?.transcripts).toHaveLength(1)
    expect(other?.transcripts).toEqual(one?.transcripts)
  })
}

for (const [at, {first: seed, days: length, pace}] of kept.entries()) {
  const how = pace === 'wire' ? 'over the wire' : 'in leaps'
  test(`seed ${seed}: ${length} days of trouble ${how} break nothing`, PATIENCE, async () => {
    const lived = await lives.kept[at]
    expect(lived?.faults).toEqual([])
    expect(lived).toMatchObject({seeds: 1})
    expect(lived?.commands).toBeGreaterThan(0)
  })
}

test(`from seed ${first} on: ${days} days of trouble in leaps break nothing`, PATIENCE, async ({skip}) => {
  const all = (await Promise.all(lives.many)).filter((it) => it !== null)
  const seeds = all.reduce((sum, lived) => sum + lived.seeds, 0)
  expect(all.flatMap(({faults}) => faults)).toEqual([])
  process.stdout.write(`${seeds * DAYS_OF_ONE} days were lived through\n`)
  if (all.length < many.length) skip('this machine is too slow for all of them')
  expect(seeds * DAYS_OF_ONE).toBeGreaterThanOrEqual(days)
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
