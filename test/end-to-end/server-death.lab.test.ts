/** Real daemons die in the middle of their work and come back: nothing is concluded meanwhile, and nothing is lost. */
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {Downloads, wish} from './downloads.fixture.ts'
import {eventually, RealHarness, reportFailures} from './real-harness.fixture.ts'
import {lineOf, placeOf, type Wish} from './real-wishes.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000})

const [films, music] = ['Radarr-Films', 'Lidarr-Music'] as const
const [qbit, transmission, rtorrent] = ['qBit', 'Transmission-lab', 'rTorrent-lab'] as const
const suite = hostSuite() ?? 'bookworm'
/** So that half of it is there when its server dies. */
const SLOW = 12_000

const config = `
ReSearch = true
RssSyncTimer = 0
[Torrent]
StalledDelay = 20
DoNotRemoveSlow = true
[Torrent.SeedingMode]
MaxSeedingTime = 5
RemoveTorrent = 2
`

let harness: RealHarness
beforeAll(async () => {
  harness = await RealHarness.build({
    servers: [
      {id: qbit, kind: 'qbittorrent', suite},
      {id: transmission, kind: 'transmission', suite},
      {id: rtorrent, kind: 'rtorrent', suite},
    ],
    arrs: [
      {id: films, app: 'radarr', searchesItself: true, config},
      {id: music, app: 'lidarr', searchesItself: false, config},
    ],
    wishes: wanted,
    factor: 10,
  })
  harness.startProgram()
  await harness.ready()
  harness.leap()
  for (const one of quick()) harness.search(one)
})
afterAll(() => harness?.stop())
reportFailures(() => harness)

/** One that comes in at once, and one that is under way, on each. */
async function wanted(tracker: string): Promise<readonly Wish[]> {
  const make = new Downloads(tracker)
  const wishes: Wish[] = []
  for (const on of [qbit, transmission, rtorrent]) {
    wishes.push(
      wish({arr: films, on, title: `Quick ${on}`}, await make.films(`Quick.${on}.2020`)),
      wish({arr: music, on, title: `Slow ${on}`}, {made: await make.long(`Slow.${on}`), seeds: SLOW}),
    )
  }
  return wishes
}

const slow = (): readonly Wish[] => harness.wishes.filter(({arr}) => arr === music)
const quick = (): readonly Wish[] => harness.wishes.filter(({arr}) => arr === films)
/**
 * Its server is killed while a part of it is there. Transmission ends in order: 3.00 writes labels down minutes later, and
 * without them no Arr finds its downloads again.
 */
async function diesHalfWay(one: Wish): Promise<void> {
  const {server, hash} = placeOf(one)
  const progress = async () => (await harness.observers.get(server)!.torrent(hash))?.progress ?? 0
  const shown = async () => (await harness.api.list()).torrents.map(({info_hash: it}) => it)
  await eventually(shown, (all) => all.includes(hash))
  const seen = await eventually(progress, (share) => share > 0.02)
  expect(seen, `of ${one.title}`).toBeLessThan(1)
  const daemon = harness.servers.get(server)!
  await (daemon.kind === 'transmission' ? daemon.stop() : daemon.kill9())
}
const statuses = async () => (await harness.api.servers()).map(({health}) => health.status)
const destroyed = async () =>
  (await harness.journal('&class=destructive')).filter(({outcome}) => outcome !== 'held')

test('S01 every server dies while something comes in and something seeds: for an hour nothing is concluded', async () => {
  await eventually(
    () => quick().map((one) => Object.keys(harness.inLibrary(one)).length),
    (counts) => counts.every((count) => count === 1),
  )
  for (const one of slow()) harness.search(one)
  await Promise.all(slow().map(diesHalfWay))
  const library = harness.inLibrary()
  await eventually(statuses, (all) => all.every((status) => status === 'unreachable'))
  harness.leap()
  const refreshes = harness.arr(films).stats.refreshes
  // Some minutes of theirs, in which the Arrs look at their downloads and everything is judged.
  await eventually(
    () => harness.arr(films).stats.refreshes,
    (count) => count >= refreshes + 5,
  )
  expect(await destroyed()).toEqual([])
  expect(harness.arr(films).stats.blocklists).toEqual([])
  expect(harness.arr(music).stats.blocklists).toEqual([])
  expect(harness.searchesOf(music)).toEqual(Object.fromEntries(slow().map(({title}) => [title, 1])))
  expect(harness.inLibrary()).toEqual(library)
  expect((await harness.api.list()).total, 'torrents that are still shown').toBe(harness.wishes.length)
  for (const one of harness.wishes) {
    const said = await harness.explanation(placeOf(one))
    expect(said?.rules.map(({outcome}) => outcome)).not.toContain('due')
  }
})

test('S01 they come back: what was under way comes in, and everything goes on as if nothing had been', async () => {
  await Promise.all([...harness.servers.values()].map((daemon) => daemon.restart()))
  // Before the first of them is trusted again: the hour of what seeds is over.
  const all = harness.wishes.map((one) => lineOf(placeOf(one))).toSorted()
  await eventually(
    () => harness.torrents(),
    (lines) => lines.join() === all.join(),
  )
  await eventually(
    async () => {
      for (const id of harness.servers.keys()) await harness.api.send('POST', `/api/servers/${id}/test`)
      return statuses()
    },
    (now) => now.every((status) => status === 'online' || status === 'degraded'),
  )
  await eventually(
    () => slow().map((one) => Object.keys(harness.inLibrary(one)).length),
    (counts) => counts.every((count) => count === 1),
  )
  // A restart is an epoch of its own: ten minutes of it, and then a quarter of an hour after the import.
  harness.leap()
  await eventually(
    () => harness.torrents(),
    (lines) => lines.length === 0,
  )
  // A server may take its files away a moment after the torrent.
  await eventually(
    () => Object.values(harness.inLibrary()),
    (names) => names.length === harness.wishes.length && names.every((count) => count === 1),
  )
  // Each is looked for on its server before it counts as done. The clock of the world is faster than a daemon: what was
  // not seen to be gone in time is unconfirmed until it is.
  const entries = await eventually(
    destroyed,
    (reported) =>
      reported.length === harness.wishes.length && reported.every(({outcome}) => outcome === 'done'),
  )
  expect(
    entries.map(({verb, outcome, rule_id: rule}) => `${verb} ${outcome} ${rule!.split('.')[1]}`),
  ).toEqual(harness.wishes.map(() => 'removeWithData done seeded'))
  expect(harness.arr(films).stats.blocklists).toEqual([])
  expect(harness.searchesOf(films)).toEqual(Object.fromEntries(quick().map(({title}) => [title, 1])))
})
