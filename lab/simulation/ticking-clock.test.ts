import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {tickingClock} from './ticking-clock.ts'

const BEAT_MS = 60_000

function harness(): {clock: VirtualClock; rung: string[]; after: (ms: number, name: string) => () => void} {
  const clock = new VirtualClock()
  const slow = tickingClock(clock, () => BEAT_MS)
  const rung: string[] = []
  const after = (ms: number, name: string) =>
    slow.after(ms, () => void rung.push(`${name} ${clock.monotonic()}`))
  return {clock, rung, after}
}

test('what follows within a second rings in its time, everything else at the next beat', async () => {
  const {clock, rung, after} = harness()
  await clock.advance(1_000)
  after(200, 'soon')
  after(1_000, 'a second')
  after(59_000, 'just')
  after(59_001, 'late')
  await clock.advance(3 * BEAT_MS)
  expect(rung).toEqual(['soon 1200', 'a second 60000', 'just 60000', 'late 120000'])
})

test('what is called off does not ring, also within its own beat', async () => {
  const {clock, rung, after} = harness()
  after(5_000, 'kept')
  const callOff = after(5_000, 'called off')
  callOff()
  await clock.advance(BEAT_MS)
  expect(rung).toEqual(['kept 60000'])
})

test('what is set at a beat to ring again rings at the next one', async () => {
  const clock = new VirtualClock()
  const slow = tickingClock(clock, () => BEAT_MS)
  const rung: number[] = []
  const again = (): void => {
    rung.push(clock.monotonic())
    slow.after(1_000, again)
  }
  slow.after(1_000, again)
  await clock.advance(3 * BEAT_MS)
  expect(rung).toEqual([60_000, 120_000, 180_000])
})
