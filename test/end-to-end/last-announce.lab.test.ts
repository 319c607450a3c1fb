/**
 * What a private tracker hears of a torrent that a rule removes, by the announces that real daemons send. Once all came in
 * the tracker asks for one in half an hour, so whatever comes between that and the removal was asked for by us.
 */
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {Downloads, wish} from './downloads.fixture.ts'
import {eventually, RealHarness, reportFailures} from './real-harness.fixture.ts'
import {placeOf, type Wish} from './real-wishes.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000})

const films = 'Radarr-Films'
const servers = {qbittorrent: 'qBit', transmission: 'Transmission-lab', rtorrent: 'rTorrent-lab'} as const
type Kind = keyof typeof servers
const suite = hostSuite() ?? 'bookworm'
const HALF_AN_HOUR = 1_800

let harness: RealHarness
/** So many announces came of each before its tracker slowed down. */
const before = new Map<Wish, number>()
beforeAll(async () => {
  const kinds = Object.keys(servers) as Kind[]
  harness = await RealHarness.build({
    servers: kinds.map((kind) => ({id: servers[kind], kind, suite})),
    arrs: [{id: films, app: 'radarr', searchesItself: false, config}],
    wishes: async (tracker) => {
      const make = new Downloads(tracker, true)
      const made = (kind: Kind) => make.films(`Private.Film.${kind}.2020`)
      return Promise.all(
        kinds.map(async (kind) =>
          wish({arr: films, on: servers[kind], title: `Private Film ${kind}`}, await made(kind)),
        ),
      )
    },
    // The minute that a removal waits at most is ten seconds of a daemon.
    factor: 6,
  })
  harness.startProgram()
  await harness.ready()
  for (const one of harness.wishes) harness.search(one)
  await eventually(
    () => Object.keys(harness.inLibrary()).length,
    (count) => count === kinds.length,
  )
  harness.tracker.interval = HALF_AN_HOUR
  // The others keep five minutes between two announces in any case.
  const often = of('transmission')
  const heard = heardOf(often).length
  await eventually(
    () => heardOf(often).length,
    (count) => count > heard,
  )
  for (const one of harness.wishes) before.set(one, heardOf(one).length)
  harness.leap()
})
afterAll(() => harness?.stop())
reportFailures(() => harness)

const config = `
ReSearch = false
RssSyncTimer = 0
[Torrent]
StalledDelay = -1
[Torrent.SeedingMode]
MaxSeedingTime = 5
RemoveTorrent = 2
`

test.each(['qbittorrent', 'transmission'] as const)('%s reports what it uploaded last', async (kind) => {
  const one = of(kind)
  await harness.isGone([placeOf(one)])
  const reported = await eventually(
    () => heardOf(one),
    (events) => events.includes('stopped'),
  )
  expect(reported.slice(before.get(one))).toEqual(['', 'stopped'])
  expect(await timesAsked(one)).toBe(1)
})

/** It keeps five minutes between two announces, whatever it is told: a removal does not wait for that. */
test('rtorrent goes, and says so', async () => {
  const one = of('rtorrent')
  await harness.isGone([placeOf(one)])
  const reported = await eventually(
    () => heardOf(one),
    (events) => events.includes('stopped'),
  )
  expect(reported.at(-1)).toBe('stopped')
})

const of = (kind: Kind): Wish => harness.wishes.find(({on}) => on === servers[kind])!

/** Events of its announces, the first first, but for those of who seeds it. */
function heardOf(one: Wish): readonly string[] {
  const {hash} = placeOf(one)
  const its = harness.tracker.log.filter((it) => it.hash === hash)
  const seeder = its[0]!.peerId
  return its.filter(({peerId}) => peerId !== seeder).map(({event}) => event)
}

/** How often its server was told to announce it. */
async function timesAsked(one: Wish): Promise<number> {
  const entries = await harness.journal(`&info_hash=${placeOf(one).hash}`)
  return entries.filter(({verb}) => verb === 'reannounce').length
}
