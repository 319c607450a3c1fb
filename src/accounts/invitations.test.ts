import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {StorageFault} from '#store/faults.ts'
import {readInvitations} from '#store/repositories/invitations.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import type {Invitations} from './invitations.ts'
import {entriesOf} from './people.fixture.ts'
import {newToken} from './tokens.ts'

type Acceptance = Parameters<Invitations['accept']>[0]
type InvitationDraft = Parameters<Invitations['invite']>[0]

let harness: Accounts
let root: User
let byRoot: Actor
const DAY = 86_400_000

beforeEach(async () => {
  harness = await openAccounts()
  root = await harness.users.create({name: 'Root', role: 'administrator'}, machine)
  byRoot = {...machine, name: 'Root', userId: root.id}
})
afterEach(() => harness.close())

const invite = async (change: Partial<InvitationDraft> = {}, by = byRoot) => {
  const {invitation, token} = await harness.invitations.invite(
    {role: 'member', name: null, days: 7, ...change},
    by,
  )
  return {...invitation, token: token.reveal()}
}
const accept = (token: string, change: Partial<Acceptance> = {}, from = visit) =>
  harness.invitations.accept({token, username: 'Ada', password: goodPassword, code: null, ...change}, from)
const code = (wanted: string) => expect.objectContaining({code: wanted}) as Error
const rows = () => harness.store.read(readInvitations)

test('a visitor who shows the link becomes a user of its role, and is logged in', async () => {
  const {token, id} = await invite({role: 'viewer'})
  const admitted = await accept(token)
  expect(admitted.user).toMatchObject({name: 'Ada', role: 'viewer', origin: 'local', hasPassword: true})
  expect(harness.sessions.use(admitted.token.reveal())?.userId).toBe(admitted.user.id)
  await harness.logIn.withPassword({username: 'ada', password: goodPassword, code: null}, visit)
  expect(await entriesOf(harness.store)).toEqual([
    'test user create Root',
    'Root invitation create ',
    'Ada user create Ada',
    'Ada session log-in Ada',
    'Ada session log-in Ada',
  ])
  expect(harness.invitations.list().find((it) => it.id === id)).toBeUndefined()
})

test('the link is kept nowhere', async () => {
  const {token} = await invite()
  expect(JSON.stringify([await rows(), harness.invitations.list()])).not.toContain(token)
  expect(JSON.stringify(harness.invitations.list())).not.toMatch(/[0-9a-f]{64}/)
})

test('it works once, also when two show it at the same moment, and after a restart', async () => {
  const {token} = await invite()
  const both = await Promise.allSettled([accept(token, {username: 'Ada'}), accept(token, {username: 'Bob'})])
  expect(both.map((it) => it.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find((it) => it.status === 'rejected')?.reason).toEqual(code('invitation_invalid'))
  await expect(accept(token, {username: 'Eve'})).rejects.toEqual(code('invitation_invalid'))
  expect(harness.users.list()).toHaveLength(2)
  expect((await harness.restarted()).invitations.list()).toEqual([])
})

test('a restart forgets none', async () => {
  const {token, ...invitation} = await invite({name: 'Ada', role: 'viewer', days: 30})
  const {invitations} = await harness.restarted()
  expect(invitations.list()).toEqual([invitation])
  const given = {token, username: null, password: goodPassword, code: null}
  expect((await invitations.accept(given, visit)).user.name).toBe('Ada')
})

test('it works for as many days as it was made for', async () => {
  const {token, expiresAt} = await invite({days: 2})
  const other = await invite({days: 2})
  expect(expiresAt).toBe(harness.clock.now() + 2 * DAY)
  await harness.clock.advance(2 * DAY - 1)
  await accept(other.token)
  await harness.clock.advance(1)
  await expect(accept(token, {username: 'Bob'})).rejects.toEqual(code('invitation_invalid'))
  expect(harness.invitations.list()).toEqual([])
  await invite()
  expect(await rows()).toHaveLength(1)
})

test.each([0, 31, -1])('no one is invited for %d days', async (days) => {
  await expect(invite({days})).rejects.toEqual(code('bad_argument'))
})

test('a name that the link fixes is the name, whatever is asked for', async () => {
  const {token} = await invite({name: ' Ada  Lovelace '})
  expect((await accept(token, {username: 'Root'})).user.name).toBe('Ada Lovelace')
})

test('no one is invited by a name that a user has, or takes one', async () => {
  await expect(invite({name: 'ROOT'})).rejects.toEqual(code('name_taken'))
  const {token} = await invite()
  await expect(accept(token, {username: 'rOOt'})).rejects.toEqual(code('name_taken'))
  await expect(accept(token, {username: null})).rejects.toEqual(code('bad_argument'))
  await expect(accept(token, {password: 'password123'})).rejects.toEqual(code('weak_password'))
  await accept(token)
})

test('a link can be withdrawn', async () => {
  const {token, id} = await invite()
  await harness.invitations.withdraw(id, byRoot)
  await expect(accept(token)).rejects.toEqual(code('invitation_invalid'))
  await expect(harness.invitations.withdraw(id, byRoot)).rejects.toEqual(code('invitation_invalid'))
  expect(await rows()).toEqual([])
})

for (const [what, change] of [
  ['demoted', () => harness.users.change(root.id, {role: 'member'}, machine)],
  ['disabled', () => harness.users.change(root.id, {disabled: true}, machine)],
  ['removed', () => harness.users.remove(root.id, 'remove', machine)],
] as const) {
  test(`a link of an administrator who was ${what} opens nothing`, async () => {
    await harness.users.create({name: 'Other', role: 'administrator'}, machine)
    const {token} = await invite()
    await change()
    await expect(accept(token)).rejects.toEqual(code('invitation_invalid'))
    expect(harness.invitations.list()).toEqual([])
  })
}

test('a link by a user who is demoted while it is being used opens nothing', async () => {
  await harness.users.create({name: 'Other', role: 'administrator'}, machine)
  const {token} = await invite()
  const accepting = accept(token)
  await harness.users.change(root.id, {role: 'member'}, machine)
  await expect(accepting).rejects.toEqual(code('invitation_invalid'))
  expect(harness.users.byName('Ada')).toBeNull()
})

test('a link is withdrawn once', async () => {
  const {id} = await invite()
  const both = await Promise.allSettled([1, 2].map(() => harness.invitations.withdraw(id, byRoot)))
  expect(both.map((it) => it.status)).toEqual(['fulfilled', 'rejected'])
})

test('a link that was made with the token of the configuration works', async () => {
  const {token} = await invite({role: 'administrator'}, machine)
  expect((await accept(token)).user.role).toBe('administrator')
})

test('where passwords are switched off no one gets one by invitation; a link for a new one still rescues', async () => {
  const {token} = await invite()
  harness.settings.values = {...harness.settings.values, passwordLogIn: false}
  await expect(accept(token)).rejects.toEqual(code('forbidden'))
  const reset = await harness.passwordChanges.offerReset(root.id, machine)
  expect((await accept(reset.token.reveal())).user.id).toBe(root.id)
  harness.settings.values = {...harness.settings.values, passwordLogIn: true}
  await accept(token)
})

test('links cannot be tried out, each refusal is written to the journal, and none keeps out who has a good one', async () => {
  const {token} = await invite()
  for (let n = 0; n < 5; n++) await expect(accept(newToken())).rejects.toEqual(code('invitation_invalid'))
  await expect(accept(newToken())).rejects.toEqual(code('too_many_attempts'))
  await accept(token)
  expect((await entriesOf(harness.store)).filter((it) => it.includes('refused'))).toEqual(
    Array.from({length: 5}, () => 'stranger invitation accept  refused invitation_invalid'),
  )
})

test('when the database fails no user is made, and the link works afterwards', async () => {
  const {token} = await invite()
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  await expect(accept(token)).rejects.toEqual(code('storage_full'))
  await expect(invite()).rejects.toEqual(code('storage_full'))
  await expect(harness.invitations.withdraw(harness.invitations.list()[0]!.id, byRoot)).rejects.toEqual(
    code('storage_full'),
  )
  expect(harness.users.list()).toHaveLength(1)
  harness.store.fault = null
  await accept(token)
})
