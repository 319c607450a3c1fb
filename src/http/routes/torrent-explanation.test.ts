import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {ArrId} from '#model/arr.ts'
import type {Principal} from '#model/access.ts'
import {
  NotReady,
  type ConditionTrace,
  type Explainer,
  type Explanation,
  type RuleExplanation,
} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactValue} from '#model/fact.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {torrentExplanation} from './rules.ts'

let transports: FakeHarness
let explainer: Explainer
let asked: string[]
let arrs: {id: ArrId; kind: 'radarr'; name: string}[]

beforeEach(async () => {
  asked = []
  arrs = []
  explainer = {explain: async () => reported({})}
  const people: Record<string, Principal> = {}
  transports = await fakeHarness({
    nouns: [
      torrentExplanation({
        explainer: {
          explain: (key) => {
            asked.push(key.serverId)
            return explainer.explain(key)
          },
        },
      }),
    ],
    arrsOf: () => arrs,
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  transports.registry.changes.set('box', {sharing: []})
  people['ada'] = principal('administrator')
  people['vic'] = principal('viewer')
})
afterEach(() => transports.http.close())

function principal(role: 'administrator' | 'viewer'): Principal {
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

const ask = async (who: string, letter: string, query = '') => {
  const url = `/api/torrents/${hashOf(letter)}/explain${query}`
  const answer = await transports.http.app.inject({url, headers: {host: 'localhost', 'x-who': who}})
  return {status: answer.statusCode, text: answer.body, json: answer.json()}
}

const leaf = (change: Partial<Extract<ConditionTrace, {fact: unknown}>>): ConditionTrace => ({
  verdict: 'yes',
  fact: 'ratio',
  op: 'gte',
  threshold: 2,
  window: null,
  actual: {value: 2.5, observedAt: 5, source: 'qBit'},
  ...change,
})

function reported(change: Partial<RuleExplanation>): Explanation {
  const rule: RuleExplanation = {
    ruleId: 'seeded' as RuleId,
    ruleRevision: 3,
    name: 'Well seeded',
    mode: 'live',
    concern: 'fate',
    reason: 'conditionTrue',
    overridesObligation: false,
    isHeldForCost: false,
    blockedBy: null,
    outcome: 'held',
    scope: [],
    evidence: leaf({}),
    keptBackBy: null,
    needs: [],
    hold: {kind: 'for', held: 60, needed: 600, left: 540},
    actions: [{action: 'tag', class: 'reversible', losesBytes: false, params: {names: ['old']}}],
    sentence: 'Not tagged yet.',
    ...change,
  }
  const subject = {kind: 'torrent', key: '', serverId: null} as const
  return {at: 7, subject, rules: [rule], facts: {}}
}

test('each rule shows what it asks, how it is, and when it would act', async () => {
  expect((await ask('ada', 'b')).json).toEqual({
    at: 7,
    verdict: {
      kind: 'forGood',
      says: {key: 'fate.none', values: {}, text: 'Stays for good: no rule removes it.'},
      follows: {key: 'fate.none.then', values: {}, text: 'You can remove it at any time.'},
      reasons: [
        {
          says: {key: 'fate.reason.no-rules', values: {}, text: 'There is no rule that removes torrents.'},
          more: null,
          blocks: false,
          counted: [],
          change: null,
        },
      ],
      next: [],
      may_be_removed: {kind: 'never', at: null},
      rule_id: null,
    },
    media: null,
    moved: null,
    obligation: null,
    rules: [
      {
        rule_id: 'seeded',
        rule_revision: 3,
        name: 'Well seeded',
        mode: 'live',
        concern: 'fate',
        outcome: 'held',
        scope: [],
        kept_back_by: null,
        needs: [],
        sentence: 'Not tagged yet.',
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
        hold: {kind: 'for', done: 60, needed: 600, left: 540},
        acts_in: 540,
        actions: [{action: 'tag', class: 'reversible', loses_bytes: false, params: {names: ['old']}}],
      },
    ],
  })
})

test.each([
  ['due', {outcome: 'due', hold: null}, 0],
  ['strikes that are missing', {hold: {kind: 'strikes', strikes: 1, needed: 3, left: 1200}}, 1200],
  ['nothing that time would bring', {outcome: 'no', hold: null}, null],
] as const)('when it would act: %s', async (_, change, seconds) => {
  explainer = {explain: async () => reported(change)}
  expect((await ask('ada', 'b')).json.rules[0].acts_in).toBe(seconds)
})

test('for which items of its Arr it is, only users who may see that Arr are shown', async () => {
  const source = 'Radarr-S'
  const facts = {
    'arr.id': {value: source, observedAt: 1, source},
    'arr.mediaIds': {value: ['movie/17', 'movie/0'], observedAt: 1, source},
  }
  explainer = {explain: async () => ({...reported({}), facts})}
  expect((await ask('ada', 'b')).json.media).toBeNull()
  arrs.push({id: source as ArrId, kind: 'radarr', name: 'Films'})
  expect((await ask('ada', 'b')).json.media).toEqual({
    arr_id: source,
    arr_name: 'Films',
    title: null,
    kind: 'movie',
    items: [17],
  })
})

test('what was counted before a move is added up as its tracker does, with the share from before', async () => {
  const torrent = transports.fleet.get({serverId: asServerId('qBit'), hash: hashOf('b')})!
  Object.assign(torrent, {uploaded: 4, downloaded: 0, completed: 10})
  const countedBefore = [{life: 'nas 1', uploaded: 8, downloaded: 10}]
  explainer = {explain: async () => ({...reported({}), countedBefore})}
  const moved = {uploaded: 8, downloaded: 10}
  expect((await ask('ada', 'b')).json.moved).toEqual({...moved, ratio: 1.2, ratio_before: 0.8})
  Object.assign(torrent, {uploaded: undefined})
  expect((await ask('ada', 'b')).json.moved).toEqual({...moved, ratio: null, ratio_before: null})
})

test('what its trackers require comes with how much of it is done', async () => {
  const known = (value: FactValue) => ({value, observedAt: 1, source: 'qBit'})
  const facts = {
    'obligation.met': known('no'),
    'obligation.reason': known('owed'),
    'obligation.profile': known('Tidemark'),
    'obligation.timeNeeded': known(100),
    'obligation.timeLeft': known(40),
    'obligation.ratioNeeded': known(1),
    ratio: known(0.25),
  }
  explainer = {explain: async () => ({...reported({}), facts})}
  expect((await ask('ada', 'b')).json.obligation).toEqual({
    met: 'no',
    reason: 'owed',
    is_default: false,
    ratio: 0.25,
    ratio_needed: 1,
    seeded: 60,
    time_needed: 100,
    time_left: 40,
  })
  explainer = {explain: async () => reported({})}
  expect((await ask('ada', 'b')).json.obligation).toBeNull()
})

test('branches, what is unknown, and a ratio without end travel, too', async () => {
  const parts = [
    leaf({verdict: 'unknown', actual: {unknown: 'notRead', since: null, source: 'disk'}}),
    leaf({actual: {value: Infinity, observedAt: 1, source: 'qBit'}}),
    leaf({fact: 'category', op: 'exists', threshold: undefined}),
  ]
  explainer = {explain: async () => reported({evidence: {verdict: 'unknown', branch: 'any', parts}})}
  const [{evidence}] = (await ask('ada', 'b')).json.rules
  expect(evidence.parts.map((it: {actual: object}) => it.actual)).toEqual([
    {unknown: 'notRead', since: null, source: 'disk'},
    {value: null, observed_at: 1, source: 'qBit'},
    {value: 2.5, observed_at: 5, source: 'qBit'},
  ])
  expect(evidence.parts[2]).not.toHaveProperty('threshold')
})

test('of an Arr that the user may not see nothing is shown: neither what it says nor its name', async () => {
  const evidence: ConditionTrace = {
    verdict: 'no',
    branch: 'all',
    parts: [
      leaf({}),
      leaf({
        fact: 'arr.messages',
        actual: {value: ['Sample of Secret Film'], observedAt: 1, source: 'Radarr-S'},
      }),
    ],
  }
  const needs = ['messages of the Arr are Sample of Secret Film']
  explainer = {explain: async () => reported({evidence, needs, sentence: `Not failed: ${needs[0]}.`})}
  const {json, text} = await ask('ada', 'b')
  expect(text).not.toContain('Secret')
  expect(text).not.toContain('Radarr-S')
  expect(json.rules[0].sentence).toBe('It hangs on an Arr that you may not see.')
  expect(json.rules[0].evidence.parts[1].actual).toEqual({unknown: 'notAllowed', since: null, source: 'Arr'})
  const none = leaf({fact: 'arr.tracked', actual: {unknown: 'missing', since: null, source: 'Arr'}})
  explainer = {explain: async () => reported({evidence: none, sentence: 'Not failed yet.'})}
  const ofNone = (await ask('ada', 'b')).json
  expect(ofNone.rules[0].sentence).toBe('Not failed yet.')
  expect(ofNone.rules[0].evidence.actual.unknown).toBe('missing')
})

const removes = [{action: 'remove', class: 'destructive', losesBytes: false, params: {}}] as const
const verdictFor = async (who: string) => (await ask(who, 'b')).json.verdict

test('a verdict is given in parts and in English, with its moments', async () => {
  const hold = {kind: 'for', held: 60, needed: 600, left: 540} as const
  explainer = {explain: async () => reported({actions: removes, reason: 'stalled', hold})}
  expect(await verdictFor('ada')).toMatchObject({
    kind: 'goes',
    says: {
      key: 'fate.goes.at',
      values: {
        when: {unit: 'when', value: 540_007},
        because: {unit: 'phrase', value: 'fate.because.stalled'},
      },
      text: 'Is removed in 9 min: it has stalled.',
    },
    reasons: [
      {
        counted: [{what: 'held', done: 60, needed: 600, unit: 'seconds'}],
        change: {place: {kind: 'rule', rule_id: 'seeded', fact: null}, value: {unit: 'span', value: 600}},
      },
    ],
    may_be_removed: {kind: 'from', at: 540_007},
    rule_id: 'seeded',
  })
})

test('S29 a verdict that hangs on an Arr that the user may not see does not show what that says', async () => {
  const secret = {value: ['Sample of Secret Film'], observedAt: 1, source: 'Radarr-S'}
  const evidence = leaf({fact: 'arr.messages', op: 'hasAny', threshold: ['x'], actual: secret})
  const change = {
    ...({actions: removes, evidence, outcome: 'due', hold: null, reason: 'importRejected'} as const),
    blockedBy: {isSuspension: false, message: 'Radarr-S says Secret Film.'},
  }
  explainer = {
    explain: async () => ({
      ...reported(change),
      facts: {
        'arr.id': {value: 'Radarr-S', observedAt: 1, source: 'Radarr-S'},
        'arr.tracked': {value: 'importBlocked', observedAt: 1, source: 'Radarr-S'},
        'arr.messages': secret,
      },
    }),
  }
  const {text, json} = await ask('ada', 'b')
  expect(text).not.toMatch(/Secret|Radarr-S/)
  expect(json.verdict.says.text).toBe('Stays for now, although “Well seeded” would remove it.')
})

test('S29 a verdict names another server only to who sees it', async () => {
  const actual = {
    ...({unknown: 'serverNotOnline', since: 1, source: 'qBit'} as const),
    server: {id: asServerId('box'), name: 'Cellar'},
  } as const
  const evidence = leaf({verdict: 'unknown', fact: 'content.onOtherServer', op: 'eq', actual})
  explainer = {explain: async () => reported({actions: removes, evidence, outcome: 'unknown', hold: null})}
  expect((await verdictFor('ada')).says.text).toBe('Can’t be decided: Cellar is not online.')
  expect((await verdictFor('vic')).says.text).toBe(
    'Can’t be decided: another server that may use its files is not online.',
  )
})

test('S29 of servers that the user does not see nothing is named: neither in conditions nor in words', async () => {
  const owners = [`box/${hashOf('a')}`, `qBit/${hashOf('a')}`]
  const evidence: ConditionTrace = {
    verdict: 'no',
    branch: 'all',
    parts: [
      leaf({fact: 'server.id', op: 'in', threshold: ['box', 'qBit']}),
      leaf({fact: 'server.id', op: 'ne', threshold: 'box'}),
      leaf({
        fact: 'content.owners',
        op: 'hasAny',
        threshold: owners,
        actual: {value: owners, observedAt: 1, source: 'disk'},
      }),
    ],
  }
  const needs = [`server is qBit, asked: one of box, qBit`, `used by ${owners[0]}`]
  const actions = [
    {action: 'copyTo', class: 'reversible', losesBytes: false, params: {server: 'box', path: '/x'}},
  ] as const
  explainer = {explain: async () => reported({evidence, needs, actions, sentence: needs[1]!})}
  const {text, json} = await ask('vic', 'b')
  expect(text).not.toContain('box')
  expect(json.rules[0]).toMatchObject({
    evidence: {
      parts: [
        {threshold: ['qBit']},
        {threshold: null},
        {threshold: [owners[1]], actual: {value: [owners[1]]}},
      ],
    },
    needs: ['server is qBit, asked: one of …, qBit', 'used by …'],
  })
  expect((await ask('ada', 'b')).json.rules[0].evidence.parts[0].threshold).toEqual(['box', 'qBit'])
})

test('S29 a server that keeps a fact unknown is named only to who sees it', async () => {
  const actual = {
    ...({unknown: 'serverNotOnline', since: 1, source: 'qBit'} as const),
    server: {id: asServerId('box'), name: 'Cellar'},
  } as const
  const evidence = leaf({verdict: 'unknown', fact: 'content.onOtherServer', op: 'eq', actual})
  const needs = ['it is unknown, the server Cellar is not online']
  explainer = {explain: async () => reported({evidence, needs, sentence: `Not removed: ${needs[0]}.`})}
  const {text, json} = await ask('vic', 'b')
  expect(text).not.toMatch(/Cellar|box/)
  expect(json.rules[0].sentence).toBe('Not removed: it is unknown, … is not online.')
  expect((await ask('ada', 'b')).json.rules[0].needs).toEqual(needs)
})

test('who may only look reads no address whole, and nothing of what would be written', async () => {
  const address = 'https://tracker.example/announce/secret'
  const actual = {value: address, observedAt: 1, source: 'qBit'}
  const evidence = leaf({fact: 'tracker.message', op: 'contains', threshold: address, actual})
  explainer = {explain: async () => reported({evidence, needs: [address], sentence: `It says ${address}.`})}
  const {text, json} = await ask('vic', 'b')
  expect(text).not.toContain('secret')
  expect(json.rules[0]).toMatchObject({needs: ['https://tracker.example'], actions: [{params: {}}]})
  expect((await ask('ada', 'b')).text).toContain(address)
})

test('the manager is asked about the one torrent that is meant, and only about what the user may see', async () => {
  expect(await ask('ada', 'a')).toMatchObject({status: 409, json: {code: 'server_id_required'}})
  expect((await ask('ada', 'a', '?server_id=box')).status).toBe(200)
  expect((await ask('vic', 'a')).status).toBe(200)
  expect(await ask('vic', 'a', '?server_id=box')).toMatchObject({status: 404, json: {code: 'server_unknown'}})
  expect(asked).toEqual(['box', 'qBit'])
})

test('while no manager evaluates it says so', async () => {
  explainer = {explain: async (key) => Promise.reject(new NotReady({...key}))}
  expectProblem(await ask('ada', 'b'), 'not_ready')
})

test('that its removal waits stands above what rules say', async () => {
  explainer = {explain: async () => reported({sentence: 'No rule applies to this torrent.'})}
  const at = transports.fleet.records.findIndex((it) => it.key.hash === hashOf('a'))
  transports.fleet.records[at] = {...transports.fleet.records[at]!, removalWaits: 'It is removed at noon.'}
  expect((await ask('ada', 'a', '?server_id=qBit')).json).toMatchObject({
    verdict: {says: {text: 'Its removal waits: It is removed at noon.'}},
  })
})
