import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {asUserId, type Acting, type Principal, type Role} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {AskedDecision, Decision} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import {presetOf} from '#registry/rules/rules-harness.fixture.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {approvalRoutes} from './rules.ts'
import {trashRoutes} from './trash.ts'

const ruleId = 'seeded' as RuleId
const qBit = asServerId('qBit')

const item: TrashItem = {
  id: 't1',
  serverId: qBit,
  hash: hashOf('a'),
  name: 'Ubuntu',
  verb: 'recycle',
  files: 2,
  bytes: 5_000,
  setAsideAt: 1,
  until: 9,
  state: 'kept',
  stateAt: 1,
  message: null,
  rule: {id: ruleId, revision: 2},
  userId: null,
  isUnderWay: false,
  hasServerLeft: false,
  notRestored: [],
  inLibrary: null,
  isFound: false,
  libraryAway: null,
  restoring: null,
  failed: null,
}

const decision = (change: Partial<Decision['subject']> = {}): Decision => ({
  at: 3,
  ruleId,
  ruleRevision: 2,
  mode: 'ask',
  concern: 'fate',
  reason: 'seedingDone',
  hold: null,
  subject: {kind: 'torrent', key: `qBit/${hashOf('a')}`, serverId: qBit, ...change},
  actions: [{action: 'removeWithData', class: 'destructive', losesBytes: true, params: {}}],
  evidence: {
    verdict: 'yes',
    fact: 'ratio',
    op: 'gte',
    threshold: 2,
    window: null,
    actual: {value: 2.5, observedAt: 5, source: 'qBit'},
  },
  preconditions: [],
})

const asking = (id: string, of: Decision, message: string | null = null): AskedDecision => ({
  id,
  decision: of,
  message,
  until: 8,
})

let transports: FakeHarness
let asked: AskedDecision[]
let items: TrashItem[]
let reported: string[]
/** What rules are for, by their ids. */
let rules: readonly Rule[]

beforeEach(async () => {
  ;[asked, items, reported, rules] = [[asking('d1', decision())], [item], [], []]
  const report = (what: string) => async (by: Acting, id: string) => {
    if (id === 'none') throw new CommodarrError('action_unknown', 'There is none.')
    reported.push(`${by.actor.name} ${what} ${id}`)
  }
  const people: Record<string, Principal> = {}
  const ruleName = (id: RuleId) => (id === ruleId ? 'Well seeded' : null)
  transports = await fakeHarness({
    arrsOf: () => [{id: asArrId('films'), kind: 'radarr', name: 'Films'}],
    nouns: [
      trashRoutes(
        {list: () => items, restore: report('restores'), purge: report('purges')},
        (id) => (id === asUserId('u1') ? 'Olga' : null),
        ruleName,
        () => null,
      ),
      approvalRoutes(
        {
          waiting: () => asked,
          approve: report('approves'),
          decline: report('declines'),
          reopen: report('reopens'),
        },
        {seenBy: () => rules.map((rule) => ({...rule, rule, suspension: null, obstacle: null, gone: []}))},
        ruleName,
      ),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  for (const role of ['administrator', 'viewer'] as const) people[role] = principal(role)
})
afterEach(() => transports.http.close())

function principal(role: Role): Principal {
  return {
    actor: {name: role, origin: 'user', userId: null, address: null},
    access: accessOf({userId: null, role, scopes: null, servers: null}, transports.registry),
    userId: null,
    name: role,
    role,
    via: 'session',
    credentialId: null,
  }
}

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, who = 'administrator') {
  const headers = {host: 'localhost', 'x-who': who}
  const answer = await transports.http.app.inject({method, url: `/api${url}`, headers})
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json()}
}

test('the trash shows what lies there, who put it there, and until when it can be brought back', async () => {
  items.push({...item, id: 't2', rule: null, userId: 'u1', state: 'purging', message: 'Disk full.'})
  items.push({...item, id: 't3', rule: {id: 'gone' as RuleId, revision: 1}, serverId: 'away' as ServerId})
  const listed = (await ask('GET', '/trash')).json.items
  expect(listed[0]).toEqual({
    id: 't1',
    server_id: 'qBit',
    server_name: 'qBit',
    info_hash: hashOf('a'),
    name: 'Ubuntu',
    verb: 'recycle',
    files: 2,
    bytes: 5_000,
    set_aside_at: 1,
    until: 9,
    state: 'kept',
    state_at: 1,
    message: null,
    rule: {id: 'seeded', revision: 2, name: 'Well seeded'},
    user_name: null,
    under_way: false,
    server_left: false,
    found: false,
    not_restored: [],
    in_library: null,
    arr_id: null,
    library_away: null,
    restoring: null,
    failed: null,
  })
  expect(listed[1]).toMatchObject({rule: null, user_name: 'Olga', state: 'purging', message: 'Disk full.'})
  expect(listed[2]).toMatchObject({rule: {name: null}, server_name: 'away'})
})

test('what lies there is brought back or let go, in the name of who asked', async () => {
  expect((await ask('POST', '/trash/t1/restore')).status).toBe(204)
  expect((await ask('DELETE', '/trash/t1')).status).toBe(204)
  expect(reported).toEqual(['administrator restores t1', 'administrator purges t1'])
  expect(await ask('DELETE', '/trash/none')).toMatchObject({status: 404})
})

test('what waits for an answer shows which rule wants what of which torrent, and why', async () => {
  expect((await ask('GET', '/approvals')).json.approvals).toEqual([
    {
      message: null,
      id: 'd1',
      at: 3,
      until: 8,
      reason: 'seedingDone',
      subject: 'torrent',
      server_id: 'qBit',
      server_name: 'qBit',
      info_hash: hashOf('a'),
      name: 'torrent aaaa',
      size: 1000,
      hold: null,
      arr_id: null,
      rule: {id: 'seeded', revision: 2, name: 'Well seeded'},
      actions: [{action: 'removeWithData', class: 'destructive', loses_bytes: true, params: {}}],
      evidence: {
        verdict: 'yes',
        fact: 'ratio',
        says: 'ratio',
        unit: 'plain',
        op: 'gte',
        threshold: 2,
        window: null,
        actual: {value: 2.5, observed_at: 5, source: 'qBit'},
      },
    },
  ])
})

test('what is about no torrent, or about one that is gone, has the name that there is', async () => {
  asked = [
    asking('d2', decision({kind: 'server', key: 'qBit'})),
    asking('d3', decision({kind: 'wanted', key: 'movie:7', serverId: null}), 'It came in after all.'),
    asking('d4', decision({key: `qBit/${hashOf('e')}`})),
  ]
  const listed = (await ask('GET', '/approvals')).json.approvals
  expect(listed).toMatchObject([
    {subject: 'server', server_id: 'qBit', info_hash: null, name: 'qBit', message: null},
    {
      subject: 'wanted',
      server_id: null,
      server_name: null,
      info_hash: null,
      name: 'movie:7',
      message: 'It came in after all.',
    },
    {subject: 'torrent', info_hash: hashOf('e'), name: null},
  ])
})

test('what waits names the Arr whose torrent it is, else the only one that its rule is for, and none out of sight', async () => {
  const {records} = transports.fleet
  const arrsOf = async (arrId: string | null, forArrs: readonly string[]) => {
    records[0] = {...records[0]!, arrId: arrId === null ? null : asArrId(arrId)}
    rules = [presetOf('seeded', {scope: {arrs: forArrs}})]
    return (await ask('GET', '/approvals')).json.approvals[0].arr_id
  }
  expect(await arrsOf('films', [])).toBe('films')
  expect(await arrsOf('hidden', [])).toBe(null)
  expect(await arrsOf(null, ['films'])).toBe('films')
  expect(await arrsOf(null, ['hidden'])).toBe(null)
  expect(await arrsOf(null, [])).toBe(null)
})

test('an answer is given once, in the name of who gave it', async () => {
  expect((await ask('POST', '/approvals/d1/approve')).status).toBe(204)
  expect((await ask('POST', '/approvals/d1/decline')).status).toBe(204)
  expect((await ask('POST', '/approvals/d1/reopen')).status).toBe(204)
  expect(reported).toEqual([
    'administrator approves d1',
    'administrator declines d1',
    'administrator reopens d1',
  ])
  expect(await ask('POST', '/approvals/none/approve')).toMatchObject({
    status: 404,
    json: {code: 'action_unknown'},
  })
})

test.each([
  ['POST', '/trash/t1/restore'],
  ['DELETE', '/trash/t1'],
  ['POST', '/approvals/d1/approve'],
  ['POST', '/approvals/d1/decline'],
  ['POST', '/approvals/d1/reopen'],
] as const)('who may only look is refused %s %s', async (method, url) => {
  expect(await ask(method, url, 'viewer')).toMatchObject({status: 403, json: {code: 'forbidden'}})
  expect(reported).toEqual([])
})
