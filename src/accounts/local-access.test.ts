import {afterEach, expect, test} from 'vitest'
import {openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {LocalAccess, localCookieOf} from './local-access.ts'
import {entriesOf} from './people.fixture.ts'
import {newToken} from './tokens.ts'

let accounts: Accounts
afterEach(() => accounts.close())

const accessOf = ({store, clock, attempts, proofs}: Accounts) =>
  new LocalAccess(store, clock, attempts, proofs)
const code = (wanted: string) => expect.objectContaining({code: wanted}) as Error

test('a visitor who shows the token of this start gets a cookie that lets in, and that is written down', async () => {
  accounts = await openAccounts()
  const access = accessOf(accounts)
  const cookie = await access.admit(access.token.reveal(), visit)
  expect(access.isOpenedBy(cookie.reveal())).toBe(true)
  expect(cookie.reveal()).toBe(localCookieOf(access.token).reveal())
  expect(cookie.reveal()).not.toContain(access.token.reveal())
  expect(await entriesOf(accounts.store)).toEqual(['local session log-in local'])
})

test.each(['192.0.2.1', '127.0.0.1', '::1'])('from %s no other token opens anything', async (address) => {
  accounts = await openAccounts()
  const access = accessOf(accounts)
  const ofAnotherStart = accessOf(accounts).token
  for (const token of [newToken(), '', ofAnotherStart.reveal()])
    await expect(access.admit(token, {...visit, address})).rejects.toEqual(code('sign_in_refused'))
  for (const cookie of ['', access.token.reveal(), newToken(), localCookieOf(ofAnotherStart).reveal()])
    expect(access.isOpenedBy(cookie)).toBe(false)
  expect((await entriesOf(accounts.store)).at(-1)).toBe(
    'stranger session log-in local refused sign_in_refused',
  )
})

test('tokens cannot be tried out, and guessing keeps no one out who has it', async () => {
  accounts = await openAccounts()
  const access = accessOf(accounts)
  for (let n = 0; n < 5; n++)
    await expect(access.admit(newToken(), visit)).rejects.toEqual(code('sign_in_refused'))
  await expect(access.admit(newToken(), visit)).rejects.toEqual(code('too_many_attempts'))
  await access.admit(access.token.reveal(), visit)
})
