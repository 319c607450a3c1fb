import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal, Role} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ContentUse, LibraryUse} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'

const [films, theirs] = [asArrId('films'), asArrId('theirs')]
const [qBit, box] = [asServerId('qBit'), asServerId('box')]
const MIB = 2 ** 20

let harness: FakeHarness
let content: ContentUse | {detail: string} | 'silent'
let uses: Map<string, LibraryUse>

beforeEach(async () => {
  content = {files: 2, bytes: 33 * MIB, names: 3, outside: 1, holders: []}
  uses = new Map([
    ['films', {inside: 0, files: [{path: '/data/films/Film.mkv', is: 'linked'}], count: 1}],
    ['theirs', {inside: 1, files: [{path: '/data/theirs/Film.mkv', is: 'copied'}], count: 1}],
  ])
  const people: Record<string, Principal> = {}
  harness = await fakeHarness({
    arrsOf: () => [{id: films, kind: 'radarr', name: 'Films'}],
    librariesOn: () => [films, theirs].map((id) => ({id, isOfSameOwner: true})),
    contentUse: async () => (content === 'silent' ? new Promise(() => {}) : content),
    libraryUse: async (_, arr) => uses.get(arr) ?? null,
    links: async () => ({outside: 1, exclusive: 88 * MIB}),
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  for (const role of ['administrator', 'viewer'] as const) people[role] = principal(role)
})
afterEach(() => harness.http.close())

function principal(role: Role): Principal {
  return {
    actor: {name: role, origin: 'user', userId: null, address: null},
    access: accessOf({userId: null, role, scopes: null, servers: null}, harness.registry),
    userId: null,
    name: role,
    role,
    via: 'session',
    credentialId: null,
  }
}

const links = (letter: string, who = 'administrator') =>
  harness.http.app.inject({
    url: `/api/torrents/${hashOf(letter)}/links?server_id=qBit`,
    headers: {host: 'localhost', 'x-who': who},
  })

test('the bytes on the disk, what Arrs took in of them, and what a removal frees are in one answer', async () => {
  const {statusCode, body} = await links('b')
  expect(statusCode).toBe(200)
  const answer = JSON.parse(body)
  expect(answer).toMatchObject({
    content: {files: 2, bytes: 33 * MIB, names: 3, outside: 1},
    content_unknown: null,
    torrents: [],
    torrents_hidden: false,
    removal: {count: 1, linked: 1, servers: [{server_id: 'qBit', freed: 88 * MIB}]},
  })
  expect(answer.library).toEqual([
    {
      arr_id: 'films',
      arr_name: 'Films',
      known: true,
      inside: 0,
      files: [{path: '/data/films/Film.mkv', is: 'linked'}],
      count: 1,
    },
    // One that he may not see has neither a name nor a path.
    {arr_id: null, arr_name: null, known: true, inside: 1, files: [], count: 1},
  ])
})

test('its figures are those of the removal preview', async () => {
  const preview = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/removal-preview',
    headers: {host: 'localhost', 'x-who': 'administrator'},
    payload: {keys: [{server_id: 'qBit', info_hash: hashOf('b')}]},
  })
  expect((await links('b')).json().removal).toEqual(preview.json())
})

test('torrents with hard links and copies on other servers are named with how they share', async () => {
  content = {
    files: 1,
    bytes: MIB,
    names: 2,
    outside: 0,
    holders: [
      {serverId: qBit, hash: hashOf('b')},
      {serverId: box, hash: hashOf('a')},
    ],
  }
  const {torrents} = (await links('a')).json()
  expect(torrents.map((it: {server_id: string; how: string}) => [it.server_id, it.how])).toEqual([
    ['qBit', 'hard_links'],
    ['box', 'hard_links'],
  ])
  content = {files: 1, bytes: MIB, names: 1, outside: 0, holders: []}
  expect((await links('a')).json().torrents).toMatchObject([{server_id: 'box', how: 'copy'}])
})

test('what no disk and no Arr answers is not known, and says why', async () => {
  content = {detail: 'No path mapping says where we see this path of the server.'}
  uses = new Map()
  const {content: seen, content_unknown: why, library} = (await links('b')).json()
  expect([seen, why]).toEqual([null, 'No path mapping says where we see this path of the server.'])
  expect(library).toMatchObject([
    {arr_id: 'films', known: false},
    {arr_id: null, known: false},
  ])
})

test('a disk that hangs delays the answer by five seconds at most', async () => {
  content = 'silent'
  const asked = links('b')
  await harness.clock.advance(6_000)
  expect((await asked).json().content_unknown).toBe('The disk did not answer in time.')
})

test('who may only look at the server sees copies alone, and no figure of a removal', async () => {
  const answer = (await links('a', 'viewer')).json()
  expect(answer).toMatchObject({content: null, library: [], removal: null})
  expect(answer.torrents).toMatchObject([{server_id: 'box', how: 'copy'}])
})
