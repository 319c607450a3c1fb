import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LastUses} from './last-uses.ts'

function gathering() {
  const clock = new VirtualClock()
  const written: Record<string, number>[] = []
  const faults: unknown[] = []
  const database = {isDown: false}
  const uses = new LastUses<string>(
    clock,
    async (batch) => {
      if (database.isDown) throw new Error('gone')
      written.push(Object.fromEntries(batch))
    },
    (error) => faults.push(error),
  )
  return {clock, written, faults, database, uses}
}

test('a thousand uses are one write a minute, with the last time of each', async () => {
  const {clock, written, uses} = gathering()
  for (let n = 0; n < 1000; n++) uses.note(n % 2 === 0 ? 'a' : 'b', n)
  await clock.advance(59_999)
  expect(written).toEqual([])
  await clock.advance(1)
  expect(written).toEqual([{a: 998, b: 999}])
  await clock.advance(600_000)
  expect(written).toHaveLength(1)
})

test('what the database did not take is written with the next ones, and a newer time wins', async () => {
  const {clock, written, faults, database, uses} = gathering()
  database.isDown = true
  uses.note('a', 1)
  uses.note('b', 1)
  await clock.advance(60_000)
  expect([written, faults]).toEqual([[], [expect.any(Error)]])
  uses.note('a', 2)
  database.isDown = false
  await clock.advance(60_000)
  expect(written).toEqual([{a: 2, b: 1}])
})

test('at the end all is written, and what is gone is not', async () => {
  const {clock, written, uses} = gathering()
  uses.note('a', 1)
  uses.note('b', 1)
  uses.forget('b')
  await uses.flush()
  await clock.advance(120_000)
  expect(written).toEqual([{a: 1}])
})
