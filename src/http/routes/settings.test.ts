import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {Settings} from '#accounts/settings.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {settingsRoutes} from './settings.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const servers = fakeServers({})

let store: Store
let app: FastifyInstance

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  const settings = await Settings.load(store, new VirtualClock(), () => false, {warn: () => {}})
  const people = Object.fromEntries([ada, mia].map((it) => [it.name, principalOf(it, servers)]))
  app = await routeRig({signIns: [byHeader(people)], routes: [settingsRoutes(settings)]})
})
afterEach(async () => {
  await app.close()
  await store.close()
})

const ask = async (who: string, payload?: object) => {
  const method = payload === undefined ? 'GET' : 'PATCH'
  const answer = await app.inject({
    method,
    url: '/api/settings',
    headers: {'x-who': who},
    ...(payload && {payload}),
  })
  return {status: answer.statusCode, json: answer.json()}
}

const usual = {
  audit_days: 365,
  history_days: {minutes: 2, hours: 90, days: 3_650},
  members_public_only: true,
  member_addresses: [],
  allowed_folders: [],
  session_idle_days: 30,
  session_absolute_days: 180,
  password_log_in: true,
}

test('an administrator reads and changes them; what they do not name stays', async () => {
  expect(await ask('ada')).toEqual({status: 200, json: usual})
  const changed = {...usual, audit_days: 90, history_days: {...usual.history_days, hours: 30}}
  expect(await ask('ada', {audit_days: 90, history_days: {hours: 30}})).toEqual({status: 200, json: changed})
  expect(await ask('ada')).toEqual({status: 200, json: changed})
})

test('addresses that members may have besides are given whole, and as a URL spells them', async () => {
  const one = {user_id: 'mia', address: '10.0.0.7', port: 8080}
  const all = {user_id: null, address: 'qbit-house', port: 9091}
  expect((await ask('ada', {member_addresses: [one, all]})).json).toMatchObject({
    member_addresses: [one, all],
  })
  expect((await ask('ada', {member_addresses: [all]})).json).toMatchObject({member_addresses: [all]})
  for (const address of ['http://nas', 'nas:80', 'NAS', '10.7', '[::1]', 'me@nas', 'nas/x', '', '::0:1'])
    expect((await ask('ada', {member_addresses: [{...one, address}]})).status).toBe(400)
  expect((await ask('ada', {member_addresses: [{...one, address: 'fd00::7'}]})).status).toBe(200)
  expect((await ask('ada', {member_addresses: [{...one, port: 0}]})).status).toBe(400)
})

test('the audit has who changed what', async () => {
  await ask('ada', {audit_days: 90})
  const [row] = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect([row!.actor, row!.address, row!.name, row!.args]).toEqual([
    'ada',
    '192.0.2.1',
    'audit_days',
    '{"from":365,"to":90}',
  ])
})

test('folders are allowed server by server, each an absolute one that does not climb', async () => {
  const allowed_folders = [
    {server_id: 'qBit', folder: '/data/films'},
    {server_id: 'qBit', folder: 'D:\\films'},
  ]
  expect(await ask('ada', {allowed_folders})).toEqual({status: 200, json: {...usual, allowed_folders}})
  for (const folder of ['films', '/data/../etc', '/data\n'])
    expect(await ask('ada', {allowed_folders: [{server_id: 'qBit', folder}]})).toMatchObject({
      status: 400,
      json: {code: 'bad_argument'},
    })
  expect(await ask('ada')).toMatchObject({json: {allowed_folders}})
})

test('two who add to a list keep what the other added, and take out theirs alone', async () => {
  const [one, two] = ['/data/one', '/data/two'].map((folder) => ({server_id: 'qBit', folder}))
  const nas = {user_id: null, address: 'nas', port: 80}
  await Promise.all([
    ask('ada', {add: {allowed_folders: [one], member_addresses: [nas]}}),
    ask('ada', {add: {allowed_folders: [two]}}),
  ])
  expect((await ask('ada', {add: {allowed_folders: [one]}})).json).toMatchObject({
    allowed_folders: [one, two],
    member_addresses: [nas],
  })
  expect(
    (await ask('ada', {remove: {allowed_folders: [one, {...one, folder: '/gone'}]}})).json,
  ).toMatchObject({allowed_folders: [two], member_addresses: [nas]})
  expect(await ask('ada', {add: {allowed_folders: [{server_id: 'qBit', folder: 'films'}]}})).toMatchObject({
    status: 400,
  })
})

test('no one else', async () => {
  expect([(await ask('mia')).status, (await ask('mia', {audit_days: 1})).status]).toEqual([403, 403])
  expect((await ask('nobody')).status).toBe(401)
})

test.each([
  [{audit_days: 0}, 'audit_days'],
  [{audit_days: '90'}, 'audit_days'],
  [{history_days: {weeks: 1}}, 'history_days.weeks'],
  [{password_log_in: null}, 'password_log_in'],
  [{nonsense: 1}, 'nonsense'],
])('%j is not accepted, and names %s', async (payload, field) => {
  const {status, json} = await ask('ada', payload)
  expect([status, json.errors.map((it: {field: string}) => it.field)]).toEqual([400, [field]])
})

test('what does not go together is refused with its reason', async () => {
  expect(await ask('ada', {session_idle_days: 181})).toMatchObject({
    status: 400,
    json: {code: 'bad_argument'},
  })
  expect(await ask('ada', {password_log_in: false})).toMatchObject({
    status: 409,
    json: {code: 'last_administrator'},
  })
})
