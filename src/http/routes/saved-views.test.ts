import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {machine, openAccounts, type Accounts} from '#accounts/accounts.fixture.ts'
import {accessOf} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {SavedViews} from '#accounts/saved-views.ts'
import type {Permission, Role} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {viewRoutes} from './saved-views.ts'

const servers = fakeServers({qBit: null})

let accounts: Accounts
let app: FastifyInstance

beforeEach(async () => {
  accounts = await openAccounts()
  app = await started()
})
afterEach(async () => {
  await app.close()
  await accounts.close()
})

async function started(): Promise<FastifyInstance> {
  const user = async (name: string, role: Role) =>
    accounts.users.byName(name) ?? (await accounts.users.create({name, role}, machine))
  const [ada, vic] = [await user('ada', 'administrator'), await user('vic', 'viewer')]
  const key = (scopes: readonly Permission[], only: string[] | null) =>
    principalOf(ada, servers, {
      via: 'api_key',
      access: accessOf(
        {userId: ada.id, role: ada.role, scopes, servers: only?.map(asServerId) ?? null},
        servers,
      ),
    })
  const people = {
    ada: principalOf(ada, servers),
    vic: principalOf(vic, servers),
    'key of ada': key(['read', 'admin'], null),
    'key for some': key(['read', 'admin'], ['qBit']),
    token: tokenPrincipal(servers, new Secret('of the file'))('192.0.2.1'),
    local: localPrincipal(servers)('127.0.0.1'),
  }
  const savedViews = await SavedViews.load(accounts.store, accounts.users, accounts.clock)
  return routeRig({
    signIns: [byHeader(people)],
    routes: [viewRoutes(savedViews, (id) => accounts.users.get(id)?.name ?? null)],
  })
}

const ask = async (
  who: string,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path = '',
  payload?: object,
) => {
  const url = `/api/views${path}`
  const answer = await app.inject({method, url, headers: {'x-who': who}, ...(payload && {payload})})
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json()}
}
const save = async (who: string, name: string, definition: object = {}) =>
  ask(who, 'POST', '', {name, definition})
const listed = async (who: string) =>
  (await ask(who, 'GET')).json.views.map(({name}: {name: string}) => name) as string[]

const standard = {q: '', servers: null, sort: [], group: null, columns: null, density: null, layout: 'table'}

test('a user saves a view, changes it, finds it again and removes it', async () => {
  const definition = {
    q: 'state:stalled OR ratio < 1',
    servers: ['qBit'],
    sort: ['-added_at', 'server'],
    group: 'server',
    columns: [
      {id: 'name', width: 320, pinned: true},
      {id: 'peers', hidden: true},
    ],
    density: 'compact',
    layout: 'cards',
  }
  const made = await ask('ada', 'POST', '', {name: 'Stuck', icon: 'alert', definition})
  expect(made).toEqual({
    status: 201,
    json: {
      id: expect.any(String),
      name: 'Stuck',
      icon: 'alert',
      definition,
      shared_with: null,
      position: 0,
      created_at: accounts.clock.now(),
      updated_at: accounts.clock.now(),
    },
  })
  const changed = await ask('ada', 'PATCH', `/${made.json.id}`, {name: 'All', definition: {}})
  expect(changed).toEqual({status: 200, json: {...made.json, name: 'All', definition: standard}})
  // What was read can be sent back as it is.
  expect(await ask('ada', 'PATCH', `/${made.json.id}`, changed.json)).toEqual(changed)
  const elsewhere = await ask('ada', 'PATCH', `/${made.json.id}`, {...changed.json, position: 7})
  expect(elsewhere).toMatchObject({status: 400, json: {errors: [{field: 'position', found: 7}]}})
  await app.close()
  app = await started()
  expect(await ask('ada', 'GET')).toEqual({status: 200, json: {views: [changed.json]}})
  expect(await ask('ada', 'DELETE', `/${made.json.id}`)).toEqual({status: 204, json: null})
  expect(await listed('ada')).toEqual([])
})

test('a view that no search would understand is not saved; one of a server that is not there is', async () => {
  const wrong = await save('ada', 'Wrong', {q: 'tag:a OR'})
  expect(wrong).toMatchObject({
    status: 400,
    json: {errors: [{field: 'definition.q', found: 'OR', line: 1, column: 7}]},
  })
  const {id} = (await save('ada', 'Later', {q: 'server:nas OR arr:sonarr'})).json
  const changed = await ask('ada', 'PATCH', `/${id}`, {definition: {q: 'size > big'}})
  expect(changed).toMatchObject({status: 400, json: {errors: [{field: 'definition.q', found: 'big'}]}})
  expect(await listed('ada')).toEqual(['Later'])
})

test('a view of another user is answered byte by byte like one that is not there', async () => {
  const {id} = (await save('ada', 'Stuck')).json
  const tried = async (which: string) =>
    Promise.all([
      ask('vic', 'PATCH', `/${which}`, {name: 'Mine'}),
      ask('vic', 'DELETE', `/${which}`),
      ask('vic', 'PUT', '/order', {ids: [which]}),
    ])
  const without = (answers: object[]) => JSON.stringify(answers).replaceAll(/"request_id":"[^"]*"/g, '')
  expect(without(await tried(id))).toBe(without(await tried('gone')))
  expect((await tried(id)).map(({status, json}) => [status, json.code])).toEqual([
    [404, 'view_unknown'],
    [404, 'view_unknown'],
    [400, 'bad_argument'],
  ])
  expect([await listed('ada'), await listed('vic')]).toEqual([['Stuck'], []])
})

test('a shared view is seen by others with the name of its owner, copied, and changed by its owner alone', async () => {
  const definition = {q: 'state:stalled', servers: ['qBit', 'hidden'], columns: [{id: 'name'}]}
  const made = (await ask('ada', 'POST', '', {name: 'Stuck', definition, shared_with: 'everyone'})).json
  const shown = {...standard, ...definition, servers: ['qBit']}
  const seen = {
    id: made.id,
    name: 'Stuck',
    icon: null,
    definition: shown,
    owner: {name: 'ada'},
    shared_with: 'everyone',
    updated_at: made.updated_at,
  }
  expect(await ask('vic', 'GET', '/shared')).toEqual({status: 200, json: {views: [seen]}})
  expect(await ask('vic', 'GET', `/${made.id}`)).toEqual({status: 200, json: seen})
  // One's own views are no other user's.
  expect((await ask('ada', 'GET', '/shared')).json).toEqual({views: []})
  for (const refused of [
    await ask('vic', 'PATCH', `/${made.id}`, {name: 'Mine'}),
    await ask('vic', 'DELETE', `/${made.id}`),
  ]) {
    expectProblem(refused, 'forbidden')
    expect(refused.json.detail).toContain('ada')
  }
  const copy = await ask('vic', 'POST', '', {name: seen.name, definition: seen.definition})
  expect(copy).toMatchObject({status: 201, json: {definition: shown, shared_with: null}})
  expect(await listed('vic')).toEqual(['Stuck'])
  expect((await ask('ada', 'PATCH', `/${made.id}`, {shared_with: null})).json.shared_with).toBeNull()
  expect((await ask('vic', 'GET', '/shared')).json).toEqual({views: []})
  expectProblem(await ask('vic', 'GET', `/${made.id}`), 'view_unknown')
  expectProblem(await ask('vic', 'DELETE', `/${made.id}`), 'view_unknown')
})

test('administrators see what is shared with them, and by its address alone a view is in no list', async () => {
  const shared = async (name: string, audience: string) =>
    (await ask('vic', 'POST', '', {name, definition: {}, shared_with: audience})).json.id as string
  const [admins, link] = [await shared('Admins', 'administrators'), await shared('Link', 'link')]
  const namesFor = async (who: string) =>
    (await ask(who, 'GET', '/shared')).json.views.map(({name}: {name: string}) => name)
  expect([await namesFor('ada'), await namesFor('local')]).toEqual([['Admins'], ['Admins']])
  expect((await ask('ada', 'GET', `/${link}`)).json.name).toBe('Link')
  expect((await ask('key of ada', 'GET', `/${admins}`)).json.name).toBe('Admins')
  expect((await ask('key for some', 'GET', `/${admins}`)).status).toBe(403)
  expect((await ask('key for some', 'GET', '/shared')).status).toBe(403)
  const wrong = await ask('vic', 'POST', '', {name: 'Wrong', definition: {}, shared_with: 'friends'})
  expect(wrong).toMatchObject({status: 400, json: {errors: [{field: 'shared_with', found: 'friends'}]}})
  expect(wrong.json.errors[0].accepted).toEqual(['link', 'administrators', 'everyone', null].filter(Boolean))
})

test('an administrator ends the sharing of a view of another user, and changes nothing else of it', async () => {
  const definition = {q: 'size>1'}
  const {json} = await ask('vic', 'POST', '', {name: 'Theirs', definition, shared_with: 'everyone'})
  const {id} = json as unknown as {id: string}
  for (const change of [{name: 'Mine'}, {shared_with: 'administrators'}, {shared_with: null, name: 'Mine'}])
    expectProblem(await ask('ada', 'PATCH', `/${id}`, change), 'forbidden')
  expect(await ask('ada', 'PATCH', `/${id}`, {shared_with: null})).toMatchObject({
    status: 200,
    json: {name: 'Theirs', shared_with: null},
  })
  expect((await ask('vic', 'GET')).json).toMatchObject({views: [{name: 'Theirs', shared_with: null}]})
  expectProblem(await ask('ada', 'PATCH', `/${id}`, {shared_with: null}), 'view_unknown')
  const of = await ask('ada', 'POST', '', {name: 'Of ada', definition, shared_with: 'everyone'})
  const path = `/${(of.json as unknown as {id: string}).id}`
  expectProblem(await ask('vic', 'PATCH', path, {shared_with: null}), 'forbidden')
})

test('users without an account share one set with all others who have none', async () => {
  await save('token', 'Everything')
  await save('ada', 'Everything')
  expectProblem(await save('local', 'EVERYTHING'), 'name_taken')
  const {id} = (await save('local', 'More')).json
  expect((await ask('token', 'DELETE', `/${id}`)).status).toBe(204)
  expect([await listed('token'), await listed('local')]).toEqual([['Everything'], ['Everything']])
})

test('views stand in the order that is asked for, when all of them are named', async () => {
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) ids.push((await save('vic', name)).json.id)
  expect((await ask('vic', 'PUT', '/order', {ids: ids.toReversed()})).status).toBe(204)
  expect(await listed('vic')).toEqual(['c', 'b', 'a'])
  expect(await ask('vic', 'PUT', '/order', {ids: ids.slice(1)})).toMatchObject({
    status: 400,
    json: {code: 'bad_argument'},
  })
  expect(await listed('vic')).toEqual(['c', 'b', 'a'])
})

test('a key reads the views of its user and changes none; one for certain servers does not even read them', async () => {
  const {id} = (await save('ada', 'Stuck', {servers: ['other']})).json
  expect(await listed('key of ada')).toEqual(['Stuck'])
  expect(await ask('key for some', 'GET')).toMatchObject({status: 403, json: {code: 'forbidden'}})
  for (const [method, path, body] of [
    ['POST', '', {name: 'New', definition: {}}],
    ['PATCH', `/${id}`, {name: 'New'}],
    ['DELETE', `/${id}`, undefined],
    ['PUT', '/order', {ids: [id]}],
  ] as const) {
    expect(await ask('key of ada', method, path, body)).toMatchObject({
      status: 403,
      json: {code: 'session_required'},
    })
  }
  expect(await listed('ada')).toEqual(['Stuck'])
})

test('no one sees views without being known', async () => {
  expect([(await ask('nobody', 'GET')).status, (await save('nobody', 'Mine')).status]).toEqual([401, 401])
})

test.each([
  [{sort: ['-mood']}, 'definition.sort.0'],
  [{sort: ['name', '--name']}, 'definition.sort.1'],
  [{columns: [{id: 'name'}, {id: 'mood'}]}, 'definition.columns.1.id'],
  [{columns: [{id: 'name'}, {id: 'name'}]}, 'definition.columns'],
  [{columns: [{id: 'name', width: 0}]}, 'definition.columns.0.width'],
  [{columns: [{id: 'name', flavour: 'sweet'}]}, 'definition.columns.0.flavour'],
  [{columns: []}, 'definition.columns'],
  [{group: 'planet'}, 'definition.group'],
  [{density: 'huge'}, 'definition.density'],
  [{layout: null}, 'definition.layout'],
  [{q: 'x'.repeat(2_001)}, 'definition.q'],
  [{servers: Array.from({length: 100}, (_, n) => `${n}`.padEnd(200, 'x'))}, 'definition'],
  [{weather: 'fine'}, 'definition.weather'],
])('a definition of %j is not accepted, and names %s', async (definition, field) => {
  const {id} = (await save('ada', 'Stuck')).json
  for (const answer of [
    await save('ada', 'Other', definition),
    await ask('ada', 'PATCH', `/${id}`, {definition}),
  ]) {
    expect([
      answer.status,
      answer.json.code,
      answer.json.errors?.map((it: {field: string}) => it.field),
    ]).toEqual([400, 'bad_request', [field]])
  }
  expect(await listed('ada')).toEqual(['Stuck'])
})

test('an icon is a short word', async () => {
  const answer = await ask('ada', 'POST', '', {name: 'Stuck', icon: '<svg>', definition: {}})
  expect([answer.status, answer.json.errors[0].field]).toEqual([400, 'icon'])
})

test('what an older version kept and is not known any more is left out, and the rest is shown', async () => {
  await save('ada', 'Stuck')
  const kept = {q: 'big', sort: ['-mood', 'name'], columns: [{id: 'mood'}, {id: 'size'}], layout: 'globe'}
  await accounts.store.write((db) =>
    db
      .updateTable('views')
      .set({definition: JSON.stringify(kept)})
      .execute(),
  )
  await app.close()
  app = await started()
  const {json} = await ask('ada', 'GET')
  expect(json.views[0].definition).toEqual({...standard, q: 'big', sort: ['name'], columns: [{id: 'size'}]})
})

test('while the database is away views are shown, and what would change them is refused', async () => {
  const {id} = (await save('ada', 'Stuck')).json
  accounts.store.fault = new StorageFault('storage_unavailable', 'No route to db.internal.', true)
  const refused = {status: 503, json: {code: 'storage_unavailable'}}
  expect(await save('ada', 'Other')).toMatchObject(refused)
  expect(await ask('ada', 'PATCH', `/${id}`, {icon: 'list'})).toMatchObject(refused)
  expect(await ask('ada', 'PUT', '/order', {ids: [id]})).toMatchObject(refused)
  expect(await ask('ada', 'DELETE', `/${id}`)).toMatchObject(refused)
  expect(await listed('ada')).toEqual(['Stuck'])
})
