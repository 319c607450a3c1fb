import {beforeEach, expect, test} from 'vitest'
import {openRequestManager, type RequestManagerPort} from '#arr-client/request-managers.ts'
import {Ombi} from '#lab/around-arrs/ombi.ts'
import {Seerr} from '#lab/around-arrs/seerr.ts'
import {virtualTimeLine} from '#lab/arrs/time-line.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {asArrId, type ArrKind} from '#model/arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {RequestManagerKind} from '#model/requests.ts'
import {Secret} from '#model/secret.ts'
import {plainReach} from '#model/server.ts'
import type {ActiveArr} from '#registry/arrs/directory.ts'
import type {RequestSource} from '#searching/requests.ts'
import {memoryHarness, type MemoryHarness} from '#test/automation-state/memory.fixture.ts'
import {AlertBoard} from '../alerts/active-alerts.ts'
import {RequestPolls, requestManagersOf} from './request-polls.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const KEY = 'canary-key-of-a-manager'

interface Said {
  readonly app?: ArrKind
  readonly ownerId?: UserId | null
  readonly every?: number
  readonly key?: string
  readonly url?: string
  readonly approvedOnly?: boolean
  readonly is4k?: boolean
  readonly isOn?: boolean
  readonly ombi?: {readonly url: string; readonly key: string}
}

function arr(id: string, said: Said = {}): ActiveArr {
  const {
    app = 'radarr',
    ownerId = null,
    every = 300,
    key = KEY,
    url = 'http://seerr:5055',
    isOn = true,
  } = said
  const {approvedOnly = true, is4k = false, ombi} = said
  const EntrySearch = {
    SearchRequestsEvery: every,
    RestStart: 86_400,
    Overseerr: {
      SearchOverseerrRequests: isOn,
      OverseerrURI: url,
      OverseerrAPIKey: new Secret(key),
      ApprovedOnly: approvedOnly,
      SkipTLSVerify: false,
      Is4K: is4k,
    },
    Ombi: {
      SearchOmbiRequests: ombi !== undefined,
      OmbiURI: ombi?.url ?? null,
      OmbiAPIKey: ombi ? new Secret(ombi.key) : null,
      ApprovedOnly: true,
      SkipTLSVerify: false,
      Is4K: false,
    },
  }
  const config = {id, app, URI: `http://${id.toLowerCase()}:7878`, EntrySearch} as never
  return {
    id: asArrId(id),
    ownerId,
    authority: {owner: 'file', ceilings: []},
    config,
    reach: plainReach.anywhere,
  }
}

let base: MemoryHarness
let arrs: readonly ActiveArr[]
let seerr: Seerr
let ombi: Ombi
let opened: (readonly [RequestManagerKind, ArrWay])[]
let followed: (readonly RequestSource[])[]
let written: JournalEntry[]
let board: AlertBoard
let polls: RequestPolls

beforeEach(async () => {
  base = await memoryHarness()
  arrs = [arr('HD')]
  const time = virtualTimeLine()
  seerr = new Seerr({time, apiKey: KEY})
  ombi = new Ombi({time, apiKey: KEY})
  opened = []
  followed = []
  written = []
  polls = await begun()
})

async function begun(): Promise<RequestPolls> {
  const log = {error: () => undefined, warn: () => undefined}
  board = new AlertBoard(base.clock, log, async (entries) => void written.push(...entries))
  const {requests} = await base.open()
  const policy = {objectionTo: () => null, lookup: undefined}
  const one = new RequestPolls({
    arrs: {active: () => arrs, nameOf: (id) => id},
    requests,
    media: {follow: async (sources) => void followed.push(sources)},
    open(kind, way): RequestManagerPort {
      opened.push([kind, way])
      const dispatcher = (kind === 'seerr' ? seerr : ombi).dispatcher()
      return openRequestManager(kind, way, policy, {dispatcher, clock: base.clock})
    },
    board,
    clock: base.clock,
    log: {error: () => undefined},
  })
  one.start()
  return one
}

/** Answers take turns of the machine, and no time of the clock. */
async function pass(ms: number): Promise<void> {
  await base.clock.advance(ms)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const idsNow = () => followed.at(-1)!.flatMap(({requests}) => requests.map(({id}) => id))
const ask = (tmdbId: number) => seerr.request({type: 'movie', title: `Film ${tmdbId}`, tmdbId, status: 2})
const alerts = () => board.list().map(({code, heals}) => `${code} ${heals ? 'heals' : 'asks'}`)

test('a manager is read soon after the start, then as often as its section says', async () => {
  ask(1)
  expect(idsNow()).toEqual([])
  await pass(5_000)
  expect(idsNow()).toEqual(['1'])
  ask(2)
  await pass(5 * MINUTE - 1)
  expect(idsNow()).toEqual(['1'])
  await pass(1)
  expect(idsNow().toSorted()).toEqual(['1', '2'])
  await polls.stop()
  await pass(HOUR)
  expect(opened).toHaveLength(2)
})

test('whatever its section says, it is read each minute at most', async () => {
  arrs = [arr('HD', {every: 5})]
  polls.follow()
  await pass(5_000 + 10 * MINUTE)
  await pass(0)
  expect(opened.length).toBeLessThanOrEqual(11)
  await polls.stop()
})

test('sections with one address and key have one manager, another key or owner has one more', () => {
  const ann = asUserId('ann')
  const managers = requestManagersOf([
    arr('HD', {every: 600}),
    arr('UHD', {url: 'seerr:5055/', approvedOnly: false, is4k: true}),
    arr('Shows', {app: 'sonarr', key: 'another', ombi: {url: 'http://ombi:3579', key: KEY}}),
    arr('Hers', {ownerId: ann}),
    arr('Music', {app: 'lidarr'}),
    arr('Off', {isOn: false}),
  ])
  expect(
    managers.map(({kind, everyMs, withPending, takers}) => [
      kind,
      everyMs,
      withPending,
      takers.map((it) => it.arrId),
    ]),
  ).toEqual([
    ['seerr', 300_000, true, ['HD', 'UHD']],
    ['seerr', 300_000, false, ['Shows']],
    ['ombi', 300_000, false, ['Shows']],
    ['seerr', 300_000, false, ['Hers']],
  ])
  expect(managers[0]!.takers).toMatchObject([
    {kind: 'movie', place: 'hd:7878', approvedOnly: true, is4k: false, restMs: DAY},
    {kind: 'movie', place: 'uhd:7878', approvedOnly: false, is4k: true},
  ])
  expect(JSON.stringify(managers.map(({source}) => source))).not.toContain('canary')
})

test('both managers of an Arr count', async () => {
  ask(1)
  ombi.movies.push({title: 'Film 2', theMovieDbId: 2, approved: true})
  arrs = [arr('HD', {ombi: {url: 'http://ombi:3579', key: KEY}})]
  polls.follow()
  await pass(5_000)
  await pass(0)
  expect(idsNow()).toEqual(['1', 'movie 1'])
  await polls.stop()
})

test('Q47 a manager that is down for two days keeps its list, over a restart too, and is asked ever more rarely', async () => {
  ask(1)
  await pass(5_000)
  await seerr.down()
  await pass(2 * HOUR)
  expect([idsNow(), alerts()]).toEqual([['1'], ['requests_away heals']])
  await polls.stop()
  opened = []
  polls = await begun()
  for (let hour = 0; hour < 48; hour++) await pass(HOUR)
  expect(idsNow()).toEqual(['1'])
  expect(opened.length).toBeLessThan(110)
  await seerr.up()
  await pass(HOUR)
  expect([idsNow(), alerts()]).toEqual([['1'], []])
  await polls.stop()
})

test('Q47 what a manager listed counts for a week', async () => {
  ask(1)
  await pass(5_000)
  await seerr.down()
  for (let day = 0; day < 6; day++) await pass(DAY)
  expect(idsNow()).toEqual(['1'])
  for (let hour = 0; hour < 31; hour++) await pass(HOUR)
  expect(idsNow()).toEqual([])
  await polls.stop()
})

test('Q47 a wrong key is tried twice, then a person is asked, and it is tried no more until it is another one', async () => {
  seerr.apiKey = 'another key'
  await pass(5_000)
  expect([opened.length, alerts()]).toEqual([1, []])
  await pass(DAY)
  expect([opened.length, alerts()]).toEqual([2, ['requests_refused asks']])
  expect(board.list()[0]).toMatchObject({subject: 'arr', name: 'HD', args: {id: 'HD'}})
  expect(board.list()[0]!.message).toBe(
    'Requests of Overseerr at http://seerr:5055 are not read: It does not accept this key. Correct the address or the key in the settings of the Arr; until then it is not asked again.',
  )
  polls.follow()
  await pass(DAY)
  expect(opened).toHaveLength(2)
  arrs = [arr('HD', {key: 'the-right-one'})]
  seerr.apiKey = 'the-right-one'
  ask(7)
  polls.follow()
  expect(alerts()).toEqual([])
  await pass(5_000)
  expect([opened.length, idsNow()]).toEqual([3, ['1']])
  await polls.stop()
  expect(JSON.stringify(written)).not.toContain('canary')
})

test('an address that is none is said at once, and nothing is sent', async () => {
  arrs = [arr('HD', {url: 'http://user:pass@seerr:5055'})]
  polls.follow()
  await pass(DAY)
  expect(alerts()).toEqual(['requests_refused asks'])
  expect(board.list()[0]!.message).toContain('at http://seerr:5055 are not read')
  expect(JSON.stringify(written)).not.toContain('pass')
  expect(seerr.asked).toEqual([])
  await polls.stop()
})

test('a section that takes no requests any more has nothing wanted, and its manager is asked no more', async () => {
  ask(1)
  await pass(5_000)
  arrs = [arr('HD', {isOn: false})]
  polls.follow()
  await pass(HOUR)
  expect([followed.at(-1), opened.length]).toEqual([[], 1])
  await polls.stop()
})
