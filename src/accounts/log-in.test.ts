import {hashSync} from 'bcryptjs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {TokenBuckets} from '#lib/token-bucket.ts'
import type {User} from '#model/access.ts'
import {TooManyAttempts} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {StorageFault} from '#store/faults.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {Admissions} from './admission.ts'
import {nothingSpared} from './endings.ts'
import {KNOWN_MS, KnownDevices} from './known-devices.ts'
import {Passwords} from './passwords.ts'
import {entriesOf} from './people.fixture.ts'
import {Sealer} from './secrets.ts'

let harness: Accounts
let ada: User
const cheap = {memoryKiB: 64, passes: 1, parallelism: 1}

beforeEach(async () => {
  harness = await openAccounts()
  const passwordHash = await new Passwords(harness.clock, {cost: cheap}).hash(goodPassword)
  ada = await harness.users.create({name: 'Ada', role: 'member', passwordHash}, machine)
})
afterEach(() => harness.close())

const tryWith = (
  password: string,
  {
    username = 'Ada',
    code = null as string | null,
    address = visit.address,
    replaces = null as string | null,
    devices = [] as readonly string[],
  } = {},
) => harness.logIn.withPassword({username, password, code}, {...visit, address, replaces, devices})

const outcomeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'in',
    (error: Error & {code?: string}) => error.code ?? error.message,
  )

test('the right password opens a session, written to the journal', async () => {
  const {user, token, sessionId} = await tryWith(goodPassword)
  expect(user).toBe(ada)
  expect(harness.sessions.use(token.reveal())).toMatchObject({id: sessionId, userId: ada.id})
  expect(harness.sessions.listOf(ada.id)).toMatchObject([
    {via: 'password', address: '192.0.2.1', userAgent: 'Browser'},
  ])
  expect((await entriesOf(harness.store)).at(-1)).toBe('Ada session log-in Ada')
})

test('the name may be written in any case and width', async () => {
  for (const username of ['ada', 'ADA', 'Ａｄａ', ' Ada ']) {
    expect((await tryWith(goodPassword, {username})).user).toBe(ada)
  }
})

test('the answer is the same for a wrong password, an unknown name and an account that is switched off', async () => {
  const bob = await harness.users.create({name: 'Bob', role: 'administrator'}, machine)
  const off = harness.users.passwordHashOf(ada.id)!
  const eve = await harness.users.create({name: 'Eve', role: 'member', passwordHash: off}, machine)
  await harness.users.change(eve.id, {disabled: true}, machine)
  const reported: unknown[] = []
  for (const [username, password] of [
    ['Ada', 'wrong one here'],
    ['Nobody', goodPassword],
    [bob.name, goodPassword],
    ['Eve', goodPassword],
  ] as const) {
    const error: unknown = await tryWith(password, {username}).catch((it: unknown) => it)
    reported.push([(error as {code: string}).code, (error as Error).message])
  }
  expect(new Set(reported.map((it) => JSON.stringify(it))).size).toBe(1)
  expect(reported[0]).toMatchObject(['sign_in_refused', expect.any(String)])
})

test('and so is the work: one argon2 hash, and one bcrypt hash while the file has a user', async () => {
  await harness.users.create({name: 'Bob', role: 'administrator'}, machine)
  const tries = async () => {
    const costs: string[] = []
    for (const username of ['Ada', 'Nobody', 'Bob', 'Fay']) {
      const before = {...harness.hashes}
      await outcomeOf(tryWith('wrong one here', {username, address: `192.0.2.${costs.length}`}))
      costs.push(
        `${harness.hashes.argon2 - before.argon2} argon2, ${harness.hashes.bcrypt - before.bcrypt} bcrypt`,
      )
    }
    return [...new Set(costs)]
  }
  expect(await tries()).toEqual(['1 argon2, 0 bcrypt'])
  const PasswordHash = new Secret(hashSync('the password of Fay', 4))
  await harness.fileUser.followFile({LocalAuthEnabled: true, Username: 'Fay', PasswordHash})
  expect(await tries()).toEqual(['1 argon2, 1 bcrypt'])
})

test('refusals are written to the journal, but not what strangers typed as a name', async () => {
  await outcomeOf(tryWith('wrong one here'))
  await outcomeOf(tryWith('x', {username: 'my secret password'}))
  expect((await entriesOf(harness.store)).slice(-2)).toEqual([
    'stranger session log-in Ada refused sign_in_refused',
    'stranger session log-in unknown name refused sign_in_refused',
  ])
  const journal = await harness.store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(JSON.stringify(journal)).not.toMatch(/my secret|wrong one/)
})

test('a user who is switched off is refused like with a wrong password: counted, reported, and asked for no code', async () => {
  await harness.users.change(ada.id, {disabled: true}, machine)
  harness.twoStep.on.add(ada.id)
  for (let n = 0; n < 5; n++) expect(await outcomeOf(tryWith(goodPassword))).toBe('sign_in_refused')
  expect(await outcomeOf(tryWith(goodPassword))).toBe('too_many_attempts')
  expect((await entriesOf(harness.store)).filter((it) => it.endsWith('sign_in_refused'))).toHaveLength(5)
})

test('after five refusals nothing is looked at for a while: also the right password is not', async () => {
  for (let n = 0; n < 5; n++) expect(await outcomeOf(tryWith('wrong one here'))).toBe('sign_in_refused')
  const before = {...harness.hashes}
  await expect(tryWith(goodPassword)).rejects.toThrow(TooManyAttempts)
  await expect(tryWith(goodPassword, {address: '198.51.100.9'})).rejects.toThrow(TooManyAttempts)
  expect(harness.hashes).toEqual(before)
  await harness.clock.advance(1_000)
  expect(await outcomeOf(tryWith(goodPassword))).toBe('in')
})

test('a hundred guesses at once are five', async () => {
  const outcomes = await Promise.all(
    Array.from({length: 100}, (_, n) => outcomeOf(tryWith(`guess number ${n}`, {address: `192.0.2.${n}`}))),
  )
  expect(outcomes.filter((it) => it === 'sign_in_refused')).toHaveLength(5)
  expect(outcomes.filter((it) => it === 'too_many_attempts')).toHaveLength(95)
})

/** Guesses at Ada's name, each from another address. */
async function lockName() {
  for (let n = 0; n < 7; n++) {
    await outcomeOf(tryWith(`guess ${n}`, {address: `203.0.113.${n}`}))
    await harness.clock.advance(n < 6 ? 60_000 : 0)
  }
}

test('guessing at a name from anywhere keeps out strangers alone, not browsers that were in before', async () => {
  const first = await tryWith(goodPassword)
  await harness.logIn.logOut(first.sessionId, ada, visit)
  const devices = [first.device!.reveal()]
  await lockName()
  expect(await outcomeOf(tryWith(goodPassword, {address: '198.51.100.9'}))).toBe('too_many_attempts')
  const next = await tryWith(goodPassword, {address: '198.51.100.9', devices})
  // It is renewed each time, and known by all that it was known by.
  await lockName()
  await tryWith(goodPassword, {address: '198.51.100.10', devices: ['planted', next.device!.reveal()]})
})

test('the network where a user is logged in is known, too', async () => {
  await tryWith(goodPassword, {address: '2001:db8::1'})
  await lockName()
  expect(await outcomeOf(tryWith(goodPassword, {address: '2001:db8:0:1::1'}))).toBe('too_many_attempts')
  expect(await outcomeOf(tryWith(goodPassword, {address: '2001:db8::2'}))).toBe('in')
})

test('a known browser has a count of its own, wherever it is', async () => {
  const devices = [(await tryWith(goodPassword)).device!.reveal()]
  for (let n = 0; n < 5; n++) {
    expect(await outcomeOf(tryWith('wrong one here', {address: `203.0.113.${n}`, devices}))).toBe(
      'sign_in_refused',
    )
  }
  expect(await outcomeOf(tryWith(goodPassword, {address: '203.0.113.99', devices}))).toBe('too_many_attempts')
  // The owner elsewhere does not wait for it.
  expect(await outcomeOf(tryWith(goodPassword, {address: '198.51.100.9'}))).toBe('in')
})

test('only a browser of this very user is known, for a year; a made-up one is not', async () => {
  const passwordHash = await new Passwords(harness.clock, {cost: cheap}).hash(goodPassword)
  await harness.users.create({name: 'Bob', role: 'member', passwordHash}, machine)
  const ofBob = (await tryWith(goodPassword, {username: 'Bob'})).device!.reveal()
  const ofAda = (await tryWith(goodPassword, {address: '192.0.2.200'})).device!.reveal()
  const another = new KnownDevices(Sealer.ofThisRun(), harness.sessions, harness.clock)
    .cookieFor(ada, visit)!
    .reveal()
  await harness.sessions.endAllOf(ada, null, machine)
  await lockName()
  const from = (device: string) =>
    outcomeOf(tryWith(goodPassword, {address: '198.51.100.9', devices: [device]}))
  for (const device of ['', 'v1.x', ofBob, another, `${ofAda}x`])
    expect(await from(device)).toBe('too_many_attempts')
  await harness.clock.advance(KNOWN_MS)
  await lockName()
  expect(await from(ofAda)).toBe('too_many_attempts')
})

test('a browser that several use is known for each of them', async () => {
  const passwordHash = await new Passwords(harness.clock, {cost: cheap}).hash(goodPassword)
  await harness.users.create({name: 'Bob', role: 'member', passwordHash}, machine)
  const ofAda = (await tryWith(goodPassword, {address: '192.0.2.200'})).device!.reveal()
  const both = (await tryWith(goodPassword, {username: 'Bob', devices: [ofAda]})).device!.reveal()
  await harness.sessions.endAllOf(ada, null, machine)
  await lockName()
  expect(await outcomeOf(tryWith(goodPassword, {address: '198.51.100.9', devices: [both]}))).toBe('in')
})

test('without the key that encrypts, logging in works, and no browser is known by it', async () => {
  const devices = new KnownDevices(new Sealer(null), harness.sessions, harness.clock)
  expect(devices.cookieFor(ada, visit)).toBeNull()
  expect(devices.tallyOf('ada', ada, {...visit, devices: ['x']})).toBe('name ada')
})

test('a user with an account cannot clear their address by logging in between two guesses', async () => {
  const outcomes: string[] = []
  for (let n = 0; n < 4; n++) {
    await outcomeOf(tryWith('wrong one here', {username: `Victim ${n}`}))
    outcomes.push(await outcomeOf(tryWith(goodPassword)))
  }
  outcomes.push(await outcomeOf(tryWith('wrong one here', {username: 'Victim'})))
  outcomes.push(await outcomeOf(tryWith(goodPassword)))
  expect(outcomes).toEqual(['in', 'in', 'in', 'in', 'sign_in_refused', 'too_many_attempts'])
})

test('a second step is asked for after the right password alone', async () => {
  harness.twoStep.on.add(ada.id)
  expect(await outcomeOf(tryWith('wrong one here'))).toBe('sign_in_refused')
  expect(await outcomeOf(tryWith('wrong one here', {code: harness.twoStep.code}))).toBe('sign_in_refused')
  expect(harness.twoStep.checks).toBe(0)
  expect(await outcomeOf(tryWith(goodPassword))).toBe('code_required')
  expect(harness.sessions.listOf(ada.id)).toEqual([])
  expect(await outcomeOf(tryWith(goodPassword, {code: '000000'}))).toBe('sign_in_refused')
  expect(await outcomeOf(tryWith(goodPassword, {code: harness.twoStep.code}))).toBe('in')
})

test('a missing code is no refusal, and does not clear the ones before', async () => {
  harness.twoStep.on.add(ada.id)
  for (let n = 0; n < 10; n++) expect(await outcomeOf(tryWith(goodPassword))).toBe('code_required')
  const codes = await Promise.all(
    ['1', '2', '3', '4'].map((code) => outcomeOf(tryWith(goodPassword, {code}))),
  )
  expect(new Set(codes)).toEqual(new Set(['sign_in_refused']))
  expect(await outcomeOf(tryWith(goodPassword))).toBe('code_required')
  expect(await outcomeOf(tryWith(goodPassword, {code: '5'}))).toBe('sign_in_refused')
  expect(await outcomeOf(tryWith(goodPassword, {code: harness.twoStep.code}))).toBe('too_many_attempts')
})

test('a login takes the place of the session that the browser had', async () => {
  const first = await tryWith(goodPassword)
  const second = await tryWith(goodPassword, {replaces: first.sessionId})
  expect(harness.sessions.use(first.token.reveal())).toBeNull()
  expect(harness.sessions.use(second.token.reveal())).not.toBeNull()
})

test('a hash of yesterday is made again at the first login, and no session ends by it', async () => {
  const old = await new Passwords(harness.clock, {cost: {...cheap, passes: 2}}).hash(goodPassword)
  await harness.users.setPassword(ada.id, old, nothingSpared, machine)
  const first = await tryWith(goodPassword)
  const renewed = harness.users.passwordHashOf(ada.id)
  expect(renewed).not.toBe(old)
  expect(renewed).toContain('$m=64,t=1,p=1$')
  await tryWith(goodPassword)
  expect(harness.users.passwordHashOf(ada.id)).toBe(renewed)
  expect((await harness.restarted()).users.passwordHashOf(ada.id)).toBe(renewed)
  expect(harness.sessions.use(first.token.reveal())).not.toBeNull()
})

test('a bcrypt hash of one of ours becomes argon2id, that of the file stays as the file says', async () => {
  const bcrypt = hashSync(goodPassword, 4)
  await harness.users.setPassword(ada.id, bcrypt, nothingSpared, machine)
  await tryWith(goodPassword)
  expect(harness.users.passwordHashOf(ada.id)).toMatch(/^\$argon2id/)
  const file = {LocalAuthEnabled: true, Username: 'Fay', PasswordHash: new Secret(bcrypt)}
  await harness.fileUser.followFile(file)
  const {user} = await tryWith(goodPassword, {username: 'Fay'})
  expect(harness.users.passwordHashOf(user.id)).toBe(bcrypt)
})

test('a user who is switched off, or whose password is changed, while their password is checked does not come in', async () => {
  for (const change of [
    () => harness.users.change(ada.id, {disabled: true}, machine),
    () => harness.users.setPassword(ada.id, 'another hash', nothingSpared, machine),
  ]) {
    const attempt = outcomeOf(tryWith(goodPassword))
    const changed = change()
    expect(await attempt).toBe('sign_in_refused')
    await changed
    expect(harness.sessions.listOf(ada.id)).toEqual([])
    await harness.users.change(ada.id, {disabled: false}, machine)
  }
})

test('without a database no one comes in, and a right password counts as no refusal', async () => {
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  for (let n = 0; n < 10; n++) expect(await outcomeOf(tryWith(goodPassword))).toBe('storage_full')
  expect(harness.sessions.listOf(ada.id)).toEqual([])
  for (let n = 0; n < 5; n++) expect(await outcomeOf(tryWith('wrong one here'))).toBe('storage_full')
  harness.store.fault = null
  expect(await outcomeOf(tryWith(goodPassword))).toBe('too_many_attempts')
  await harness.clock.advance(1_000)
  expect(await outcomeOf(tryWith(goodPassword))).toBe('in')
})

test('a user who is vouched for comes in, but not when they are switched off', async () => {
  const {token} = await harness.logIn.admit(ada, 'oidc', visit)
  expect(harness.sessions.use(token.reveal())).not.toBeNull()
  await harness.users.change(ada.id, {disabled: true}, machine)
  expect(await outcomeOf(harness.logIn.admit(ada, 'oidc', visit))).toBe('sign_in_refused')
})

test('logging out ends this session alone', async () => {
  const [first, second] = [await tryWith(goodPassword), await tryWith(goodPassword)]
  await harness.logIn.logOut(first.sessionId, ada, visit)
  expect(harness.sessions.use(first.token.reveal())).toBeNull()
  expect(harness.sessions.use(second.token.reveal())).not.toBeNull()
  expect((await entriesOf(harness.store)).at(-1)).toBe('Ada session log-out Ada')
})

test('where passwords are switched off none is looked at; a user who is vouched for comes in', async () => {
  expect(harness.logIn.takesPasswords()).toBe(true)
  harness.settings.values = {...harness.settings.values, passwordLogIn: false}
  expect(harness.logIn.takesPasswords()).toBe(false)
  expect(await outcomeOf(tryWith(goodPassword))).toBe('forbidden')
  expect(harness.hashes.argon2).toBe(0)
  await harness.logIn.admit(ada, 'oidc', visit)
})

test('a member who logs in again and again writes no more of it; an administrator may', async () => {
  const bob = await harness.users.create({name: 'Bob', role: 'administrator'}, machine)
  const {sessions, clock} = harness
  const logIns = new TokenBuckets(clock, {atOnce: 2, perDay: 24})
  const admissions = new Admissions(sessions, {} as KnownDevices, clock, logIns)
  const enter = (user: User) =>
    outcomeOf(harness.store.write((db) => admissions.begin('password', visit).within(db, user)))
  const before = (await entriesOf(harness.store)).length
  expect([await enter(ada), await enter(ada), await enter(ada)]).toEqual(['in', 'in', 'quota_used_up'])
  expect((await entriesOf(harness.store)).length - before).toBe(2)
  expect([await enter(bob), await enter(bob), await enter(bob)]).toEqual(['in', 'in', 'in'])
  await clock.advance(3_600_000)
  expect(await enter(ada)).toBe('in')
})
