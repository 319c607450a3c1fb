import {hashSync} from 'bcryptjs'
import {afterEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {deedsOf} from './people.fixture.ts'
import {newToken} from './tokens.ts'

let house: Accounts
afterEach(() => house.close())

const here = {...visit, address: '127.0.0.1', isThisMachine: true}
const elsewhere = {...visit, isThisMachine: false}
const first = (change: {username?: string; password?: string; token?: string | null} = {}, from = here) =>
  house.setUp.first({username: 'Ada', password: goodPassword, token: null, ...change}, from)
const code = (wanted: string) => expect.objectContaining({code: wanted}) as Error

test('from this machine the first administrator needs no token, and is logged in', async () => {
  house = await openAccounts()
  expect(house.setUp.isOpen()).toBe(true)
  const {user, token} = await first()
  expect(user).toMatchObject({name: 'Ada', role: 'administrator', origin: 'local', hasPassword: true})
  expect(house.sessions.use(token.reveal())?.userId).toBe(user.id)
  expect(house.setUp.isOpen()).toBe(false)
  expect(await deedsOf(house.store)).toEqual(['Ada user create Ada', 'Ada session log-in Ada'])
  const {logIn} = await house.restarted()
  await logIn.withPassword({username: 'ada', password: goodPassword, code: null}, visit)
})

test('from elsewhere it takes the token of this start', async () => {
  house = await openAccounts()
  await expect(first({}, elsewhere)).rejects.toEqual(code('setup_needed'))
  await expect(first({token: newToken()}, elsewhere)).rejects.toEqual(code('sign_in_refused'))
  await expect(first({token: ''}, elsewhere)).rejects.toEqual(code('sign_in_refused'))
  expect(house.users.list()).toEqual([])
  const {user} = await first({token: house.setUp.token.reveal()}, elsewhere)
  expect(user.role).toBe('administrator')
})

test('every start has another token, and it does not show itself', async () => {
  house = await openAccounts()
  const again = await house.restarted()
  expect(again.setUp.token.reveal()).not.toBe(house.setUp.token.reveal())
  expect(JSON.stringify({token: house.setUp.token})).toBe('{"token":"***"}')
})

test('a wrong token is refused from this machine, too', async () => {
  house = await openAccounts()
  await expect(first({token: newToken()})).rejects.toEqual(code('sign_in_refused'))
  expect((await deedsOf(house.store)).at(-1)).toBe('stranger user set-up  refused sign_in_refused')
})

test('where a proxy stands in front this machine is nobody in particular', async () => {
  house = await openAccounts({behindProxy: true})
  await expect(first()).rejects.toEqual(code('setup_needed'))
  await first({token: house.setUp.token.reveal()})
})

test('tokens can not be tried out', async () => {
  house = await openAccounts()
  for (let n = 0; n < 5; n++)
    await expect(first({token: newToken()}, elsewhere)).rejects.toEqual(code('sign_in_refused'))
  const right = {token: house.setUp.token.reveal()}
  await expect(first(right, elsewhere)).rejects.toEqual(code('too_many_attempts'))
  await house.clock.advance(1_000)
  await first(right, elsewhere)
})

test('of many who set up at the same moment exactly one wins', async () => {
  house = await openAccounts()
  const names = ['Ada', 'Bob', 'Eve', 'Fay', 'Gus', 'Hal']
  const outcomes = await Promise.allSettled(names.map((username) => first({username})))
  expect(outcomes.filter((it) => it.status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toEqual(code('setup_done'))
  const {users, sessions} = await house.restarted()
  expect(users.list()).toHaveLength(1)
  expect(sessions.listOf(users.list()[0]!.id)).toHaveLength(1)
})

test('afterwards it is done, with and without the token', async () => {
  house = await openAccounts()
  await first()
  const before = {...house.hashes}
  const token = house.setUp.token.reveal()
  for (const given of [{username: 'Eve'}, {username: 'Eve', token}, {username: 'Eve', token: 'wrong'}])
    await expect(first(given)).rejects.toEqual(code('setup_done'))
  expect(house.hashes).toEqual(before)
})

test('an administrator of the file is one', async () => {
  house = await openAccounts()
  const PasswordHash = new Secret(hashSync(goodPassword, 4))
  await house.fileUser.followFile({LocalAuthEnabled: true, Username: 'Fay', PasswordHash})
  expect(house.setUp.isOpen()).toBe(false)
  await expect(first()).rejects.toEqual(code('setup_done'))
})

test('where people have accounts but nobody administers, only the token makes an administrator', async () => {
  house = await openAccounts()
  await house.users.create({name: 'Bob', role: 'member', origin: 'oidc'}, machine)
  expect(house.setUp.isOpen()).toBe(true)
  await expect(first()).rejects.toEqual(code('setup_needed'))
  await first({token: house.setUp.token.reveal()}, elsewhere)
})

test('a name or password that is not taken leaves it open', async () => {
  house = await openAccounts()
  await expect(first({password: 'password123'})).rejects.toEqual(code('weak_password'))
  await expect(first({username: ' '})).rejects.toEqual(code('bad_argument'))
  expect(house.setUp.isOpen()).toBe(true)
  await first()
})

test('strangers are told to set up while nobody can come in, else to log in', async () => {
  house = await openAccounts()
  expect(house.setUp.stranger().code).toBe('setup_needed')
  await first()
  expect(house.setUp.stranger().code).toBe('unauthorised')
  await house.close()
  house = await openAccounts({otherWays: () => true})
  expect(house.setUp.isOpen()).toBe(true)
  expect(house.setUp.stranger().code).toBe('unauthorised')
})
