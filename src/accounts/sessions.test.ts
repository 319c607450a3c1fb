import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '#model/access.ts'
import {StorageFault} from '#store/faults.ts'
import {readSessions} from '#store/repositories/sessions.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {entriesOf} from './people.fixture.ts'
import {MOST_PER_USER} from './sessions.ts'
import {newToken, tokenHash} from './tokens.ts'

const DAY_MS = 86_400_000
const IDLE_MS = 30 * DAY_MS
const LONGEST_MS = 180 * DAY_MS

let house: Accounts
let ada: User
let bob: User
beforeEach(async () => {
  house = await openAccounts()
  ada = await house.users.create({name: 'Ada', role: 'member'}, machine)
  bob = await house.users.create({name: 'Bob', role: 'member'}, machine)
})
afterEach(() => house.close())

async function logIn(
  user: User,
  {replaces = null as string | null, userAgent = 'Browser'} = {},
): Promise<string> {
  const begun = house.sessions.make(user.id, 'password', {address: '192.0.2.1', userAgent}, replaces)
  await house.store.write((db) => house.sessions.insertIn(db, begun))
  house.sessions.put(begun)
  return begun.token.reveal()
}

const rows = () => house.store.read(readSessions)
const idOf = (token: string) => house.sessions.use(token)!.id

test('a session is opened by its token alone, which is kept nowhere', async () => {
  const token = await logIn(ada)
  expect(house.sessions.use(token)?.userId).toBe(ada.id)
  for (const other of ['', newToken(), tokenHash(token), token.slice(1), `${token}=`])
    expect(house.sessions.use(other)).toBeNull()
  expect(JSON.stringify(await rows())).not.toContain(token)
  expect(JSON.stringify(house.sessions.listOf(ada.id))).not.toMatch(/[0-9a-f]{64}/)
})

test('every log-in has another token', async () => {
  expect(new Set([await logIn(ada), await logIn(ada), await logIn(bob)]).size).toBe(3)
})

test('a restart ends no session', async () => {
  const token = await logIn(ada)
  expect((await house.restarted()).sessions.use(token)?.userId).toBe(ada.id)
})

test('thirty days of use keep it, thirty days without end it', async () => {
  const token = await logIn(ada)
  await house.clock.advance(IDLE_MS - 1)
  expect(house.sessions.use(token)).not.toBeNull()
  await house.clock.advance(IDLE_MS - 1)
  expect(house.sessions.use(token)).not.toBeNull()
  await house.clock.advance(IDLE_MS)
  expect(house.sessions.use(token)).toBeNull()
})

test('after half a year it ends, however it was used', async () => {
  const token = await logIn(ada)
  const bornAt = house.clock.now()
  while (house.clock.now() < bornAt + LONGEST_MS - IDLE_MS) {
    await house.clock.advance(IDLE_MS / 2)
    expect(house.sessions.use(token)).not.toBeNull()
  }
  await house.clock.advance(bornAt + LONGEST_MS - house.clock.now() - 1)
  expect(house.sessions.use(token)).not.toBeNull()
  await house.clock.advance(1)
  expect(house.sessions.use(token)).toBeNull()
})

test('how long is a setting, and a shorter one holds at once', async () => {
  const token = await logIn(ada)
  await house.clock.advance(2 * DAY_MS)
  house.settings.values = {...house.settings.values, sessionIdleDays: 2}
  expect(house.sessions.use(token)).toBeNull()
  expect(house.sessions.listOf(ada.id)).toEqual([])
  house.settings.values = {...house.settings.values, sessionIdleDays: 100, sessionAbsoluteDays: 3}
  expect(house.sessions.listOf(ada.id)).toMatchObject([{expiresAt: house.clock.now() + DAY_MS}])
  await house.clock.advance(DAY_MS - 1)
  expect(house.sessions.use(token)).not.toBeNull()
  await house.clock.advance(1)
  expect(house.sessions.use(token)).toBeNull()
})

test('one that has ended is in no list, cannot be ended, and is not kept', async () => {
  const [old, used] = [await logIn(ada), await logIn(ada)]
  const id = idOf(old)
  await house.clock.advance(IDLE_MS - 1)
  expect(house.sessions.use(used)).not.toBeNull()
  await house.clock.advance(60_000)
  expect(house.sessions.listOf(ada.id)).toHaveLength(1)
  expect(house.sessions.get(id)).toBeNull()
  await expect(house.sessions.end(id, 'revoke', 'Ada', machine)).rejects.toMatchObject({
    code: 'session_unknown',
  })
  expect(await rows()).toHaveLength(1)
})

test('uses are written together, once a minute', async () => {
  const tokens = [await logIn(ada), await logIn(bob)]
  await house.clock.advance(5_000)
  const usedAt = house.clock.now()
  for (let n = 0; n < 100; n++) for (const token of tokens) house.sessions.use(token)
  expect((await rows()).map((it) => it.lastUsedAt)).toEqual([usedAt - 5_000, usedAt - 5_000])
  await house.clock.advance(60_000)
  expect(await rows()).toMatchObject([
    {lastUsedAt: usedAt, expiresAt: usedAt + IDLE_MS},
    {lastUsedAt: usedAt, expiresAt: usedAt + IDLE_MS},
  ])
})

test('while the database is away sessions go on, and their uses are written later', async () => {
  const token = await logIn(ada)
  house.store.fault = new StorageFault('storage_unavailable', 'Gone.', true)
  await house.clock.advance(1_000)
  expect(house.sessions.use(token)).not.toBeNull()
  const usedAt = house.clock.now()
  await house.clock.advance(60_000)
  expect(house.faults).toEqual([house.store.fault])
  house.store.fault = null
  await house.clock.advance(60_000)
  expect(await rows()).toMatchObject([{lastUsedAt: usedAt}])
})

test('one session is ended, and nobody else’s', async () => {
  const [first, second, other] = [await logIn(ada), await logIn(ada), await logIn(bob)]
  await house.sessions.end(idOf(first), 'revoke', 'Ada', machine)
  expect(house.sessions.use(first)).toBeNull()
  expect(house.sessions.use(second)).not.toBeNull()
  expect(house.sessions.use(other)).not.toBeNull()
  expect(await rows()).toHaveLength(2)
  expect((await entriesOf(house.store)).at(-1)).toBe('test session revoke Ada')
})

test('all but one are ended', async () => {
  const [own, second, other] = [await logIn(ada), await logIn(ada), await logIn(bob)]
  expect(await house.sessions.endAllOf(ada, idOf(own), machine)).toBe(1)
  expect(await house.sessions.endAllOf(ada, idOf(own), machine)).toBe(0)
  expect(house.sessions.use(own)).not.toBeNull()
  expect(house.sessions.use(second)).toBeNull()
  expect(house.sessions.use(other)).not.toBeNull()
})

test('one that could not be ended goes on, and whoever wanted it hears of it', async () => {
  const token = await logIn(ada)
  house.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  await expect(house.sessions.end(idOf(token), 'log-out', 'Ada', machine)).rejects.toMatchObject({
    code: 'storage_full',
  })
  expect(house.sessions.use(token)).not.toBeNull()
})

test('a log-in from a browser that has a session takes its place', async () => {
  const before = await logIn(ada)
  const after = await logIn(bob, {replaces: idOf(before)})
  expect(house.sessions.use(before)).toBeNull()
  expect(house.sessions.use(after)?.userId).toBe(bob.id)
  expect(await rows()).toHaveLength(1)
})

test('whoever logs in again and again ends those he used longest ago', async () => {
  const kept = await logIn(bob)
  const tokens: string[] = []
  for (let n = 0; n < MOST_PER_USER; n++) {
    tokens.push(await logIn(ada))
    await house.clock.advance(1)
  }
  house.sessions.use(tokens[0]!)
  await house.clock.advance(1)
  tokens.push(await logIn(ada))
  expect(house.sessions.listOf(ada.id)).toHaveLength(MOST_PER_USER)
  expect(house.sessions.use(tokens[0]!)).not.toBeNull()
  expect(house.sessions.use(tokens[1]!)).toBeNull()
  expect(house.sessions.use(kept)).not.toBeNull()
  expect(await rows()).toHaveLength(MOST_PER_USER + 1)
})

test('what the browser calls itself is kept short and readable', async () => {
  await logIn(ada, {userAgent: `Fire\u001b[31mfox\n${'x'.repeat(1000)}`})
  const [session] = house.sessions.listOf(ada.id)
  expect(session?.userAgent).toBe(`Fire[31mfox${'x'.repeat(245)}`)
})
