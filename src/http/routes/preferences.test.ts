import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {machine, openAccounts, type Accounts} from '#accounts/accounts.fixture.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {Preferences} from '#accounts/preferences.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {Secret} from '#model/secret.ts'
import {StorageFault} from '#store/faults.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {preferenceRoutes} from './own-account.ts'

const servers = fakeServers({qBit: null})

let accounts: Accounts
let app: FastifyInstance

beforeEach(async () => {
  accounts = await openAccounts()
  const ada = await accounts.users.create({name: 'ada', role: 'administrator'}, machine)
  const vic = await accounts.users.create({name: 'vic', role: 'viewer'}, machine)
  const people = {
    ada: principalOf(ada, servers),
    vic: principalOf(vic, servers),
    'key of vic': principalOf(vic, servers, {via: 'api_key'}),
    token: tokenPrincipal(servers, new Secret('of the file'))('192.0.2.1'),
    local: localPrincipal(servers)('127.0.0.1'),
  }
  const preferences = await Preferences.load(accounts.store, accounts.users, accounts.clock)
  app = await routeRig({signIns: [byHeader(people)], routes: [preferenceRoutes(preferences)]})
})
afterEach(async () => {
  await app.close()
  await accounts.close()
})

const ask = async (who: string, payload?: object) => {
  const method = payload === undefined ? 'GET' : 'PATCH'
  const answer = await app.inject({
    method,
    url: '/api/preferences',
    headers: {'x-who': who},
    ...(payload && {payload}),
  })
  return {status: answer.statusCode, json: answer.json()}
}

test('a user changes what they name, null removes, and no other is concerned', async () => {
  expect(await ask('vic')).toEqual({status: 200, json: {}})
  const columns = [{id: 'name', width: 320.5}]
  await ask('vic', {theme: 'dark', columns, constructor: {add: null}})
  const after = {columns, constructor: {add: null}, 'facets.hidden': false}
  expect(await ask('vic', {theme: null, 'facets.hidden': false})).toEqual({status: 200, json: after})
  expect(await ask('vic')).toEqual({status: 200, json: after})
  expect(await ask('ada')).toEqual({status: 200, json: {}})
})

test('users without an account share one set with all others who have none', async () => {
  await ask('token', {theme: 'dark'})
  expect((await ask('local')).json).toEqual({theme: 'dark'})
})

test('a key reads the preferences of its user and changes none', async () => {
  await ask('vic', {theme: 'dark'})
  expect((await ask('key of vic')).json).toEqual({theme: 'dark'})
  expect(await ask('key of vic', {theme: 'light'})).toMatchObject({
    status: 403,
    json: {code: 'session_required'},
  })
  expect((await ask('nobody')).status).toBe(401)
})

test.each([
  [{Theme: 'dark'}, 'Theme'],
  [{'': 'dark'}, ''],
  [{'2nd': 'dark'}, '2nd'],
  [{['x'.repeat(65)]: 'dark'}, 'x'.repeat(65)],
  [{big: 'x'.repeat(16 * 1024 - 1)}, 'big'],
  [{big: 'ä'.repeat(8 * 1024)}, 'big'],
])('%j is not accepted, and nothing beside it', async (change, field) => {
  const {status, json} = await ask('vic', {theme: 'dark', ...change})
  expect([status, json.code, json.errors.map((it: {field: string}) => it.field)]).toEqual([
    400,
    'bad_request',
    [field],
  ])
  expect((await ask('vic')).json).toEqual({})
})

test('a list is no change', async () => {
  expect((await ask('vic', ['theme'])).status).toBe(400)
})

test('while the database is away preferences are read, and a change is refused', async () => {
  await ask('vic', {theme: 'dark'})
  accounts.store.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
  expect(await ask('vic', {theme: 'light'})).toMatchObject({status: 507, json: {code: 'storage_full'}})
  expect((await ask('vic')).json).toEqual({theme: 'dark'})
})
