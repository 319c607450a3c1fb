import {afterEach, beforeEach, expect, test} from 'vitest'
import type {FileTracker} from '#automation/supervision/file-trackers.ts'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {asTrackerProfileId} from '#model/tracker-profile.ts'
import {keyText} from '#model/torrent-key.ts'
import {draft, trackersHarness} from '#registry/trackers/trackers-harness.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, hashOf, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {trackerRoutes} from './trackers.ts'

interface Reported {
  readonly profiles: readonly Record<string, unknown>[]
  readonly profile: {readonly id: string; readonly revision: number; readonly hosts: readonly string[]} | null
  readonly effect: object
  readonly trackers: readonly Record<string, unknown>[]
  readonly entries: readonly object[]
}

const row: FileTracker = {
  profile: {
    ...draft({name: 'waxwing.example', hosts: ['waxwing.example'], colour: null}),
    id: asTrackerProfileId('file:qBit.Trackers[0]'),
    ownerId: null,
    revision: 1,
  },
  path: 'qBit.Trackers[0]',
  line: 12,
}

let transport: FakeHarness
let own: Awaited<ReturnType<typeof trackersHarness>>
const owing = new Set<string>()

beforeEach(async () => {
  owing.clear()
  own = await trackersHarness()
  const principals: Record<string, Principal> = {}
  transport = await fakeHarness({
    nouns: [
      trackerRoutes(own.service, {
        inForce: () => own.directory.inForce(),
        fileTrackers: () => [row],
        userName: (id) => own.nameOf(id),
      }),
    ],
    owes: (key) => owing.has(keyText(key)),
    authentication: {
      signIns: [byHeader(principals)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  transport.fleet.owing = owing
  for (const name of ['ada', 'ann', 'vic'] as const)
    principals[name] = own.as(name, null, null, transport.registry)
})
afterEach(async () => {
  await transport.http.close()
  await own.store.close()
})

async function ask(who: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
  const headers = {host: 'localhost', 'x-who': who}
  const answer = await transport.http.app.inject({
    method,
    url: `/api${url}`,
    headers,
    ...(payload && {payload}),
  })
  return {status: answer.statusCode, json: answer.json<Reported>()}
}

const given = {name: 'Tidemark', hosts: ['https://tidemark.example/announce?passkey=canary']}
const asks = {obligation: {need: 'either', ratio: 1, time: 259_200}}

/** Torrents of the first server, and what they have. */
function list(...all: readonly {readonly hosts: readonly string[]; readonly tags?: readonly string[]}[]) {
  const {records} = transport.fleet
  records.length = 0
  for (const [at, {hosts, tags = []}] of all.entries()) {
    const trackers = {trackerHosts: hosts, trackerHost: hosts[0] ?? ''}
    const amounts = {size: 100, uploaded: 50, downloaded: 100}
    records.push(torrent('qBit', hashOf('abcdef'[at]!), {...trackers, ...amounts, tags}))
  }
}

test('a profile is made, listed, changed and removed; an answer can be sent back as it is', async () => {
  const made = await ask('ada', 'POST', '/tracker-profiles', {...given, ...asks})
  expect(made).toMatchObject({
    status: 201,
    json: {
      profile: {
        name: 'Tidemark',
        hosts: ['tidemark.example'],
        revision: 1,
        may: 'edit',
        origin: 'user',
        owner: {name: 'ada'},
        obligation: {need: 'either', ratio: 1, time: 259_200, grace: 0, from_progress: 0.1, partial_ratio: 1},
        limits: {max_ratio: null, tags: []},
        phrases: {unregistered: [], ignored: []},
      },
      effect: {stops_owing: 0, bytes_that_stop: 0, starts_owing: 0},
    },
  })
  const {id} = made.json.profile!
  const url = `/tracker-profiles/${id}`
  const one = (await ask('ada', 'GET', url)).json
  expect((await ask('ada', 'PATCH', url, one)).json.profile).toEqual(one)
  expect((await ask('ada', 'PATCH', url, {...one, colour: '#000000'})).json.profile).toMatchObject({
    revision: 2,
  })
  expectProblem(await ask('ada', 'PATCH', url, {origin: 'file'}), 'bad_request')
  const listed = (await ask('ada', 'GET', '/tracker-profiles')).json.profiles
  expect(listed.map(({id: it, source}) => [it, source])).toEqual([
    [id, null],
    ['file:qBit.Trackers[0]', {path: 'qBit.Trackers[0]', line: 12}],
  ])
  expect(await ask('ada', 'DELETE', url)).toMatchObject({status: 200, json: {profile: null}})
  expectProblem(await ask('ada', 'GET', url), 'tracker_profile_unknown')
  expectProblem(await ask('ada', 'DELETE', url), 'tracker_profile_unknown')
})

test('what would end what torrents owe says how many, and is done once they are named', async () => {
  const {id} = (await ask('ada', 'POST', '/tracker-profiles', {...given, ...asks})).json.profile!
  own.effect.is = {stopsOwing: 2, bytesThatStop: 200, startsOwing: 0}
  const url = `/tracker-profiles/${id}`
  expectProblem(await ask('ada', 'DELETE', url), 'owing_would_end')
  expect((await ask('ada', 'DELETE', `${url}?preview=true`)).json.effect).toEqual({
    stops_owing: 2,
    bytes_that_stop: 200,
    starts_owing: 0,
  })
  expectProblem(await ask('ada', 'PATCH', `${url}?frees=1`, {obligation: null}), 'owing_would_end')
  expect((await ask('ada', 'DELETE', `${url}?frees=2`)).status).toBe(200)
})

test('a user who does not own a profile sees its name and the hosts that torrents in sight have, and no others', async () => {
  list({hosts: ['tidemark.example', 'waxwing.example']})
  const hosts = ['tidemark.example', 'hidden.example']
  await ask('ada', 'POST', '/tracker-profiles', {name: 'Tidemark', hosts, ...asks})
  const {profiles} = (await ask('vic', 'GET', '/tracker-profiles')).json
  expect(profiles).toMatchObject([
    {name: 'Tidemark', hosts: ['tidemark.example'], may: 'view'},
    {name: 'waxwing.example', hosts: ['waxwing.example'], origin: 'file', source: null},
  ])
  expect(JSON.stringify(profiles)).not.toContain('hidden.example')
  list({hosts: ['elsewhere.example']})
  expect((await ask('vic', 'GET', '/tracker-profiles')).json.profiles).toEqual([])
})

test('hosts of one profile are one tracker, others are together by their domain', async () => {
  list(
    {hosts: ['a.tidemark.example', 'tide.example']},
    {hosts: ['t1.waxwing.example']},
    {hosts: ['t2.waxwing.example', 'tide.example']},
    {hosts: []},
  )
  const names = {name: 'Tidemark', hosts: ['tidemark.example', 'tide.example']}
  const {id} = (await ask('ada', 'POST', '/tracker-profiles', {...names, ...asks})).json.profile!
  owing.add(keyText({serverId: 'qBit', hash: hashOf('a')} as never))
  expect((await ask('ada', 'GET', '/trackers')).json.trackers).toMatchObject([
    {
      key: id,
      name: 'Tidemark',
      hosts: ['a.tidemark.example', 'tide.example'],
      servers: null,
      torrents: 2,
      owing: 1,
      only: 1,
      ratio: 0.5,
      asks: true,
    },
    {
      key: 'waxwing.example',
      profile_id: null,
      hosts: ['t1.waxwing.example', 't2.waxwing.example'],
      torrents: 2,
      only: 1,
    },
    {key: 'none', name: '', torrents: 1, hosts: []},
  ])
})

test('what is lost without a tracker is what only it has, and no torrent on another tracker uses', async () => {
  list(
    {hosts: ['one.example'], tags: ['films']},
    {hosts: ['one.example']},
    {hosts: ['two.example']},
    {hosts: ['one.example', 'two.example']},
  )
  const {fleet} = transport
  const [first, second, third] = fleet.records.map(({key}) => key)
  fleet.shared.set(keyText(second!), [third!])
  owing.add(keyText(first!))
  const {status, json} = await ask('ada', 'GET', '/trackers/leaving?tracker=one.example')
  expect([status, json]).toMatchObject([
    200,
    {
      name: 'one.example',
      lost: {torrents: 1, size: 100},
      owing: 1,
      only: {torrents: 2, size: 200},
      shared: {torrents: 1, size: 100},
      unknown: {torrents: 0},
      tags: [{tag: 'films', torrents: 1}],
      largest: [{server_id: 'qBit', info_hash: first!.hash}],
    },
  ])
  const none = await ask('ada', 'GET', '/trackers/leaving?tracker=x.example')
  expect(none.json).toMatchObject({lost: {torrents: 0}, largest: []})
})

test('where the same host is another tracker on another server, each says on which it is which', async () => {
  list({hosts: ['tidemark.example']})
  const amounts = {trackerHosts: ['tidemark.example'], trackerHost: 'tidemark.example', tags: []}
  transport.fleet.records.push(torrent('box', hashOf('9'), amounts))
  const {id} = (await ask('ada', 'POST', '/tracker-profiles', {...given, servers: ['qBit']})).json.profile!
  expect((await ask('ada', 'GET', '/trackers')).json.trackers).toMatchObject([
    {name: 'Tidemark', key: id, servers: ['qBit'], torrents: 1},
    {name: 'tidemark.example', key: 'tidemark.example', servers: ['box'], torrents: 1},
  ])
})

test('a torrent of which only the first tracker is known may have others: it is counted for none alone', async () => {
  list({hosts: ['one.example']}, {hosts: ['one.example']})
  const {records} = transport.fleet
  const [, second] = records
  records[1] = {...second!, trackerHosts: undefined}
  expect((await ask('ada', 'GET', '/trackers')).json.trackers).toMatchObject([
    {key: 'one.example', torrents: 2, only: 1, only_size: 100},
  ])
  expect((await ask('ada', 'GET', '/trackers/leaving?tracker=one.example')).json).toMatchObject({
    lost: {torrents: 1},
    only: {torrents: 1},
    unknown: {torrents: 1},
  })
})

test('an exported list comes back the same, and an entry that cannot be read costs only itself', async () => {
  await ask('ada', 'POST', '/tracker-profiles', {...given, ...asks})
  const {profiles} = (await ask('ada', 'GET', '/tracker-profiles')).json
  const list = [...profiles, {name: 'Broken', hosts: 5}, {name: 'New', hosts: ['new.example']}]
  const {entries} = (await ask('ada', 'POST', '/tracker-profiles/import', {profiles: list})).json
  expect(entries).toMatchObject([
    {name: 'Tidemark', outcome: 'same'},
    {name: 'waxwing.example', outcome: 'skipped'},
    {name: 'Broken', outcome: 'skipped', problem: expect.stringContaining('hosts')},
    {name: 'New', outcome: 'added'},
  ])
  expectProblem(await ask('vic', 'POST', '/tracker-profiles/import', {profiles: list}), 'forbidden')
})
