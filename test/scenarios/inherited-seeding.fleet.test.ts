/** Rows of an inherited configuration about what seeds, trackers, room and categories, by the whole program. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {NewTorrent, SimFields, SimFile, SimTracker} from '#lab/simulators/sim-torrent.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {isFull} from '../proof.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness, SETTLED, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the crowd of the server. */
const FIRST = 5_000
const GB = 1e9
const GIB = 1024 ** 3

/** `A` looks after films. @param tables below its section, and others */
async function managed(tables: string): Promise<void> {
  const servers = [
    {name: B, torrents: 10},
    {name: A, torrents: 50},
  ]
  // The first line belongs to the server before it.
  const config = `ManagedCategories = ["films"]\n${tables}`
  harness = await ScenarioHarness.start({servers, config, settled: 0})
}

const put = (index: number, fields: Partial<NewTorrent> = {}) =>
  harness.had(A, FIRST + index, {category: 'films', ...fields}).hash
const on = (...hosts: readonly string[]) => hosts.map((host) => trackerOf(harness.world(A), host))

test('B.9 RemoveTorrent 4 takes both limits, of the tracker where it has them, and nothing that is owed, forced or has its own limit', async () => {
  await managed(`[[${A}.Trackers]]
URI = "tracker.example.org"
MaxUploadRatio = 3
[[${A}.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
["${A}".CategorySeeding]
RemoveTorrent = 4
MaxUploadRatio = 1
MaxSeedingTime = 604800
`)
  const enough = {uploaded: 2 * GB, trackers: on('open.example.net')}
  const gone = [put(0, enough), put(1, {...enough, state: 'stopped', running: false})]
  const kept: readonly (readonly [string, Partial<SimFields>])[] = [
    ['seeding time is 24 h, asked: at least 7 d', {seedingTime: DAY}],
    ['ratio is 2, asked: at least 3', {trackers: on('tracker.example.org')}],
    ['of the 30 d this tracker asks', {trackers: on('strict.example.net')}],
    ['its own ratio limit reached is no', {ratioLimit: 5}],
    ['force started is yes, asked: no', {forceStart: true}],
  ]
  const left = kept.map(([why, fields], at) => ({why, hash: put(2 + at, {...enough, ...fields})}))
  await harness.pass(SETTLED)
  const removals = gone.map((hash) => `${A} removeWithData ${hash}`)
  expect(new Set(harness.destroyed())).toEqual(new Set(removals))
  for (const {why, hash} of left) {
    const {rules} = await harness.why(A, hash)
    expect(rules.map(({sentence}) => sentence).join('\n')).toContain(why)
  }
  const done = await harness.journal('class=destructive&outcome=done')
  expect(new Set(done.map(({actor}) => actor))).toEqual(new Set([`${A}: seeded enough (${A})`]))
})

test('B.9 rows of trackers add, take off, tag, limit and turn super seeding on, once', async () => {
  await managed(`[[${A}.Trackers]]
URI = "https://tracker.example.org/announce"
AddTags = ["example"]
SuperSeedMode = true
UploadRateLimit = 300000
[[${A}.Trackers]]
URI = "https://more.example.net/announce"
AddTrackerIfMissing = true
[[${A}.Trackers]]
URI = "gone.example.net"
RemoveIfExists = true
["${A}".CategorySeeding]
UploadRateLimitPerTorrent = 100
[Settings]
Tagless = false
`)
  const ofRow = put(0, {trackers: on('tracker.example.org', 'gone.example.net')})
  const plain = put(1, {trackers: on('open.example.net')})
  await harness.pass(10 * MINUTE)
  const seen = (hash: string) => {
    const {tags, superSeeding, upLimit, trackers} = harness.torrent(A, hash)
    const hosts = trackers.map(({url}) => new URL(url).hostname)
    return {hosts, tags, superSeeding, upLimit}
  }
  expect(seen(ofRow)).toEqual({
    hosts: ['tracker.example.org', 'more.example.net'],
    superSeeding: true,
    upLimit: 300_000,
    tags: ['qBitrr-allowed_seeding', 'example'],
  })
  expect(seen(plain)).toEqual({
    hosts: ['open.example.net', 'more.example.net'],
    superSeeding: false,
    upLimit: 100 * 1024,
    tags: ['qBitrr-allowed_seeding'],
  })
  const before = harness.verbs(A).length
  await harness.pass(30 * MINUTE)
  expect(harness.verbs(A)).toHaveLength(before)
})

for (const [name, kind] of [
  ['qBit-Seedbox', 'qbittorrent'],
  ['Transmission-NAS', 'transmission'],
] as const) {
  test.runIf(isFull)(
    `B.9 what rows of [qBit] ask is owed on ${name}, too, for a film of an Arr`,
    async () => {
      // The last server is [qBit], so its rows come first.
      const config = `[[qBit.Trackers]]
URI = "https://strict.example.net/announce"
HitAndRunMode = "and"
MinSeedRatio = 1.0
MinSeedingTimeDays = 3
${filmsSection}[Radarr-films.Torrent.SeedingMode]
MaxUploadRatio = 1
RemoveTorrent = 1
`
      const film = filmRelease('Some.Film.2020.1080p')
      const radarr: InstanceConfig = {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name, category: 'films'}],
        library: [{title: 'Some Film', year: 2020}],
      }
      const servers = [
        {name, kind, torrents: 20},
        {name: 'qBit', torrents: 10},
      ]
      harness = await ScenarioHarness.start({servers, arrs: [radarr], releases: [film], config, settled: 0})
      await grab(harness, film, {itemId: 1}, 'radarr', name)
      const {hash, size} = film
      const world = harness.world(name)
      const trackers = [trackerOf(world, 'strict.example.net')]
      const completedAt = world.now()
      const done = {done: size, state: 'seeding', downSpeed: 0, uploaded: size * 2, completedAt} as const
      world.update(harness.torrent(name, hash), {...done, trackers, seedingTime: 2 * DAY}, 'trackers')
      await harness.pass(3 * HOUR)
      await harness.expectNothingDestructive()
      const {rules} = await harness.why(name, hash)
      expect(rules.map(({sentence}) => sentence).join('\n')).toContain('of the 3 d this tracker asks')
      // It came before our eyes: what its server says alone pays nothing.
      harness.update(name, hash, {seedingTime: 10 * DAY})
      await harness.pass(2 * HOUR)
      await harness.expectNothingDestructive()
      await harness.pass(3 * DAY)
      expect(harness.destroyed()).toEqual([`${name} removeWithData ${hash}`])
    },
  )
}

test.runIf(isFull)(
  'B.9 what was added by hand goes at its limit once its Arr took all of it in, and stays where it did not',
  async () => {
    const config = `${filmsSection}[Radarr-films.Torrent.SeedingMode]
MaxUploadRatio = 1
RemoveTorrent = 1
`
    harness = await startFilms({config, titles: ['Some Film', 'Other Film'], releases: []})
    const manual = (at: number, name: string, paths: readonly string[]) => {
      const files = paths.map((path): SimFile => ({
        path: `${name}/${path}`,
        size: GB / paths.length,
        done: GB / paths.length,
        priority: 'normal',
      }))
      return put(at, {name, rootName: name, files, fileCount: files.length, uploaded: 2 * GB})
    }
    const whole = manual(0, 'Some.Film.2020.1080p', ['film.mkv'])
    const inPart = manual(1, 'Other.Film.2020.Collection', ['one.mkv', 'two.mkv'])
    const stranger = manual(2, 'Holiday.Pictures', ['holiday.mkv'])
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toEqual([`${A} removeWithData ${whole}`])
    expect(harness.acting.arr('radarr').arr.stats.imports).toHaveLength(2)
    const held = await harness.journal(`info_hash=${inPart}&outcome=held&q=in%20its%20library`)
    expect(held).toMatchObject([{code: 'import_unproven'}])
    const {rules} = await harness.why(A, stranger)
    const said = rules.map(({sentence}) => sentence).join('\n')
    expect(said).toContain('proof of import is none, asked: there')
    await harness.expectWell()
  },
)

const DEAD = 'No such host is known'

for (const kind of ['qbittorrent', 'transmission'] as const) {
  test.runIf(isFull)(
    `B.9 RemoveDeadTrackers on ${kind} takes off who was dead for six hours, beside one that works, and never the last one`,
    async () => {
      const name = {qbittorrent: A, transmission: 'Transmission-A'}[kind]
      const config = `${filmsSection}
[Radarr-films.Torrent.SeedingMode]
RemoveDeadTrackers = true
RemoveTrackerWithMessage = ["${DEAD}"]
`
      const radarr = {name: 'radarr', app: 'radarr'} as const
      harness = await ScenarioHarness.start({servers: [{name, kind}], arrs: [radarr], config, settled: 0})
      const world = harness.world(name)
      const works = () => trackerOf(world, 'works.example.org')
      const dead = (host: string) => trackerOf(world, host, `${DEAD}.`, 1)
      const hostsOf = (hash: string) =>
        harness.torrent(name, hash).trackers.map(({url}) => new URL(url).hostname)
      const of = (index: number, trackers: SimTracker[]) =>
        harness.had(name, FIRST + index, {category: 'films', tags: ['films'], trackers}).hash
      const one = of(0, [works(), dead('dead.example.net'), trackerOf(world, 'later.example.net', '', 2)])
      const last = of(1, [dead('dead.example.net')])
      await harness.pass(5 * HOUR)
      world.update(
        harness.torrent(name, one),
        {trackers: [works(), dead('dead.example.net'), dead('later.example.net')]},
        'trackers',
      )
      expect(harness.verbs(name)).not.toContain('removeTrackers')
      await harness.pass(2 * HOUR)
      expect(hostsOf(one)).toEqual(['works.example.org', 'later.example.net'])
      await harness.pass(5 * HOUR)
      expect([hostsOf(one), hostsOf(last)]).toEqual([['works.example.org'], ['dead.example.net']])
      const removals = await harness.journal('verb=removeTrackers')
      expect(removals.map(({info_hash: hash, actor}) => [hash, actor])).toEqual([
        [one, 'Radarr-films: dead trackers'],
        [one, 'Radarr-films: dead trackers'],
      ])
    },
  )
}

test.runIf(isFull)('B.9 SortTorrents: the queue follows the priority of trackers', async () => {
  await managed(`[[${A}.Trackers]]
URI = "first.example.org"
Priority = 10
SortTorrents = true
[[${A}.Trackers]]
URI = "second.example.net"
Priority = 5
SortTorrents = true
`)
  const waiting = {state: 'queued', completedAt: null, done: 0} as const
  const hosts = ['other.example.net', 'second.example.net', 'first.example.org']
  const hashes = hosts.map((host, at) => put(at, {...waiting, trackers: on(host)}))
  const {queue} = harness.world(A).commands
  for (const hash of hashes) queue.enqueue(harness.torrent(A, hash))
  const order = () => hashes.toSorted((one, two) => placeOf(one) - placeOf(two))
  expect(order()).toEqual(hashes)
  await harness.pass(15 * MINUTE)
  expect(order()).toEqual(hashes.toReversed())
  const moves = harness.verbs(A).length
  await harness.pass(30 * MINUTE)
  expect(harness.verbs(A)).toHaveLength(moves)
})

const placeOf = (hash: string) => harness.torrent(A, hash).queuePosition!

test('B.10 what does not fit beside FreeSpace is stopped and labelled, and started when there is room', async () => {
  await managed('[Settings]\nFreeSpace = "10G"\nTagless = false\n')
  const world = harness.world(A)
  world.free = 13 * GIB
  const begun = {state: 'downloading', completedAt: null, done: 0, downSpeed: 100} as const
  const [fits, waits] = [1, 2].map((queuePosition) =>
    put(queuePosition, {...begun, size: 2 * GB, queuePosition}),
  )
  const seen = (hash: string) => {
    const {state, tags} = harness.torrent(A, hash)
    return {state, tags}
  }
  await harness.pass(10 * MINUTE)
  expect(seen(fits!)).toEqual({state: 'downloading', tags: []})
  expect(seen(waits!)).toEqual({state: 'stopped', tags: ['qBitrr-free_space_paused']})
  world.free = 30 * GIB
  world.bump()
  await harness.pass(10 * MINUTE)
  expect(seen(waits!)).toEqual({state: 'downloading', tags: []})
  expect(await harness.lines('origin=rule&origin=system')).toEqual([
    'addTags confirmed',
    'stop confirmed',
    'start confirmed',
    'removeTags confirmed',
  ])
})

test('B.10 AutoPauseResume off: what does not fit goes on, and nothing is stopped or started', async () => {
  await managed('[Settings]\nFreeSpace = "10G"\nAutoPauseResume = false\n')
  harness.world(A).free = 9 * GIB
  const begun = {completedAt: null, done: 0, size: 2 * GB} as const
  const goesOn = put(1, {...begun, state: 'downloading', downSpeed: 100, queuePosition: 1})
  const rests = put(2, {...begun, state: 'stopped', queuePosition: 2})
  await harness.pass(10 * MINUTE)
  harness.world(A).free = 100 * GIB
  harness.world(A).bump()
  await harness.pass(10 * MINUTE)
  expect(harness.torrent(A, goesOn)).toMatchObject({state: 'downloading', tags: []})
  expect(harness.torrent(A, rests)).toMatchObject({state: 'stopped', tags: []})
  expect(await harness.lines('origin=rule&origin=system')).toEqual([])
})

test('B.12 what seeds is labelled, and what does not seed yet is not', async () => {
  await managed('[Settings]\nTagless = false\n')
  const seeds = put(0)
  const label = 'qBitrr-allowed_seeding'
  const begun = put(1, {state: 'downloading', completedAt: null, done: 0, downSpeed: 100, tags: [label]})
  await harness.pass(5 * MINUTE)
  expect(harness.torrent(A, seeds).tags).toEqual([label])
  expect(harness.torrent(A, begun).tags).toEqual([])
})

test('B.1 a server that was away gets the category of an Arr, with its parents, when it is back', async () => {
  const section = filmsSection.replace('Category = "films"', 'Category = "films/hd"')
  const config = `[Settings]\nCompletedDownloadFolder = "/srv/done"\n${section}`
  harness = await startFilms({config, titles: ['Some Film'], releases: []})
  const {categories} = harness.world(B)
  await harness.away(B)
  categories.clear()
  await harness.pass(5 * MINUTE)
  expect(harness.world(A).categories.get('films/hd')).toBe('/srv/done/films/hd')
  await harness.back(B)
  await harness.pass(15 * MINUTE)
  expect([...categories]).toEqual([
    ['films', '/srv/done/films'],
    ['films/hd', '/srv/done/films/hd'],
  ])
})
