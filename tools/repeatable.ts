/**
 * What every test begins with. One that fails tells what it still waited for.
 *
 * Random tests take the same chances every time, so that one change is judged like the one before it. Who wants to look
 * further sets `COMMODARR_SEED` to a number, or to `random`; what fails prints its seed.
 */
import {relative} from 'node:path'
import fc from 'fast-check'
import {Agent, setGlobalDispatcher} from 'undici'
import {afterEach, beforeAll, type RunnerTestSuite} from 'vitest'
import {isFull} from '#test/proof.ts'
import {takeWaits} from '#test/waits.ts'
import {everyTest, longTests} from './proof/long-tests.ts'
import {root} from './steps.ts'

const {COMMODARR_SEED: wish = '20'} = process.env

if (wish !== 'random') fc.configureGlobal({...fc.readConfigureGlobal(), seed: Number(wish)})

/*
 * What a test itself asks by `fetch` goes out on a connection of its own. A kept one is closed by the other side after some
 * seconds without a request; a test that was busy just then reads that too late, and what it sends meanwhile is lost.
 */
setGlobalDispatcher(new Agent({pipelining: 0}))

const long = isFull || process.env[everyTest] !== undefined ? {} : longTests()

/** What is for the full proof is not begun: its hooks do not run either. */
// oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a hook wants of it
beforeAll(({}, {file}) => {
  const names = new Set(long[relative(root, file.filepath)])
  if (names.size > 0) leaveOut(file, names)
})

function leaveOut({tasks}: RunnerTestSuite, names: ReadonlySet<string>): void {
  for (const task of tasks) {
    if (task.type === 'suite') leaveOut(task, names)
    else if (names.has(task.fullTestName)) task.mode = 'skip'
  }
}

afterEach(({task}) => {
  const waits = takeWaits()
  if (task.result?.state === 'fail') for (const wait of waits) console.error(`${task.name}: ${wait}`)
})
