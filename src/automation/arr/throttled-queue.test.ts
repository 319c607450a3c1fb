import {expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ThrottledQueue} from './throttled-queue.ts'

function harness() {
  const clock = new VirtualClock()
  const asker = new ThrottledQueue(clock, () => 1)
  const asked: string[] = []
  const put = (name: string, answer: () => Promise<void> = () => Promise.resolve()) =>
    asker.put(name, () => {
      asked.push(`${name} ${clock.monotonic()}`)
      return answer()
    })
  return {clock, asker, asked, put}
}

test('one question at a time, a second apart, each once while it waits', async () => {
  const {clock, asked, put} = harness()
  for (const name of ['a', 'b', 'a']) put(name)
  await clock.advance(10_000)
  expect(asked).toEqual(['a 0', 'b 1000'])
  put('a')
  await clock.advance(0)
  expect(asked.at(-1)).toBe('a 10000')
})

test('after sixty there is one a minute, and what is urgent goes before them', async () => {
  const {clock, asker, asked, put} = harness()
  for (let n = 0; n < 1_000; n++) put(`q${n}`)
  await clock.advance(3_600_000)
  expect(asked.length).toBeGreaterThan(110)
  expect(asked.length).toBeLessThan(130)
  const urgent: string[] = []
  const happened = async () => void urgent.push(`${clock.monotonic()}`)
  asker.put('q999', happened, true)
  asker.put('q999', happened)
  await clock.advance(1_000)
  expect(urgent).toHaveLength(1)
})

test('who was silent for an hour may ask sixty again', async () => {
  const {clock, asked, put} = harness()
  for (let n = 0; n < 60; n++) put(`a${n}`)
  await clock.advance(60_000 + 3_600_000)
  for (let n = 0; n < 61; n++) put(`b${n}`)
  await clock.advance(60_000)
  expect(asked).toHaveLength(120)
})

test('one that takes long keeps the others waiting', async () => {
  const {clock, asked, put} = harness()
  const slow = Promise.withResolvers<void>()
  put('a', () => slow.promise)
  put('b')
  await clock.advance(60_000)
  expect(asked).toEqual(['a 0'])
  slow.resolve()
  await clock.advance(0)
  expect(asked.at(-1)).toBe('b 60000')
})

test('after a fault of the Arr it is asked later each time, and what failed is dropped', async () => {
  const {clock, asked, put} = harness()
  const away = () => Promise.reject(new ServerFault('server_unreachable', 'timed_out', 'Away.'))
  for (const name of ['a', 'b', 'c']) put(name, away)
  put('d')
  put('e')
  await clock.advance(60_000)
  expect(asked).toEqual(['a 0', 'b 5000', 'c 15000', 'd 35000', 'e 36000'])
})

test('of too many the last are not taken, and after its stop none is asked', async () => {
  const {clock, asker, asked, put} = harness()
  const taken = Array.from({length: 2_001}, (_, n) => put(`q${n}`))
  expect(taken.indexOf(false)).toBe(2_000)
  expect(put('q7')).toBe(true)
  asker.stop()
  expect(put('x')).toBe(false)
  await clock.advance(60_000)
  expect(asked).toEqual([])
})
