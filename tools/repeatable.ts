/**
 * What every test begins with. One that fails tells what it still waited for.
 *
 * Random tests take the same chances every time, so that one change is judged like the one before it. Who wants to look
 * further sets `COMMODARR_SEED` to a number, or to `random`; what fails prints its seed.
 */
import fc from 'fast-check'
import {afterEach} from 'vitest'
import {takeWaits} from '#test/waits.ts'

const {COMMODARR_SEED: wish = '20'} = process.env

if (wish !== 'random') fc.configureGlobal({...fc.readConfigureGlobal(), seed: Number(wish)})

afterEach(({task}) => {
  const waits = takeWaits()
  if (task.result?.state === 'fail') for (const wait of waits) console.error(`${task.name}: ${wait}`)
})
