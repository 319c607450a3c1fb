import type {FastifyInstance, InjectOptions} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ApiKeys} from '#accounts/api-keys.ts'
import {KeyAttempts} from '#accounts/attempts.ts'
import {Endings} from '#accounts/endings.ts'
import {FakePeople, fakeServers, insertPeople, person} from '#accounts/people.fixture.ts'
import {tokenPrincipal} from '#accounts/principals.ts'
import {Secret} from '#model/secret.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {keySignIn} from '../sign-in/key.ts'
import {keyRoutes} from './keys.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const servers = fakeServers({shared: null, 'of-mia': mia.id})
const startAt = Date.UTC(2026, 0, 1)

let store: Store
let keys: ApiKeys
let people: FakePeople
let clock: VirtualClock
let app: FastifyInstance

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  people = new FakePeople(ada, mia, vic)
  clock = new VirtualClock(startAt)
  await insertPeople(store, ada, mia, vic)
  keys = await ApiKeys.load({endings: new Endings(), store, users: people, servers, clock, onFault: () => {}})
  app = await rig(false)
})
afterEach(async () => {
  await app.close()
  await store.close()
})

const rig = (inQuery: boolean) =>
  routeRig({
    clock,
    signIns: [
      byHeader({
        ada: principalOf(ada, servers),
        mia: principalOf(mia, servers),
        vic: principalOf(vic, servers),
        'mia by proxy': principalOf(mia, servers, {via: 'proxy'}),
      }),
      keySignIn({
        tokens: [new Secret('of the file')],
        inQuery,
        tokenPrincipal: tokenPrincipal(servers),
        keyPrincipal: (key, address) => keys.principalOf(key, address),
        attempts: new KeyAttempts({clock}, () => undefined),
      }),
    ],
    routes: [keyRoutes({keys, users: people, clock})],
  })

type Call = Pick<InjectOptions, 'method' | 'headers'> & {body?: object}
const ask = async (url: string, {body, ...call}: Call = {}) => {
  const answer = await app.inject({url, ...call, ...(body && {payload: body})})
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json(), text: answer.body}
}
const as = (who: string) => ({headers: {'x-who': who}})
const withKey = (token: string) => ({headers: {'x-api-token': token}})
const make = async (who: string, body: object = {name: 'Sonarr'}, query = '') =>
  ask(`/api/keys${query}`, {method: 'POST', ...as(who), body})

test('somebody makes a key, sees it in his list, and comes in with it', async () => {
  const {status, json} = await make('mia', {name: 'Sonarr', scopes: ['add'], servers: ['of-mia']})
  expect(status).toBe(201)
  expect(json.key).toEqual({
    id: expect.any(String),
    user_id: mia.id,
    name: 'Sonarr',
    scopes: ['read', 'add'],
    servers: ['of-mia'],
    created_at: startAt,
    expires_at: null,
    expired: false,
    last_used_at: null,
  })
  const listed = await ask('/api/keys', withKey(json.token))
  expect(listed).toMatchObject({status: 200, json: {keys: [{...json.key, last_used_at: startAt}]}})
  expect(listed.text).not.toContain(json.token)
})

test.each([
  ['x-api-token', (token: string) => token],
  ['authorization', (token: string) => `Bearer ${token}`],
])('a key is taken as %s', async (header, written) => {
  const {json} = await make('mia')
  expect((await ask('/api/keys', {headers: {[header]: written(json.token)}})).status).toBe(200)
})

test('a key in the address opens only where that is allowed', async () => {
  const {json} = await make('mia')
  const url = `/api/keys?token=${json.token}`
  expect((await ask(url)).status).toBe(401)
  await app.close()
  app = await rig(true)
  expect((await ask(url)).status).toBe(200)
})

test('no difference is visible between a key that never was, has expired, was revoked, or belongs to a disabled user', async () => {
  const expired = (await make('mia', {name: 'a', expires_at: startAt + 10})).json
  const revoked = (await make('mia', {name: 'b'})).json
  const disabled = (await make('vic', {name: 'c'})).json
  await ask(`/api/keys/${revoked.key.id}`, {method: 'DELETE', ...as('mia')})
  await clock.advance(20)
  people.change(vic.id, {disabled: true})
  const answers = await Promise.all(
    [`cmdr_${'A'.repeat(43)}`, 'guess', expired.token, revoked.token, disabled.token].map((token) =>
      ask('/api/keys', withKey(token)),
    ),
  )
  const texts = answers.map(({text}) => text.replace(/"request_id":"[^"]*"/, ''))
  expect(new Set(texts).size).toBe(1)
  expect(answers[0]).toMatchObject({status: 401, json: {code: 'unauthorised'}})
})

test('a key makes, changes and revokes no key, whatever its scopes', async () => {
  const {json} = await make('ada', {name: 'all', scopes: ['admin', 'manage', 'control', 'add']})
  const other = (await make('mia')).json.key.id
  for (const [method, url, body] of [
    ['POST', '/api/keys', {name: 'child', scopes: ['read']}],
    ['POST', `/api/keys?user_id=${mia.id}`, {name: 'child'}],
    ['PATCH', `/api/keys/${json.key.id}`, {expires_at: null}],
    ['DELETE', `/api/keys/${json.key.id}`, undefined],
    ['DELETE', `/api/keys/${other}`, undefined],
  ] as const) {
    const answer = await ask(url, {method, ...withKey(json.token), ...(body && {body})})
    expect(answer).toMatchObject({status: 403, json: {code: 'session_required'}})
  }
  expect(keys.list(ada.id)).toHaveLength(1)
})

test('who logged in at a proxy makes keys like anybody else', async () => {
  expect((await make('mia by proxy')).status).toBe(201)
})

test('administrators see and revoke keys of others, and neither make nor change them', async () => {
  const {json} = await make('mia')
  const mine = `/api/keys?user_id=${mia.id}`
  expect((await ask(mine, as('ada'))).json.keys).toHaveLength(1)
  expect(await make('ada', {name: 'x'}, `?user_id=${mia.id}`)).toMatchObject({
    status: 403,
    json: {code: 'forbidden'},
  })
  const change = {method: 'PATCH', ...as('ada'), body: {name: 'x'}} as const
  expect(await ask(`/api/keys/${json.key.id}`, change)).toMatchObject({
    status: 403,
    json: {code: 'forbidden'},
  })
  expect((await ask(`/api/keys/${json.key.id}`, {method: 'DELETE', ...as('ada')})).status).toBe(200)
  expect((await ask(mine, as('ada'))).json.keys).toEqual([])
  expect(await ask('/api/keys?user_id=nobody', as('ada'))).toMatchObject({
    status: 404,
    json: {code: 'user_unknown'},
  })
})

test('nobody else learns of a key: neither whose it is nor that it is there', async () => {
  const {json} = await make('mia')
  for (const user_id of [mia.id, 'nobody']) {
    expect(await ask(`/api/keys?user_id=${user_id}`, as('vic'))).toMatchObject({
      status: 403,
      json: {code: 'forbidden', detail: 'Only administrators see the keys of others.'},
    })
  }
  for (const call of [{method: 'DELETE'}, {method: 'PATCH', body: {name: 'x'}}] as const) {
    const [there, nowhere] = await Promise.all(
      [json.key.id, 'nowhere'].map((id) => ask(`/api/keys/${id}`, {...call, ...as('vic')})),
    )
    expect(there).toMatchObject({status: 404, json: {code: 'key_unknown'}})
    expect({...there?.json, request_id: ''}).toEqual({...nowhere?.json, request_id: ''})
  }
  expect(keys.list(mia.id)).toHaveLength(1)
})

test('the token of the file has no keys of its own and makes them for a user it names', async () => {
  const token = withKey('of the file')
  expect((await ask('/api/keys', token)).json).toEqual({keys: []})
  const post = (query: string) =>
    ask(`/api/keys${query}`, {method: 'POST', ...token, body: {name: 'backup', scopes: ['control']}})
  expect(await post('')).toMatchObject({status: 403, json: {code: 'session_required'}})
  expect(await post('?user_id=nobody')).toMatchObject({status: 404, json: {code: 'user_unknown'}})
  expect(await post(`?user_id=${vic.id}`)).toMatchObject({status: 403, json: {code: 'forbidden'}})
  const {json} = await post(`?user_id=${mia.id}`)
  expect(json.key).toMatchObject({user_id: mia.id, scopes: ['read', 'control']})
  const patch = {method: 'PATCH', ...token, body: {expires_at: startAt + 1}} as const
  expect((await ask(`/api/keys/${json.key.id}`, patch)).json).toMatchObject({expires_at: startAt + 1})
})

test('a change names only what changes; null takes a limit away', async () => {
  const {json} = await make('mia', {name: 'Sonarr', servers: ['of-mia'], expires_at: startAt + 1000})
  const patch = (body: object) => ask(`/api/keys/${json.key.id}`, {method: 'PATCH', ...as('mia'), body})
  expect((await patch({name: 'Radarr'})).json).toEqual({...json.key, name: 'Radarr'})
  expect((await patch({servers: null, expires_at: null})).json).toMatchObject({
    servers: null,
    expires_at: null,
  })
})

test.each([
  [{}],
  [{name: ''}],
  [{name: 'x'.repeat(65)}],
  [{name: 'x', scopes: ['everything']}],
  [{name: 'x', scopes: 'read'}],
  [{name: 'x', servers: []}],
  [{name: 'x', expires_at: 5}],
  [{name: 'x', expires_at: '2027-01-01'}],
  [{name: 'x', expires_at: 1e300}],
  [{name: 'x', user_id: 'id-ada'}],
])('a key like %j is refused', async (body) => {
  expect((await make('mia', body)).status).toBe(400)
  expect(keys.list(mia.id)).toEqual([])
})

test('without a log-in nobody sees or makes keys', async () => {
  expect((await ask('/api/keys')).status).toBe(401)
  expect((await ask('/api/keys', {method: 'POST', body: {name: 'x'}})).status).toBe(401)
})

test('who revokes a key is told what it had set up, which does nothing now', async () => {
  const {json} = await make('mia')
  keys.onEnd(async ({endOf}) =>
    endOf(json.key.id) === 'key_revoked' ? [{kind: 'arr', id: 'films', name: 'Films'}] : [],
  )
  keys.onEnd(async () => [{kind: 'rule', id: 'r-1', name: 'Old'}])
  expect(await ask(`/api/keys/${json.key.id}`, {method: 'DELETE', ...as('mia')})).toMatchObject({
    status: 200,
    json: {
      suspended: [
        {kind: 'arr', id: 'films', name: 'Films'},
        {kind: 'rule', id: 'r-1', name: 'Old'},
      ],
    },
  })
})
