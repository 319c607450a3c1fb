/** For tests of chance: the same code meets the same chances, and a failure tells how to meet them again. */
import {relative} from 'node:path'
import {onTestFailed} from 'vitest'
import {seededRandom, type Random} from '#lab/simulators/random.ts'
import {isFull, seedOfRun} from '#test/proof.ts'

/** Of the test that runs now. */
export function chances(): Random {
  const seed = seedOfRun()
  onTestFailed(({task}) => {
    const settings = `${isFull ? 'COMMODARR_FULL=1 ' : ''}COMMODARR_SEED=${seed}`
    const which = `--project ${task.file.projectName} ${relative('.', task.file.filepath)}`
    const run = `node scripts/run.mjs node_modules/vitest/vitest.mjs run ${which}`
    process.stderr.write(`"${task.name}" failed with the seed ${seed}. Again: ${settings} ${run}\n`)
  })
  return seededRandom(seed)
}
