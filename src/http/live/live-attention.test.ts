/** What waits for somebody is told whole when it is another, and to nobody whose it is not. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal, Role} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {AskedDecision} from '#model/decision.ts'
import type {ThreadView} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {OpenAlert} from '#automation/alerts/active-alerts.ts'
import type {PersonNotice} from '#automation/alerts/person-notices.ts'
import type {EpochMs} from '#model/units.ts'
import {presetOf} from '#registry/rules/rules-harness.fixture.ts'
import {FakeRankings} from '#test/http/fake-rankings.ts'
import {fakeHouse} from '#test/http/http-fakes.ts'
import type {LivePage} from '#test/http/live-client.fixture.ts'
import {hashNumber, liveHouse, type LiveHarness} from '#test/http/live-harness.fixture.ts'
import {liveTimes} from './parts.ts'

const ruleId = 'stalled' as RuleId
const thread: ThreadView = {
  id: 'films',
  kind: 'arr',
  name: 'films',
  state: 'given_up',
  since: 1,
  restarts: 5,
  lastEnd: {at: 1, why: 'crashed', message: 'boom'},
  nextStartAt: null,
  pulse: null,
}
const suspension: RuleSuspension = {ruleId, revision: 7, at: 1, reason: 'maxShare', detail: null}

let role: Role
let threads: readonly ThreadView[]
let held: RuleSuspension | null
let asked: readonly AskedDecision[]
let leapMs: number | null
let alerts: readonly OpenAlert[]
let notices: readonly PersonNotice[]
let house: LiveHarness

beforeEach(async () => {
  ;[role, threads, held, asked, leapMs, alerts, notices] = ['administrator', [], null, [], null, [], []]
  const {fleet, book, http} = await fakeHouse()
  await http.close()
  const rule = presetOf('stalled', {scope: {arrs: ['films', 'hidden']}})
  house = await liveHouse(2, {
    arrsOf: () => [
      {id: asArrId('films'), kind: 'radarr', name: 'Films'},
      {id: asArrId('shows'), kind: 'sonarr', name: 'Shows'},
    ],
    live: {
      views: new FakeRankings(fleet),
      watch: () => undefined,
      onEnd: () => undefined,
      attention: {
        alerts: {list: () => alerts},
        clock: {leapMs: () => leapMs},
        processes: {list: () => threads},
        rules: {seenBy: () => [{id: ruleId, name: 'Stalled', suspension: held, rule}]},
        approvals: {waiting: () => asked},
        notices: {list: () => notices},
        ruleName: () => 'Stalled',
      },
    },
    door: {
      signIns: [(): Principal => somebody(accessOf({userId: null, role, scopes: null, servers: null}, book))],
      hosts: [],
      stranger: () => new Error() as never,
    },
  })
})
afterEach(() => house.http.close())

function somebody(access: Principal['access']): Principal {
  return {
    actor: {name: role, origin: 'user', userId: null, address: null},
    access,
    userId: null,
    name: role,
    role,
    via: 'session',
    credentialId: null,
  }
}

function decisionOn(number: number): AskedDecision {
  const {key, serverId} = {key: `qBit/${hashNumber(number)}`, serverId: asServerId('qBit')}
  return {
    id: `d${number}`,
    until: 8,
    message: null,
    decision: {
      at: 3,
      ruleId,
      ruleRevision: 7,
      mode: 'ask',
      concern: 'fate',
      reason: 'stalled',
      hold: null,
      subject: {kind: 'torrent', key, serverId},
      actions: [],
      preconditions: [],
      evidence: {verdict: 'yes', branch: 'all', parts: []},
    },
  }
}

const quiet = {
  type: 'attention',
  clock: null,
  alerts: [],
  processes: [],
  rules: [],
  approvals: [],
  notices: [],
}
const newsOf = async (page: LivePage) => {
  const news = page.next('attention')
  await later()
  return news
}
const later = () => house.clock.advance(liveTimes.attentionMs + liveTimes.beatMs)

test('a process that was given up, a rule that holds itself up and decisions that ask are told, and when they are over', async () => {
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  threads = [thread, {...thread, id: 'other', state: 'waiting'}]
  held = suspension
  asked = [decisionOn(0), decisionOn(1)]
  expect(await newsOf(page)).toEqual({
    type: 'attention',
    clock: null,
    alerts: [],
    processes: [{id: 'films', kind: 'arr', name: 'films', why: 'boom', since: 1}],
    rules: [{id: 'stalled', name: 'Stalled', reason: 'maxShare', arrs: ['films'], since: 1}],
    approvals: [{rule_id: 'stalled', rule_name: 'Stalled', arr_id: 'films', count: 2, since: 3}],
    notices: [],
  })
  const count = page.messages.length
  await later()
  await page.settled()
  expect(page.messages.slice(count).map(({type}) => type)).toEqual(['pong'])
  ;[threads, held, asked] = [[], null, []]
  expect(await newsOf(page)).toEqual(quiet)
})

test('decisions are counted for the Arr of their torrent, else for the one that their rule is for', async () => {
  house.change(0, {arrId: asArrId('shows')})
  asked = [decisionOn(0), decisionOn(1)]
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  expect((await page.next('attention')).approvals).toEqual([
    {rule_id: 'stalled', rule_name: 'Stalled', arr_id: 'shows', count: 1, since: 3},
    {rule_id: 'stalled', rule_name: 'Stalled', arr_id: 'films', count: 1, since: 3},
  ])
})

test('S40 a clock that is not believed is told to everybody, once, until it is', async () => {
  role = 'member'
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  leapMs = 400 * 86_400_000 + 1_234
  expect(await newsOf(page)).toEqual({...quiet, clock: {ahead_ms: 400 * 86_400_000}})
  // Two clocks go a little apart.
  leapMs += 2_000
  await later()
  await page.settled()
  expect(page.messages.filter(({type}) => type === 'attention')).toHaveLength(2)
  leapMs = null
  expect(await newsOf(page)).toEqual(quiet)
})

function alertOn(serverId: string | null, name: string | null = null): OpenAlert {
  const about =
    serverId === null
      ? ({subject: 'arr', args: {id: 'films'}} as const)
      : ({subject: 'server', args: {}} as const)
  const actor = {name: 'Internet', origin: 'rule', userId: null, address: null} as const
  const line = {
    id: `a ${serverId}`,
    at: 5 as EpochMs,
    actor,
    hash: null,
    verb: 'freeze',
    phase: 'blocked',
  } as const
  const server = serverId === null ? null : asServerId(serverId)
  return {...line, ...about, serverId: server, name, code: 'internet_down', message: 'It is gone.'}
}

test('what holds rules back is told while it lasts, to who sees where', async () => {
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  alerts = [alertOn('qBit'), alertOn(null, 'Films')]
  const told = {since: 5, code: 'internet_down', message: 'It is gone.'}
  const onServer = {...told, id: 'a qBit', server_id: 'qBit', name: null, arr_id: null}
  const onArr = {...told, id: 'a null', server_id: null, name: 'Films', arr_id: 'films'}
  expect(await newsOf(page)).toEqual({...quiet, alerts: [onServer, onArr]})
  role = 'viewer'
  const other = await house.page()
  other.say({type: 'watch', topics: ['attention']})
  // He sees the server, and has no business with the Arr.
  expect((await other.next('attention')).alerts).toEqual([onServer])
  alerts = []
  expect(await newsOf(page)).toEqual(quiet)
})

test('what a rule notifies of is told to who sees the rule and the torrent, a server at a private address to administrators', async () => {
  const notice = {id: 'n', at: 5 as EpochMs, message: 'It is here: A', name: 'Tell'}
  const [qBit, hidden] = [asServerId('qBit'), asServerId('hidden')]
  notices = [
    {...notice, id: 'seen', code: 'rule_notifies', ruleId, serverId: qBit},
    {...notice, id: 'elsewhere', code: 'rule_notifies', ruleId, serverId: hidden},
    {...notice, id: 'nowhere', code: 'rule_notifies', ruleId, serverId: null},
    {...notice, id: 'other', code: 'rule_notifies', ruleId: 'other' as RuleId, serverId: qBit},
    {...notice, id: 'private', code: 'private_server', ruleId: null, serverId: qBit},
  ]
  const seen = async () => {
    const page = await house.page()
    page.say({type: 'watch', topics: ['attention']})
    return (await page.next('attention')).notices
  }
  const all = await seen()
  expect(all.map(({id}) => id)).toEqual(['seen', 'elsewhere', 'nowhere', 'private'])
  const {at, message, name} = notice
  expect(all[0]).toEqual({id: 'seen', at, code: 'rule_notifies', message, name, server_id: 'qBit'})
  role = 'viewer'
  expect((await seen()).map(({id}) => id)).toEqual(['seen'])
})

test('a disk that is gone is told once, with those of its servers that he sees', async () => {
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  await page.next('attention')
  const on = (server: string, disk: string): OpenAlert => ({
    ...alertOn(server),
    code: 'disk_missing',
    args: {path: '/mnt', disk, server},
  })
  alerts = [on('qBit', '7'), on('hidden', '7'), on('qBit', '8')]
  const one = {since: 5, code: 'disk_missing', name: null, arr_id: null, id: 'a qBit'}
  const alone = {...one, message: 'It is gone.', server_id: 'qBit'}
  const both = {...one, message: 'It is gone. It concerns qBit, hidden.', server_id: null}
  expect((await newsOf(page)).alerts).toEqual([both, alone])
  role = 'viewer'
  const other = await house.page()
  other.say({type: 'watch', topics: ['attention']})
  // Where it lies on our machine is for those who may change the server.
  const unplaced = {
    ...alone,
    message: 'A disk of its files is not the one that was there, or is not mounted.',
  }
  expect((await other.next('attention')).alerts).toEqual([unplaced, unplaced])
})

test('who is no administrator is told of no process, and who did not ask of nothing', async () => {
  ;[role, threads] = ['member', [thread]]
  const page = await house.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  page.say({type: 'watch', topics: ['servers']})
  held = suspension
  await later()
  await page.settled()
  expect(page.messages.filter(({type}) => type === 'attention')).toHaveLength(1)
})
