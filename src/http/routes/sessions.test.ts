import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {machine, openAccounts, visit, type Accounts} from '#accounts/accounts.fixture.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import type {User} from '#model/access.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {ownAccountRoutes} from './own-account.ts'
import {sessionListRoutes} from './session.ts'

let accounts: Accounts
let app: FastifyInstance
let mia: User

beforeEach(async () => {
  accounts = await openAccounts()
  mia = await accounts.users.create({name: 'Mia', role: 'member'}, machine)
  const root = await accounts.users.create({name: 'Root', role: 'administrator'}, machine)
  const servers = fakeServers({})
  app = await routeRig({
    clock: accounts.clock,
    signIns: [
      byHeader({
        'mia by key': principalOf(mia, servers, {via: 'api_key', credentialId: 'key'}),
        'mia by proxy': principalOf(mia, servers, {via: 'proxy', credentialId: null}),
        'root by key': principalOf(root, servers, {via: 'api_key', credentialId: 'key'}),
      }),
    ],
    routes: [sessionListRoutes({people: accounts}), ownAccountRoutes({people: accounts})],
  })
})
afterEach(async () => {
  await app.close()
  await accounts.close()
})

const ask = async (who: string, method: 'GET' | 'DELETE', url: string) => {
  const answer = await app.inject({method, url, headers: {'x-who': who}})
  return {status: answer.statusCode, json: answer.body === '' ? {} : answer.json<Record<string, unknown>>()}
}

test('a key of a user neither sees nor ends their sessions', async () => {
  const {sessionId} = await accounts.logIn.admit(mia, 'password', visit)
  for (const [method, url] of [
    ['GET', '/api/sessions'],
    ['GET', `/api/sessions?user_id=${mia.id}`],
    ['DELETE', '/api/sessions'],
    ['DELETE', `/api/sessions/${sessionId}`],
    ['DELETE', '/api/sessions/none'],
  ] as const) {
    expect(await ask('mia by key', method, url)).toMatchObject({
      status: 403,
      json: {code: 'session_required'},
    })
  }
  expect(accounts.sessions.listOf(mia.id)).toHaveLength(1)
})

test.each(['mia by key', 'mia by proxy', 'root by key'])('%s changes no password', async (who) => {
  const payload = {current: 'whatever it is', next: 'another good one'}
  const headers = {'x-who': who}
  const answer = await app.inject({method: 'PUT', url: '/api/users/me/password', headers, payload})
  expect(answer.json()).toMatchObject({status: 403, code: 'session_required'})
})

test('the key of an administrator ends those of others', async () => {
  const {sessionId} = await accounts.logIn.admit(mia, 'password', visit)
  await accounts.logIn.admit(mia, 'password', visit)
  expect((await ask('root by key', 'GET', `/api/sessions?user_id=${mia.id}`)).json['sessions']).toHaveLength(
    2,
  )
  expect((await ask('root by key', 'DELETE', `/api/sessions/${sessionId}`)).status).toBe(204)
  expect((await ask('root by key', 'DELETE', `/api/sessions?user_id=${mia.id}`)).json).toEqual({ended: 1})
  expect(await ask('root by key', 'GET', '/api/sessions?user_id=nobody')).toMatchObject({
    json: {code: 'user_unknown'},
  })
})

test('a user who comes by a proxy sees their sessions, and that none of them is the one they ask with', async () => {
  await accounts.logIn.admit(mia, 'password', visit)
  expect((await ask('mia by proxy', 'GET', '/api/sessions')).json['sessions']).toMatchObject([
    {current: false},
  ])
  expect((await ask('mia by proxy', 'DELETE', '/api/sessions')).json).toEqual({ended: 1})
})
