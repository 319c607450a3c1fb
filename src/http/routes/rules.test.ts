import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Audit} from '#journal/audit.ts'
import type {Principal} from '#model/access.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {wantedKey} from '#model/searching.ts'
import type {Features} from '#model/server.ts'
import {Changes} from '#registry/owned/changes.ts'
import {noPaths} from '#registry/rules/no-paths.fixture.ts'
import {RulePreviews, type WantedWorld} from '#registry/rules/previews.ts'
import {presetOf, rulesHarness, type Name} from '#registry/rules/rules-harness.fixture.ts'
import {RuleService} from '#registry/rules/service.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import {world, type Row} from '#rules/world.fixture.ts'
import {revisionsOfRule} from '#store/repositories/rules.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {fakeHarness, health, server, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {ruleReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {ruleRoutes, ruleTallyRoutes} from './rules.ts'

/** What is looked at one by one. */
interface Reported {
  readonly id: string
  readonly code: string
  readonly yaml: string
  readonly rules: readonly object[]
  readonly errors: readonly object[]
  readonly lately: object | null
  readonly facts: readonly {readonly name: string}[]
  readonly examples: readonly {readonly name: string; readonly yaml: string}[]
}

let harness: Awaited<ReturnType<typeof rulesHarness>>
let rules: StandingRules
let transports: FakeHarness
const wanted = {
  kind: 'torrent',
  key: `anns/${'a'.repeat(40)}`,
  actions: ['stop'],
  at: Number.MAX_SAFE_INTEGER,
} as const
/** A preview lets others have their turn after each torrent. */
let givesWay = false
const suspended = new Map<RuleId, RuleSuspension>()
let tallied: Awaited<ReturnType<Audit['tallies']>>['tallies'] = []
let talliesRead = 0

beforeEach(async () => {
  harness = await rulesHarness()
  rules = await harness.open()
  suspended.clear()
  givesWay = false
  const {store, clock, accessOf, forgetHolds, log} = harness
  const suspensions = {
    of: (id: RuleId) => suspended.get(id) ?? null,
    suspend: async (it: RuleSuspension) => void suspended.set(it.ruleId, it),
    lift: async (id: RuleId) => void suspended.delete(id),
  }
  const known = {readRule: ruleReader(insideWork), programs: () => [], sections: () => []}
  const service = new RuleService({
    changes: new Changes(store, clock, log, everyRefusal),
    rules,
    revisions: (id, most) => store.read((db) => revisionsOfRule(db, id, most)),
    clock,
    accessOf,
    forgetHolds,
    log,
    suspensions,
    ...known,
  })
  const previews = new RulePreviews<Row, never, number>({
    accessOf,
    paths: noPaths,
    wanted: filmsWanted,
    clock,
    turns: {due: () => givesWay, next: () => new Promise((resolve) => setImmediate(resolve))},
    ...known,
    rules: service,
    heldBy: () => new Map(),
    wantedBy: ({mode}) => (mode === 'simulate' ? [wanted] : []),
    decidedBy: async function* () {},
    world: {
      readersFor: () => world,
      *subjectsOn(servers) {
        for (const id of servers)
          yield {key: `${id}/${'a'.repeat(40)}`, complete: true, size: 9, 'server.id': id}
      },
      guardsOf: () => (decision) => (decision.subject.serverId === 'file' ? 'busy' : null),
    },
  })
  const names: readonly Name[] = ['ada', 'ann', 'bob', 'vic']
  const people: Record<string, Principal> = Object.fromEntries(names.map((name) => [name, harness.as(name)]))
  transports = await fakeHarness({
    nouns: [
      ruleRoutes(service, previews, (id) => harness.people.get(id)?.name ?? null),
      ruleTallyRoutes(
        {
          async tallies() {
            talliesRead++
            return {tallies: tallied, isAll: false}
          },
        },
        service,
        previews,
        clock,
      ),
    ],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
})
afterEach(async () => {
  await transports.http.close()
  await harness.store.close()
})

/** Three films, by their years. */
const filmsWanted: WantedWorld<number> = {
  readersFor: () => ({
    reader: (fact) => (year) => (fact === 'wanted.year' ? year : undefined),
    fact: (fact, _, year) =>
      fact === 'wanted.year'
        ? {value: year, observedAt: 0, source: 'radarr'}
        : {unknown: 'missing', since: null, source: 'radarr'},
    name: (year) => ({
      kind: 'wanted',
      key: wantedKey('radarr', `movie/${year}`, `Film of ${year}`),
      serverId: null,
    }),
  }),
  subjectsFor: ({access}) => (access.permits('control') ? [1980, 1985, 1995] : []),
  guardsOf: () => (_, year) => (year === 1985 ? 'notReady' : null),
}

async function ask(
  who: Name,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url = '',
  payload?: object,
) {
  const headers = {host: 'localhost', 'x-who': who}
  const answer = await transports.http.app.inject({
    method,
    url: `/api/rules${url}`,
    headers,
    ...(payload && {payload}),
  })
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json<Reported>()}
}

const yaml = 'name: Old\nwhen: {fact: seedingTime, op: gte, value: 14d}\ndo: [{action: remove}]\n'

async function made(who: Name, body: object = {yaml}): Promise<string> {
  return (await ask(who, 'POST', '', body)).json!.id
}

test('a rule is made of YAML, listed, read with its text, changed and removed', async () => {
  const {status, json} = await ask('ann', 'POST', '', {yaml})
  expect([status, json]).toMatchObject([
    201,
    {
      name: 'Old',
      revision: 1,
      origin: 'user',
      may: 'edit',
      mode: 'simulate',
      configured_mode: null,
      owner: {id: 'id-ann', name: 'ann'},
      obstacle: null,
      suspended: null,
      actions: ['remove'],
      rule: {id: json!.id, name: 'Old', when: {fact: 'seedingTime', op: 'gte', value: '14d'}},
    },
  ])
  const {id} = json!
  expect((await ask('ann', 'GET')).json!.rules).toMatchObject([
    {id, trial_until: harness.clock.now() + 86_400_000},
  ])
  // A page that says all of them as sentences asks once for all.
  expect((await ask('ann', 'GET')).json!.rules[0]).not.toHaveProperty('rule')
  expect((await ask('ann', 'GET', '?documents=true')).json!.rules).toMatchObject([
    {id, rule: {name: 'Old', when: {fact: 'seedingTime', op: 'gte', value: '14d'}}},
  ])
  const text = (await ask('ann', 'GET', `/${id}`)).json!.yaml
  const edited = {yaml: text.replace('14d', '21d'), revision: 1}
  expect((await ask('ann', 'PUT', `/${id}`, edited)).json).toMatchObject({revision: 2})
  expectProblem(await ask('ann', 'PUT', `/${id}`, edited), 'changed_meanwhile')
  expect((await ask('ann', 'PATCH', `/${id}`, {mode: 'ask', order: 5})).json).toMatchObject({
    mode: 'ask',
    order: 5,
    revision: 2,
  })
  expect(await ask('ann', 'DELETE', `/${id}`)).toEqual({status: 204, json: null})
  expect((await ask('ann', 'GET')).json!.rules).toEqual([])
})

test('S19 going live takes a confirmation on the first day', async () => {
  const id = await made('ann')
  expectProblem(await ask('ann', 'PATCH', `/${id}`, {mode: 'live'}), 'rule_untried')
  expect((await ask('ann', 'PATCH', `/${id}`, {mode: 'live', confirm: true})).json).toMatchObject({
    mode: 'live',
  })
})

test('a mistake is reported with its field, its place, what was found and what is accepted', async () => {
  const {status, json} = await ask('ann', 'POST', '', {yaml: yaml.replace('14d', '14x')})
  expect(status).toBe(400)
  expect(json!.errors).toMatchObject([{field: 'when.value', found: '"14x"', line: 2, column: 43}])
  const plain = await ask('ann', 'POST', '', {rule: {name: 'Old', when: {fact: 'age'}, do: []}})
  expect(plain.json!.errors).toMatchObject([{field: 'when.op'}, {field: 'do'}])
  expect(plain.json!.errors[0]).not.toHaveProperty('line')
  for (const body of [{}, {yaml, rule: {}}, {yaml, copy_of: 'r-1'}]) {
    expect((await ask('ann', 'POST', '', body)).json).toMatchObject({code: 'bad_request'})
  }
})

test('S29 a rule of another user is answered like one that is not there', async () => {
  const id = await made('ann')
  for (const [method, url, body] of [
    ['GET', '', undefined],
    ['PUT', '', {yaml}],
    ['PATCH', '', {mode: 'off'}],
    ['DELETE', '', undefined],
    ['POST', '/resume', undefined],
  ] as const) {
    const own = await ask('bob', method, `/${id}${url}`, body)
    const none = await ask('bob', method, `/r-none${url}`, body)
    expect([own.status, own.json!.code]).toEqual([404, 'rule_unknown'])
    expect({...own.json, request_id: ''}).toEqual({...none.json, request_id: ''})
  }
  expect((await ask('bob', 'POST', '', {copy_of: id})).json).toMatchObject({code: 'rule_unknown'})
  expect((await ask('vic', 'POST', '', {yaml})).json).toMatchObject({code: 'forbidden'})
})

test('a preset is shown as what it is, without passkeys, lowered, and copied', async () => {
  const url = 'https://tracker.example/passkey-of-the-house/announce'
  rules.follow([presetOf('radarr.trackers', {do: [{action: 'tracker.add', urls: [url]}]})])
  const shown = await ask('ada', 'GET', '/radarr.trackers')
  expect(shown.json).toMatchObject({
    origin: 'preset',
    may: 'mode',
    owner: null,
    mode: 'live',
    configured_mode: 'live',
    created_at: null,
    rule: {do: [{action: 'tracker.add', urls: ['https://tracker.example']}]},
  })
  expect(JSON.stringify(shown.json)).not.toContain('passkey-of-the-house')
  expect((await ask('ada', 'PUT', '/radarr.trackers', {yaml})).json).toMatchObject({code: 'forbidden'})
  expect((await ask('ada', 'PATCH', '/radarr.trackers', {mode: 'off'})).json).toMatchObject({mode: 'off'})
  const copy = await ask('ada', 'POST', '', {copy_of: 'radarr.trackers'})
  expect(copy.json).toMatchObject({origin: 'user', mode: 'simulate', rule: {do: [{urls: [url]}]}})
})

test('what a server in sight lacks is shown where the rule is shown, and of no other server', async () => {
  const lacks = {remove: {support: 'none', reason: 'It has no way to.'}} as unknown as Features
  transports.servers.all.push(...['anns', 'bobs'].map((id) => server(id, {features: lacks})))
  const id = await made('ann')
  const cannot = [{server_id: 'anns', server_name: 'anns', action: 'remove', reason: 'It has no way to.'}]
  expect((await ask('ann', 'GET', `/${id}`)).json).toMatchObject({cannot})
  expect((await ask('ann', 'GET')).json!.rules).toMatchObject([{cannot}])
  const elsewhere = yaml.replace('do:', 'scope: {servers: [file]}\ndo:')
  expect((await ask('ann', 'PUT', `/${id}`, {yaml: elsewhere})).json).toMatchObject({cannot: []})
})

test('a suspended rule says why, and goes on when a user looked', async () => {
  const id = (await made('ann')) as RuleId
  suspended.set(id, {ruleId: id, revision: 1, at: 5, reason: 'maxShare', detail: {done: 9}})
  expect((await ask('ann', 'GET', `/${id}`)).json).toMatchObject({
    suspended: {at: 5, reason: 'maxShare', detail: {done: 9}},
  })
  expect((await ask('ann', 'POST', `/${id}/resume`)).json).toMatchObject({suspended: null})
})

test('the words and the examples are shown to users who may read', async () => {
  const words = (await ask('vic', 'GET', '/vocabulary')).json!
  expect(words.facts.find(({name}) => name === 'gained')).toMatchObject({windowed: true, unit: 'bytes'})
  const {examples} = (await ask('vic', 'GET', '/examples')).json!
  expect(examples.map(({name}) => name)).toContain('Stalled')
  for (const example of examples)
    expect(await ask('ann', 'POST', '', {yaml: example.yaml})).toMatchObject({status: 201})
})

test('S09 rules about paths are offered to administrators, and made by them alone', async () => {
  const {examples} = (await ask('ada', 'GET', '/examples')).json!
  const {yaml: about} = examples.find((it) => it.yaml.includes('subject: path'))!
  expect((await ask('ann', 'POST', '', {yaml: about})).json).toMatchObject({code: 'forbidden'})
  expect((await ask('ann', 'POST', '/preview', {yaml: about})).json).toMatchObject({code: 'forbidden'})
  expect((await ask('ada', 'POST', '', {yaml: about})).json).toMatchObject({subject: 'path', obstacle: null})
  expect((await ask('ada', 'POST', '/preview', {yaml: about})).json).toMatchObject({
    subject: 'path',
    looked: 0,
    left: [{why: 'young', count: 2}],
    folders: [],
    rows: [],
  })
  const mixed = about.replace('orphan.recycle, days: 30', 'remove')
  expect((await ask('ada', 'POST', '', {yaml: mixed})).json).toMatchObject({
    code: 'bad_request',
    errors: [{field: 'do[0].action', found: '"remove"', line: 6}],
  })
})

test('a rule about what is wanted is tried on the Arrs that a user commands, and never asks', async () => {
  const about =
    'name: Old films\nsubject: wanted\nwhen: {fact: wanted.year, op: lt, value: 1990}\ndo: [{action: arr.search}]\n'
  expect((await ask('ann', 'POST', '/preview', {yaml: about})).json).toMatchObject({
    subject: 'wanted',
    looked: 3,
    matched: {count: 2},
    blocked: {count: 1},
    guards: [{name: 'notReady', count: 1}],
    would_act: {count: 1},
    servers: [],
    rows: [{server_id: null, info_hash: null, name: 'Film of 1980', size: null, actions: ['arr.search']}],
    spared: [{why: 'blocked', guard: 'notReady', name: 'Film of 1985'}],
    funnel: {in_scope: 3, nearest: [{name: 'Film of 1995', fact: 'wanted.year', lacks: 5}]},
    shown: null,
  })
  expect((await ask('vic', 'POST', '/preview', {yaml: about})).json).toMatchObject({looked: 0})
  const {json} = await ask('ann', 'POST', '', {yaml: about})
  expect(json).toMatchObject({subject: 'wanted', obstacle: null, cannot: []})
  const id = (json as unknown as {id: string}).id
  expect((await ask('ann', 'PATCH', `/${id}`, {mode: 'ask'})).json).toMatchObject({
    code: 'bad_argument',
    detail: 'A rule about this has no mode "ask". Accepted: off, simulate, live.',
  })
  expect((await ask('ann', 'PATCH', `/${id}`, {mode: 'live', confirm: true})).json).toMatchObject({
    mode: 'live',
  })
  expect((await ask('ann', 'POST', '', {yaml: `${about}mode: ask\n`})).json).toMatchObject({
    code: 'bad_request',
    errors: [{field: 'mode', accepted: ['off', 'simulate', 'live']}],
  })
})

test('S19 before it is saved a rule shows what it would do, and what keeps it', async () => {
  const preview = {yaml: 'name: All\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]\n'}
  const {status, json} = await ask('ann', 'POST', '/preview', preview)
  expect([status, json]).toMatchObject([
    200,
    {
      looked: 2,
      matched: {count: 2, bytes: 18},
      blocked: {count: 1, bytes: 9},
      guards: [{name: 'busy', count: 1}],
      would_act: {count: 1, bytes: 9},
      unknown: {count: 0},
      servers: [{server_id: 'anns', count: 1, bytes: 9}],
      rows: [{server_id: 'anns', info_hash: 'a'.repeat(40), actions: ['stop']}],
    },
  ])
  const unsure = await ask('ann', 'POST', '/preview', {yaml: preview.yaml.replace('complete', 'forceStart')})
  expect(unsure.json).toMatchObject({
    unknown: {count: 2},
    unknown_facts: [{fact: 'forceStart', count: 2}],
    unknown_away: [],
    rows: [],
  })
  const away = server('anns', {health: health({status: 'unreachable'})})
  transports.servers.all.push(away)
  const ofAway = await ask('ann', 'POST', '/preview', {yaml: preview.yaml.replace('complete', 'forceStart')})
  expect(ofAway.json).toMatchObject({unknown_away: [{server_id: 'anns', server_name: 'anns', count: 1}]})
  expect((await ask('ann', 'POST', '/preview', {yaml: 'name: 1'})).json).toMatchObject({code: 'bad_request'})
  expect((await ask('vic', 'POST', '/preview', preview)).json).toMatchObject({looked: 0})
  expect(json!.lately).toBeNull()

  const simulating = {...preview, rule_id: await made('ann')}
  expect((await ask('ann', 'POST', '/preview', simulating)).json!.lately).toEqual({
    day: {count: 1, bytes: 9, gone: 0},
    week: {count: 1, bytes: 9, gone: 0},
    actions: [{name: 'stop', count: 1, bytes: 9}],
  })
  const id = await made('ann')
  expect((await ask('ann', 'POST', '/preview', {...preview, rule_id: id})).json).toMatchObject({looked: 2})
  expect((await ask('bob', 'POST', '/preview', {...preview, rule_id: id})).json).toMatchObject({
    code: 'rule_unknown',
  })
})

test('of a rule that was read the text or the document can be changed, and not both', async () => {
  const made = await ask('ann', 'POST', '', {yaml})
  const url = `/${made.json!.id}`
  const now = (await ask('ann', 'GET', url)).json as unknown as {
    readonly rule: object
    readonly yaml: string
    readonly revision: number
  }
  expect(await ask('ann', 'PUT', url, now)).toEqual({status: 200, json: now})
  const rule = {...now.rule, name: 'another name'}
  const other = now.yaml.replace(/^name: .*$/m, 'name: a third name')
  expect(await ask('ann', 'PUT', url, {...now, rule, yaml: other})).toMatchObject({status: 400})
  const edited = await ask('ann', 'PUT', url, {...now, rule})
  expect(edited).toMatchObject({status: 200, json: {name: 'another name', revision: now.revision + 1}})
  const last = await ask('ann', 'PUT', url, {...edited.json, yaml: other})
  expect(last).toMatchObject({status: 200, json: {name: 'a third name', revision: now.revision + 2}})
})

test('more previews than may wait at a time are refused, and the others are answered', async () => {
  givesWay = true
  const answers = await Promise.all(Array.from({length: 12}, () => ask('ann', 'POST', '/preview', {yaml})))
  const refused = answers.filter(({status}) => status !== 200)
  expect(refused).toHaveLength(3)
  for (const answer of refused) expectProblem(answer, 'too_expensive')
})

test('what rules did is counted for who sees them, with what dry runs matched, and no longer than a month', async () => {
  const id = await made('ann')
  tallied = [{ruleId: id, verb: 'remove', phase: 'confirmed', code: '', day: 6, count: 3, bytes: 9}]
  const {json} = await ask('ann', 'GET', '/tallies')
  expect(json).toMatchObject({
    is_all: false,
    rules: [
      {
        rule_id: id,
        tallies: [{kind: 'removed', outcome: 'done', day: 6, count: 3, bytes: 9}],
        matched: {count: 1},
      },
    ],
  })
  const before = talliesRead
  // Bob sees no rule: nothing is read for him.
  expect((await ask('bob', 'GET', '/tallies')).json).toMatchObject({is_all: true, rules: []})
  expect(talliesRead).toBe(before)
  const early = harness.clock.now() - 32 * 86_400_000
  expect((await ask('ann', 'GET', `/tallies?from=${early}`)).status).toBe(400)
})

test('a rule that is true of every torrent is not saved without a word where that is asked, nor changed to be so', async () => {
  const all = {yaml: 'name: All\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]\n'}
  expectProblem(await ask('ann', 'POST', '', {...all, confirm_all: false}), 'rule_matches_all')
  // Of a few torrents it is no surprise.
  expect((await ask('ann', 'POST', '', all)).status).toBe(201)
  const id = await made('ann')
  expectProblem(await ask('ann', 'PUT', `/${id}`, {...all, confirm_all: false}), 'rule_matches_all')
  expect((await ask('ann', 'PUT', `/${id}`, {...all, confirm_all: true})).status).toBe(200)
})

test('every text of a rule is listed with who gave it and when, and sent back it is what the rule says again', async () => {
  const id = await made('ann')
  await harness.clock.advance(60_000)
  const second = yaml.replace('14d', '30d')
  expect((await ask('ada', 'PUT', `/${id}`, {yaml: second})).status).toBe(200)
  await ask('ann', 'PATCH', `/${id}`, {mode: 'off'})
  const {versions} = (await ask('ann', 'GET', `/${id}/versions`)).json as unknown as {
    readonly versions: readonly {readonly yaml: string}[]
  }
  const at = harness.clock.now()
  expect(versions).toMatchObject([
    {revision: 2, name: 'Old', changed_at: at, changed_by: {name: 'ada'}, is_current: true},
    {revision: 1, name: 'Old', changed_at: at - 60_000, changed_by: {name: 'ann'}, is_current: false},
  ])
  const first = versions[1]!.yaml
  expect(first).toContain('14d')
  // It keeps the mode of now: going back switches nothing on.
  expect(first).toContain('mode: off')
  const back = await ask('ann', 'PUT', `/${id}`, {yaml: first, revision: 2})
  expect(back.json).toMatchObject({revision: 3, mode: 'off'})
  expect(back.json!.yaml).toContain('14d')
})

test('versions of a rule of another user are not there, and a rule of the configuration has none', async () => {
  const id = await made('ann')
  expect((await ask('bob', 'GET', `/${id}/versions`)).json).toMatchObject({code: 'rule_unknown'})
  rules.follow([presetOf('radarr.seeded')])
  expect((await ask('ada', 'GET', '/radarr.seeded/versions')).json).toEqual({versions: []})
})
