/** What lets somebody in while the clock of the machine is not believed: sessions, keys, links, on the clock of the house. */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {InstanceClock} from '#lib/instance-clock.ts'
import type {User} from '#model/access.ts'
import {readSessions} from '#store/repositories/sessions.ts'
import type {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {acting} from './people.fixture.ts'
import type {People} from './people.ts'
import {resetPassword} from './reset-password.ts'

const DAY_MS = 86_400_000
const startAt = Date.UTC(2026, 0, 1)

let harness: Accounts
let ada: User
/** Of the machine. */
let clock: VirtualClock
beforeEach(async () => {
  harness = await openAccounts()
  clock = harness.clock
  ada = await harness.users.create({name: 'Ada', role: 'administrator'}, machine)
})
afterEach(() => harness.close())

async function logIn({sessions}: People): Promise<string> {
  const begun = sessions.make(ada.id, 'password', {address: '192.0.2.1', userAgent: 'Browser'}, null)
  await harness.store.write((db) => sessions.insertIn(db, begun))
  sessions.put(begun)
  return begun.token.reveal()
}

async function makeKey({keys}: People, expiresAt: number | null) {
  const draft = {name: 'Sonarr', scopes: ['read'] as const, servers: null, expiresAt}
  const {key, token} = await keys.make(acting(ada), ada, draft)
  return {id: key.id, token: token.reveal()}
}

const lets = (people: People, {session, key}: {session?: string; key?: string}) =>
  session === undefined
    ? people.keys.principalOf(key!, '192.0.2.1') !== null
    : people.sessions.use(session) !== null

/** The machine was off, and its clock says for how long: not believed when it is more than a day. */
async function startedAfter(days: number): Promise<{time: InstanceClock; people: People}> {
  const {seen} = new InstanceClock(clock, null)
  clock.reboot(clock.now() + days * DAY_MS)
  const time = new InstanceClock(clock, seen)
  return {time, people: await harness.restarted(time)}
}

test.each([
  {what: 'a session that was not used for 31 days', session: true, off: 31, lets: false},
  {what: 'a session that was not used for 29 days', session: true, off: 29, lets: true},
  {what: 'a key that ended ten days ago', session: false, off: 40, lets: false},
  {what: 'a key that ends in ten days', session: false, off: 20, lets: true},
])('$what, after so long without the program, lets in: $lets', async ({session, off, lets: expected}) => {
  const token = session ? await logIn(harness) : (await makeKey(harness, startAt + 30 * DAY_MS)).token
  const proof = session ? {session: token} : {key: token}
  const {time, people} = await startedAfter(off)
  expect(time.leapMs()).not.toBeNull()
  expect(lets(people, proof)).toBe(expected)
  time.confirm()
  expect(lets(people, proof)).toBe(expected)
})

test('what only a wrong clock ended lets in again once it is corrected, and nothing of it is thrown away', async () => {
  const session = await logIn(harness)
  const {id, token: key} = await makeKey(harness, startAt + 300 * DAY_MS)
  const {time, people} = await startedAfter(3_650)
  expect([lets(people, {session}), lets(people, {key})]).toEqual([false, false])
  expect(people.sessions.listOf(ada.id)).toEqual([])
  expect([people.keys.limitsOf(id), people.keys.endOf(id)]).toEqual([null, null])
  await people.close()
  clock.jump(-3_650 * DAY_MS)
  expect(time.leapMs()).toBeNull()
  expect([lets(people, {session}), lets(people, {key})]).toEqual([true, true])
  expect(people.keys.limitsOf(id)).not.toBeNull()
})

test('a confirmed clock ends permanently, and reports what keys have made', async () => {
  const {id} = await makeKey(harness, startAt + 30 * DAY_MS)
  const {time, people} = await startedAfter(40)
  const reported: unknown[] = []
  people.keys.onEnd(async ({endOf}) => {
    reported.push(endOf(id))
    return []
  })
  await clock.advance(DAY_MS)
  expect(reported).toEqual([])
  time.confirm()
  await clock.advance(1)
  expect(reported).toEqual(['key_expired'])
  expect(people.keys.endOf(id)).toBe('key_expired')
})

test('a user who logs in while the clock is in doubt stays in when it is confirmed', async () => {
  const {time, people} = await startedAfter(400)
  const session = await logIn(people)
  expect(lets(people, {session})).toBe(true)
  time.confirm()
  expect(lets(people, {session})).toBe(true)
})

test('a session of a time that has not come lets no one in: a clock ten years ahead makes none of ten years', async () => {
  const {time, people} = await startedAfter(3_650)
  const session = await logIn(people)
  clock.jump(-3_650 * DAY_MS)
  expect(time.leapMs()).toBeNull()
  expect(lets(people, {session})).toBe(false)
  expect(people.sessions.listOf(ada.id)).toEqual([])
  // Whoever ends all of them ends it, too.
  expect(await people.sessions.endAllOf(ada, null, machine)).toBe(1)
  expect(await harness.store.read(readSessions)).toEqual([])
})

test('use while the clock is in doubt makes a session last no longer', async () => {
  const session = await logIn(harness)
  const {time, people} = await startedAfter(20)
  expect(lets(people, {session})).toBe(true)
  clock.jump(-20 * DAY_MS)
  expect(time.leapMs()).toBeNull()
  await clock.advance(31 * DAY_MS)
  expect(lets(people, {session})).toBe(false)
})

test('who ends all sessions while some rest ends those, too', async () => {
  const session = await logIn(harness)
  const {people} = await startedAfter(3_650)
  expect(await people.sessions.endAllOf(ada, null, machine)).toBe(1)
  clock.jump(-3_650 * DAY_MS)
  expect(lets(people, {session})).toBe(false)
})

test.each([
  {what: 'an invitation of seven days, ten days later', days: 10, good: false},
  {what: 'an invitation of seven days, five days later', days: 5, good: true},
])('$what, is good: $good', async ({days, good}) => {
  const {token} = await harness.invitations.invite({role: 'viewer', name: 'Vic', days: 7}, machine)
  const {people} = await startedAfter(days)
  const accepted = people.invitations.accept(
    {token: token.reveal(), username: null, password: 'correct horse battery', code: null},
    {address: '192.0.2.1', userAgent: 'Browser', replaces: null, devices: []},
  )
  const end = await accepted.then(
    ({user}) => user.name,
    (error: {code: string}) => error.code,
  )
  expect(end).toBe(good ? 'Vic' : 'invitation_invalid')
})

test('where the clock of the machine is years behind, a link from the command line works', async () => {
  const {time, people: _} = await startedAfter(-3_650)
  const token = await resetPassword(harness.store, 'Ada', time)
  const people = await harness.restarted(time)
  const accepted = people.invitations.accept(
    {token, username: null, password: 'correct horse battery', code: null},
    {address: '192.0.2.1', userAgent: 'Browser', replaces: null, devices: []},
  )
  await expect(accepted).resolves.toMatchObject({user: {name: 'Ada'}})
})

/** `until` is what spans of minutes in memory are called: they go by the duration clock. */
test('no end of what lets a user in is compared with a clock elsewhere', () => {
  const manual =
    /(expires?(At|_at)|endsAt|expiry|#?endOf\([^)]*\)) *[<>]=? *.*now|now[()]* *[<>]=? *\S*(expires?(At|_at)|endsAt|expiry)/i
  const files = ['.', '../http'].flatMap((folder) => {
    const path = join(import.meta.dirname, folder)
    return readdirSync(path, {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
      .map((name) => join(path, name))
  })
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => manual.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})
