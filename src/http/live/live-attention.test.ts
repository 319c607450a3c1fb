/** What waits for somebody is told whole when it is another, and to nobody whose it is not. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {triageOf} from '#model/import-triage.ts'
import type {Principal, Role} from '#model/access.ts'
import {asArrId, asDownloadId, type QueueRow} from '#model/arr.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {AskedDecision} from '#model/decision.ts'
import type {ThreadView} from '#model/manager.ts'
import type {Need} from '#model/needs.ts'
import type {ServerHealth} from '#model/server.ts'
import type {SpaceForecast} from '#model/space-forecast.ts'
import type {RuleId} from '#model/rule.ts'
import type {StorageState} from '#model/services.ts'
import type {ShownRule} from '#registry/rules/service.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {OpenAlert} from '#automation/alerts/active-alerts.ts'
import type {PersonNotices} from '#automation/alerts/person-notices.ts'
import type {RejectedImports} from '#automation/alerts/rejected-imports.ts'
import type {EpochMs} from '#model/units.ts'
import {presetOf} from '#registry/rules/rules-harness.fixture.ts'
import {FakeRankings} from '#test/http/fake-rankings.ts'
import {fakeHarness} from '#test/http/http-fakes.ts'
import type {LivePage} from '#test/http/live-client.fixture.ts'
import type {ArrAtWork} from '../parts.ts'
import {hashNumber, liveHarness, nameOf, type LiveHarness} from '#test/http/live-harness.fixture.ts'
import {liveTimes} from './parts.ts'

type RejectedOfArr = ReturnType<RejectedImports['of']>
type PersonNotice = ReturnType<PersonNotices['list']>[number]

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
const suspension: RuleSuspension = {
  ruleId,
  revision: 7,
  at: 1,
  reason: 'maxShare',
  detail: {most: 25, population: 520},
}

let role: Role
let threads: readonly ThreadView[]
let held: RuleSuspension | null
let asked: readonly AskedDecision[]
let leapMs: number | null
let storage: StorageState
let alerts: readonly OpenAlert[]
let notices: readonly PersonNotice[]
let arrs: readonly ArrAtWork[]
let rejected: RejectedOfArr
let forecast: SpaceForecast | null
let mayCommand: boolean
let harness: LiveHarness
/** What keeps a rule from being read, and by what it keeps that is gone. */
let keeps: Pick<ShownRule, 'mode' | 'obstacle' | 'gone'>

beforeEach(async () => {
  ;[role, threads, held, asked, leapMs, alerts, notices] = ['administrator', [], null, [], null, [], []]
  storage = {ok: true, since: 1, code: null}
  ;[arrs, rejected, forecast, mayCommand] = [[], {imports: [], asOf: null}, null, true]
  const {fleet, registry, http} = await fakeHarness()
  await http.close()
  keeps = {mode: 'live', obstacle: null, gone: []}
  const rule = presetOf('stalled', {scope: {arrs: ['films', 'hidden']}})
  harness = await liveHarness(2, {
    arrsOf: () => [
      {id: asArrId('films'), kind: 'radarr', name: 'Films'},
      {id: asArrId('shows'), kind: 'sonarr', name: 'Shows'},
    ],
    mayCommandArr: () => mayCommand,
    live: {
      views: new FakeRankings(fleet),
      watch: () => undefined,
      onEnd: () => undefined,
      attention: {
        alerts: {list: () => alerts},
        clock: {now: () => harness.clock.now(), leapMs: () => leapMs},
        storage: () => storage,
        processes: {list: () => threads},
        rules: {seenBy: () => [{id: ruleId, name: 'Stalled', suspension: held, rule, ...keeps}]},
        approvals: {waiting: () => asked},
        notices: {list: () => notices},
        ruleName: () => 'Stalled',
        arrs: () => arrs,
        imports: {of: () => rejected},
        disks: {of: (id) => (id === 'qBit' ? forecast : null)},
      },
    },
    authentication: {
      signIns: [
        (): Principal => someone(accessOf({userId: null, role, scopes: null, servers: null}, registry)),
      ],
      hosts: [],
      stranger: () => new Error() as never,
    },
  })
})
afterEach(() => harness.http.close())

function someone(access: Principal['access']): Principal {
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

const quiet = {type: 'attention', clock: null, alerts: [], needs: []}
const plain = {server_id: null, arr_ids: [], words: []}
const newsOf = async (page: LivePage) => {
  const news = page.next('attention')
  await later()
  return news
}
const later = () => harness.clock.advance(liveTimes.attentionMs + liveTimes.beatMs)

test('a process that was given up, a rule that holds itself up and decisions that ask are reported, and when they are over', async () => {
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  threads = [thread, {...thread, id: 'other', state: 'waiting'}]
  held = suspension
  asked = [decisionOn(0), decisionOn(1)]
  const ofRule = {...plain, rule_id: 'stalled', name: 'Stalled', arr_ids: ['films']}
  expect(await newsOf(page)).toEqual({
    ...quiet,
    needs: [
      {
        ...plain,
        kind: 'process',
        id: 'process films',
        since: 1,
        name: 'films',
        words: ['boom'],
        process_id: 'films',
        process_kind: 'arr',
        answers: ['show', 'restart'],
      },
      {
        ...ofRule,
        kind: 'rule',
        id: 'rule stalled',
        since: 1,
        reason: 'maxShare',
        detail: {most: 25, population: 520},
        answers: ['show', 'resume'],
      },
      {
        ...ofRule,
        kind: 'approval',
        id: 'asks stalled films',
        since: 3,
        count: 2,
        decision: null,
        answers: ['show', 'decline', 'approve'],
      },
    ],
  })
  const count = page.messages.length
  await later()
  await page.settled()
  expect(page.messages.slice(count).map(({type}) => type)).toEqual(['pong'])
  ;[threads, held, asked] = [[], null, []]
  expect(await newsOf(page)).toEqual(quiet)
})

test('a rule of which it is unknown what it keeps is reported, while it is on: it cannot be read, or keeps by what is gone', async () => {
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  const need = {
    ...plain,
    kind: 'keep_rule',
    id: 'keeps stalled',
    since: null,
    name: 'Stalled',
    arr_ids: ['films'],
    rule_id: 'stalled',
    answers: ['show'],
  }
  keeps = {mode: 'live', obstacle: 'unreadable_keeps', gone: []}
  expect((await newsOf(page)).needs).toEqual([{...need, reason: 'unreadable', gone: []}])
  keeps = {mode: 'ask', obstacle: null, gone: ['Tidemark']}
  expect((await newsOf(page)).needs).toEqual([{...need, reason: 'gone', gone: ['Tidemark']}])
  keeps = {mode: 'simulate', obstacle: null, gone: ['Tidemark']}
  expect((await newsOf(page)).needs).toEqual([])
})

/** A decision that is alone can be answered where it is told. */
const alone = (number: number) => ({
  decision: {id: `d${number}`, actions: [], subject: nameOf(number)},
  answers: ['show', 'decline', 'approve'],
})

test('decisions are counted for the Arr of their torrent, else for the one that their rule is for', async () => {
  harness.change(0, {arrId: asArrId('shows')})
  asked = [decisionOn(0), decisionOn(1)]
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect((await page.next('attention')).needs).toMatchObject([
    {kind: 'approval', rule_id: 'stalled', arr_ids: ['shows'], count: 1, since: 3, ...alone(0)},
    {kind: 'approval', rule_id: 'stalled', arr_ids: ['films'], count: 1, since: 3, ...alone(1)},
  ])
})

test('a database that cannot be written is reported to users who administer; one that needs a person asks for them', async () => {
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  storage = {ok: false, since: 7, code: 'storage_unavailable'}
  const line = {id: 'storage', since: 7, server_id: null, name: null, arr_id: null}
  const away = {...line, code: 'storage_unavailable', message: expect.stringContaining('does not answer')}
  expect(await newsOf(page)).toEqual({...quiet, alerts: [away]})
  storage = {ok: false, since: 8, code: 'storage_full'}
  const full = {...line, since: 8, code: 'storage_full', message: expect.stringContaining('disk')}
  expect(await newsOf(page)).toMatchObject({
    alerts: [full],
    needs: [{kind: 'alert', code: 'storage_full', since: 8, words: [expect.stringContaining('disk')]}],
  })
  storage = {ok: true, since: 9, code: null}
  expect(await newsOf(page)).toEqual(quiet)
})

test('of the database a member is shown nothing', async () => {
  role = 'member'
  storage = {ok: false, since: 8, code: 'storage_full'}
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
})

test('S40 a clock that is not believed is reported to all, once, until it is', async () => {
  role = 'member'
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  leapMs = 400 * 86_400_000 + 1_234
  const clock: Need = {...plain, kind: 'clock', id: 'clock', since: null, name: '', answers: ['answer']}
  expect(await newsOf(page)).toEqual({...quiet, clock: {ahead_ms: 400 * 86_400_000}, needs: [clock]})
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
  return {
    ...line,
    ...about,
    serverId: server,
    name,
    code: 'internet_down',
    heals: true,
    message: 'It is gone.',
  }
}

test('what holds rules back is reported while it lasts, to users who see where', async () => {
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  alerts = [alertOn('qBit'), alertOn(null, 'Films')]
  const reported = {since: 5, code: 'internet_down', message: 'It is gone.'}
  const onServer = {...reported, id: 'a qBit', server_id: 'qBit', name: null, arr_id: null}
  const onArr = {...reported, id: 'a null', server_id: null, name: 'Films', arr_id: 'films'}
  expect(await newsOf(page)).toEqual({...quiet, alerts: [onServer, onArr]})
  role = 'viewer'
  const other = await harness.page()
  other.say({type: 'watch', topics: ['attention']})
  // He sees the server, and has no business with the Arr.
  expect((await other.next('attention')).alerts).toEqual([onServer])
  alerts = []
  expect(await newsOf(page)).toEqual(quiet)
})

test('what a rule notifies of is shown to users who see the rule and the torrent, a server at a private address to administrators', async () => {
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
    const page = await harness.page()
    page.say({type: 'watch', topics: ['attention']})
    return (await page.next('attention')).needs
  }
  const all = await seen()
  expect(all.map(({id}) => id)).toEqual(
    ['seen', 'elsewhere', 'nowhere', 'private'].map((it) => `notice ${it}`),
  )
  expect(all[0]).toEqual({
    ...plain,
    kind: 'notice',
    id: 'notice seen',
    since: 5,
    code: 'rule_notifies',
    name: 'Tell',
    words: ['It is here: A'],
    server_id: 'qBit',
    answers: ['show'],
  })
  role = 'viewer'
  expect((await seen()).map(({id}) => id)).toEqual(['notice seen'])
})

test('a disk that is gone is reported once, with those of its servers that the user sees', async () => {
  const page = await harness.page()
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
  const other = await harness.page()
  other.say({type: 'watch', topics: ['attention']})
  // Where it lies on our machine is for those who may change the server.
  const unplaced = {
    ...alone,
    message: 'A disk of its files is not the one that was there, or is not mounted.',
  }
  expect((await other.next('attention')).alerts).toEqual([unplaced, unplaced])
})

test('a user who is no administrator is shown no process, and one who did not ask nothing', async () => {
  ;[role, threads] = ['member', [thread]]
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  expect(await page.next('attention')).toEqual(quiet)
  page.say({type: 'watch', topics: ['servers']})
  held = suspension
  await later()
  await page.settled()
  expect(page.messages.filter(({type}) => type === 'attention')).toHaveLength(1)
})

const film: QueueRow = {
  id: 1,
  downloadId: asDownloadId('A'.repeat(40)),
  media: [{kind: 'movie', id: 7, parentId: null}],
  title: 'Paper.Ferry.2024',
  quality: 'WEB',
  qualityModel: null,
  score: 0,
  size: 9,
  sizeLeft: 0,
  status: 'completed',
  state: 'importBlocked',
  trouble: 'warning',
  messages: [{title: 'Paper.Ferry.2024', messages: ['Not an upgrade']}],
  errorMessage: '',
  protocol: 'torrent',
  client: 'box',
  indexer: 'one',
  outputPath: '',
  addedAt: 1,
  doneAt: null,
  hasPostImportCategory: false,
}
const rejection = {
  id: 'A'.repeat(40),
  downloadId: film.downloadId,
  rows: [film] as const,
  since: 40,
  triage: triageOf([]),
}

function arr(id: string, change: Partial<ArrCard> = {}, running: Partial<RunningArr> | null = {}): ArrAtWork {
  return {
    card: {
      id: asArrId(id),
      kind: 'radarr',
      name: id,
      origin: 'file',
      ownerId: null,
      sharing: [],
      url: null,
      category: id,
      enabled: true,
      obstacle: null,
      ...change,
    },
    running: running && {
      queue: [film],
      lastQueue: [film],
      readAt: 1,
      isBehind: false,
      isLive: true,
      fault: null,
      faultSince: null,
      isKeyRefused: false,
      nextTryAt: null,
      version: '5',
      checks: [],
      searching: 0,
      titleOf: () => 'Paper Ferry (2024)',
      coming: async () => [],
      act: async () => undefined,
      importProof: async () => ({files: 1, doubt: null}),
      searcherAfter: async () => 'arr' as const,
      tryNow: () => undefined,
      ...running,
    },
  }
}

const needsSeen = async () => {
  const page = await harness.page()
  page.say({type: 'watch', topics: ['attention']})
  return (await page.next('attention')).needs
}

test('an import that an Arr rejects is shown in its words, with the answers for users who may give them', async () => {
  rejected = {imports: [rejection], asOf: null}
  arrs = [arr('Films')]
  expect(await needsSeen()).toEqual([
    {
      kind: 'import',
      id: `import Films ${'A'.repeat(40)}`,
      since: 40,
      name: 'Paper Ferry (2024)',
      server_id: null,
      arr_ids: ['Films'],
      arr_name: 'Films',
      words: ['Not an upgrade'],
      download_id: 'A'.repeat(40),
      release: 'Paper.Ferry.2024',
      media: [{kind: 'movie', id: 7, parent_id: null}],
      size: 9,
      torrents: [],
      as_of: null,
      answers: ['ignore', 'import', 'blocklist', 'search'],
    },
  ])
  mayCommand = false
  expect(await needsSeen()).toMatchObject([{kind: 'import', answers: []}])
  // Two that reject the same download are two questions: each has its words and its answers.
  arrs = [arr('Films'), arr('Films 4K')]
  expect((await needsSeen()).map(({arr_ids: ids}) => ids)).toEqual([['Films'], ['Films 4K']])
  // One that is away may have done something about it since.
  rejected = {...rejected, asOf: 77}
  expect(await needsSeen()).toMatchObject([{as_of: 77}, {as_of: 77}])
  arrs = [arr('Films', {enabled: false}), arr('Shows', {}, null)]
  expect(await needsSeen()).toEqual([])
})

test('an Arr whose key is refused needs a user at once, one that is away after an hour', async () => {
  const now = harness.clock.now()
  const away = (minutes: number) => ({fault: 'It does not answer.', faultSince: now - minutes * 60_000})
  arrs = [
    arr('short', {}, away(59)),
    arr('long', {}, away(61)),
    arr('refused', {}, {...away(1), isKeyRefused: true}),
    arr('held', {obstacle: {code: 'secret_missing', detail: '', with: []}}),
    arr('off', {enabled: false}, away(100)),
  ]
  expect(await needsSeen()).toMatchObject([
    {kind: 'arr', name: 'long', since: now - 61 * 60_000, words: ['It does not answer.']},
    {kind: 'arr', name: 'refused'},
    {kind: 'arr', name: 'held', since: null},
  ])
})

test('a server needs a user at once for its password, after an hour when it is away, and never while it is off', async () => {
  const now = harness.clock.now()
  const [server] = harness.servers.all
  const seen = async (health: Partial<ServerHealth>, enabled = true) => {
    harness.servers.all[0] = {...server!, enabled, health: {...server!.health, ...health}}
    return (await needsSeen()).map(({kind, answers}) => `${kind}: ${answers.join()}`)
  }
  const needed = ['server: repair,show']
  expect(await seen({status: 'unreachable', reason: 'refused', since: now - 59 * 60_000})).toEqual([])
  expect(await seen({status: 'unreachable', reason: 'refused', since: now - 61 * 60_000})).toEqual(needed)
  expect(await seen({status: 'auth_failed', reason: 'wrong_credentials', since: now})).toEqual(needed)
  expect(await seen({status: 'warming', reason: 'another_server', since: now})).toEqual(needed)
  expect(await seen({status: 'auth_failed', reason: 'wrong_credentials', since: now}, false)).toEqual([])
  role = 'viewer'
  expect(await seen({status: 'auth_failed', reason: 'wrong_credentials', since: now})).toEqual([
    'server: show',
  ])
})

test('what holds rules back and ends without a person is no question, and what has a line of its own has one', async () => {
  alerts = [
    alertOn('qBit'),
    {...alertOn('qBit'), id: 'b', code: 'clock_wrong', heals: false},
    {...alertOn('qBit'), id: 'c', code: 'another_server', heals: false},
  ]
  expect((await needsSeen()).map(({id}) => id)).toEqual(['alert b', 'alert c'])
  const [server] = harness.servers.all
  harness.servers.all[0] = {
    ...server!,
    health: {...server!.health, status: 'warming', reason: 'another_server', since: 4},
  }
  expect((await needsSeen()).map(({id}) => id)).toEqual(['server qBit', 'alert b'])
})

test('a disk that is full within a fortnight is reported last', async () => {
  const now = harness.clock.now()
  held = suspension
  forecast = {fullAt: now + 13 * 86_400_000, perDay: 5}
  expect(await needsSeen()).toMatchObject([
    {kind: 'rule'},
    {kind: 'disk', server_id: 'qBit', since: null, full_at: forecast.fullAt, per_day: 5},
  ])
  forecast = {fullAt: now + 15 * 86_400_000, perDay: 5}
  expect(await needsSeen()).toMatchObject([{kind: 'rule'}])
})
