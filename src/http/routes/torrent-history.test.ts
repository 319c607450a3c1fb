import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {TorrentLife} from '#history/traffic-history.ts'
import {Audit} from '#journal/audit.ts'
import {Journal} from '#journal/journal.ts'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {asServerId, keyText} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {torrentHistoryRoutes} from './history.ts'

const NOW = 100_000_000
const DAY = 86_400_000

let store: Store
let transports: FakeHarness
/** Which torrent was asked about, whether it is there, and from when to when. */
let asked: string[]

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  asked = []
  const people: Record<string, Principal> = {}
  const reported = (life: TorrentLife | null) => (life === null ? 'gone' : 'there')
  transports = await fakeHarness({
    arrsOf: () => [{id: asArrId('Films'), kind: 'radarr', name: 'Films'}],
    nouns: [
      torrentHistoryRoutes(
        {
          torrent: async (key, life, {from, to, span}) => {
            asked.push(`${keyText(key)} ${reported(life)} ${(to - from) / DAY} ${span}`)
            return {span: 3_600, at: [0], downloaded: [null], uploaded: [7], progress: [0.5]}
          },
        },
        new Audit(store),
        () => [
          {at: NOW - 2 * DAY, what: 'added', arrId: null},
          {at: NOW - 5_000, what: 'completed', arrId: null},
          {at: NOW - 4_000, what: 'imported', arrId: asArrId('Films')},
          {at: NOW - 3_000, what: 'imported', arrId: asArrId('Hidden')},
        ],
        {now: () => NOW} as never,
      ),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  transports.registry.changes.set('box', {sharing: []})
  for (const role of ['administrator', 'viewer'] as const) {
    people[role] = {
      actor: {name: role, origin: 'user', userId: null, address: null},
      access: accessOf({userId: null, role, scopes: null, servers: null}, transports.registry),
      userId: null,
      name: role,
      role,
      via: 'session',
      credentialId: null,
    }
  }
  const moved = (id: string, at: number) => ({
    id,
    at,
    actor: {name: 'ada', origin: 'user', userId: null, address: null} as const,
    subject: 'torrent' as const,
    serverId: asServerId('qBit'),
    hash: hashOf('a'),
    name: 'Ubuntu',
    verb: 'setLocation',
    args: {},
    phase: 'confirmed' as const,
  })
  await new Journal(store, () => true).write([moved('before', 1), moved('within', NOW - 4_500)])
})
afterEach(async () => {
  await transports.http.close()
  await store.close()
})

const ask = async (letter: string, query = '', who = 'administrator') => {
  const url = `/api/torrents/${hashOf(letter)}/history${query}`
  const answer = await transports.http.app.inject({url, headers: {host: 'localhost', 'x-who': who}})
  return {status: answer.statusCode, json: answer.json()}
}

test('what a torrent moved comes with what happened to it in that time, in its order', async () => {
  expect((await ask('a', '?server_id=qBit')).json).toEqual({
    span: 3_600,
    at: [0],
    downloaded: [null],
    uploaded: [7],
    progress: [0.5],
    marks: [
      {at: NOW - 5_000, what: 'completed', arr_id: null, entry_id: null, outcome: null},
      {at: NOW - 4_500, what: 'setLocation', arr_id: null, entry_id: 'within', outcome: 'done'},
      {at: NOW - 4_000, what: 'imported', arr_id: 'Films', entry_id: null, outcome: null},
    ],
  })
  expect(asked).toEqual([`qBit/${hashOf('a')} there 1 auto`])
})

test('a torrent that is gone is shown when its server is named', async () => {
  expect((await ask('f', `?server_id=qBit&from=0&span=86400`)).status).toBe(200)
  expect(asked).toEqual([`qBit/${hashOf('f')} gone ${NOW / DAY} 86400`])
  expect((await ask('f')).status).toBe(404)
  expect((await ask('a')).json.code).toBe('server_id_required')
})

test('no one learns of a torrent on a server that is not shared with them', async () => {
  expect((await ask('a', '?server_id=box', 'viewer')).json.code).toBe('server_unknown')
  expect(asked).toEqual([])
})
