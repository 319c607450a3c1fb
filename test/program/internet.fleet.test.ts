/** Our own connection is gone for two hours: the whole program in virtual time, one Arr that still answers. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {announce} from '#lab/simulation/network-outages.ts'
import type {SimTracker} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import {ActingHarness, filmRelease, type ActingServer} from './acting-harness.fixture.ts'
import {offerFilms, radarrSection} from './radarr-films.fixture.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)
const SERVER = 'Transmission-Attic'
const MINUTE = 60
const HOUR = 3_600
/** As the older program names them: they would be taken off where they say so for themselves. */
const DEAD = 'No such host is known'

const config = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
ReSearchStalled = true
IgnoreTorrentsYoungerThan = 180
[Radarr-Films.Torrent.SeedingMode]
RemoveDeadTrackers = true
RemoveTrackerWithMessage = ["${DEAD}"]
`

let harness: ActingHarness
/** Commands that reached the server before. */
let begun: number
beforeEach(() => begin([]))
afterEach(() => harness.stop())

async function begin(others: readonly ActingServer[]): Promise<void> {
  harness = await ActingHarness.start({
    servers: [{name: SERVER, kind: 'transmission', version: '4.1.4'}, ...others],
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name: SERVER, category: 'films'}],
        library: [{title: 'Some Film', year: 2020}],
      },
    ],
    torrents: [bad, good],
    config,
    isExact: true,
  })
  for (const {world} of harness.servers.values()) for (let n = 0; n < 30; n++) seeder(world, n)
  const {arr} = harness.arr('radarr')
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(MINUTE, there, (isThere) => isThere)
  const {world} = harness.server(SERVER)
  world.update(world.get(bad.hash)!, {seedsConnected: 4, downSpeed: 10, done: 9_000, downloaded: 9_000})
  await harness.pass(15 * MINUTE)
  world.update(world.get(bad.hash)!, {lastActivityAt: world.now()})
  begun = world.commands.received.length
}

const there = () => harness.torrent(SERVER, bad) !== undefined

function seeder(world: World, n: number): void {
  const hash = n.toString(16).padStart(40, 'a')
  world.put({
    hash,
    name: `seeds ${n}`,
    rootName: `seeds ${n}`,
    size: 1e6,
    sizeTotal: 1e6,
    done: 1e6,
    fileCount: 1,
    state: 'seeding',
    running: true,
    peersConnected: 2,
    savePath: world.defaultSavePath,
    trackers: [world.commands.tracker(`https://t${n % 3}.example.org/announce`, 0)],
  })
}

/** What trackers say, and who is connected. */
function all(status: SimTracker['status'], message: string, peers: number): void {
  const {world} = harness.server(SERVER)
  for (const torrent of Array.from(world.list())) {
    const trackers = torrent.trackers.map((tracker) => ({
      ...tracker,
      status,
      message,
      lastAnnounceAt: world.now(),
    }))
    world.update(torrent, {trackers, peersConnected: peers, seedsConnected: 0, downSpeed: 0, upSpeed: 0})
  }
}

async function alerts(): Promise<readonly string[]> {
  const {entries} = await harness.api.get<{
    entries: readonly {verb: string; phase: string; code: string | null; server_id: string | null}[]
  }>('/api/journal?limit=500&origin=rule&origin=system&subject=server')
  return entries.map(({verb, phase, code, server_id: id}) => [verb, id, phase, code].join(' '))
}

/** Nothing was removed, blocklisted, searched, labelled or taken off since it was added. */
function expectNothingDone(): void {
  const {world} = harness.server(SERVER)
  expect(world.commands.received.slice(begun).map(({verb}) => verb)).toEqual([])
  const {stats} = harness.arr('radarr').arr
  expect([stats.blocklists, stats.searches]).toEqual([[], {1: 1}])
}

test.runIf(isFull)(
  'S25 two hours without internet: no strike, no search, one alert, ten minutes to settle, and then on as ever',
  {timeout: 300_000},
  async () => {
    all('unreachable', DEAD, 0)
    harness.isOnline = false
    await harness.pass(2 * HOUR)
    expectNothingDone()
    expect(await alerts()).toEqual(['freeze Transmission-Attic blocked internet_down'])
    const {rules} = await harness.why(SERVER, bad.hash)
    expect(rules.some(({sentence}) => sentence.includes('no connection to the internet'))).toBe(true)

    all('working', '', 2)
    harness.isOnline = true
    const {world} = harness.server(SERVER)
    world.update(world.get(bad.hash)!, {peersConnected: 0})
    const back = harness.clock.monotonic()
    await harness.pass(10 * MINUTE)
    expectNothingDone()
    expect(await alerts()).toEqual(['freeze Transmission-Attic undone internet_down'])
    // It stands still for reasons of its own now.
    await harness.until(HOUR, there, (isThere) => !isThere)
    expect((harness.clock.monotonic() - back) / 1_000).toBeGreaterThan((10 + 15) * MINUTE - 2 * MINUTE)
    expect(there()).toBe(false)
    expect(harness.arr('radarr').arr.stats.blocklists).toHaveLength(1)
  },
)

test('S25 peers go first, trackers say nothing for an hour: hosts on the internet are asked, and it is known at once', async () => {
  all('working', '', 0)
  harness.isOnline = false
  await harness.pass(HOUR)
  expectNothingDone()
  expect(await alerts()).toEqual(['freeze Transmission-Attic blocked internet_down'])
  harness.isOnline = true
  all('working', '', 2)
  await harness.pass(12 * MINUTE)
  expect(await alerts()).toEqual(['freeze Transmission-Attic undone internet_down'])
})

test.runIf(isFull)(
  'S25 a server behind a tunnel that is down is known by its trackers, though hosts answer us',
  async () => {
    all('unreachable', DEAD, 0)
    await harness.pass(HOUR)
    // Trackers are told of later than peers: by then the stall was seen, and stands.
    expect(there()).toBe(true)
    expect(harness.arr('radarr').arr.stats.blocklists).toEqual([])
    expect(await alerts()).toEqual(['freeze Transmission-Attic blocked internet_down'])
  },
)

test.runIf(isFull)(
  'S25 a server behind a tunnel that is down is evaluated alone: its neighbour on the same machine is well',
  async () => {
    await harness.stop()
    await begin([{name: 'rTorrent-Cellar', kind: 'rtorrent', version: '0.16.17'}])
    announce(harness.server('rTorrent-Cellar').world, 'working')
    all('unreachable', DEAD, 0)
    await harness.pass(HOUR)
    expect(there()).toBe(true)
    expect(harness.arr('radarr').arr.stats.blocklists).toEqual([])
    expect(await alerts()).toEqual(['freeze Transmission-Attic blocked server_cut_off'])
    all('working', '', 2)
    await harness.pass(3 * MINUTE)
    expect(await alerts()).toEqual(['freeze Transmission-Attic undone server_cut_off'])
  },
)

test('B.13 a download that stands still while hosts answer is no one’s fault but its own', async () => {
  all('working', '', 0)
  const asked = harness.pinged.length
  await harness.until(HOUR, there, (isThere) => !isThere)
  expect(there()).toBe(false)
  expect(await alerts()).toEqual([])
  // While nobody has a peer, and no more often than every two minutes.
  expect(harness.pinged.length - asked).toBeGreaterThan(0)
  expect(harness.pinged.length - asked).toBeLessThanOrEqual(35)
})
