import {hashSync} from 'bcryptjs'
import {afterEach, expect, test, vi} from 'vitest'
import {Secret} from '#model/secret.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {entriesOf} from './people.fixture.ts'
import {newToken} from './tokens.ts'

let harness: Accounts
afterEach(() => harness.close())

const right = () => harness.setUp.token.reveal()
const first = (change: {username?: string; password?: string; token?: string | null} = {}, from = visit) =>
  harness.setUp.first({username: 'Ada', password: goodPassword, token: right(), ...change}, from)
const code = (wanted: string) => expect.objectContaining({code: wanted}) as Error

test('the first administrator is made with the token of this start, and logged in', async () => {
  const done = vi.fn<() => void>()
  harness = await openAccounts({onSetUp: done})
  expect(harness.setUp.isOpen()).toBe(true)
  const {user, token} = await first()
  expect(user).toMatchObject({name: 'Ada', role: 'administrator', origin: 'local', hasPassword: true})
  expect(harness.sessions.use(token.reveal())?.userId).toBe(user.id)
  expect(harness.setUp.isOpen()).toBe(false)
  expect(done).toHaveBeenCalledTimes(1)
  expect(await entriesOf(harness.store)).toEqual(['Ada user create Ada', 'Ada session log-in Ada'])
  const {logIn} = await harness.restarted()
  await logIn.withPassword({username: 'ada', password: goodPassword, code: null}, visit)
})

test.each(['192.0.2.1', '127.0.0.1', '::1', '::ffff:127.0.0.1', 'localhost', ''])(
  'from %j no one becomes administrator without the token of this start',
  async (address) => {
    const done = vi.fn<() => void>()
    harness = await openAccounts({onSetUp: done})
    const from = {...visit, address}
    await expect(first({token: null}, from)).rejects.toEqual(code('setup_needed'))
    await expect(first({token: newToken()}, from)).rejects.toEqual(code('sign_in_refused'))
    await expect(first({token: ''}, from)).rejects.toEqual(code('sign_in_refused'))
    expect(harness.users.list()).toEqual([])
    expect(done).not.toHaveBeenCalled()
    expect((await entriesOf(harness.store)).at(-1)).toBe('stranger user set-up  refused sign_in_refused')
  },
)

test('every start has another token, and it does not show itself', async () => {
  harness = await openAccounts()
  const again = await harness.restarted()
  expect(again.setUp.token.reveal()).not.toBe(harness.setUp.token.reveal())
  expect(JSON.stringify({token: harness.setUp.token})).toBe('{"token":"***"}')
})

test('tokens cannot be tried out, and guessing keeps no one out who has it', async () => {
  harness = await openAccounts()
  for (let n = 0; n < 5; n++)
    await expect(first({token: newToken()})).rejects.toEqual(code('sign_in_refused'))
  await expect(first({token: newToken()})).rejects.toEqual(code('too_many_attempts'))
  await first()
})

test('of many who set up at the same moment exactly one wins', async () => {
  harness = await openAccounts()
  // More at once would count as guesses.
  const names = ['Ada', 'Bob', 'Eve', 'Fay', 'Gus']
  const outcomes = await Promise.allSettled(names.map((username) => first({username})))
  expect(outcomes.filter((it) => it.status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toEqual(code('setup_done'))
  const {users, sessions} = await harness.restarted()
  expect(users.list()).toHaveLength(1)
  expect(sessions.listOf(users.list()[0]!.id)).toHaveLength(1)
})

test('afterwards it is done, with and without the token', async () => {
  harness = await openAccounts()
  await first()
  const before = {...harness.hashes}
  for (const token of [null, right(), 'wrong'])
    await expect(first({username: 'Eve', token})).rejects.toEqual(code('setup_done'))
  expect(harness.hashes).toEqual(before)
})

test('an administrator of the file is one', async () => {
  harness = await openAccounts()
  const PasswordHash = new Secret(hashSync(goodPassword, 4))
  await harness.fileUser.followFile({LocalAuthEnabled: true, Username: 'Fay', PasswordHash})
  expect(harness.setUp.isOpen()).toBe(false)
  await expect(first()).rejects.toEqual(code('setup_done'))
})

test('where people have accounts but no one administers, only the token makes an administrator', async () => {
  harness = await openAccounts()
  await harness.users.create({name: 'Bob', role: 'member', origin: 'oidc'}, machine)
  expect(harness.setUp.isOpen()).toBe(true)
  await expect(first({token: null})).rejects.toEqual(code('setup_needed'))
  expect((await first()).user.role).toBe('administrator')
})

test('a name or password that is not taken leaves it open', async () => {
  harness = await openAccounts()
  await expect(first({password: 'password123'})).rejects.toEqual(code('weak_password'))
  await expect(first({username: ' '})).rejects.toEqual(code('bad_argument'))
  expect(harness.setUp.isOpen()).toBe(true)
  await first()
})

test('strangers are asked to set up while no one can come in, else to log in', async () => {
  harness = await openAccounts()
  expect(harness.setUp.stranger().code).toBe('setup_needed')
  await first()
  expect(harness.setUp.stranger().code).toBe('unauthorised')
  await harness.close()
  harness = await openAccounts({otherWays: () => true})
  expect(harness.setUp.isOpen()).toBe(true)
  expect(harness.setUp.stranger().code).toBe('unauthorised')
})
