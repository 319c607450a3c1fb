import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal} from '#journal/journal.ts'
import {asUserId, type Principal} from '#model/access.ts'
import {asArrId, asDownloadId} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import {Store} from '#store/store.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {activityRoutes} from './activity.ts'

const NOW = Date.UTC(2026, 10, 23, 12, 40)
const MINUTE = 60_000
const download = asDownloadId(hashOf('a'))!
const films = asArrId('Films')

const entry = (id: string, change: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  at: NOW - 10 * MINUTE,
  actor: {name: 'Seeding goals', origin: 'rule', userId: null, address: null},
  ruleId: 'goals' as RuleId,
  decided: {
    reason: 'seedingDone',
    bytes: 100,
    ruleRevision: 1,
    mode: 'live',
    class: 'reversible',
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    omitted: 0,
    hold: null,
    guards: [],
  } as unknown as JournalDecision,
  subject: 'torrent',
  serverId: asServerId('qBit'),
  hash: hashOf('a'),
  name: 'Ubuntu',
  verb: 'recycle',
  args: {},
  phase: 'confirmed',
  ...change,
})
const byMara = (id: string, change: Partial<JournalEntry> = {}): JournalEntry => {
  const {ruleId: _rule, decided: _decided, ...plain} = entry(id)
  const actor = {name: 'Mara', origin: 'user', userId: asUserId('mara'), address: null} as const
  return {...plain, actor, verb: 'setCategory', args: {category: 'films'}, ...change}
}

let store: Store
let harness: FakeHarness
let trash: Pick<TrashItem, 'id' | 'serverId' | 'hash' | 'name' | 'state' | 'isUnderWay' | 'hasServerLeft'>[]

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  trash = []
  const people: Record<string, Principal> = {}
  const running = {titleOf: () => 'The Quiet Engine (2023)'} as unknown as RunningArr
  harness = await fakeHarness({
    arrsOf: ({name}) => (name === 'viewer' ? [] : [{id: films, kind: 'radarr', name: 'Films'}]),
    nouns: [
      activityRoutes({
        audit: new Audit(store),
        history: {health: async () => []},
        arrivals: () => [
          {at: NOW - MINUTE, downloadId: download, key: {serverId: asServerId('qBit'), hash: hashOf('a')}},
        ],
        managers: {of: () => running},
        trash: {list: () => trash as TrashItem[]},
        clock: {now: () => NOW},
        userName: (id) => (id === asUserId('bob') ? 'Bob' : null),
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
const get = async (path: string, who = 'administrator') =>
  await harness.http.app.inject({url: `/api${path}`, headers: {host: 'localhost', 'x-who': who}})
const ask = async (path: string, who?: string) => (await get(path, who)).json()
const whats = (page: {stories: {what: string; count: number}[]}) =>
  page.stories.map(({what, count}) => `${count} ${what}`)

test('what a person has an Arr do to downloads names the downloads', async () => {
  const ofArr = {subject: 'arr', serverId: null, hash: null, name: 'Films', verb: 'importAnyway'} as const
  await write(
    byMara('one', {...ofArr, args: {downloadId: 'AB', title: 'Harbour.2021'}}),
    byMara('two', {...ofArr, args: {downloadId: 'CD', title: 'Ferry.2022'}}),
    // The Arr had it no more.
    byMara('three', {...ofArr, verb: 'ignore', args: {downloadId: 'EF'}}),
  )
  const {stories} = await ask('/activity?who=user:Mara')
  expect(stories.map(({verb, names}: {verb: string; names: string[]}) => [verb, names])).toEqual([
    ['ignore', []],
    ['importAnyway', ['Ferry.2022', 'Harbour.2021']],
  ])
})

test('a story has its verb, its names, who, where, why, and what went with it', async () => {
  await write(
    entry('one', {name: 'Debian', hash: hashOf('b')}),
    entry('two', {serverId: asServerId('box')}),
    entry('dry', {phase: 'refused', code: 'simulated'}),
    entry('tagged', {verb: 'addTags'}),
  )
  const page = await ask('/activity')
  expect(whats(page)).toEqual(['1 imported', '2 removed'])
  expect(page.stories[0]).toMatchObject({
    verb: 'imported',
    actor: 'Films',
    origin: 'arr',
    arr_id: 'Films',
    names: ['The Quiet Engine (2023)'],
    servers: [{server_id: 'qBit', count: 1}],
  })
  expect(page.stories[1]).toMatchObject({
    verb: 'recycle',
    names: ['Ubuntu', 'Debian'],
    reason: 'seedingDone',
    rule_id: 'goals',
    bytes: 200,
    outcomes: {done: 2},
    complete: true,
  })
  const {json: _json, ...counted} = {json: null, ...(await ask('/activity/counts'))}
  expect(counted).toMatchObject({
    count: 2,
    complete: true,
    what: [
      {value: 'imported', count: 1},
      {value: 'removed', count: 1},
    ],
    rule_id: [{value: 'goals', count: 1}],
    arr_id: [{value: 'Films', count: 1}],
    hidden: {count: 2, complete: true},
  })
  expect(whats(await ask('/activity?hidden=true'))).toEqual([
    '1 imported',
    '1 changed',
    '1 removed',
    '2 removed',
  ])
})

test('who shared a server reads with whom, and so do administrators; others read that it was shared', async () => {
  const {hash: _hash, ...shared} = byMara('shared', {subject: 'server', verb: 'share', name: 'qBit'})
  const args = {everyone: null, users: [{userId: asUserId('bob'), level: 'view'}]}
  await write({...shared, hash: null, args})
  const argsFor = async (who: string) => {
    const [story] = (await ask('/activity?what=servers', who)).stories
    const {items} = await ask(`/activity/story?what=servers&place=${story.place}`, who)
    return [story.args, items[0].entry.args]
  }
  expect(await argsFor('administrator')).toEqual([{everyone: null, users: ['Bob']}, args])
  expect(await argsFor('member')).toEqual([{everyone: null}, {everyone: null}])
})

test('what is about a server as a whole goes by its name', async () => {
  const {
    hash: _hash,
    name: _name,
    ...frozen
  } = byMara('frozen', {subject: 'server', verb: 'freeze', phase: 'blocked'})
  await write({...frozen, hash: null, name: null})
  const {stories} = await ask('/activity?what=paused')
  expect(stories).toMatchObject([{verb: 'freeze', names: [harness.servers.get(asServerId('qBit'))?.name]}])
})

test('each filter keeps and leaves out; a facet is counted without its own filter', async () => {
  await write(
    entry('one'),
    byMara('two'),
    byMara('three', {phase: 'failed', message: 'No space left on device'}),
  )
  expect(whats(await ask('/activity?what=removed&what=changed'))).toEqual([
    '1 changed',
    '1 changed',
    '1 removed',
  ])
  expect(whats(await ask('/activity?not_what=changed'))).toEqual(['1 imported', '1 removed'])
  expect(whats(await ask('/activity?who=user:Mara'))).toEqual(['1 changed', '1 changed'])
  expect(whats(await ask('/activity?not_who=user:Mara&not_who=arr'))).toEqual(['1 removed'])
  expect(whats(await ask('/activity?rule_id=goals'))).toEqual(['1 removed'])
  expect(whats(await ask('/activity?not_rule_id=goals&not_arr_id=Films'))).toEqual(['1 changed', '1 changed'])
  expect(whats(await ask('/activity?arr_id=Films'))).toEqual(['1 imported'])
  expect(whats(await ask('/activity?show=failed'))).toEqual(['1 changed'])
  expect(whats(await ask('/activity?q=quiet'))).toEqual(['1 imported'])
  expect(whats(await ask('/activity?server_id=box'))).toEqual([])
  expect(await ask('/activity/counts?what=removed')).toMatchObject({
    count: 1,
    what: [
      {value: 'changed', count: 2},
      {value: 'imported', count: 1},
      {value: 'removed', count: 1},
    ],
    who: [{value: 'rule', count: 1}],
    failed: 0,
  })
  expect((await get('/activity?who=nobody')).statusCode).toBe(400)
  expect((await get('/activity?before=made-up')).statusCode).toBe(400)
})

test('pages follow each other by a word that no one can make up', async () => {
  await write(entry('old', {at: NOW - 50 * MINUTE}), entry('new'))
  const first = await ask('/activity?limit=1')
  expect(whats(first)).toEqual(['1 imported'])
  const second = await ask(`/activity?limit=1&before=${first.next_before}`)
  expect(whats(second)).toEqual(['1 removed'])
  const third = await ask(`/activity?limit=1&before=${second.next_before}`)
  expect(third.stories[0].id).toBe('old')
  expect(third.next_before).toBeNull()
})

test('a whole story has each item with its way back, and its steps to the end', async () => {
  const saga = entry('saga', {verb: 'failDownload', phase: 'sending'})
  await write(
    saga,
    entry('child', {causeId: 'saga', phase: 'intended', at: NOW - 9 * MINUTE}),
    entry('child', {causeId: 'saga', phase: 'confirmed', at: NOW - 8 * MINUTE}),
    {...saga, at: NOW - 7 * MINUTE, phase: 'confirmed', message: 'Searched again.'},
  )
  trash.push({
    id: 'kept',
    serverId: asServerId('qBit'),
    hash: hashOf('a'),
    name: 'Ubuntu',
    state: 'kept',
    isUnderWay: false,
    hasServerLeft: false,
  })
  const {stories} = await ask('/activity?what=replaced')
  expect(stories).toMatchObject([{what: 'replaced', count: 1, undo: {count: 1, action_id: null}}])
  const whole = await ask(`/activity/story?what=replaced&place=${stories[0].place}`)
  expect(whole.story.id).toBe(stories[0].id)
  // A place of another run, as a page that is open over a restart still has it.
  expect(await ask('/activity/story?place=x')).toMatchObject({status: 404, code: 'action_unknown'})
  expect(await ask('/activity?before=x')).toMatchObject({status: 400, errors: [{field: 'before'}]})
  const lies = {how: 'trash', id: 'kept', unblock: null}
  expect(whole.items).toMatchObject([{id: 'saga', undo: lies, there: true}])
  expect(whole.steps.map(({verb, outcome}: {verb: string; outcome: string}) => `${verb} ${outcome}`)).toEqual(
    ['recycle done', 'failDownload done'],
  )
  expect(whats(await ask('/activity?show=undo'))).toEqual(['1 replaced'])
})

test('no one reads of a server that is not in sight, nor of an Arr', async () => {
  await write(entry('on box', {serverId: asServerId('box'), name: 'Secret'}), entry('on qBit'))
  const seen = await ask('/activity', 'member')
  expect(whats(seen)).toEqual(['1 imported', '1 removed'])
  const counted = await ask('/activity/counts', 'member')
  expect(counted.server_id).toEqual([{value: 'qBit', count: 2}])
  expect(JSON.stringify([seen, counted])).not.toMatch(/box|Secret/)
  expect(whats(await ask('/activity', 'viewer'))).toEqual(['1 removed'])
  const exported = (await get('/activity/export', 'member')).body
  expect(exported).not.toMatch(/box|Secret/)
})

test('the export has the same stories, as lines of JSON and as values that no spreadsheet runs', async () => {
  await write(entry('one', {name: '=1+1'}))
  const page = await ask('/activity')
  const lines = (await get('/activity/export')).body.trim().split('\n')
  const same = (story: {place: string}) => ({...story, place: ''})
  expect(lines.map((line) => same(JSON.parse(line)))).toEqual(page.stories.map(same))
  const csv = await get('/activity/export?format=csv')
  expect(csv.headers['content-type']).toMatch('text/csv')
  const [head, first, second] = csv.body.split('\r\n')
  expect(head).toMatch(/^at,from_at,what,verb,count,names/)
  expect(first).toMatch(/imported,1,The Quiet Engine/)
  expect(second).toMatch(/removed,recycle,1,'=1\+1,qBit/)
})

const post = (path: string, payload: object = {}, who = 'administrator') =>
  harness.http.app.inject({
    method: 'POST',
    url: `/api${path}`,
    headers: {host: 'localhost', 'x-who': who, 'x-requested-with': 'test'},
    payload,
  })

test('what did not work is tried again by the action that names it, once, and by no other', async () => {
  const keys = [{server_id: 'qBit', info_hash: hashOf('a')}]
  harness.executor.outcomes.set('qBit', {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const sent = await post('/torrents/actions', {verb: 'stop', args: {}, keys})
  expect(sent.statusCode, sent.body).toBeLessThan(300)
  const line = (id: string, name: string, change: Partial<JournalEntry> = {}) =>
    byMara(id, {
      at: harness.clock.now(),
      actor: {name, origin: 'user', userId: null, address: null},
      verb: 'stop',
      args: {},
      phase: 'failed',
      code: 'command_refused',
      ...change,
    })
  await write(line('his', 'administrator'), line('hers', 'Mara'))
  const retries = async (who?: string) =>
    (
      (await ask('/activity?who=user:administrator&who=user:Mara', who)) as {
        stories: {id: string; retry: object | null}[]
      }
    ).stories.map(({id, retry}) => [id, retry])
  const action = harness.executor.orders.length
  const {actions} = await ask('/actions')
  expect(Object.fromEntries(await retries())).toEqual({
    his: {action_id: actions[0].action_id, count: 1},
    hers: null,
  })
  expect(Object.fromEntries(await retries('member'))).toEqual({his: null, hers: null})
  harness.executor.outcomes.clear()
  await post(`/actions/${actions[0].action_id}/retry`)
  expect(harness.executor.orders).toHaveLength(action + 1)
  expect(Object.fromEntries(await retries())).toMatchObject({his: null})
})

test('what was undone is one story, with what undid it among its steps', async () => {
  await write(
    byMara('stopped', {verb: 'stop', args: {}, phase: 'sent', at: NOW - 3 * MINUTE}),
    byMara('started', {verb: 'start', args: {}, causeId: 'stopped', at: NOW - 2 * MINUTE}),
    byMara('stopped', {verb: 'stop', args: {}, phase: 'undone', at: NOW - 2 * MINUTE}),
  )
  const {stories} = await ask('/activity?who=user:Mara')
  expect(stories).toMatchObject([{verb: 'stop', count: 1, outcomes: {undone: 1}, undo: {count: 0}}])
  const {steps} = await ask(`/activity/story?who=user:Mara&place=${encodeURIComponent(stories[0].place)}`)
  expect(steps.map(({id}: {id: string}) => id)).toContain('started')
})
