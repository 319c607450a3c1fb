import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import type {AskedDecision, ComingAction, ComingOfRules, RuleWait} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, keyText} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import type {AwaitedCommand, UnfinishedAction} from '#model/unfinished.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {activityNextRoutes} from './activity-next.ts'

const NOW = Date.UTC(2026, 10, 23, 7, 12)
const DAY = 86_400_000
const key = {serverId: asServerId('qBit'), hash: hashOf('a')}

let harness: FakeHarness
let trash: TrashItem[]
const unasked = () => Promise.reject(new Error('nobody asks this here'))

let asked: AskedDecision[]
let coming: ComingOfRules
let unfinished: UnfinishedAction[]
let awaited: AwaitedCommand[]
let waits: RuleWait[]
let arrFault: string | null

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

const stalled: ComingAction = {
  key,
  ruleId: 'stalled' as RuleId,
  ruleName: 'Stalled downloads',
  mode: 'live',
  actions: ['failDownload'],
  ruleRevision: 1,
  takesAway: true,
  replaces: false,
  mayEndEarly: false,
  left: 1_020,
}

let people: Record<string, Principal>

beforeEach(async () => {
  trash = []
  asked = []
  coming = async () => ({actions: [], isAll: true})
  unfinished = []
  awaited = []
  waits = []
  arrFault = null
  people = {}
  const running = () => ({queue: [], fault: arrFault}) as unknown as RunningArr
  harness = await fakeHarness({
    arrsOf: ({name}) => (name === 'viewer' ? [] : [{id: asArrId('Films'), kind: 'radarr', name: 'Films'}]),
    nouns: [
      activityNextRoutes({
        approvals: {waiting: () => asked},
        managers: {of: running},
        unfinished: () => unfinished,
        awaited: () => awaited,
        coming: () => coming(),
        timers: {waits: () => waits, putOff: unasked, doNow: unasked},
        trash: {list: () => trash},
        ruleName: () => 'Stalled downloads',
        clock: {now: () => NOW},
      }),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  for (const role of ['administrator', 'viewer'] as const) {
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
afterEach(() => harness.http.close())

const ask = async (who = 'administrator') =>
  (
    await harness.http.app.inject({url: '/api/activity/next', headers: {host: 'localhost', 'x-who': who}})
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
  expect(waiting[0]).toMatchObject({
    rule_name: 'Stalled downloads',
    actions: ['failDownload'],
    answers: ['wait'],
  })
  expect(waiting[1]).toMatchObject({id: 'asked', info_hash: key.hash, answers: ['decline', 'approve']})
  expect(waiting[2]).toMatchObject({
    count: 2,
    bytes: 200,
    names: ['Torrent one', 'Torrent two'],
    ids: ['one', 'two'],
    answers: ['restore', 'purge'],
  })
})

test('what a rule does within the same ten minutes is one; times are whole', async () => {
  const [near, far] = [
    {...key, hash: hashOf('b')},
    {...key, serverId: asServerId('box')},
  ]
  const later = {...stalled, key: far, left: stalled.left + 3_600}
  coming = async () => ({
    actions: [
      later,
      {...stalled, key: near, left: stalled.left + 1},
      {...stalled, left: stalled.left + 0.00025},
    ],
    isAll: true,
  })
  const {waiting} = await ask()
  expect(waiting).toMatchObject([
    {what: 'rule', count: 2, at: NOW + 1_020_000, info_hash: null, servers: [key.serverId]},
    {what: 'rule', count: 1, at: NOW + 4_620_000, info_hash: far.hash, servers: ['box']},
  ])
})

test('who may control all of it has a rule wait, or has done now what needs no dialog of its own', async () => {
  const answersTo = async (change: Partial<ComingAction>, who?: string) => {
    coming = async () => ({actions: [{...stalled, ...change}], isAll: true})
    return (await ask(who)).waiting.map((it: {answers: string[]}) => it.answers)
  }
  expect(await answersTo({})).toEqual([['wait']])
  expect(await answersTo({actions: ['recycle']})).toEqual([['wait', 'remove']])
  expect(await answersTo({actions: ['removeWithData', 'notify']})).toEqual([['wait']])
  expect(await answersTo({actions: ['tag'], takesAway: false, mayEndEarly: true})).toEqual([
    ['wait', 'do_now'],
  ])
  expect(await answersTo({actions: ['tag'], takesAway: false})).toEqual([['wait']])
  expect(await answersTo({actions: ['tag'], takesAway: false, mode: 'ask'})).toEqual([['wait']])
  expect(await answersTo({actions: ['recycle'], left: 90_000})).toEqual([['remove']])
  expect(await answersTo({actions: ['recycle']}, 'viewer')).not.toContainEqual(['wait', 'remove'])
})

test('what one person had one rule wait with is one, with who said so, and goes on when its time is over', async () => {
  const put: RuleWait = {
    id: 'entry',
    key,
    ruleId: 'goals' as RuleId,
    ruleName: 'Seeding goals',
    actions: ['recycle'],
    until: NOW + DAY,
    by: 'Mara',
    why: 'put_off',
  }
  waits = [put, {...put, id: 'undone', ruleId: 'stalled' as RuleId, until: NOW + 2 * DAY, why: 'undone'}]
  const {waiting} = await ask()
  expect(waiting).toMatchObject([
    {what: 'wait', at: NOW + DAY, by: 'Mara', undone: false, ids: ['entry'], answers: ['go_on']},
    {what: 'wait', at: NOW + 2 * DAY, by: 'Mara', undone: true, ids: ['undone'], answers: []},
  ])
  waits = [put, {...put, key: {...key, hash: hashOf('z')}, id: 'out of sight'}]
  expect((await ask()).waiting).toMatchObject([{count: 1, ids: ['entry']}])
})

test('who may change what is on one of two servers has the answers for that one', async () => {
  const {access} = people['administrator']!
  const may: typeof access.may = (permission, id) => permission !== 'control' || id === key.serverId
  people['partly'] = {...people['administrator']!, access: Object.assign(Object.create(access), {may})}
  const there = {...key, serverId: asServerId('box')}
  coming = async () => ({actions: [stalled, {...stalled, key: there}], isAll: true})
  const put = {ruleId: 'goals' as RuleId, ruleName: 'Goals', actions: [], by: 'Mara', why: 'put_off'} as const
  waits = [key, there].map((it) => ({...put, key: it, id: `wait ${it.serverId}`, until: NOW + DAY}))
  const {waiting} = await ask('partly')
  expect(
    waiting.map((it: {what: string; servers: string[]; answers: string[]}) => [
      it.what,
      it.servers,
      it.answers,
    ]),
  ).toEqual([
    ['rule', [key.serverId], ['wait']],
    ['rule', ['box'], []],
    ['wait', [key.serverId], ['go_on']],
    ['wait', ['box'], []],
  ])
})

test('a user who may only look has no answers to the trash, and of torrents out of sight nothing is shown', async () => {
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

const saga = (id: string, change: Partial<UnfinishedAction> = {}): UnfinishedAction => ({
  id,
  verb: 'failDownload',
  step: 'blocklist',
  endedBy: 'arr',
  key,
  serverId: key.serverId,
  targetId: null,
  arrId: asArrId('Films'),
  name: 'Hollow Hill',
  rule: {id: 'stalled' as RuleId, name: 'Stalled downloads'},
  trashId: null,
  nextAt: NOW + 10_000,
  until: NOW + 3_600_000,
  why: {code: 'arr_failed', message: 'Films answered 500.'},
  progress: null,
  ...change,
})
const elsewhere = asServerId('elsewhere')

test('a failed download says at which step it is, who ends that, when it is tried again and until when', async () => {
  unfinished = [saga('replaced')]
  const [first] = (await ask()).waiting
  expect(first).toMatchObject({
    id: 'replaced',
    what: 'steps',
    at: NOW + 10_000,
    until: NOW + 3_600_000,
    step: 'blocklist',
    ended_by: 'arr',
    actions: ['failDownload'],
    names: ['Hollow Hill'],
    servers: [key.serverId],
    arr_id: 'Films',
    waits_for_arr: null,
    info_hash: key.hash,
    rule_name: 'Stalled downloads',
    message: 'Films answered 500.',
  })
  arrFault = 'Connection refused.'
  expect((await ask()).waiting).toMatchObject([{waits_for_arr: 'Films'}])
})

test('an Arr out of sight is not named, nor what it said; nor is a server, nor a search of such an Arr', async () => {
  const search = {verb: 'arr.search', step: 'search', key: null, serverId: null} as const
  unfinished = [
    saga('seen'),
    saga('gone', {endedBy: 'server', step: 'remove', why: {code: 'busy', message: 'It is being moved.'}}),
    saga('hidden', {key: {...key, serverId: elsewhere}, serverId: elsewhere}),
    saga('search', search),
  ]
  const {waiting} = await ask('viewer')
  expect(waiting).toMatchObject([
    {id: 'seen', arr_id: null, waits_for_arr: null, message: null},
    {id: 'gone', message: 'It is being moved.'},
  ])
  expect(JSON.stringify(waiting)).not.toMatch(/Films|elsewhere/)
  unfinished = [saga('search', search)]
  expect((await ask()).waiting).toMatchObject([{id: 'search', servers: [], arr_id: 'Films'}])
})

test('a copy to a server out of sight does not name that one', async () => {
  const why = {code: 'server_unreachable', message: 'elsewhere does not answer.'}
  const copy = {verb: 'copyTo', step: 'add', endedBy: 'target', arrId: null, why} as const
  unfinished = [saga('copy', {...copy, targetId: elsewhere})]
  expect((await ask('viewer')).waiting).toMatchObject([
    {id: 'copy', servers: [key.serverId], waits_for: null, message: null},
  ])
  const progress = {ended: 0, bytesEnded: 4, bytes: 9, endsAt: NOW + 5_000}
  unfinished = [saga('copy', {...copy, step: 'copy_files', targetId: elsewhere, progress})]
  expect((await ask('viewer')).waiting).toMatchObject([{id: 'copy', progress: null}])
})

test('a copy says how far its data is', async () => {
  const progress = {ended: 0, bytesEnded: 4, bytes: 9, endsAt: NOW + 5_000}
  const copy = {verb: 'copyTo', step: 'copy_files', endedBy: 'disk', arrId: null} as const
  unfinished = [saga('copy', {...copy, targetId: key.serverId, progress})]
  expect((await ask()).waiting).toMatchObject([
    {progress: {ended: 0, bytes_ended: 4, bytes: 9, ends_at: NOW + 5_000}},
  ])
})

test('what a person moves into the trash is one, as the trash reports it, and nothing where it reports nothing', async () => {
  trash = [lies('one', {isUnderWay: true}), lies('two', {isUnderWay: true})]
  const aside = {verb: 'recycle', step: 'removal_shown', endedBy: 'server', arrId: null, rule: null} as const
  unfinished = ['one', 'two', 'not his'].map((id) =>
    saga(`saga ${id}`, {...aside, trashId: id, nextAt: null, until: null, why: null}),
  )
  const {waiting} = await ask()
  expect(waiting).toMatchObject([
    {
      what: 'steps',
      step: 'removal_shown',
      count: 2,
      bytes: 200,
      names: ['Torrent one', 'Torrent two'],
      at: null,
    },
  ])
})

test('more than two hundred are not all', async () => {
  unfinished = Array.from({length: 201}, (_, at) => saga(`${at}`))
  const {waiting, complete} = await ask()
  expect([waiting.length, complete]).toEqual([200, false])
})

test('commands wait for a server that is away, those of one kind as one; elsewhere they are over in a moment', async () => {
  const sent = (id: string, change: Partial<AwaitedCommand> = {}): AwaitedCommand => ({
    id,
    verb: 'setLocation',
    actor: 'Mara',
    serverId: key.serverId,
    hash: key.hash,
    name: `Torrent ${id}`,
    until: NOW + DAY,
    ...change,
  })
  const down = {serverId: asServerId('down'), hash: hashOf('c')}
  awaited = [
    sent('online'),
    sent('one', down),
    sent('two', {...down, until: NOW + DAY / 2}),
    sent('removal', {...down, verb: 'remove', until: null}),
    sent('hidden', {serverId: elsewhere}),
  ]
  expect((await ask('viewer')).waiting).toMatchObject([
    {
      what: 'command',
      id: 'one',
      waits_for: 'down',
      at: null,
      until: NOW + DAY / 2,
      count: 2,
      names: ['Torrent one', 'Torrent two'],
      info_hash: null,
    },
    {id: 'removal', actions: ['remove'], until: null, info_hash: hashOf('c')},
  ])
})
