/**
 * Refusals and failures as the whole program answers them, each from what really causes it: a torrent server that does
 * this or that, a person who asks too much, something that is not there. What only the door, the pages of people or the
 * database refuse is produced where they are tested.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {mostHeld} from '#executor/held-removals.ts'
import type {Fault} from '#lab/simulators/faults.ts'
import {expectCode, expectProblem} from '../http/expect-problem.ts'
import {A, B, hashAt, ScenarioHarness} from '../scenarios/scenario-harness.fixture.ts'
import type {Answer, WireItem} from './program.fixture.ts'

const T = 'Transmission-A'
const R = 'rTorrent-A'
const OLD = 'qBit-old'
const servers = [
  {name: A, torrents: 30},
  {name: B, torrents: 2},
  {name: T, kind: 'transmission', torrents: 2},
  {name: R, kind: 'rtorrent', torrents: 2},
  {name: OLD, version: '4.2.5'},
] as const

let harness: ScenarioHarness
beforeAll(async () => {
  harness = await ScenarioHarness.start({
    settled: 5,
    servers,
    arrs: [{name: 'radarr', app: 'radarr', downloadClients: [{name: A, category: 'films'}]}],
    config:
      '[Radarr-films]\nManaged = false\nCategory = "films"\nURI = "http://radarr"\nAPIKey = "KEY-radarr"\n',
  })
})
afterAll(() => harness.stop())

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await harness.acting.answered(harness.acting.api.send(method, path, body))
  return answer!
}

const keyAt = (server: string, index: number) => ({server_id: server, info_hash: hashAt(server, index)})

async function act(verb: string, server: string, args: object = {}): Promise<readonly WireItem[]> {
  const {body} = await ask('POST', '/api/torrents/actions', {verb, keys: [keyAt(server, 0)], args})
  return (body as {results: readonly WireItem[]}).results
}

async function withFault(server: string, fault: Fault, then: () => Promise<void>): Promise<void> {
  const {faults} = harness.acting.server(server).server
  faults.add(fault)
  await then().finally(() => faults.clear())
  await harness.pass(1)
  await ask('POST', `/api/servers/${server}/test`)
  await harness.pass(20)
  expect((await harness.acting.api.server(server)).health.status).toBe('online')
}

const limitsOf = (server: string) => ask('GET', `/api/servers/${server}/limits`)

test('what a torrent server does is answered by what it is', async () => {
  await withFault(A, {kind: 'reset'}, async () => expectProblem(await limitsOf(A), 'server_unreachable'))
  await withFault(T, {kind: 'status', status: 401}, async () =>
    expectProblem(await limitsOf(T), 'login_refused'),
  )
  const banned = {kind: 'status', status: 403, body: 'Too many unsuccessful login attempts.'} as const
  await withFault(T, banned, async () => expectProblem(await limitsOf(T), 'login_banned'))
  await withFault(R, {kind: 'loginPage'}, async () => expectProblem(await limitsOf(R), 'wrong_server'))
  await withFault(A, {kind: 'garbage', bytes: 300}, async () =>
    expectProblem(await limitsOf(A), 'answer_invalid'),
  )
  await withFault(R, {kind: 'status', status: 500}, async () =>
    expectProblem(await limitsOf(R), 'server_failed'),
  )
  const busy = {kind: 'status', status: 429, retryAfter: '5'} as const
  await withFault(A, busy, async () => expectProblem(await limitsOf(A), 'rate_limited'))
  await withFault(A, {kind: 'lost', path: 'stop'}, async () => {
    expectProblem(await ask('POST', `/api/torrents/${hashAt(A, 0)}/stop`), 'unconfirmed')
  })
})

test('a server that forgets each session is not logged in to without end', async () => {
  await withFault(A, {kind: 'status', status: 403, path: 'transfer|preferences'}, async () => {
    const answers = [await limitsOf(A), await limitsOf(A), await limitsOf(A), await limitsOf(A)]
    expectProblem(answers[0]!, 'server_failed')
    expectProblem(answers.at(-1)!, 'session_lost')
  })
})

test('what a server says no to, or cannot do, is reported of its torrent', async () => {
  const rename = {from: 'nothing', to: 'other'}
  expectCode(await act('renameFile', A, {...rename, accepts_doubt: true}), 'command_refused')
  // Another server is not there to say whether it uses the same files.
  expectCode(await act('renameFile', A, rename), 'content_unknown')
  expectCode(await act('addWebSeeds', R, {urls: ['http://seed.example/']}), 'not_supported')
  expectCode(await act('setLocation', A, {path: 'relative', move_data: false}), 'bad_argument')
  await harness.away(B)
  await harness.pass(30)
  expectCode(await act('stop', B), 'server_not_online')
  expectProblem(await limitsOf(B), 'server_not_online')
  await harness.back(B)
})

test('a torrent that two servers hold is named with its server', async () => {
  const {hash} = harness.put(A, 100, {hash: hashAt(T, 0), name: 'twice'})
  const holders = async () =>
    (await harness.acting.api.list()).torrents.filter((it) => it.info_hash === hash).length
  expect(await harness.acting.until(600, holders, (it) => it === 2)).toBe(2)
  expectProblem(await ask('POST', `/api/torrents/${hash}/stop`), 'server_id_required')
})

test('what there is not is reported by what was looked for', async () => {
  expectProblem(await ask('GET', `/api/torrents/${'a'.repeat(40)}`), 'torrent_not_found')
  expectProblem(await ask('GET', '/api/servers/nothing'), 'server_unknown')
  expectProblem(await ask('GET', '/api/arrs/nothing'), 'arr_unknown')
  expectProblem(await ask('GET', '/api/rules/nothing'), 'rule_unknown')
  expectProblem(await ask('PATCH', '/api/views/nothing', {name: 'x'}), 'view_unknown')
  expectProblem(await ask('GET', '/api/users/nothing'), 'user_unknown')
  expectProblem(await ask('DELETE', '/api/keys/nothing'), 'key_unknown')
  expectProblem(await ask('DELETE', '/api/sessions/nothing'), 'session_unknown')
  expectProblem(await ask('DELETE', '/api/invitations/nothing'), 'invitation_invalid')
  expectProblem(await ask('GET', '/api/actions/nothing'), 'action_unknown')
  expectProblem(await ask('POST', '/api/trash/nothing/restore'), 'trash_unknown')
  expectProblem(await ask('POST', '/api/processes/nothing/restart'), 'process_unknown')
  expectProblem(await ask('POST', '/api/disks/forget', {path: '/nothing'}), 'disk_unknown')
  const selected = {verb: 'stop', selection_id: 'nothing'}
  expectProblem(await ask('POST', '/api/torrents/actions', selected), 'selection_unknown')
  expectProblem(await ask('GET', '/api/nothing'), 'not_found')
  expectProblem(await ask('GET', '/api/arr'), 'moved')
  expectProblem(await ask('PUT', '/api/servers'), 'method_not_allowed')
  expectProblem(await ask('GET', '/api/live'), 'upgrade_required')
})

test('what cannot be done is reported with the reason', async () => {
  expectProblem(await ask('POST', `/api/servers/${A}/identity`, {is: 'same'}), 'server_not_in_doubt')
  expectProblem(await ask('POST', '/api/arrs/Radarr-films/actions', {action: 'refresh'}), 'arr_not_ready')
  const noLink = {server_id: A, magnet: 'magnet:?xt=urn:btmh:nothing'}
  expectProblem(await ask('POST', '/api/torrents', noLink), 'torrent_invalid')
  expectProblem(await ask('POST', '/api/torrents', {server_id: A}), 'bad_request')
  expectProblem(await ask('POST', '/api/setup', {username: 'ada', password: 'a good one'}), 'setup_needed')
  const {body} = await ask('POST', '/api/torrents/actions', {verb: 'recheck', keys: [keyAt(T, 1)]})
  const action = (body as {action_id: string}).action_id
  expectProblem(await ask('POST', `/api/actions/${action}/undo`), 'undo_impossible')
  expectProblem(await ask('POST', `/api/actions/${action}/retry`), 'retry_impossible')
  expectProblem(await ask('POST', `/api/actions/${action}/cancel`), 'cancel_impossible')
})

test('more removals than may wait at a time are refused', async () => {
  const remove = {verb: 'remove', keys: [keyAt(A, 9)], hold_seconds: 60}
  for (let n = 0; n < mostHeld; n++) {
    expect((await ask('POST', '/api/torrents/actions', remove)).status).toBe(202)
  }
  expectProblem(await ask('POST', '/api/torrents/actions', remove), 'too_many_actions')
})

test('a server adds a torrent that it has once, and says so', async () => {
  for (const server of [A, T, R]) {
    const magnet = `magnet:?xt=urn:btih:${hashAt(server, 1)}`
    const {status, body} = await ask('POST', '/api/torrents', {server_id: server, magnet})
    expect({server, status, body}).toMatchObject({server, status: 200, body: {status: 'duplicate'}})
  }
})

test('a server that is too old is refused by its version, and nothing is sent to it', async () => {
  const {status, body} = await ask('GET', `/api/servers/${OLD}`)
  expect([status, (body as {health: object}).health]).toMatchObject([
    200,
    {status: 'incompatible', reason: 'version_too_old', detail: expect.stringContaining('4.2.5')},
  ])
  expectProblem(await limitsOf(OLD), 'server_not_online')
})
