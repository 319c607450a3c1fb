/**
 * Houses of every size: one server, two, and more of mixed kinds and ages, each with an Arr of its own; and files of
 * older generations. Whatever stands beside, a download that stalls is failed where it is, one that is complete is
 * imported and goes when it has seeded enough, and nobody else hears of it.
 */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {
  A,
  B,
  DAY,
  HOUR,
  MINUTE,
  ScenarioHarness,
  trackerOf,
  type ScenarioServer,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const houses: readonly (readonly [string, readonly ScenarioServer[]])[] = [
  ['one server', [{name: 'qBit-A'}]],
  [
    'three kinds',
    [
      {name: 'Transmission-A', kind: 'transmission'},
      {name: 'rTorrent-B', kind: 'rtorrent'},
      {name: 'qBit-C', version: '5.3.0'},
    ],
  ],
  ['one that is no qBittorrent', [{name: 'Transmission-A', kind: 'transmission', version: '3.00'}]],
  ['two of different kinds', [{name: 'qBit-A'}, {name: 'rTorrent-B', kind: 'rtorrent', version: '0.9.8'}]],
  [
    'five of all ages',
    [
      {name: 'qBit-A', version: '4.3.9'},
      {name: 'qBit-B', version: '5.1.0'},
      {name: 'Transmission-C', kind: 'transmission', version: '3.00'},
      {name: 'Transmission-D', kind: 'transmission', version: '4.1.4'},
      {name: 'rTorrent-E', kind: 'rtorrent'},
    ],
  ],
]

interface Corner {
  readonly server: string
  readonly arr: InstanceConfig
  readonly stalls: MadeTorrent
  readonly comes: MadeTorrent
}

test.runIf(isFull).each(houses)('%s: each Arr manages its own server, and no other', async (_, servers) => {
  const corners = servers.map(({name}, at) => cornerOf(name, at))
  harness = await ScenarioHarness.start({
    servers: servers.map((server) => ({...server, torrents: 30})),
    arrs: corners.map(({arr}) => arr),
    releases: corners.flatMap(({stalls, comes}) => [stalls, comes]),
    config: corners.map(({arr: {name}}, at) => sectionOf(name, at)).join(''),
    settled: 0,
  })
  for (const {server, arr, stalls, comes} of corners) {
    await grab(harness, stalls, {itemId: 1}, arr.name, server)
    await grab(harness, comes, {itemId: 2}, arr.name, server)
    harness.update(server, stalls.hash, {
      state: 'downloading',
      downSpeed: 0,
      done: 10_000,
      downloaded: 10_000,
    })
    const {size} = harness.torrent(server, comes.hash)
    harness.update(server, comes.hash, {done: size, state: 'seeding', downSpeed: 0, uploaded: size * 3})
  }
  await harness.pass(2 * HOUR)
  const wanted = corners
    .filter(({server}) => canRemoveData(server))
    .flatMap(({server, arr, stalls, comes}) => [
      `${server} removeWithData ${stalls.hash}`,
      `${server} removeWithData ${comes.hash}`,
      `${arr.name} blocklist ${stalls.hash.toUpperCase()}`,
    ])
  expect(harness.destroyed().toSorted()).toEqual(wanted.toSorted())
  for (const {server, arr, stalls, comes} of corners) {
    const {stats, history} = harness.acting.arr(arr.name).arr
    const reported = history.of(comes.hash.toUpperCase()).map(({event}) => event)
    expect(reported.filter((event) => /FolderImported$/i.test(event))).toHaveLength(1)
    expect(harness.world(server).size).toBe(canRemoveData(server) ? 30 : 32)
    expect(stats.searches).toEqual({1: canRemoveData(server) ? 2 : 1, 2: 1})
    if (canRemoveData(server)) continue
    const {rules} = await harness.why(server, stalls.hash)
    expect(rules.map(({sentence}) => sentence).join('\n')).toContain('rTorrent cannot delete data')
  }
  await harness.expectWell()
})

/** rTorrent removes no files by itself, and where these are for us nobody said: then nothing is given up there. */
function canRemoveData(server: string): boolean {
  return !server.startsWith('rTorrent')
}

function cornerOf(server: string, at: number): Corner {
  const letter = 'ABCDE'[at]!
  return {
    server,
    arr: {
      name: `radarr${at}`,
      app: 'radarr',
      downloadClients: [{name: server, category: `films${at}`}],
      library: [
        {title: `Still ${letter}`, year: 2020},
        {title: `Swift ${letter}`, year: 2020},
      ],
    },
    stalls: filmRelease(`Still.${letter}.2020.1080p`, 50_000 + at),
    comes: filmRelease(`Swift.${letter}.2020.1080p`, 60_000 + at),
  }
}

function sectionOf(name: string, at: number): string {
  return `
[Radarr-${at}]
Managed = true
Category = "films${at}"
URI = "http://${name}"
APIKey = "KEY-${name}"
ReSearch = true
[Radarr-${at}.Torrent]
StalledDelay = 15
[Radarr-${at}.Torrent.SeedingMode]
MaxUploadRatio = 2
RemoveTorrent = 1
`
}

const owing = [
  // Whose trackers are nobody's in such a file, but those of the Arr.
  ['Transmission-A', {kind: 'transmission'}],
  [A, {}],
] as const
test.each(some(1, owing))(
  'a file from before 5.8.8: what its Arr owed to trackers is owed still on %s',
  async (name, kind) => {
    const titles = ['Owing Film', 'Free Film']
    const [owing, free] = [filmRelease('Owing.Film.2020.1080p'), filmRelease('Free.Film.2020.1080p')]
    const config = `
[Settings]
ConfigVersion = "5.8.0"
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = 15
[Radarr-films.Torrent.SeedingMode]
MaxUploadRatio = 1
RemoveTorrent = 1
HitAndRunMode = true
MinSeedingTimeDays = 7
HitAndRunClearMode = "and"
[[Radarr-films.Torrent.Trackers]]
URI = "https://strict.example.net/announce"
[[Radarr-films.Torrent.Trackers]]
URI = "https://free.example.net/announce"
HitAndRunMode = false
`
    const servers = [
      {name, ...kind, torrents: 50},
      {name: B, torrents: 10},
    ] as const
    harness = await startFilms({config, titles, releases: [owing, free], servers})
    for (const [at, made] of [owing, free].entries()) {
      await grab(harness, made, {itemId: at + 1}, 'radarr', name)
      const {size} = harness.torrent(name, made.hash)
      const host = made === owing ? 'strict.example.net' : 'free.example.net'
      const seeds = {
        state: 'seeding',
        done: size,
        downSpeed: 0,
        uploaded: size * 2,
        seedingTime: DAY,
      } as const
      harness.update(name, made.hash, {...seeds, trackers: [trackerOf(harness.world(name), host)]})
    }
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toEqual([`${name} removeWithData ${free.hash}`])
    const {rules} = await harness.why(name, owing.hash)
    expect(rules.map(({sentence}) => sentence).join('\n')).toContain('of the 7 d this tracker asks')
  },
)

test('a file of the first generation: what was an Animarr is a Sonarr, and heals its downloads', async () => {
  const made = filmRelease('Some.Show.S01E01.1080p')
  const sonarr: InstanceConfig = {
    name: 'sonarr',
    app: 'sonarr',
    downloadClients: [{name: A, category: 'anime'}],
    library: [{title: 'Some Show', year: 2020, units: [{}]}],
  }
  const config = `
[Settings]
ConfigVersion = 1
LoopSleepTimer = 10
[Animarr-Shows]
Managed = true
URI = "http://sonarr"
APIKey = "KEY-sonarr"
Category = "anime"
ReSearch = true
[Animarr-Shows.Torrent]
StalledDelay = 15
`
  harness = await ScenarioHarness.start({
    config,
    arrs: [sonarr],
    releases: [made],
    settled: 0,
    servers: [{name: A, torrents: 30}],
  })
  await grab(harness, made, {itemId: 1, unitIds: [1]}, 'sonarr')
  harness.update(A, made.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  await harness.pass(HOUR + MINUTE)
  expect(harness.destroyed()).toEqual([
    `${A} removeWithData ${made.hash}`,
    `sonarr blocklist ${made.hash.toUpperCase()}`,
  ])
})
