import {hashSync} from 'bcryptjs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {StorageFault} from '#store/faults.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {RESET_MS} from './password-changes.ts'
import {entriesOf} from './people.fixture.ts'

const better = 'another good one'

let harness: Accounts
let ada: User
beforeEach(async () => {
  harness = await openAccounts()
  ada = await harness.users.create({name: 'Ada', role: 'member'}, machine)
  await harness.passwordChanges.set(ada.id, goodPassword, machine, null)
})
afterEach(() => harness.close())

const logIn = (password: string) =>
  harness.logIn.withPassword({username: 'Ada', password, code: null}, {...visit, address: '203.0.113.1'})
const reset = async () => (await harness.passwordChanges.offerReset(ada.id, machine)).token.reveal()
const accept = (token: string, password = better, code: string | null = null) =>
  harness.invitations.accept({token, username: null, password, code}, visit)
const code = (wanted: string) => expect.objectContaining({code: wanted}) as Error

test('one’s own: with the current one, ending all one’s other sessions', async () => {
  const [own, other] = [await logIn(goodPassword), await logIn(goodPassword)]
  await harness.passwordChanges.own(ada, goodPassword, better, {session: own.sessionId, keys: false}, visit)
  expect(harness.sessions.use(own.token.reveal())).not.toBeNull()
  expect(harness.sessions.use(other.token.reveal())).toBeNull()
  await expect(logIn(goodPassword)).rejects.toEqual(code('sign_in_refused'))
  await logIn(better)
})

test('guessing at a name keeps no one from changing their own password', async () => {
  const {sessionId} = await logIn(goodPassword)
  const guess = (n: number) =>
    harness.logIn.withPassword(
      {username: 'Ada', password: `guess ${n}`, code: null},
      {...visit, address: `198.51.100.${n}`},
    )
  for (let n = 0; n < 5; n++) await expect(guess(n)).rejects.toEqual(code('sign_in_refused'))
  await expect(guess(5)).rejects.toEqual(code('too_many_attempts'))
  await harness.passwordChanges.own(ada, goodPassword, better, {session: sessionId, keys: false}, visit)
})

test('with another one than the current one nothing changes; that is a refused attempt, written to the journal', async () => {
  const {sessionId} = await logIn(goodPassword)
  const change = (current: string) =>
    harness.passwordChanges.own(ada, current, better, {session: sessionId, keys: false}, visit)
  for (let n = 0; n < 5; n++) await expect(change('not mine at all')).rejects.toEqual(code('sign_in_refused'))
  await expect(change(goodPassword)).rejects.toEqual(code('too_many_attempts'))
  expect((await entriesOf(harness.store)).at(-1)).toBe('Ada user change Ada refused sign_in_refused')
  await harness.clock.advance(1_000)
  await change(goodPassword)
})

test('a weak one is taken from no one', async () => {
  const {sessionId} = await logIn(goodPassword)
  const token = await reset()
  for (const attempt of [
    () =>
      harness.passwordChanges.own(ada, goodPassword, 'password123', {session: sessionId, keys: false}, visit),
    () => harness.passwordChanges.set(ada.id, 'short', machine, null),
    () => harness.passwordChanges.set(ada.id, 'Ada-Ada-Ada', machine, null),
    () => accept(token, '1234567890'),
  ]) {
    await expect(attempt()).rejects.toEqual(code('weak_password'))
  }
  await logIn(goodPassword)
})

test('who has no password here cannot change it, but be given one', async () => {
  const bob = await harness.users.create({name: 'Bob', role: 'member', origin: 'oidc'}, machine)
  await expect(
    harness.passwordChanges.own(bob, '', better, {session: 'session', keys: false}, visit),
  ).rejects.toEqual(code('forbidden'))
  await harness.passwordChanges.set(bob.id, goodPassword, machine, null)
  expect(harness.users.get(bob.id)).toMatchObject({origin: 'oidc', hasPassword: true})
})

test('by an administrator: ends all sessions, but their own when they change their own', async () => {
  const [first, second] = [await logIn(goodPassword), await logIn(goodPassword)]
  await harness.passwordChanges.set(ada.id, better, machine, first.sessionId)
  expect(harness.sessions.use(first.token.reveal())).not.toBeNull()
  expect(harness.sessions.use(second.token.reveal())).toBeNull()
  await harness.passwordChanges.set(ada.id, goodPassword, machine, null)
  expect(harness.sessions.use(first.token.reveal())).toBeNull()
})

test('by a link: the new one counts, the old one and all sessions do not, and the visitor who shows it is logged in', async () => {
  const before = await logIn(goodPassword)
  const {user, token} = await accept(await reset())
  expect(user.id).toBe(ada.id)
  expect(harness.sessions.use(token.reveal())?.userId).toBe(ada.id)
  expect(harness.sessions.use(before.token.reveal())).toBeNull()
  await expect(logIn(goodPassword)).rejects.toEqual(code('sign_in_refused'))
  await logIn(better)
})

test('a link works once, for a day, after a restart too, and an older one not any more', async () => {
  const [older, newer] = [await reset(), await reset()]
  await expect(accept(older)).rejects.toEqual(code('invitation_invalid'))
  const {invitations} = await harness.restarted()
  await invitations.accept({token: newer, username: null, password: better, code: null}, visit)
  await expect(accept(newer)).rejects.toEqual(code('invitation_invalid'))
  const late = await reset()
  await harness.clock.advance(RESET_MS)
  await expect(accept(late)).rejects.toEqual(code('invitation_invalid'))
})

test('of two who show it at the same moment one sets the password', async () => {
  const token = await reset()
  const passwords = ['the first one here', 'the second one']
  const both = await Promise.allSettled(passwords.map((password) => accept(token, password)))
  // Whose hash is ready first.
  const selected = passwords.filter((_, at) => both[at]!.status === 'fulfilled')
  expect(selected).toHaveLength(1)
  await logIn(selected[0]!)
})

test('a link is worth nothing once the password was changed in another way', async () => {
  const token = await reset()
  await harness.passwordChanges.set(ada.id, better, machine, null)
  for (const {invitations} of [harness, await harness.restarted()]) {
    for (const password of [goodPassword, 'short']) {
      const given = {token, username: null, password, code: null}
      await expect(invitations.accept(given, visit)).rejects.toEqual(code('invitation_invalid'))
    }
  }
})

test('a link for whom the file declares meanwhile opens nothing', async () => {
  const token = await reset()
  const PasswordHash = new Secret(hashSync(better, 4))
  await harness.fileUser.followFile({LocalAuthEnabled: true, Username: 'Ada', PasswordHash})
  await expect(accept(token)).rejects.toEqual(code('invitation_invalid'))
})

test('a link for a user who is switched off opens nothing, and none is made for them', async () => {
  const token = await reset()
  await harness.users.change(ada.id, {disabled: true}, machine)
  await expect(accept(token)).rejects.toEqual(code('invitation_invalid'))
  await expect(reset()).rejects.toEqual(code('forbidden'))
})

test('a link takes the place of a password, not of the second step', async () => {
  const token = await reset()
  harness.twoStep.on.add(ada.id)
  await expect(accept(token)).rejects.toEqual(code('code_required'))
  for (let n = 0; n < 5; n++)
    await expect(accept(token, better, '000000')).rejects.toEqual(code('sign_in_refused'))
  await expect(accept(token, better, harness.twoStep.code)).rejects.toEqual(code('too_many_attempts'))
  expect(harness.sessions.listOf(ada.id)).toEqual([])
  await harness.clock.advance(1_000)
  await accept(token, better, harness.twoStep.code)
})

test('a link is in no list of invitations', async () => {
  await reset()
  expect(harness.invitations.list()).toEqual([])
})

test('when the database fails the old one counts', async () => {
  const {sessionId, token} = await logIn(goodPassword)
  const link = await reset()
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  for (const attempt of [
    () => harness.passwordChanges.own(ada, goodPassword, better, {session: sessionId, keys: false}, visit),
    () => harness.passwordChanges.set(ada.id, better, machine, null),
    () => harness.passwordChanges.offerReset(ada.id, machine),
    () => accept(link),
  ]) {
    await expect(attempt()).rejects.toEqual(code('storage_full'))
  }
  harness.store.fault = null
  expect(harness.sessions.use(token.reveal())).not.toBeNull()
  await logIn(goodPassword)
  await accept(link)
})
