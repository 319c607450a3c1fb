import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import type {AskedDecision, ComingDeed, ComingOfRules} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, keyText} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import {fakeHouse, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {activityNextRoutes} from './activity-next.ts'

const NOW = Date.UTC(2026, 10, 23, 7, 12)
const DAY = 86_400_000
const key = {serverId: asServerId('qBit'), hash: hashOf('a')}

let house: FakeHarness
let trash: TrashItem[]
let asked: AskedDecision[]
let coming: ComingOfRules

const lies = (id: string, change: Partial<TrashItem> = {}) =>
  ({
    id,
    ...key,
    name: `Torrent ${id}`,
    verb: 'recycle',
    bytes: 100,
    until: NOW + 7 * DAY,
    state: 'kept',
    isUnderWay: false,
    hasServerLeft: false,
    message: null,
    ...change,
  }) as TrashItem

const stalled: ComingDeed = {
  key,
  ruleId: 'stalled' as RuleId,
  ruleName: 'Stalled downloads',
  mode: 'live',
  actions: ['failDownload'],
  left: 1_020,
}

beforeEach(async () => {
  trash = []
  asked = []
  coming = async () => ({actions: [], isAll: true})
  const people: Record<string, Principal> = {}
  const running = {queue: []} as unknown as RunningArr
  house = await fakeHouse({
    arrsOf: ({name}) => (name === 'viewer' ? [] : [{id: asArrId('Films'), kind: 'radarr', name: 'Films'}]),
    nouns: [
      activityNextRoutes({
        approvals: {waiting: () => asked},
        managers: {of: () => running},
        coming: () => coming(),
        trash: {list: () => trash},
        ruleName: () => 'Stalled downloads',
        clock: {now: () => NOW},
      }),
    ],
    door: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  for (const role of ['administrator', 'viewer'] as const) {
    people[role] = {
      actor: {name: role, origin: 'user', userId: null, address: null},
      access: accessOf({userId: null, role, scopes: null, servers: null}, house.book),
      userId: null,
      name: role,
      role,
      via: 'session',
      credentialId: null,
    }
  }
})
afterEach(() => house.http.close())

const ask = async (who = 'administrator') =>
  (
    await house.http.app.inject({url: '/api/activity/next', headers: {host: 'localhost', 'x-who': who}})
  ).json()

test('nothing waits', async () => {
  expect(await ask()).toEqual({waiting: [], complete: true})
})

test('what goes on first comes first: a question, a rule whose time runs, and the trash by its days', async () => {
  trash = [
    lies('one'),
    lies('two', {until: NOW + 7 * DAY + 1}),
    lies('later', {until: NOW + 9 * DAY}),
    lies('back', {state: 'restored'}),
  ]
  coming = async () => ({actions: [stalled], isAll: true})
  asked = [
    {
      id: 'asked',
      message: null,
      until: NOW + DAY,
      decision: {
        subject: {kind: 'torrent', key: keyText(key), serverId: key.serverId},
        ruleId: 'goals',
        actions: [{action: 'recycle'}],
      },
    } as unknown as AskedDecision,
  ]
  const {waiting, complete} = await ask()
  expect(complete).toBe(true)
  expect(waiting.map(({what, at}: {what: string; at: number}) => [what, at - NOW])).toEqual([
    ['rule', 1_020_000],
    ['approval', DAY],
    ['trash', 7 * DAY],
    ['trash', 9 * DAY],
  ])
  expect(waiting[0]).toMatchObject({rule_name: 'Stalled downloads', actions: ['failDownload'], answers: []})
  expect(waiting[1]).toMatchObject({id: 'asked', info_hash: key.hash, answers: ['decline', 'approve']})
  expect(waiting[2]).toMatchObject({
    count: 2,
    bytes: 200,
    names: ['Torrent one', 'Torrent two'],
    ids: ['one', 'two'],
    answers: ['restore', 'purge'],
  })
})

test('who may only look has no answers to the trash, and of torrents out of sight nothing is told', async () => {
  trash = [lies('one')]
  coming = async () => ({
    actions: [{...stalled, key: {serverId: asServerId('elsewhere'), hash: hashOf('a')}}],
    isAll: true,
  })
  const {waiting} = await ask('viewer')
  expect(waiting).toMatchObject([{what: 'trash', answers: []}])
})

test('what is not known yet is not nothing', async () => {
  coming = async () => ({actions: [], isAll: false})
  expect(await ask()).toEqual({waiting: [], complete: false})
})
