/**
 * How much is proved, and with which chances. `npm test` proves what a change can break and is quick; `npm run test:full`
 * proves everything, in parts (docs/develop/testing.md). A test that can be cheap takes few cases in the first and all of them in
 * the second.
 */
import {execFileSync} from 'node:child_process'
import {randomInt} from 'node:crypto'

/** Everything is proved: `COMMODARR_FULL` is set. */
export const isFull = process.env['COMMODARR_FULL'] !== undefined

/** @returns all of them in the full proof, else the first few */
export function some<T>(count: number, all: readonly T[]): readonly T[] {
  return isFull ? all : all.slice(0, count)
}

/**
 * What a test of chance begins with. It follows from the commit, so that each change has chances of its own and the same
 * code is judged the same way each time. `COMMODARR_SEED` names another (`random`: any). Who fails prints it.
 */
export function seedOfRun(): number {
  const wish = process.env['COMMODARR_SEED']
  if (wish === 'random') return randomInt(1e9)
  return wish === undefined ? seedOfCommit() : Number(wish)
}

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
