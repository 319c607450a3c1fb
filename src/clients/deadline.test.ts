import {getEventListeners} from 'node:events'
import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Deadline} from './deadline.ts'

const timers = () => process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length

test('a call that is over leaves neither a timer nor a listener behind', () => {
  const outer = new AbortController()
  const before = timers()
  const bounds = {timeoutMs: 60_000, silenceMs: 30_000, signal: outer.signal}
  const all = Array.from({length: 50}, () => new Deadline(bounds))
  for (const one of all) one.listen()
  expect(getEventListeners(outer.signal, 'abort').length).toBe(50)
  for (const one of all) one.end()
  expect([timers() - before, getEventListeners(outer.signal, 'abort').length]).toEqual([0, 0])
  outer.abort()
  expect(all.some(({signal, fault}) => signal.aborted || fault !== null)).toBe(false)
})

test('time that is up aborts, and says so', async () => {
  const clock = new VirtualClock()
  const deadline = new Deadline({timeoutMs: 5_000}, clock)
  deadline.listen()
  await clock.advance(5_000)
  expect(deadline.fault).toMatchObject({reason: 'timed_out', wasSilent: false, outcomeUnknown: true})
  expect(deadline.signal.reason).toBe(deadline.fault)
  deadline.end()
})

test('silence ends it before its time, whether nothing came or no more; work of our own is no silence', async () => {
  const clock = new VirtualClock()
  const bounds = {timeoutMs: 120_000, silenceMs: 30_000}
  const nothing = new Deadline(bounds, clock)
  const stops = new Deadline(bounds, clock)
  const trickles = new Deadline(bounds, clock)
  const waitsForUs = new Deadline(bounds, clock)
  const all = [nothing, stops, trickles, waitsForUs]
  for (const one of all) one.listen()
  waitsForUs.rest()
  await clock.advance(20_000)
  stops.listen()
  trickles.listen()
  await clock.advance(10_000)
  expect(all.map(({fault}) => fault?.wasSilent)).toEqual([true, undefined, undefined, undefined])
  trickles.listen()
  await clock.advance(20_000)
  expect(all.map(({fault}) => fault?.wasSilent)).toEqual([true, true, undefined, undefined])
  for (let seconds = 50; seconds < 120; seconds += 10) {
    trickles.listen()
    await clock.advance(10_000)
  }
  expect(all.map(({fault}) => fault?.wasSilent)).toEqual([true, true, false, false])
  for (const one of all) one.end()
})

test('a caller who ends it from outside gives their reason, also when they did before', () => {
  const outer = new AbortController()
  const during = new Deadline({timeoutMs: 60_000, signal: outer.signal})
  outer.abort('stop')
  const after = new Deadline({timeoutMs: 60_000, signal: outer.signal})
  for (const {signal, fault} of [during, after])
    expect([signal.aborted, signal.reason, fault]).toEqual([true, 'stop', null])
  during.end()
  after.end()
})
