import {afterEach, beforeEach, expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {StorageFault} from '#store/faults.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {nothingSpared} from './endings.ts'
import {entriesOf} from './people.fixture.ts'
import type {UserDraft} from './users.ts'

let harness: Accounts
beforeEach(async () => void (harness = await openAccounts()))
afterEach(() => harness.close())

const make = (name: string, change: Partial<UserDraft> = {}) =>
  harness.users.create({name, role: 'member', ...change}, machine)
const makeAdministrator = (name: string) => make(name, {role: 'administrator'})
const refusal = (code: string) => expect.objectContaining({code}) as CommodarrError
const namesIn = (users: {list(): readonly {name: string}[]}) => users.list().map((it) => it.name)

async function logIn(userId: UserId): Promise<string> {
  const begun = harness.sessions.make(userId, 'password', {address: '192.0.2.1', userAgent: 'Browser'}, null)
  await harness.store.write((db) => harness.sessions.insertIn(db, begun))
  harness.sessions.put(begun)
  return begun.token.reveal()
}

test('a user who is made is there, after a restart too, and the journal says who made them', async () => {
  const ada = await make('Ada', {role: 'administrator', passwordHash: 'hash'})
  expect(ada).toEqual({
    id: ada.id,
    name: 'Ada',
    role: 'administrator',
    origin: 'local',
    disabled: false,
    hasPassword: true,
    twoStep: false,
    createdAt: harness.clock.now(),
    lastSeenAt: null,
  })
  const {users} = await harness.restarted()
  expect(users.list()).toEqual([ada])
  expect(users.passwordHashOf(ada.id)).toBe('hash')
  expect(await entriesOf(harness.store)).toEqual(['test user create Ada'])
})

test('what others see of a user is nothing that opens a door', async () => {
  const ada = await make('Ada', {passwordHash: 'hash', subject: {issuer: 'i', subject: 'secret'}})
  expect(JSON.stringify([ada, harness.users.list(), harness.users.get(ada.id)])).not.toMatch(/hash"|secret/)
})

test('a user is found by name, whatever its case and width, and by the name a provider gives them', async () => {
  const ada = await make('Ada Lovelace', {subject: {issuer: 'https://id.example', subject: '17'}})
  for (const name of ['ada lovelace', 'ADA  LOVELACE', 'Ａｄａ Lovelace', ' Ada Lovelace '])
    expect(harness.users.byName(name)).toBe(ada)
  expect(harness.users.bySubject('https://id.example', '17')).toBe(ada)
  expect(harness.users.byName('ada')).toBeNull()
  expect(harness.users.bySubject('https://id.example', '18')).toBeNull()
})

test('a name is given once, also when two ask at the same moment', async () => {
  const made = await Promise.allSettled(['Ada', 'ADA', 'ａｄａ'].map((name) => make(name)))
  expect(made.map((it) => it.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  const bob = await make('Bob')
  await expect(harness.users.change(bob.id, {name: 'aDa'}, machine)).rejects.toEqual(refusal('name_taken'))
  expect(namesIn((await harness.restarted()).users).toSorted()).toEqual(['Ada', 'Bob'])
})

test('users may write their own name in another way, and the old one is free again after a change', async () => {
  const ada = await make('ada')
  await harness.users.change(ada.id, {name: 'Ada'}, machine)
  await harness.users.change(ada.id, {name: 'Augusta'}, machine)
  expect(harness.users.byName('ada')).toBeNull()
  await make('ADA')
  expect(namesIn(harness.users)).toEqual(['Augusta', 'ADA'])
})

test('a change that changes nothing is no action', async () => {
  const ada = await make('Ada')
  await harness.users.change(ada.id, {name: 'Ada', role: 'member', disabled: false}, machine)
  await harness.users.change(ada.id, {}, machine)
  expect(await entriesOf(harness.store)).toHaveLength(1)
})

test('an unknown user cannot be changed', async () => {
  const none = asUserId('nobody')
  for (const attempt of [
    () => harness.users.change(none, {role: 'viewer'}, machine),
    () => harness.users.remove(none, 'remove', machine),
    () => harness.users.setPassword(none, 'hash', nothingSpared, machine),
  ]) {
    await expect(attempt()).rejects.toEqual(refusal('user_unknown'))
  }
})

for (const [how, attempt] of [
  ['demoted', (id: UserId) => harness.users.change(id, {role: 'member'}, machine)],
  ['disabled', (id: UserId) => harness.users.change(id, {disabled: true}, machine)],
  ['removed', (id: UserId) => harness.users.remove(id, 'remove', machine)],
] as const) {
  test(`the last administrator cannot be ${how}; a disabled one is none, and an enabled one is enough`, async () => {
    const ada = await makeAdministrator('Ada')
    const eve = await makeAdministrator('Eve')
    await make('Bob')
    await harness.users.change(eve.id, {disabled: true}, machine)
    await expect(attempt(ada.id)).rejects.toEqual(refusal('last_administrator'))
    expect(harness.users.get(ada.id)).toBe(ada)
    await harness.users.change(eve.id, {disabled: false}, machine)
    await attempt(ada.id)
    expect(harness.users.hasAdministrator()).toBe(true)
  })
}

test('of two administrators who demote each other at the same moment one stays', async () => {
  const [ada, eve] = [await makeAdministrator('Ada'), await makeAdministrator('Eve')]
  await Promise.allSettled([
    harness.users.change(ada.id, {role: 'member'}, machine),
    harness.users.change(eve.id, {role: 'member'}, machine),
    harness.users.change(ada.id, {disabled: true}, machine),
    harness.users.remove(eve.id, 'remove', machine),
  ])
  expect(harness.users.hasAdministrator()).toBe(true)
  expect((await harness.restarted()).users.hasAdministrator()).toBe(true)
})

test('where no one administers, others can still be changed', async () => {
  const bob = await make('Bob')
  await harness.users.change(bob.id, {role: 'viewer'}, machine)
  await harness.users.remove(bob.id, 'refuse', machine)
  expect(harness.users.list()).toEqual([])
})

test('a user who is disabled is logged out everywhere at once, and does not come back when enabled', async () => {
  const ada = await make('Ada')
  const tokens = [await logIn(ada.id), await logIn(ada.id)]
  await harness.users.change(ada.id, {disabled: true}, machine)
  expect(tokens.map((token) => harness.sessions.use(token))).toEqual([null, null])
  await harness.users.change(ada.id, {disabled: false}, machine)
  const {sessions} = await harness.restarted()
  for (const repository of [harness.sessions, sessions])
    expect(tokens.map((token) => repository.use(token))).toEqual([null, null])
})

test('a new role or name ends no session', async () => {
  const ada = await make('Ada')
  const token = await logIn(ada.id)
  await harness.users.change(ada.id, {role: 'viewer', name: 'Augusta'}, machine)
  expect(harness.sessions.use(token)?.userId).toBe(ada.id)
})

test('another role is reported, with the new one stored already; a new name or a new user is not', async () => {
  const bob = await make('Bob')
  const seen: (string | undefined)[] = []
  harness.users.onRole(() => seen.push(harness.users.get(bob.id)?.role))
  await make('Eve')
  await harness.users.change(bob.id, {name: 'Robert'}, machine)
  await harness.users.change(bob.id, {role: 'viewer'}, machine)
  expect(seen).toEqual(['viewer'])
})

test('what others keep of a user follows another role before that counts', async () => {
  const ada = await makeAdministrator('Ada')
  const bob = await make('Bob')
  const roles: unknown[] = []
  harness.servers.onRefresh = () => void roles.push(harness.users.get(bob.id)?.role)
  await harness.users.change(bob.id, {role: 'viewer'}, machine)
  await harness.users.change(bob.id, {role: 'administrator'}, machine)
  await harness.users.change(bob.id, {role: 'member'}, machine)
  const [promoted, demoted] = [`promote ${bob.id}`, `demote ${bob.id} ${ada.id}`]
  expect(harness.servers.reported).toEqual([promoted, 'refresh', demoted, 'refresh'])
  expect(roles).toEqual(['viewer', 'administrator'])
})

test('that a user is disabled, enabled or gone is reported as well', async () => {
  const bob = await make('Bob')
  const seen: (boolean | undefined)[] = []
  harness.users.onRole(() => seen.push(harness.users.get(bob.id)?.disabled))
  await harness.users.change(bob.id, {disabled: true}, machine)
  await harness.users.change(bob.id, {disabled: false}, machine)
  await harness.users.remove(bob.id, 'refuse', machine)
  expect(seen).toEqual([true, false, undefined])
})

test('a new password ends all sessions but the one that stays, after a restart too', async () => {
  const ada = await make('Ada', {passwordHash: 'old'})
  const [own, other] = [await logIn(ada.id), await logIn(ada.id)]
  const kept = harness.sessions.use(own)!.id
  await harness.users.setPassword(ada.id, 'new', {session: kept, keys: false}, machine)
  const {users, sessions} = await harness.restarted()
  for (const repository of [harness.sessions, sessions]) {
    expect(repository.use(own)?.id).toBe(kept)
    expect(repository.use(other)).toBeNull()
  }
  expect([harness.users.passwordHashOf(ada.id), users.passwordHashOf(ada.id)]).toEqual(['new', 'new'])
  await harness.users.setPassword(ada.id, 'newer', nothingSpared, machine)
  expect(harness.sessions.use(own)).toBeNull()
})

test('a user with servers stays until it is said what becomes of them', async () => {
  const ada = await makeAdministrator('Ada')
  const bob = await make('Bob')
  harness.servers.counts.set(bob.id, 2)
  await expect(harness.users.remove(bob.id, 'refuse', machine)).rejects.toEqual(refusal('user_has_servers'))
  expect(harness.users.get(bob.id)).toBe(bob)
  await harness.users.remove(bob.id, 'transfer', machine)
  expect(harness.servers.reported).toEqual([`transfer ${bob.id} ${ada.id}`, 'refresh'])
  expect(harness.users.get(bob.id)).toBeNull()
})

test('servers go to the administrator who acts, or with their user', async () => {
  const first = await makeAdministrator('First')
  const acting = await makeAdministrator('Acting')
  const [bob, eve] = [await make('Bob'), await make('Eve')]
  for (const {id} of [bob, eve, acting]) harness.servers.counts.set(id, 1)
  const by = {...machine, userId: acting.id}
  await harness.users.remove(bob.id, 'transfer', by)
  await harness.users.remove(eve.id, 'remove', by)
  await harness.users.remove(acting.id, 'transfer', by)
  expect(harness.servers.reported.filter((it) => it !== 'refresh')).toEqual([
    `transfer ${bob.id} ${acting.id}`,
    `remove ${eve.id}`,
    `transfer ${acting.id} ${first.id}`,
  ])
})

test('servers of a user who goes are not left without an owner', async () => {
  const bob = await make('Bob')
  harness.servers.counts.set(bob.id, 1)
  await expect(harness.users.remove(bob.id, 'transfer', machine)).rejects.toEqual(
    refusal('last_administrator'),
  )
  expect(harness.servers.reported).toEqual([])
})

test('when the database fails nothing has changed, neither there nor here', async () => {
  const ada = await makeAdministrator('Ada')
  const bob = await make('Bob', {passwordHash: 'old'})
  const token = await logIn(bob.id)
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  for (const attempt of [
    () => make('Eve'),
    () => harness.users.change(bob.id, {disabled: true, name: 'Rob'}, machine),
    () => harness.users.setPassword(bob.id, 'new', nothingSpared, machine),
    () => harness.users.remove(bob.id, 'remove', machine),
  ]) {
    await expect(attempt()).rejects.toEqual(refusal('storage_full'))
  }
  expect(harness.users.list()).toEqual([ada, bob])
  expect(harness.users.byName('Rob')).toBeNull()
  expect(harness.users.passwordHashOf(bob.id)).toBe('old')
  expect(harness.sessions.use(token)?.userId).toBe(bob.id)
  harness.store.fault = null
  expect(namesIn((await harness.restarted()).users).toSorted()).toEqual(['Ada', 'Bob'])
  expect(await entriesOf(harness.store)).toHaveLength(2)
  await make('Eve')
})

test('what is done along with making a user is taken back with them', async () => {
  const within = async () => {
    throw new CommodarrError('setup_done', 'No.')
  }
  let isDone = false
  const along = {within, after: () => (isDone = true)}
  await expect(harness.users.create({name: 'Ada', role: 'member'}, machine, along)).rejects.toEqual(
    refusal('setup_done'),
  )
  expect([isDone, harness.users.list()]).toEqual([false, []])
  expect((await harness.restarted()).users.list()).toEqual([])
  expect(await entriesOf(harness.store)).toEqual([])
})

test('when a user was seen last is known at once, written in the minute after, and at the end', async () => {
  const ada = await make('Ada')
  const seenAt = harness.clock.now()
  harness.users.see(ada.id)
  expect(harness.users.get(ada.id)?.lastSeenAt).toBe(seenAt)
  expect((await harness.restarted()).users.get(ada.id)?.lastSeenAt).toBeNull()
  await harness.clock.advance(60_000)
  expect((await harness.restarted()).users.get(ada.id)?.lastSeenAt).toBe(seenAt)
  harness.users.see(ada.id)
  await harness.users.close()
  expect((await harness.restarted()).users.get(ada.id)?.lastSeenAt).toBe(seenAt + 60_000)
})

test('what is noted of a user while a change is being written stays', async () => {
  const ada = await make('Ada')
  const changing = harness.users.change(ada.id, {role: 'viewer'}, machine)
  harness.users.noteTwoStep(ada.id, true)
  harness.users.see(ada.id)
  await changing
  expect(harness.users.get(ada.id)).toMatchObject({
    role: 'viewer',
    twoStep: true,
    lastSeenAt: harness.clock.now(),
  })
})

test('being seen makes no one another person within the same minute, and changes nothing else of them', async () => {
  const ada = await make('Ada')
  harness.users.see(ada.id)
  const seen = harness.users.get(ada.id)
  await harness.clock.advance(1_000)
  harness.users.see(ada.id)
  expect(harness.users.get(ada.id)).toBe(seen)
  harness.users.noteTwoStep(ada.id, true)
  await harness.users.change(ada.id, {role: 'viewer'}, machine)
  expect(harness.users.get(ada.id)).toEqual({...seen, role: 'viewer', twoStep: true})
})
