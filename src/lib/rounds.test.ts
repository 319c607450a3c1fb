import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Rounds} from './rounds.ts'

function begun(round: () => Promise<void>) {
  const clock = new VirtualClock()
  const rounds = new Rounds(clock, 1_000, round)
  rounds.start()
  return {clock, rounds}
}

test('a round comes so long after the last one has ended, however long that took', async () => {
  const at: number[] = []
  const {clock, rounds} = begun(async () => {
    at.push(clock.monotonic())
    if (at.length === 1) await new Promise<void>((done) => clock.after(5_000, done))
  })
  await clock.advance(9_000)
  expect(at).toEqual([1_000, 7_000, 8_000, 9_000])
  await rounds.stop()
})

test('after the stop none begins, and who stops it waits for the one that is under way', async () => {
  let [count, end] = [0, () => {}]
  const {clock, rounds} = begun(async () => {
    count++
    await new Promise<void>((done) => (end = done))
  })
  await clock.advance(1_000)
  let isOver = false
  const stopped = rounds.stop().then(() => (isOver = true))
  await clock.advance(10_000)
  expect([count, isOver, rounds.isStopped]).toEqual([1, false, true])
  end()
  await stopped
  await clock.advance(10_000)
  expect(count).toBe(1)
})
