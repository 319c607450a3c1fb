import {expect, test} from 'vitest'
import {Semaphore} from './semaphore.ts'

test('never more tasks at a time than the gate is wide, and all of them run, also after failures', async () => {
  const gate = new Semaphore(2)
  let running = 0
  let most = 0
  let done = 0
  const results = await Promise.allSettled(
    Array.from({length: 20}, (_, index) =>
      gate.run(async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        done++
        if (index % 3 === 0) throw new Error('no')
      }),
    ),
  )
  expect([most, done, results.filter((one) => one.status === 'rejected').length]).toEqual([2, 20, 7])
})
