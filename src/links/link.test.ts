import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hash, withTorrents} from './scripted-server.fixture.ts'

test('the first list shows at once, the second of the same members makes it online', async () => {
  const server = withTorrents(3)
  await server.clock.advance(1)
  expect([server.status, server.shownCount]).toEqual(['warming:list_growing', 3])
  await server.clock.advance(2_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('an online server that is restarted with an empty list loses nothing for five minutes, then goes on', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  const all = new Set(server.members)
  server.members.clear()
  server.restart()
  await server.clock.advance(5 * 60_000)
  expect([server.status, server.shownCount]).toEqual(['warming:list_dropped', 100])
  server.members = all
  await server.clock.advance(30_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 100])
  await server.link.stop()
})

test('a list that suddenly lacks most torrents is not believed, even without a restart', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  for (let n = 1; n <= 60; n++) server.members.delete(hash(n))
  await server.clock.advance(60_000)
  expect([server.status, server.shownCount]).toEqual(['warming:list_dropped', 100])
  await server.clock.advance(11 * 60_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 40])
  await server.link.stop()
})

test('a few torrents that left are believed with the next list', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  server.members.delete(hash(1))
  await server.clock.advance(15_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 99])
  await server.link.stop()
})

test('a list that breaks off concludes nothing, and the next step asks for the whole list', async () => {
  const server = withTorrents(5)
  await server.clock.advance(30_000)
  server.failing = {code: 'server_unreachable', reason: 'timed_out'}
  server.failAt = 'midList'
  server.members.delete(hash(1))
  await server.clock.advance(12_000)
  expect(server.frames.some((frame) => frame.type === 'abort')).toBe(true)
  expect(server.shownCount).toBe(5)
  server.failing = null
  server.steps = []
  await server.clock.advance(60_000)
  expect([server.steps[0], server.shownCount, server.status]).toEqual(['paged', 4, 'online:none'])
  await server.link.stop()
})

test('wrong credentials are tried twice in a day, and once more after a click', async () => {
  const server = withTorrents(1, {code: 'login_refused', reason: 'wrong_credentials'})
  await server.clock.advance(24 * 3_600_000)
  expect([server.logins, server.status]).toEqual([2, 'auth_failed:wrong_credentials'])
  await Promise.all([server.link.retryNow(), server.clock.advance(10)])
  expect(server.logins).toBe(3)
  await server.link.stop()
})

test('a click during an attempt that is refused gets an attempt of its own', async () => {
  const server = withTorrents(1, {code: 'login_refused', reason: 'wrong_credentials'})
  await server.clock.advance(1)
  let answer = () => {}
  server.loginWaits = new Promise<void>((resolve) => (answer = resolve))
  await server.clock.advance(60_000)
  const clicked = server.link.retryNow()
  server.loginWaits = null
  server.failingSteps = 1
  answer()
  await Promise.all([clicked, server.clock.advance(10)])
  expect(server.logins).toBe(3)
  expect(server.link.health.status).toBe('warming')
  await server.link.stop()
})

test('after refused credentials a daemon that restarted is tried again', async () => {
  const server = withTorrents(1, {code: 'login_refused', reason: 'wrong_credentials'})
  await server.clock.advance(10 * 60_000)
  expect(server.logins).toBe(2)
  server.port = 'shut'
  await server.clock.advance(60_000)
  server.port = 'open'
  server.failing = null
  await server.clock.advance(60_000)
  expect([server.logins, server.status]).toEqual([3, 'online:none'])
  await server.link.stop()
})

test('during a ban there is no login but on a click, once; after it one login brings the server back', async () => {
  const retryAt = new VirtualClock().now() + 600_000
  const server = withTorrents(1, {code: 'login_banned', reason: 'banned', retryAt})
  await server.clock.advance(1_000)
  await server.clock.advance(200_000)
  expect(server.logins).toBe(1)
  server.failing = {code: 'login_banned', reason: 'banned'}
  await Promise.all([server.link.retryNow(), server.clock.advance(100_000)])
  expect([server.logins, server.status, server.link.health.nextTryAt]).toEqual([2, 'banned:banned', retryAt])
  server.failing = null
  await server.clock.advance(310_000)
  expect([server.logins, server.status]).toEqual([3, 'online:none'])
  await server.link.stop()
})

test('a daemon behind a proxy that was away during a ban is tried again', async () => {
  const server = withTorrents(1, {code: 'login_banned', reason: 'banned'})
  await server.clock.advance(10 * 60_000)
  expect([server.logins, server.status]).toEqual([1, 'banned:banned'])
  server.behindPort = 'shut'
  await server.clock.advance(60_000)
  server.behindPort = 'open'
  server.failing = null
  await server.clock.advance(60_000)
  expect([server.logins, server.status]).toEqual([2, 'online:none'])
  await server.link.stop()
})

test('a server that is down for an hour is tried each minute, and is back with the next look at its port', async () => {
  const server = withTorrents(1)
  await server.clock.advance(30_000)
  server.failing = {code: 'server_unreachable', reason: 'refused'}
  server.failAt = 'connect'
  server.port = 'shut'
  server.loseConnection()
  await server.clock.advance(20_000)
  expect(server.status).toBe('unreachable:refused')
  server.logins = 0
  await server.clock.advance(3_600_000)
  expect(server.logins).toBeLessThan(65)
  server.failing = null
  server.port = 'open'
  await server.clock.advance(31_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 1])
  await server.link.stop()
})

test('a server whose port is open and which does not answer is tried at most twice a minute', async () => {
  const server = withTorrents(1)
  await server.clock.advance(30_000)
  server.failing = {code: 'server_unreachable', reason: 'timed_out'}
  server.failAt = 'connect'
  server.loseConnection()
  await server.clock.advance(60_000)
  server.logins = server.looks = 0
  await server.clock.advance(3_600_000)
  expect(server.logins).toBeLessThanOrEqual(120)
  expect(server.looks).toBeLessThanOrEqual(120)
  server.failing = null
  await server.clock.advance(60_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a lost session means one new login, not a loop', async () => {
  const server = withTorrents(1)
  await server.clock.advance(30_000)
  server.failing = {code: 'session_lost', reason: 'session_lost'}
  server.failingSteps = 1
  await server.clock.advance(21_000)
  expect([server.logins, server.status]).toEqual([2, 'online:none'])
  await server.link.stop()
})

test('a session that is lost after every login does not make a storm of logins', async () => {
  const server = withTorrents(1)
  await server.clock.advance(30_000)
  server.failing = {code: 'session_lost', reason: 'session_lost'}
  server.logins = 0
  await server.clock.advance(3_600_000)
  expect(server.status).toBe('unreachable:session_lost')
  expect(server.logins).toBeLessThan(25)
  await server.link.stop()
})

test('a server that forgets each session after some good answers sees ever fewer logins', async () => {
  const server = withTorrents(1)
  await server.clock.advance(30_000)
  server.logins = 0
  for (let minute = 0; minute < 60; minute++) {
    server.failing = {code: 'session_lost', reason: 'session_lost'}
    server.failingSteps = 1
    await server.clock.advance(60_000)
  }
  expect(server.logins).toBeLessThan(25)
  server.failing = null
  await server.clock.advance(310_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 1])
  await server.link.stop()
})

test('who is asked and does not answer is not online after half a minute, and is again with the answer', async () => {
  const server = withTorrents(1)
  await server.clock.advance(60_000)
  const answer = server.hang()
  await server.clock.advance(15_000)
  expect(server.status).toBe('online:none')
  await server.clock.advance(20_000)
  expect([server.status, server.link.health.detail]).toEqual(['unreachable:timed_out', 'No answer for 30 s.'])
  answer()
  await server.clock.advance(10)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a list that comes in pieces is an answer, but not without end', async () => {
  const server = withTorrents(1)
  await server.clock.advance(60_000)
  const answer = server.hang()
  const seen: string[] = []
  for (let seconds = 0; seconds < 160; seconds += 10) {
    server.reportRow()
    await server.clock.advance(10_000)
    seen.push(server.link.health.status)
  }
  expect(seen.slice(0, 10)).toEqual(Array(10).fill('online'))
  expect(seen.at(-1)).toBe('unreachable')
  answer()
  await server.link.stop()
})

test('one answer that took two minutes does not set the pace', async () => {
  const server = withTorrents(1)
  await server.clock.advance(60_000)
  server.answerMs = 120_000
  await server.clock.advance(10_000)
  server.answerMs = 1
  server.steps = []
  await server.clock.advance(60_000)
  expect(server.steps.length).toBeGreaterThanOrEqual(6)
  await server.link.stop()
})

test('how many answers came, and how long they took together, is counted', async () => {
  const server = withTorrents(1)
  server.answerMs = 250
  await server.clock.advance(60_000)
  const {count, ms} = server.link.polls
  expect(count).toBeGreaterThan(3)
  expect(ms).toBe(count * 250)
  await server.link.stop()
})

test('a whole list that takes long does not slow down the polls for changes', async () => {
  const slow = withTorrents(3)
  const quick = withTorrents(3)
  Object.assign(slow, {reportsChanges: true, wholeListMs: 46_000})
  quick.reportsChanges = true
  const polls = []
  for (const server of [slow, quick]) {
    // Its first list, its warming, and the check for drift each half an hour.
    await server.clock.advance(2 * 3_600_000)
    polls.push(server.steps.length)
    expect([server.status, server.steps.filter((it) => it === 'full').length]).toEqual(['online:none', 4])
    await server.link.stop()
  }
  expect(polls[0]).toBe(polls[1])
})

test('changes that take long slow down the polls for changes, whatever whole lists take', async () => {
  const server = withTorrents(3)
  Object.assign(server, {reportsChanges: true, answerMs: 3_000, wholeListMs: 3})
  await server.clock.advance(60_000)
  expect(server.link.pollMs).toBe(30_000)
  await server.link.stop()
})

test('whole lists in doubt come no more often than their server can bear', async () => {
  const lists = []
  for (const wholeListMs of [3, 3_000]) {
    const server = withTorrents(100)
    Object.assign(server, {reportsChanges: true, wholeListMs})
    await server.clock.advance(60_000)
    server.naming = Array.from({length: 60}, (_, n) => hash(n + 1))
    for (const one of server.naming) server.members.delete(one)
    await server.clock.advance(15_000)
    expect(server.status).toBe('warming:list_dropped')
    server.steps = []
    await server.clock.advance(180_000)
    lists.push(server.steps.filter((it) => it === 'full').length)
    await server.link.stop()
  }
  expect(lists[1]).toBeLessThanOrEqual(180_000 / 30_000 + 1)
  expect(lists[0]).toBeGreaterThan(lists[1]!)
})

test('a long whole list is no slow server, but slow answers for changes are', async () => {
  const server = withTorrents(3)
  Object.assign(server, {reportsChanges: true, wholeListMs: 46_000})
  await server.clock.advance(30 * 60_000)
  expect(server.status).toBe('online:none')
  server.answerMs = 12_000
  await server.clock.advance(20_000)
  expect(server.status).toBe('degraded:slow')
  await server.link.stop()
})

test('frames are numbered without a gap within an epoch, and epochs only rise', async () => {
  const server = withTorrents(3)
  await server.clock.advance(60_000)
  server.restart()
  await server.clock.advance(60_000)
  let [epoch, seq] = [0, -1]
  for (const frame of server.frames) {
    expect(frame.epoch).toBeGreaterThanOrEqual(epoch)
    expect(frame.seq).toBe(frame.epoch === epoch ? seq + 1 : 0)
    ;[epoch, seq] = [frame.epoch, frame.seq]
  }
  await server.link.stop()
})

test('stopping ends the life at once, whatever it waits for', async () => {
  const server = withTorrents(1)
  await server.clock.advance(1)
  const ended = server.link.stop()
  await server.clock.advance(1)
  await ended
  const count = server.steps.length
  await server.clock.advance(100_000)
  expect(server.steps.length).toBe(count)
})

test('a server is asked as rarely and waited for as long as a person wishes; probes go on in between', async () => {
  const server = withTorrents(2, null, {pollSeconds: 120, timeoutSeconds: 45})
  await server.clock.advance(60_000)
  expect([server.status, server.link.pollMs]).toEqual(['online:none', 120_000])
  server.steps = []
  server.probes = 0
  await server.clock.advance(600_000)
  expect(server.steps.length).toBe(5)
  expect(server.probes).toBeGreaterThan(10)
  expect(server.waits).toEqual({connect: 45_000, probe: 45_000, delta: 45_000})
  await server.link.stop()
})

test('a list is as of now when it was asked for behind what it must know, and was sent whole', async () => {
  const server = withTorrents(1)
  const readNow = async (...closely: InfoHash[]) => {
    const read = server.link.readNow(closely)
    await server.clock.advance(100)
    return read
  }
  await server.clock.advance(60_000)
  // The answer that is under way was asked for before.
  const answer = server.hang()
  await server.clock.advance(2_000)
  const asked = server.steps.length
  const read = server.link.readNow([])
  answer()
  await server.clock.advance(100)
  expect([await read, server.steps.length]).toEqual([true, asked + 1])
  expect([await readNow(), server.steps.length]).toEqual([true, asked + 1])
  // Of this one it was told what lists tell seldom.
  expect([await readNow(hash(1)), server.closely.at(-1), server.steps.length]).toEqual([
    true,
    [hash(1)],
    asked + 2,
  ])
  await server.clock.advance(2_000)
  server.membership = 'partial'
  expect(await readNow()).toBe(false)
  server.membership = 'whole'
  server.failing = {code: 'server_unreachable', reason: 'timed_out'}
  expect(await readNow()).toBe(false)
  server.failing = null
  expect(await readNow()).toBe(true)
  await server.link.stop()
})
