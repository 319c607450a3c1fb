import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {HealthChange} from '#history/history.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal} from '#journal/journal.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, asDownloadId} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import type {Arrival} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {todayRoutes} from './today.ts'

const NOW = 1_800_000_000_000
const MORNING = NOW - 7 * 3_600_000
const download = asDownloadId(hashOf('a'))!
const [films, hidden] = [asArrId('Films'), asArrId('Hidden')]

const entry = (id: string, change: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  at: MORNING + 1_000,
  actor: {name: 'Seeding goals', origin: 'rule', userId: null, address: null},
  subject: 'torrent',
  serverId: asServerId('qBit'),
  hash: hashOf('a'),
  name: 'Ubuntu',
  verb: 'recycle',
  args: {},
  phase: 'confirmed',
  ...change,
})

const arrival = (at: number, change: Partial<Arrival> = {}): Arrival => ({
  at,
  downloadId: download,
  key: {serverId: asServerId('qBit'), hash: hashOf('a')},
  ...change,
})

const imported = new Map([
  [
    films,
    [arrival(MORNING + 10), arrival(MORNING + 20, {key: {serverId: asServerId('box'), hash: hashOf('a')}})],
  ],
  [hidden, [arrival(MORNING + 30)]],
])

let store: Store
let harness: FakeHarness
let changes: HealthChange[]

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  changes = []
  const people: Record<string, Principal> = {}
  const running = {titleOf: (id) => (id === download ? 'The Quiet Engine (2023)' : null)} as RunningArr
  harness = await fakeHarness({
    arrsOf: ({name}) => (name === 'viewer' ? [] : [{id: films, kind: 'radarr', name: 'Films'}]),
    nouns: [
      todayRoutes({
        audit: new Audit(store),
        history: {health: async (ids) => changes.filter(({serverId}) => ids.includes(serverId))},
        arrivals: (arr, from) => (imported.get(arr) ?? []).filter(({at}) => at >= from),
        managers: {of: () => running},
        clock: {now: () => NOW},
      }),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  // Shared with nobody: members and viewers do not see it.
  harness.registry.changes.set('box', {sharing: []})
  for (const role of ['administrator', 'member', 'viewer'] as const) {
    people[role] = {
      actor: {name: role, origin: 'user', userId: null, address: null},
      access: accessOf({userId: null, role, scopes: null, servers: null}, harness.registry),
      userId: null,
      name: role,
      role,
      via: 'session',
      credentialId: null,
    }
  }
})
afterEach(async () => {
  await harness.http.close()
  await store.close()
})

const write = (...entries: readonly JournalEntry[]) => new Journal(store, () => true).write(entries)
const ask = async (who = 'administrator', from: number | string = MORNING) => {
  const answer = await harness.http.app.inject({
    url: `/api/today?from=${from}`,
    headers: {host: 'localhost', 'x-who': who},
  })
  return {status: answer.statusCode, json: answer.json()}
}

test('what was done since the morning is shown in a line a kind, with the torrents', async () => {
  await write(
    entry('yesterday', {at: MORNING - 1}),
    entry('one'),
    entry('two', {hash: hashOf('b'), name: 'Debian', at: MORNING + 2_000}),
    entry('tagged', {verb: 'addTags'}),
  )
  const {json} = await ask()
  expect(json).toMatchObject({from: MORNING, complete: true, outages: []})
  expect(json.lines).toEqual([
    {
      kind: 'recycled',
      count: 2,
      last_at: MORNING + 2_000,
      actor: 'Seeding goals',
      rule_id: null,
      reason: null,
      bytes: null,
      names: ['Debian', 'Ubuntu'],
      torrents: [
        {server_id: 'qBit', info_hash: hashOf('b')},
        {server_id: 'qBit', info_hash: hashOf('a')},
      ],
    },
  ])
})

test('no one reads of a server that is not in sight, neither what was done there nor how it does', async () => {
  await write(entry('on box', {serverId: asServerId('box'), name: 'Secret'}), entry('on qBit'))
  const back = (id: string) =>
    [
      {serverId: asServerId(id), at: MORNING + 200_000, status: 'online', reason: 'none', detail: ''},
      {serverId: asServerId(id), at: MORNING + 20_000, status: 'unreachable', reason: 'refused', detail: ''},
    ] as const
  changes.push(...back('qBit'), ...back('box'))
  const {json: all} = await ask()
  expect(all.lines[0]).toMatchObject({count: 2})
  expect(all.outages).toEqual([
    {server_id: 'qBit', at: MORNING + 20_000, ended_at: MORNING + 200_000},
    {server_id: 'box', at: MORNING + 20_000, ended_at: MORNING + 200_000},
  ])
  const {json: some} = await ask('member')
  expect(some.lines[0]).toMatchObject({count: 1, names: ['Ubuntu']})
  expect(some.outages.map((it: {server_id: string}) => it.server_id)).toEqual(['qBit'])
  expect(JSON.stringify(some)).not.toMatch(/box|Secret/)
})

test('what Arrs imported is shown by its title, newest first, of Arrs and servers in sight alone', async () => {
  const {json: all} = await ask()
  expect(all.arrivals).toMatchObject({count: 2, newest: [{server_id: 'box'}, {server_id: 'qBit'}]})
  const {json: some} = await ask('member')
  expect(some.arrivals).toEqual({
    count: 1,
    usual_delay: null,
    newest: [
      {
        arr_id: 'Films',
        arr_name: 'Films',
        arr_kind: 'radarr',
        at: MORNING + 10,
        title: 'The Quiet Engine (2023)',
        server_id: 'qBit',
        info_hash: hashOf('a'),
        there: true,
      },
    ],
  })
  expect((await ask('viewer')).json.arrivals).toBeNull()
})

test('what no page can have asked for is refused', async () => {
  expect((await ask('administrator', 0)).status).toBe(400)
  expect((await ask('administrator', 'yesterday')).status).toBe(400)
})
