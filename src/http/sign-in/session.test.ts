import type {FastifyRequest} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {machine, openAccounts, visit, type Accounts} from '#accounts/accounts.fixture.ts'
import {newToken} from '#accounts/tokens.ts'
import {Cookies} from './cookies.ts'
import {sessionSignIn} from './session.ts'

let accounts: Accounts
beforeEach(async () => void (accounts = await openAccounts()))
afterEach(() => accounts.close())

const plain = new Cookies('', () => false)
const withCookies = (cookie: string | undefined) =>
  ({headers: {cookie}, cookieToken: null, ip: '::ffff:192.0.2.9'}) as unknown as FastifyRequest
const withCookie = (token: string | undefined) =>
  withCookies(token === undefined ? undefined : `commodarr_session=${token}`)

test('a user who has a session comes in by it, from where they are', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const {token, sessionId} = await accounts.logIn.admit(ada, 'password', visit)
  expect(sessionSignIn(accounts, plain)(withCookie(token.reveal()))).toMatchObject({
    userId: ada.id,
    via: 'session',
    credentialId: sessionId,
    actor: {address: '192.0.2.9', origin: 'user'},
  })
})

test('no cookie, and one that opens nothing, are no refusal', () => {
  for (const token of [undefined, '', newToken(), '__proto__'])
    expect(sessionSignIn(accounts, plain)(withCookie(token))).toBeNull()
})

test('a session that outlived its user, or their being switched off, opens nothing', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const {token} = await accounts.logIn.admit(ada, 'password', visit)
  for (const user of [null, {...ada, disabled: true}]) {
    const signIn = sessionSignIn(
      {...accounts, users: {get: () => user} as unknown as Accounts['users']},
      plain,
    )
    expect(signIn(withCookie(token.reveal()))).toBeNull()
  }
})

test('a cookie that another page put before the session of this browser keeps no one out', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const {token} = await accounts.logIn.admit(ada, 'password', visit)
  for (const planted of ['commodarr_session=x', 'commodarr_session="', `commodarr_session=${newToken()}`]) {
    const request = withCookies(`a=1; ${planted}; commodarr_session=${token.reveal()}; b`)
    expect(sessionSignIn(accounts, plain)(request)).toMatchObject({userId: ada.id})
    // What a change carries belongs to the cookie that let it in.
    expect(request.cookieToken).toBe(token.reveal())
  }
  const flood = 'commodarr_session=x; '.repeat(4)
  expect(
    sessionSignIn(accounts, plain)(withCookies(`${flood}commodarr_session=${token.reveal()}`)),
  ).toBeNull()
})

test('by HTTPS only a cookie counts that no other port, subdomain or plain page can set', async () => {
  const ada = await accounts.users.create({name: 'Ada', role: 'member'}, machine)
  const token = (await accounts.logIn.admit(ada, 'password', visit)).token.reveal()
  const opens = (cookie: string, urlBase: string, isHttps: boolean) =>
    sessionSignIn(accounts, new Cookies(urlBase, () => isHttps))(withCookies(cookie)) !== null
  expect(opens(`__Host-commodarr_session=${token}`, '', true)).toBe(true)
  expect(opens(`commodarr_session=${token}`, '', true)).toBe(false)
  expect(opens(`__Host-commodarr_session=${token}`, '', false)).toBe(false)
  // The prefix is for all paths of a host: below one of them it would be sent to the neighbours, too.
  expect(opens(`commodarr_session=${token}`, '/fleet', true)).toBe(true)
})
