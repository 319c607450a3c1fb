import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal} from '#journal/journal.ts'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {journalRoutes} from './journal.ts'

const rule: JournalEntry['actor'] = {name: 'Seeding done', origin: 'rule', userId: null, address: null}

const entry = (id: string, change: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  at: 1_000,
  actor: rule,
  subject: 'torrent',
  serverId: asServerId('qBit'),
  hash: hashOf('a'),
  name: 'Ubuntu',
  verb: 'removeWithData',
  args: {},
  phase: 'refused',
  code: 'obligation',
  ...change,
})

const milestones = () => [
  {at: 500, what: 'grabbed', arrId: asArrId('Hidden')} as const,
  {at: 600, what: 'added', arrId: null} as const,
]

let store: Store
let transports: FakeHarness
/** Who wanted which action undone. */
let undone: string[]

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  undone = []
  const people: Record<string, Principal> = {}
  transports = await fakeHarness({
    mappingsOf: () => [{server: '/downloads', ours: '/mnt/nas'}],
    arrsOf: () => [{id: asArrId('Films'), kind: 'radarr', name: 'Films'}],
    mayCommandArr: ({name}) => name === 'administrator',
    nouns: [
      journalRoutes(
        new Audit(store),
        {now: () => 100_000},
        {
          async undo({actor}, {id}) {
            undone.push(`${actor.name} ${id}`)
            throw new CommodarrError('undo_impossible', 'It was changed since, so it stays as it is.')
          },
        },
        milestones,
      ),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  transports.registry.changes.set('box', {sharing: []})
  for (const role of ['administrator', 'member', 'viewer'] as const) {
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
  await new Journal(store, () => true).write([
    entry('held', {message: 'Its tracker asks for 31 h more.'}),
    entry('on box', {serverId: asServerId('box')}),
    entry('tagged', {verb: 'tag', phase: 'confirmed', at: 3_000}),
    entry('of a user', {subject: 'user', serverId: null, hash: null, verb: 'create', phase: 'confirmed'}),
  ])
})
afterEach(async () => {
  await transports.http.close()
  await store.close()
})

const ask = async (url: string, who = 'administrator') => {
  const answer = await transports.http.app.inject({
    url: `/api${url}`,
    headers: {host: 'localhost', 'x-who': who},
  })
  return {status: answer.statusCode, json: answer.json()}
}
const ids = async (url: string, who?: string) =>
  (await ask(url, who)).json.entries.map(({id}: {id: string}) => id) as string[]

test('a line says who, what, of which torrent, and what became of it', async () => {
  const {entries} = (await ask('/journal?outcome=held&server_id=qBit')).json
  expect(entries).toEqual([
    {
      id: 'held',
      at: 1_000,
      ended_at: 1_000,
      actor: 'Seeding done',
      user_id: null,
      address: null,
      origin: 'rule',
      subject: 'torrent',
      verb: 'removeWithData',
      server_id: 'qBit',
      info_hash: hashOf('a'),
      name: 'Ubuntu',
      args: {},
      phase: 'refused',
      outcome: 'held',
      code: 'obligation',
      message: 'Its tracker asks for 31 h more.',
      rule_id: null,
      cause_id: null,
      decided: null,
      there: true,
      undo: null,
      repeated: null,
    },
  ])
})

test.each([
  ['', ['tagged', 'on box', 'held']],
  ['?server_id=box', ['on box']],
  [`?info_hash=${hashOf('a').toUpperCase()}`, ['tagged', 'on box', 'held']],
  ['?actor=Seeding%20done&origin=rule', ['tagged', 'on box', 'held']],
  ['?origin=user', []],
  ['?verb=tag', ['tagged']],
  ['?outcome=done&outcome=failed', ['tagged']],
  ['?from=2000', ['tagged']],
  ['?to=2000', ['on box', 'held']],
  ['?q=31%20h', ['held']],
  ['?limit=1', ['tagged']],
])('%s finds %j', async (query, found) => {
  expect(await ids(`/journal${query}`)).toEqual(found)
})

test('what a rule wanted is there with its reasons, and found by the rule and its class', async () => {
  const decided: JournalDecision = {
    ruleRevision: 3,
    mode: 'live',
    reason: 'seedingDone',
    action: 'removeWithData',
    class: 'destructive',
    bytes: 5,
    omitted: 0,
    hold: null,
    preconditions: [],
    evidence: {
      verdict: 'yes',
      fact: 'server.id',
      op: 'in',
      threshold: ['qBit', 'box'],
      window: null,
      actual: {value: 'qBit', observedAt: 1, source: 'qBit'},
    },
    guards: [
      {guard: 'obligation', verdict: 'block', code: 'obligation', detail: {}, lift: '31 h more.'},
      {
        guard: 'content',
        verdict: 'block',
        code: 'owners_unknown',
        detail: {server: 'box'},
        lift: 'Box is away.',
      },
    ],
  }
  const ruleId = 'seeded' as RuleId
  await new Journal(store, () => true).write([
    entry('decided', {ruleId, decided, phase: 'blocked', causeId: 'held'}),
    entry('shared', {ruleId, code: 'content_shared', message: 'Its data is also that of X on box.'}),
    entry('away', {ruleId, code: 'owners_unknown', message: 'Box is away.'}),
  ])
  const {entries} = (await ask('/journal?rule_id=seeded&class=destructive', 'viewer')).json
  expect(entries).toMatchObject([
    {id: 'away', message: 'Another torrent may need its data.'},
    {id: 'shared', message: 'Another torrent may need its data.'},
    {
      id: 'decided',
      outcome: 'held',
      rule_id: 'seeded',
      cause_id: 'held',
      decided: {
        rule_revision: 3,
        mode: 'live',
        reason: 'seedingDone',
        class: 'destructive',
        bytes: 5,
        evidence: {threshold: ['qBit']},
        guards: [
          {guard: 'obligation', verdict: 'block', code: 'obligation', lift: '31 h more.'},
          {guard: 'content', code: 'owners_unknown', lift: 'Another torrent may need its data.'},
        ],
      },
    },
  ])
  const whole = (await ask('/journal?rule_id=seeded&class=destructive')).json.entries
  expect(whole[0].message).toBe('Box is away.')
  expect(whole[2].decided.guards[1].lift).toBe('Box is away.')
  expect(await ids('/journal?class=reversible&rule_id=seeded')).toEqual([])
})

test('S29 of what happened on servers that users do not see they read nothing', async () => {
  expect(await ids('/journal', 'viewer')).toEqual(['tagged', 'held'])
  expect(await ids('/journal?server_id=box', 'viewer')).toEqual([])
  expect(await ask(`/torrents/${hashOf('a')}/timeline?server_id=box`, 'viewer')).toMatchObject({
    status: 404,
    json: {code: 'server_unknown'},
  })
})

test('the timeline of a torrent begins at either end, and goes on where the page before ended', async () => {
  const url = `/torrents/${hashOf('a')}/timeline?server_id=qBit`
  expect(await ids(url)).toEqual(['tagged', 'held'])
  const {entries, milestones: others, next_after: next} = (await ask(`${url}&order=oldest&limit=1`)).json
  // Nobody here may see that Arr.
  expect(others).toEqual([{at: 600, what: 'added', arr_id: null}])
  expect(entries).toMatchObject([{id: 'held'}])
  const rest = await ask(`${url}&order=oldest&limit=1&after=${next}`)
  expect(rest.json).toMatchObject({entries: [{id: 'tagged'}], next_after: null})
})

test('what became of a torrent is shown when it is gone, as long as its server is named', async () => {
  const gone = hashOf('e')
  await new Journal(store, () => true).write([entry('gone', {hash: gone})])
  expect(await ids(`/torrents/${gone}/timeline?server_id=qBit`)).toEqual(['gone'])
  expect(await ask(`/torrents/${gone}/timeline`)).toMatchObject({status: 404})
  expect(await ask(`/torrents/${hashOf('a')}/timeline`)).toMatchObject({status: 409})
})

test('a removal that waits is shown by its own lines, and by its wait only if it was never sent', async () => {
  const waiting = {verb: 'hold', hash: hashOf('f')}
  await new Journal(store, () => true).write([
    entry('waits', {...waiting, phase: 'intended'}),
    entry('handed on', {...waiting, phase: 'intended'}),
    entry('handed on', {...waiting, phase: 'confirmed'}),
    entry('taken back', {...waiting, phase: 'intended'}),
    entry('taken back', {...waiting, phase: 'expired'}),
  ])
  expect(await ids('/journal?verb=hold')).toEqual(['taken back'])
  expect(await ids(`/torrents/${hashOf('f')}/timeline?server_id=qBit`)).toEqual(['taken back'])
})

test('a place of another run is no place', async () => {
  const url = `/torrents/${hashOf('a')}/timeline?server_id=qBit&after=nonsense`
  expect(await ask(url)).toMatchObject({status: 400, json: {errors: [{field: 'after'}]}})
})

const undo = async (id: string, who: string) => {
  const answer = await transports.http.app.inject({
    method: 'POST',
    url: `/api/journal/${id}/undo`,
    headers: {host: 'localhost', 'x-who': who},
  })
  return {status: answer.statusCode, json: answer.json()}
}

test('a line says whether what a rule did can be undone, or why not', async () => {
  const decided: JournalDecision = {
    ruleRevision: 1,
    mode: 'live',
    reason: 'conditionTrue',
    action: 'start',
    class: 'reversible',
    bytes: null,
    omitted: 0,
    hold: null,
    preconditions: [],
    guards: [],
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    back: [{verb: 'stop', args: {}}],
  }
  const started = entry('started', {verb: 'start', phase: 'confirmed', ruleId: 'r' as RuleId, decided})
  await new Journal(store, () => true).write([started])
  const undoFor = async (who: string) => (await ask('/journal?rule_id=r', who)).json.entries[0].undo
  expect(await undoFor('administrator')).toEqual({possible: true, why: null})
  expect(await undoFor('viewer')).toEqual({
    possible: false,
    why: expect.stringContaining('look at its server'),
  })
})

test('of what an Arr blocklisted a line says so to who may only look at that Arr', async () => {
  const decided: JournalDecision = {
    ruleRevision: 1,
    mode: 'live',
    reason: 'conditionTrue',
    action: 'arr.blocklist',
    class: 'destructive',
    bytes: null,
    omitted: 0,
    hold: null,
    preconditions: [],
    guards: [],
    evidence: {verdict: 'yes', branch: 'all', parts: []},
  }
  const args = {arr: 'Films', title: 'Some.Film', items: ['1'], grabbedAt: 500}
  const what = {verb: 'arr.blocklist', args, phase: 'confirmed', ruleId: 'r' as RuleId, decided} as const
  await new Journal(store, () => true).write([entry('blocked', what)])
  const undoFor = async (who: string) => (await ask('/journal?rule_id=r', who)).json.entries[0].undo
  expect(await undoFor('administrator')).toEqual({possible: true, why: null})
  const no = {possible: false, why: expect.stringContaining('may not command')}
  expect([await undoFor('member'), await undoFor('viewer')]).toEqual([no, no])
})

test('only what the user sees is undone, and only by a user who may act', async () => {
  expect(await undo('tagged', 'administrator')).toMatchObject({status: 409, json: {code: 'undo_impossible'}})
  expect((await undo('of a user', 'administrator')).status).toBe(404)
  expect((await undo('nothing', 'administrator')).json).toMatchObject({code: 'action_unknown'})
  expect((await undo('tagged', 'viewer')).status).toBe(403)
  expect(undone).toEqual(['administrator tagged'])
})

test('a line says whether its torrent is still there', async () => {
  await new Journal(store, () => true).write([entry('gone', {hash: hashOf('f'), at: 5_000})])
  const {entries} = (await ask('/journal?limit=2')).json
  expect(entries.map(({id, there}: {id: string; there: boolean}) => [id, there])).toEqual([
    ['gone', false],
    ['tagged', true],
  ])
})

test('paths of our machine are read by those who may change the server; others read its own', async () => {
  await new Journal(store, () => true).write([
    entry('gone', {
      subject: 'server',
      verb: 'freeze',
      code: 'disk_missing',
      message: 'The disk at /mnt is gone.',
      args: {path: '/mnt', server: 'qBit'},
    }),
    entry('other', {
      code: 'changed_meanwhile',
      message: '/mnt/nas/a is another file.',
      args: {path: '/mnt/nas/a'},
    }),
  ])
  const read = async (name: string) => {
    const {entries} = (await ask('/journal', name)).json
    const some = (entries as {id: string; message: string; args: object}[]).filter(
      ({id}) => id === 'gone' || id === 'other',
    )
    return some.map(({message, args}) => ({message, args}))
  }
  expect(await read('administrator')).toEqual([
    {message: '/mnt/nas/a is another file.', args: {path: '/mnt/nas/a'}},
    {message: 'The disk at /mnt is gone.', args: {path: '/mnt', server: 'qBit'}},
  ])
  expect(await read('viewer')).toEqual([
    {message: '/downloads/a is another file.', args: {path: '/downloads/a'}},
    {
      message: 'A disk of its files is not the one that was there, or is not mounted.',
      args: {server: 'qBit'},
    },
  ])
})

test('with whom a server is shared administrators read, and no other user', async () => {
  const args = {everyone: 'none', users: [{userId: 'secret', level: 'control'}]}
  const ofServer = {subject: 'server', hash: null, verb: 'share', phase: 'confirmed'} as const
  await new Journal(store, () => true).write([entry('share', {...ofServer, args})])
  const argsFor = async (who?: string) =>
    ((await ask('/journal', who)).json.entries as {args: object}[])[0]!.args
  expect(await argsFor()).toMatchObject({everyone: 'none', users: [{userId: 'secret'}]})
  expect(await argsFor('viewer')).toEqual({everyone: 'none'})
})
