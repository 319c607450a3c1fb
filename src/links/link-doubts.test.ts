import {expect, test} from 'vitest'
import {hash, withTorrents} from './scripted-server.fixture.ts'

const DAYS = 24 * 3_600_000

test('a wall clock that is set forth and back holds no server back', async () => {
  const server = withTorrents(3)
  await server.clock.advance(30_000)
  server.failing = {code: 'server_unreachable', reason: 'timed_out'}
  server.clock.jump(3 * DAYS)
  await server.clock.advance(30_000)
  expect(server.status).toBe('unreachable:timed_out')
  server.clock.jump(-3 * DAYS)
  server.failing = null
  await server.clock.advance(400_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a wall clock that jumps does not make a short list older than it is', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  for (let n = 1; n <= 60; n++) server.members.delete(hash(n))
  await server.clock.advance(20_000)
  server.clock.jump(3 * DAYS)
  await server.clock.advance(60_000)
  expect([server.status, server.shownCount]).toEqual(['warming:list_dropped', 100])
  await server.link.stop()
})

test('lists agree only when none broke off between them: its rows came uncounted', async () => {
  const server = withTorrents(90)
  await server.clock.advance(1)
  server.remembersBrokenLists = true
  server.failing = {code: 'answer_invalid', reason: 'cut_answer'}
  server.failAt = 'midList'
  server.failingSteps = 1
  server.members.add(hash(91))
  while (server.steps.length < 3) await server.clock.advance(100)
  expect(server.status).toBe('warming:list_growing')
  await server.clock.advance(2_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a click after the end is answered, for nobody will try any more', async () => {
  const server = withTorrents(1)
  await server.clock.advance(1)
  await server.link.stop()
  await expect(server.link.retryNow()).resolves.toBeUndefined()
})

test('a probe whose credentials are refused is no matter to be tried three times', async () => {
  const server = withTorrents(1)
  server.leastIntervalMs = 100_000
  await server.clock.advance(5_000)
  server.failing = {code: 'login_refused', reason: 'wrong_credentials'}
  server.probes = 0
  await server.clock.advance(31_000)
  expect([server.probes, server.status]).toEqual([1, 'auth_failed:wrong_credentials'])
  await server.link.stop()
})

test('a server whose every answer is a new beginning is believed when three of them agree', async () => {
  const server = withTorrents(90)
  server.alwaysFresh = true
  await server.clock.advance(1)
  await server.clock.advance(1_500)
  expect([server.steps.length, server.status]).toEqual([3, 'online:none'])
  server.steps = []
  await server.clock.advance(60_000)
  expect([server.steps.length, server.status]).toEqual([6, 'online:none'])
  server.members.delete(hash(1))
  await server.clock.advance(35_000)
  expect([server.shownCount, server.status]).toEqual([89, 'online:none'])
  for (let n = 2; n <= 60; n++) server.members.delete(hash(n))
  await server.clock.advance(9 * 60_000)
  expect([server.shownCount, server.status]).toEqual([89, 'warming:list_dropped'])
  await server.clock.advance(2 * 60_000)
  expect([server.shownCount, server.status]).toEqual([30, 'online:none'])
  await server.link.stop()
})
