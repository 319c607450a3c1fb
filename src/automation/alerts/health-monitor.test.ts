import {afterEach, beforeEach, expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {ArrCheck} from '#model/arr.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {Features, ServerHealth} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {boardInto} from './active-alerts.fixture.ts'
import {HealthMonitor, type DoubtedArr} from './health-monitor.ts'

const A = asServerId('A')
const DAY = 86_400_000
const HOUR_MS = 3_600_000

let board: AlertBoard
let clock: VirtualClock
let servers: Pick<ServerView, 'id' | 'enabled' | 'isNeverListed' | 'health' | 'clockAheadMs' | 'features'>[]
let holding: boolean
let arrs: DoubtedArr[]
let written: JournalEntry[]
let standstills: {count: number; seconds: number}
let caughtUp: PromiseWithResolvers<void>
let doubts: HealthMonitor

beforeEach(() => {
  clock = new VirtualClock()
  written = []
  board = boardInto(written, clock)
  arrs = []
  holding = false
  servers = [serverOf('online', 'none')]
  standstills = {count: 0, seconds: 0}
  caughtUp = Promise.withResolvers()
  doubts = monitor()
  doubts.start()
})
afterEach(() => doubts.stop())

function monitor(): HealthMonitor {
  return new HealthMonitor(
    board,
    clock,
    {list: () => servers, standstills: () => standstills, caughtUp: () => caughtUp.promise},
    {server: () => ({populationDrop: 0.7, isClockRight: servers[0]?.clockAheadMs === 0}) as ManagedServer},
    {holdsOthers: () => holding},
    {doubts: () => arrs},
  )
}

function serverOf(status: ServerHealth['status'], reason: ServerHealth['reason']) {
  return {
    id: A,
    enabled: true,
    isNeverListed: false,
    health: {status, reason} as ServerHealth,
    clockAheadMs: 0,
    features: null,
  }
}

async function become(status: ServerHealth['status'], reason: ServerHealth['reason']): Promise<void> {
  servers = [serverOf(status, reason)]
  await clock.advance(5_000)
}

const said = () => written.map(({subject, verb, phase, code}) => `${subject} ${verb} ${phase} ${code}`)

test('a list that lacks many torrents is reported once, with how many, and its end on the same line', async () => {
  await become('warming', 'list_dropped')
  await become('warming', 'list_dropped')
  expect(written).toMatchObject([{serverId: A, args: {populationDrop: 0.7}}])
  await become('online', 'none')
  expect(said()).toEqual(['server freeze blocked population_drop', 'server freeze undone population_drop'])
  expect(new Set(written.map(({id}) => id)).size).toBe(1)
})

test('a server that goes away meanwhile is still the same cause', async () => {
  await become('warming', 'list_dropped')
  await become('unreachable', 'refused')
  await become('warming', 'list_growing')
  await become('warming', 'list_dropped')
  expect(said()).toEqual(['server freeze blocked population_drop'])
})

test('DS-16 a server that is away for an hour, and keeps what others would remove, is reported once, until it is back', async () => {
  holding = true
  await become('unreachable', 'refused')
  await later(HOUR_MS - 10_000)
  await become('connecting', 'none')
  expect(said()).toEqual([])
  await become('unreachable', 'refused')
  await later(DAY)
  expect(said()).toEqual(['server freeze blocked server_away'])
  expect(board.list()).toMatchObject([{serverId: A, message: expect.stringContaining('or switch it off')}])
  await become('online', 'none')
  expect([said().at(-1), board.list()]).toEqual(['server freeze undone server_away', []])
  await become('unreachable', 'refused')
  await later(HOUR_MS - 10_000)
  expect(written).toHaveLength(2)
})

test('DS-16 one that keeps nothing of others, is switched off, or is another one has no such line', async () => {
  await become('unreachable', 'refused')
  await later(2 * HOUR_MS)
  expect(said()).toEqual([])
  holding = true
  servers = [{...serverOf('unreachable', 'refused'), enabled: false}]
  await later(2 * HOUR_MS)
  expect(said()).toEqual([])
  await become('unreachable', 'refused')
  await later(2 * HOUR_MS)
  servers = [{...serverOf('unreachable', 'refused'), enabled: false}]
  await later(5_000)
  expect(said()).toEqual(['server freeze blocked server_away', 'server freeze undone server_away'])
  await become('paused', 'another_server')
  await later(2 * HOUR_MS)
  expect(said().slice(2)).toEqual(['server freeze blocked another_server'])
})

test('S44 one that never sent its list keeps what it may have also when it is switched off, and says how that ends', async () => {
  holding = true
  servers = [{...serverOf('paused', 'disabled'), enabled: false, isNeverListed: true}]
  await clock.advance(5_000)
  await later(2 * HOUR_MS)
  expect(said()).toEqual(['server freeze blocked server_away'])
  expect(board.list()).toMatchObject([{serverId: A, message: expect.stringContaining('Switch it on until')}])
  servers = [{...serverOf('paused', 'disabled'), enabled: false}]
  await later(5_000)
  expect(said().at(-1)).toBe('server freeze undone server_away')
})

test('S49 a server whose clock is wrong is reported once, until it is right', async () => {
  servers = [{...serverOf('online', 'none'), clockAheadMs: -3_600_000}]
  await clock.advance(5 * 60_000)
  expect(written).toEqual([])
  await clock.advance(6 * 60_000)
  servers = [{...serverOf('unreachable', 'refused'), clockAheadMs: -3_601_000}]
  await clock.advance(5_000)
  expect(written).toMatchObject([{serverId: A, args: {seconds: -3_600}}])
  await become('online', 'none')
  expect(said()).toEqual(['server freeze blocked clock_wrong', 'server freeze undone clock_wrong'])
  // Nor is that of one right that does not tell it.
  servers = [{...serverOf('unreachable', 'refused'), clockAheadMs: null}]
  await clock.advance(11 * 60_000)
  expect(written).toHaveLength(2)
  servers = [{...serverOf('online', 'none'), clockAheadMs: null}]
  await clock.advance(11 * 60_000)
  expect(written[2]).toMatchObject({code: 'clock_wrong', args: {seconds: null}})
})

test('what is taken out of the configuration is no cause any more', async () => {
  await become('warming', 'list_dropped')
  servers = []
  await clock.advance(5_000)
  expect(said()).toEqual(['server freeze blocked population_drop', 'server freeze undone population_drop'])
})

test('a server that only starts, or is away, is no cause', async () => {
  await become('warming', 'list_growing')
  await become('unreachable', 'refused')
  expect(written).toEqual([])
})

test('S03 a clock that jumps there and back is reported once, with how far', async () => {
  clock.jump(3 * DAY)
  await clock.advance(60_000)
  expect(written).toMatchObject([{args: {seconds: 3 * 86_400}}])
  clock.jump(-3 * DAY)
  await clock.advance(60_000)
  expect(said()).toEqual(['process freeze blocked clock_jumped', 'process freeze undone clock_jumped'])
})

test('a clock that stays where it jumped is believed after an hour', async () => {
  clock.jump(-3 * DAY)
  await clock.advance(3_000_000)
  expect(said()).toEqual(['process freeze blocked clock_jumped'])
  await clock.advance(700_000)
  expect(said()).toEqual(['process freeze blocked clock_jumped', 'process freeze undone clock_jumped'])
})

test('S46 that the program stood still is reported once, until every server sent its list', async () => {
  standstills = {count: 1, seconds: 7_200}
  await clock.advance(5_000)
  standstills = {count: 2, seconds: 90}
  await clock.advance(5_000)
  expect(written).toMatchObject([{subject: 'process', args: {seconds: 7_200}}])
  caughtUp.resolve()
  await clock.advance(5_000)
  expect(said()).toEqual(['process freeze blocked stood_still', 'process freeze undone stood_still'])
})

test('S46 a machine that slept and whose clock jumped by that is one cause', async () => {
  clock.jump(7_200_000)
  standstills = {count: 1, seconds: 7_200}
  await clock.advance(60_000)
  expect(said()).toEqual(['process freeze blocked clock_jumped'])
})

test('a line of the log says whom it is about; what the journal cannot keep is logged, and nothing else suffers', async () => {
  const errors: string[] = []
  const warnings: string[] = []
  doubts.stop()
  const log = {
    error: (_about: object, text: string) => void errors.push(text),
    warn: (_about: object, text: string) => void warnings.push(text),
  }
  board = new AlertBoard(
    clock,
    log,
    () => Promise.reject(new Error('full')),
    () => 'Seedbox',
  )
  doubts = monitor()
  doubts.start()
  await become('warming', 'list_dropped')
  expect(errors).toEqual(['what holds rules back could not be written down'])
  expect(warnings).toEqual([expect.stringMatching(/^Seedbox: Its list lacks /)])
})

const check = (source: string, holds: ArrCheck['holds']): ArrCheck => ({
  source,
  level: 'error',
  message: `${source} fails.`,
  wikiUrl: '',
  holds,
})

async function films(
  checks: DoubtedArr['checks'],
  more: Partial<DoubtedArr> = {},
  ms = 5_000,
): Promise<void> {
  arrs = [{id: 'Radarr-films', name: 'Films', checks, unseen: [], replacedAt: null, fault: null, ...more}]
  await later(ms)
}

/** Of hours only the last minute is lived through. */
async function later(ms: number): Promise<void> {
  const last = ms < 2 * HOUR_MS ? ms : 60_000
  clock.standStill(ms - last)
  await clock.advance(last)
}

test('an Arr that does not see its downloads is reported once, in its own words, until it says that it is well', async () => {
  const lost = check('RemotePathMappingCheck', 'removals')
  await films([check('UpdateCheck', null)])
  await films([lost], {}, 3_590_000)
  expect(said()).toEqual([])
  await films([lost], {}, 15_000)
  await films([lost, check('DownloadClientStatusCheck', 'removals')])
  await films(null)
  expect(written).toMatchObject([
    {
      subject: 'arr',
      serverId: null,
      name: 'Films',
      phase: 'blocked',
      args: {id: 'Radarr-films', checks: ['RemotePathMappingCheck']},
      message: expect.stringMatching(/until it does\. .* RemotePathMappingCheck fails\.$/),
    },
  ])
  await films([])
  expect(said()).toEqual(['arr freeze blocked arr_unwell', 'arr freeze undone arr_unwell'])
})

test('an Arr that does not answer is reported with the reason, and one that only starts again is not', async () => {
  const refused = 'The Arr does not accept this key.'
  for (let times = 0; times < 8; times++) await films(null, {fault: refused})
  await films([])
  for (let times = 0; times < 8; times++) await films(null, {fault: refused})
  expect(written).toEqual([])
  for (let times = 0; times < 8; times++) await films(null, {fault: refused})
  expect(written).toMatchObject([{subject: 'arr', name: 'Films', message: expect.stringContaining(refused)}])
  await films([], {}, 1_805_000)
  expect(said()).toEqual(['arr freeze blocked arr_away', 'arr freeze undone arr_away'])
  // One that was taken out and put in again begins again.
  await films(null, {fault: refused})
  arrs = []
  await clock.advance(60_000)
  await films(null, {fault: refused})
  expect(said()).toHaveLength(2)
})

test('an Arr that fails now and then is reported once, until it has answered for half an hour', async () => {
  const fault = 'What answers there answered 500.'
  for (let times = 0; times < 6; times++) {
    await films(null, {fault}, 60_000)
    await films([], {}, 1_500_000)
  }
  expect(said()).toEqual(['arr freeze blocked arr_away'])
  await films([], {}, 310_000)
  expect(said()).toEqual(['arr freeze blocked arr_away', 'arr freeze undone arr_away'])
  // What goes after that is told again; one that was taken out has nothing to say.
  await films(null, {fault}, 60_000)
  await films([])
  arrs = []
  await clock.advance(5_000)
  expect(said().slice(2)).toEqual(['arr freeze blocked arr_away', 'arr freeze undone arr_away'])
})

test('indexers that do not answer are a cause of their own, which an Arr that is gone ends', async () => {
  const both = [check('RemotePathMappingCheck', 'removals'), check('IndexerSearchCheck', 'searches')]
  await films(both)
  expect(said()).toEqual(['arr freeze blocked arr_without_indexers'])
  await films(both, {}, 3_600_000)
  await films([check('IndexerSearchCheck', 'searches')])
  arrs = []
  await clock.advance(5_000)
  expect(said()).toEqual([
    'arr freeze blocked arr_without_indexers',
    'arr freeze blocked arr_unwell',
    'arr freeze undone arr_unwell',
    'arr freeze undone arr_without_indexers',
  ])
})

test('S42 what is red for less than an hour is not reported, however often', async () => {
  const red = [check('DownloadClientCheck', 'removals')]
  for (let hour = 0; hour < 5; hour++) {
    await films(red, {}, 1_800_000)
    await films([])
  }
  expect(said()).toEqual([])
})

test('S51 each folder of a library that is not seen is reported once, until it is', async () => {
  const movies = {folder: '/movies', file: null}
  await films([], {unseen: [movies]})
  await films([], {unseen: [movies, {folder: '/films', file: '/films/a.mkv'}]})
  expect(written).toMatchObject([
    {name: 'Films', phase: 'blocked', message: expect.stringContaining('The folder /movies of its library')},
    {name: 'Films', phase: 'blocked', message: expect.stringContaining('/films/a.mkv')},
  ])
  await films([])
  expect(said().slice(2)).toEqual(['arr freeze undone library_unseen', 'arr freeze undone library_unseen'])
})

test('S51 that a folder is away is reported once, also when a check of its Arr says so, too', async () => {
  const away = {...check('RootFolderCheck', 'removals'), about: {folders: ['/movies']}}
  await films([away], {unseen: [{folder: '/movies', file: null}]}, 4_000_000)
  expect(said()).toEqual(['arr freeze blocked library_unseen'])
  await films(
    [{...away, about: {folders: ['/films']}}],
    {unseen: [{folder: '/movies', file: null}]},
    4_000_000,
  )
  expect(said()).toEqual(['arr freeze blocked library_unseen', 'arr freeze blocked arr_unwell'])
})

test('S39 an Arr that has another database is reported once, for a day', async () => {
  await films([], {replacedAt: clock.now()})
  await films([], {replacedAt: arrs[0]!.replacedAt}, 23 * 3_600_000)
  expect(said()).toEqual(['arr freeze blocked arr_replaced'])
  await films([], {replacedAt: arrs[0]!.replacedAt}, 2 * 3_600_000)
  expect(said().slice(1)).toEqual(['arr freeze undone arr_replaced'])
})

test('a Deluge whose Label plugin is off is reported once, also while it is away, until it is on', async () => {
  const having = (support: 'limited' | 'none') => ({categories: {support, reason: ''}}) as Features
  servers = [{...serverOf('online', 'none'), features: having('none')}]
  await clock.advance(5_000)
  servers = [{...serverOf('unreachable', 'refused'), features: null}]
  await clock.advance(5_000)
  expect(said()).toEqual(['server freeze blocked categories_hidden'])
  servers = [{...serverOf('online', 'none'), features: having('limited')}]
  await clock.advance(5_000)
  expect(said()).toEqual([
    'server freeze blocked categories_hidden',
    'server freeze undone categories_hidden',
  ])
})
