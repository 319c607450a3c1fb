import {getEventListeners} from 'node:events'
import {expect, test} from 'vitest'
import {Deadline} from './deadline.ts'

const timers = () => process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length

test('a call that is over leaves neither a timer nor a listener behind', () => {
  const outer = new AbortController()
  const before = timers()
  const all = Array.from({length: 50}, () => new Deadline({timeoutMs: 60_000, signal: outer.signal}))
  expect(getEventListeners(outer.signal, 'abort').length).toBe(50)
  for (const one of all) one.end()
  expect([timers() - before, getEventListeners(outer.signal, 'abort').length]).toEqual([0, 0])
  outer.abort()
  expect(all.some(({signal, hasPassed}) => signal.aborted || hasPassed)).toBe(false)
})

test('time that is up aborts, and says so', async () => {
  const deadline = new Deadline({timeoutMs: 1})
  await new Promise((done) => deadline.signal.addEventListener('abort', done))
  expect([deadline.hasPassed, (deadline.signal.reason as Error).name]).toEqual([true, 'TimeoutError'])
  deadline.end()
})

test('who ends it from outside gives his reason, also when he did before', () => {
  const outer = new AbortController()
  const during = new Deadline({timeoutMs: 60_000, signal: outer.signal})
  outer.abort('stop')
  const after = new Deadline({timeoutMs: 60_000, signal: outer.signal})
  for (const {signal, hasPassed} of [during, after])
    expect([signal.aborted, signal.reason, hasPassed]).toEqual([true, 'stop', false])
  during.end()
  after.end()
})
