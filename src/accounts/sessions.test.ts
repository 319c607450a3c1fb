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

let harness: Accounts
let ada: User
let bob: User
beforeEach(async () => {
  harness = await openAccounts()
  ada = await harness.users.create({name: 'Ada', role: 'member'}, machine)
  bob = await harness.users.create({name: 'Bob', role: 'member'}, machine)
})
afterEach(() => harness.close())

async function logIn(
  user: User,
  {replaces = null as string | null, userAgent = 'Browser'} = {},
): Promise<string> {
  const begun = harness.sessions.make(user.id, 'password', {address: '192.0.2.1', userAgent}, replaces)
  await harness.store.write((db) => harness.sessions.insertIn(db, begun))
  harness.sessions.put(begun)
  return begun.token.reveal()
}

const rows = () => harness.store.read(readSessions)
const idOf = (token: string) => harness.sessions.use(token)!.id

test('a session is opened by its token alone, which is kept nowhere', async () => {
  const token = await logIn(ada)
  expect(harness.sessions.use(token)?.userId).toBe(ada.id)
  for (const other of ['', newToken(), tokenHash(token), token.slice(1), `${token}=`])
    expect(harness.sessions.use(other)).toBeNull()
  expect(JSON.stringify(await rows())).not.toContain(token)
  expect(JSON.stringify(harness.sessions.listOf(ada.id))).not.toMatch(/[0-9a-f]{64}/)
})

test('every login has another token', async () => {
  expect(new Set([await logIn(ada), await logIn(ada), await logIn(bob)]).size).toBe(3)
})

test('a restart ends no session', async () => {
  const token = await logIn(ada)
  expect((await harness.restarted()).sessions.use(token)?.userId).toBe(ada.id)
})

test('thirty days of use keep it, thirty days without end it', async () => {
  const token = await logIn(ada)
  await harness.clock.advance(IDLE_MS - 1)
  expect(harness.sessions.use(token)).not.toBeNull()
  await harness.clock.advance(IDLE_MS - 1)
  expect(harness.sessions.use(token)).not.toBeNull()
  await harness.clock.advance(IDLE_MS)
  expect(harness.sessions.use(token)).toBeNull()
})

test('after half a year it ends, however it was used', async () => {
  const token = await logIn(ada)
  const bornAt = harness.clock.now()
  while (harness.clock.now() < bornAt + LONGEST_MS - IDLE_MS) {
    await harness.clock.advance(IDLE_MS / 2)
    expect(harness.sessions.use(token)).not.toBeNull()
  }
  await harness.clock.advance(bornAt + LONGEST_MS - harness.clock.now() - 1)
  expect(harness.sessions.use(token)).not.toBeNull()
  await harness.clock.advance(1)
  expect(harness.sessions.use(token)).toBeNull()
})

test('how long is a setting, and a shorter one holds at once', async () => {
  const token = await logIn(ada)
  await harness.clock.advance(2 * DAY_MS)
  harness.settings.values = {...harness.settings.values, sessionIdleDays: 2}
  expect(harness.sessions.use(token)).toBeNull()
  expect(harness.sessions.listOf(ada.id)).toEqual([])
  harness.settings.values = {...harness.settings.values, sessionIdleDays: 100, sessionAbsoluteDays: 3}
  expect(harness.sessions.listOf(ada.id)).toMatchObject([{expiresAt: harness.clock.now() + DAY_MS}])
  await harness.clock.advance(DAY_MS - 1)
  expect(harness.sessions.use(token)).not.toBeNull()
  await harness.clock.advance(1)
  expect(harness.sessions.use(token)).toBeNull()
})

test('one that has ended is in no list, cannot be ended, and is not kept', async () => {
  const [old, used] = [await logIn(ada), await logIn(ada)]
  const id = idOf(old)
  await harness.clock.advance(IDLE_MS - 1)
  expect(harness.sessions.use(used)).not.toBeNull()
  await harness.clock.advance(60_000)
  expect(harness.sessions.listOf(ada.id)).toHaveLength(1)
  expect(harness.sessions.get(id)).toBeNull()
  await expect(harness.sessions.end(id, 'revoke', 'Ada', machine)).rejects.toMatchObject({
    code: 'session_unknown',
  })
  expect(await rows()).toHaveLength(1)
})

test('uses are written together, once a minute', async () => {
  const tokens = [await logIn(ada), await logIn(bob)]
  await harness.clock.advance(5_000)
  const usedAt = harness.clock.now()
  for (let n = 0; n < 100; n++) for (const token of tokens) harness.sessions.use(token)
  expect((await rows()).map((it) => it.lastUsedAt)).toEqual([usedAt - 5_000, usedAt - 5_000])
  await harness.clock.advance(60_000)
  expect(await rows()).toMatchObject([
    {lastUsedAt: usedAt, expiresAt: usedAt + IDLE_MS},
    {lastUsedAt: usedAt, expiresAt: usedAt + IDLE_MS},
  ])
})

test('while the database is away sessions go on, and their uses are written later', async () => {
  const token = await logIn(ada)
  harness.store.fault = new StorageFault('storage_unavailable', 'Gone.', true)
  await harness.clock.advance(1_000)
  expect(harness.sessions.use(token)).not.toBeNull()
  const usedAt = harness.clock.now()
  await harness.clock.advance(60_000)
  expect(harness.faults).toEqual([harness.store.fault])
  harness.store.fault = null
  await harness.clock.advance(60_000)
  expect(await rows()).toMatchObject([{lastUsedAt: usedAt}])
})

test('one session is ended, and no one else’s', async () => {
  const [first, second, other] = [await logIn(ada), await logIn(ada), await logIn(bob)]
  await harness.sessions.end(idOf(first), 'revoke', 'Ada', machine)
  expect(harness.sessions.use(first)).toBeNull()
  expect(harness.sessions.use(second)).not.toBeNull()
  expect(harness.sessions.use(other)).not.toBeNull()
  expect(await rows()).toHaveLength(2)
  expect((await entriesOf(harness.store)).at(-1)).toBe('test session revoke Ada')
})

test('all but one are ended', async () => {
  const [own, second, other] = [await logIn(ada), await logIn(ada), await logIn(bob)]
  expect(await harness.sessions.endAllOf(ada, idOf(own), machine)).toBe(1)
  expect(await harness.sessions.endAllOf(ada, idOf(own), machine)).toBe(0)
  expect(harness.sessions.use(own)).not.toBeNull()
  expect(harness.sessions.use(second)).toBeNull()
  expect(harness.sessions.use(other)).not.toBeNull()
})

test('one that could not be ended goes on, and the one who wanted it hears of it', async () => {
  const token = await logIn(ada)
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  await expect(harness.sessions.end(idOf(token), 'log-out', 'Ada', machine)).rejects.toMatchObject({
    code: 'storage_full',
  })
  expect(harness.sessions.use(token)).not.toBeNull()
})

test('a login from a browser that has a session takes its place', async () => {
  const before = await logIn(ada)
  const after = await logIn(bob, {replaces: idOf(before)})
  expect(harness.sessions.use(before)).toBeNull()
  expect(harness.sessions.use(after)?.userId).toBe(bob.id)
  expect(await rows()).toHaveLength(1)
})

test('a user who logs in again and again ends those they used longest ago', async () => {
  const kept = await logIn(bob)
  const tokens: string[] = []
  for (let n = 0; n < MOST_PER_USER; n++) {
    tokens.push(await logIn(ada))
    await harness.clock.advance(1)
  }
  harness.sessions.use(tokens[0]!)
  await harness.clock.advance(1)
  tokens.push(await logIn(ada))
  expect(harness.sessions.listOf(ada.id)).toHaveLength(MOST_PER_USER)
  expect(harness.sessions.use(tokens[0]!)).not.toBeNull()
  expect(harness.sessions.use(tokens[1]!)).toBeNull()
  expect(harness.sessions.use(kept)).not.toBeNull()
  expect(await rows()).toHaveLength(MOST_PER_USER + 1)
})

test('what the browser calls itself is kept short and readable', async () => {
  await logIn(ada, {userAgent: `Fire\u001b[31mfox\n${'x'.repeat(1000)}`})
  const [session] = harness.sessions.listOf(ada.id)
  expect(session?.userAgent).toBe(`Fire[31mfox${'x'.repeat(245)}`)
})
