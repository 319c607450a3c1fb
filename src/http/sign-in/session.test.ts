import type {FastifyRequest} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {machine, openAccounts, visit, type Accounts} from '#accounts/accounts.fixture.ts'
import {newToken} from '#accounts/tokens.ts'
import {SESSION_COOKIE, sessionSignIn} from './session.ts'

let accounts: Accounts
beforeEach(async () => void (accounts = await openAccounts()))
afterEach(() => accounts.close())

const withCookie = (token: string | undefined) => {
  const cookies = {[SESSION_COOKIE]: token}
  return {cookies, ip: '::ffff:192.0.2.9', headers: {}} as unknown as FastifyRequest
}

test('whoever has a session comes in by it, from where he is', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const {token, sessionId} = await accounts.logIn.admit(ada, 'password', visit)
  expect(sessionSignIn(accounts)(withCookie(token.reveal()))).toMatchObject({
    userId: ada.id,
    via: 'session',
    credentialId: sessionId,
    actor: {address: '192.0.2.9', origin: 'user'},
  })
})

test('no cookie, and one that opens nothing, are no refusal', () => {
  for (const token of [undefined, '', newToken(), '__proto__'])
    expect(sessionSignIn(accounts)(withCookie(token))).toBeNull()
})

test('a session that outlived its user, or his being switched off, opens nothing', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const {token} = await accounts.logIn.admit(ada, 'password', visit)
  for (const user of [null, {...ada, disabled: true}]) {
    const signIn = sessionSignIn({...accounts, users: {get: () => user} as unknown as Accounts['users']})
    expect(signIn(withCookie(token.reveal()))).toBeNull()
  }
})
