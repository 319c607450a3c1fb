import type {FastifyInstance, InjectOptions} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ApiKeys} from '#accounts/api-keys.ts'
import {Attempts, KeyAttempts} from '#accounts/attempts.ts'
import {Endings} from '#accounts/endings.ts'
import {OwnProof, RefusedProofs} from '#accounts/own-proof.ts'
import {entriesOf, FakePeople, fakeServers, insertPeople, person} from '#accounts/people.fixture.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {Secret} from '#model/secret.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {keySignIn} from '../sign-in/key.ts'
import {keyRoutes} from './keys.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const olga = person('olga', 'member', {origin: 'oidc', hasPassword: false})
const password = 'correct horse'
const servers = fakeServers({shared: null, 'of-mia': mia.id})
const startAt = Date.UTC(2026, 0, 1)

let store: Store
let keys: ApiKeys
let people: FakePeople
let clock: VirtualClock
let app: FastifyInstance
let proof: OwnProof
/** Whose second step is on; its code is 123456. */
let twoStepOf: string | null

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  people = new FakePeople(ada, mia, vic, olga)
  clock = new VirtualClock(startAt)
  await insertPeople(store, ada, mia, vic, olga)
  keys = await ApiKeys.load({endings: new Endings(), store, users: people, servers, clock, onFault: () => {}})
  twoStepOf = null
  const begun: Readonly<Record<string, number>> = {new: startAt - 599_999, old: startAt - 600_000}
  proof = new OwnProof({
    isPassword: async (_id, given) => given === password,
    twoStep: {isOn: (id) => id === twoStepOf, check: async (_id, code) => code === '123456'},
    sessions: {get: (id) => ({...session, id, createdAt: begun[id]!})},
    attempts: new Attempts(clock),
    proofs: new RefusedProofs(store, clock, everyRefusal),
    clock,
  })
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
        'olga by proxy': principalOf(olga, servers, {via: 'proxy'}),
        'olga, just now': principalOf(olga, servers, {via: 'session', credentialId: 'new'}),
        'olga, long ago': principalOf(olga, servers, {via: 'session', credentialId: 'old'}),
        'nobody in particular': localPrincipal(servers)('192.0.2.1'),
      }),
      keySignIn(
        [new Secret('of the file')],
        inQuery,
        tokenPrincipal(servers),
        keys,
        new KeyAttempts(clock, () => undefined),
      ),
    ],
    routes: [keyRoutes(keys, people, proof)],
  })

type Call = Pick<InjectOptions, 'method' | 'headers'> & {body?: object}
const ask = async (url: string, {body, ...call}: Call = {}) => {
  const answer = await app.inject({url, ...call, ...(body && {payload: body})})
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json(), text: answer.body}
}
const as = (who: string) => ({headers: {'x-who': who}})
const withKey = (token: string) => ({headers: {'x-api-token': token}})
const make = async (who: string, body: object = {name: 'Sonarr'}, query = '') =>
  ask(`/api/keys${query}`, {method: 'POST', ...as(who), body: {password, ...body}})
const session = {userId: olga.id, via: 'oidc', address: '', userAgent: '', lastUsedAt: 0, expiresAt: 0}

test('a user makes a key, sees it in their list, and comes in with it', async () => {
  const {status, json} = await make('mia', {name: 'Sonarr', scopes: ['add'], servers: ['of-mia']})
  expect(status).toBe(201)
  expect(json.key).toEqual({
    id: expect.any(String),
    user_id: mia.id,
    name: 'Sonarr',
    scopes: ['read', 'add'],
    servers: ['of-mia'],
    created_at: startAt,
    expires_at: startAt + 365 * 86_400_000,
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
    expectProblem(answer, 'session_required')
  }
  expect(keys.list(ada.id)).toHaveLength(1)
})

test('a key is made and widened with the password and the code of its user, and renamed without', async () => {
  const bare = (who: string, body: object) =>
    ask('/api/keys', {method: 'POST', ...as(who), body: {name: 'x', ...body}})
  for (const who of ['mia', 'mia by proxy']) {
    expect(await bare(who, {})).toMatchObject({status: 400, json: {code: 'bad_argument'}})
    expect(await bare(who, {password: 'guess'})).toMatchObject({status: 401, json: {code: 'sign_in_refused'}})
  }
  expect(keys.list(mia.id)).toEqual([])
  twoStepOf = mia.id
  expect(await bare('mia', {password})).toMatchObject({status: 401, json: {code: 'code_required'}})
  expect(await bare('mia', {password, code: '000000'})).toMatchObject({json: {code: 'sign_in_refused'}})
  const {json} = await bare('mia', {servers: ['of-mia'], password, code: '123456'})
  const patch = (body: object) => ask(`/api/keys/${json.key.id}`, {method: 'PATCH', ...as('mia'), body})
  expect((await patch({name: 'y'})).status).toBe(200)
  // What is so already opens nothing.
  expect((await patch({servers: ['of-mia']})).status).toBe(200)
  for (const body of [{scopes: ['control']}, {servers: null}, {expires_at: null}]) {
    expect(await patch(body)).toMatchObject({status: 400, json: {code: 'bad_argument'}})
    expect((await patch({...body, password, code: '123456'})).status).toBe(200)
  }
  expect((await entriesOf(store)).filter((it) => it.includes('refused'))).toEqual([
    'mia key create mia refused sign_in_refused',
    'mia key create mia refused sign_in_refused',
    'mia key create mia refused sign_in_refused',
  ])
})

test('a thief of a session cannot try out the password there', async () => {
  for (let n = 0; n < 5; n++)
    expect((await make('mia', {name: 'x', password: `guess ${n}`})).status).toBe(401)
  expectProblem(await make('mia'), 'too_many_attempts')
})

test('a user who has no password here has logged in just now, or a proxy speaks for them with each request', async () => {
  expect(await make('olga, long ago')).toMatchObject({status: 403, json: {code: 'session_required'}})
  expect((await make('olga, just now')).status).toBe(201)
  expect((await make('olga by proxy')).status).toBe(201)
})

test('null says that a key never ends', async () => {
  expect((await make('mia', {name: 'x', expires_at: null})).json.key).toMatchObject({expires_at: null})
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

test('no one else learns of a key: neither whose it is nor that it is there', async () => {
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

test('the token of the file has no keys, makes and changes none, and may revoke them', async () => {
  const token = withKey('of the file')
  expect((await ask('/api/keys', token)).json).toEqual({keys: []})
  const {id} = (await make('mia')).json.key
  for (const [method, url] of [
    ['POST', '/api/keys'],
    ['POST', `/api/keys?user_id=${mia.id}`],
    ['PATCH', `/api/keys/${id}`],
  ] as const) {
    const answer = await ask(url, {method, ...token, body: {name: 'backup', password}})
    expect(answer).toMatchObject({status: 403, json: {code: 'session_required'}})
  }
  expect((await ask(`/api/keys/${id}`, {method: 'DELETE', ...token})).status).toBe(200)
})

test('where no account is needed keys are made for the user who is named', async () => {
  const post = (query: string) =>
    ask(`/api/keys${query}`, {
      method: 'POST',
      ...as('nobody in particular'),
      body: {name: 'backup', scopes: ['control']},
    })
  expect(await post('')).toMatchObject({status: 403, json: {code: 'session_required'}})
  expect(await post('?user_id=nobody')).toMatchObject({status: 404, json: {code: 'user_unknown'}})
  expect(await post(`?user_id=${vic.id}`)).toMatchObject({status: 403, json: {code: 'forbidden'}})
  const {json} = await post(`?user_id=${mia.id}`)
  expect(json.key).toMatchObject({user_id: mia.id, scopes: ['read', 'control']})
  const patch = {method: 'PATCH', ...as('nobody in particular'), body: {expires_at: startAt + 1}} as const
  expect((await ask(`/api/keys/${json.key.id}`, patch)).json).toMatchObject({expires_at: startAt + 1})
})

test('a change names only what changes; null removes a limit', async () => {
  const {json} = await make('mia', {name: 'Sonarr', servers: ['of-mia'], expires_at: startAt + 1000})
  const patch = (body: object) =>
    ask(`/api/keys/${json.key.id}`, {method: 'PATCH', ...as('mia'), body: {...body, password}})
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

test('without a login no one sees or makes keys', async () => {
  expect((await ask('/api/keys')).status).toBe(401)
  expect((await ask('/api/keys', {method: 'POST', body: {name: 'x'}})).status).toBe(401)
})

test('a user who revokes a key is shown what it had set up, which does nothing now', async () => {
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
