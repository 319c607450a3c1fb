/** One of many is broken: a client of an Arr, an episode of a pack. The others go on. */
import {afterEach, expect, test} from 'vitest'
import {deleteUnit} from '#lab/arrs/deletion.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const seeds = (section: string) => `
[${section}.Torrent]
StalledDelay = -1
[${section}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const servers = [
  {name: A, torrents: 50},
  {name: B, torrents: 10},
]

/** What an Arr of each family has grabbed, from the first of two clients, whose category is its own. */
const grabbed = {
  radarr: {
    made: filmRelease('Some.Film.2020.1080p.WEB'),
    library: [{title: 'Some Film', year: 2020}],
    section: 'Radarr-films',
    category: 'films',
  },
  sonarr: {
    made: makeTorrent({name: 'Some.Series.S01E01.1080p.WEB.mkv', content: 40_000}),
    library: [{title: 'Some Series', units: [{season: 1, number: 1}]}],
    section: 'Sonarr-series',
    category: 'series',
  },
} as const
type App = keyof typeof grabbed
const apps = Object.keys(grabbed) as App[]

const sectionOf = (app: App) => `
[${grabbed[app].section}]
Managed = true
Category = "${grabbed[app].category}"
URI = "http://${app}"
APIKey = "KEY-${app}"
ReSearch = true
${seeds(grabbed[app].section)}`

async function withTwoClients(app: App): Promise<void> {
  const {made, library, category} = grabbed[app]
  harness = await ScenarioHarness.start({
    servers,
    releases: [made],
    settled: 0,
    config: sectionOf(app),
    arrs: [
      {
        name: app,
        app,
        downloadClients: [
          {name: A, category},
          {name: B, category: `${category}-of-b`},
          {name: 'SABnzbd', protocol: 'usenet', category},
        ],
        library: [...library],
      },
    ],
  })
  await comeIn(harness, made, {itemId: 1}, app)
  await harness.pass(HOUR)
}

const pay = (app: App) => {
  const {hash, size} = grabbed[app].made
  harness.update(A, hash, {uploaded: 2 * size})
}
const removalOf = (app: App) => `${A} removeWithData ${grabbed[app].made.hash}`

/** What it says of itself. */
const checksOf = async (app: App) => {
  const path = `/api/arrs/${grabbed[app].section}` as const
  const {manager} = await harness.acting.api.get<{
    manager: {checks: readonly {source: string; message: string}[]}
  }>(path)
  return manager.checks
}

test.each(apps)('S42 %s: a check that is red for another client holds nothing of this one', async (app) => {
  await withTwoClients(app)
  // Its Arr alone does not reach it.
  const {backend} = harness.acting.arr(app).arr.clients.find(({name}) => name === B)!
  backend.list = () => Promise.reject(new Error('refused'))
  await harness.pass(HOUR)
  pay(app)
  const all = await harness.acting.until(
    2 * HOUR,
    () => harness.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([removalOf(app)])
  expect((await checksOf(app)).map(({source}) => source)).toContain('DownloadClientCheck')
})

/** Both are red for months, and name a client of which no torrent is. */
const reds = ['DownloadClientCheck', 'DownloadClientStatusCheck'] as const

test.runIf(isFull).each(apps.flatMap((app) => reds.map((source) => [app, source] as const)))(
  'S42 %s: a usenet client that is red (%s) holds no torrent',
  async (app, source) => {
    await withTwoClients(app)
    const {arr} = harness.acting.arr(app)
    const {id, backend} = arr.clients.find(({name}) => name === 'SABnzbd')!
    if (source === 'DownloadClientCheck') backend.list = () => Promise.reject(new Error('refused'))
    else arr.downClients.set(id, arr.time.now() - DAY * 1_000)
    arr.commands.post('CheckHealth', {}, 'scheduled')
    await harness.pass(2 * HOUR)
    expect(await checksOf(app)).toContainEqual(
      expect.objectContaining({source, message: expect.stringContaining('SABnzbd')}),
    )
    pay(app)
    const all = await harness.acting.until(
      2 * HOUR,
      () => harness.destroyed(),
      (it) => it.length > 0,
    )
    expect(all).toEqual([removalOf(app)])
    await harness.expectWell()
  },
)

test.each(apps)(
  'S42 %s: a check that is red there, and would be green if it were made, holds nothing for longer than a few minutes',
  async (app) => {
    await withTwoClients(app)
    const {arr} = harness.acting.arr(app)
    const client = arr.clients.find(({name}) => name === A)!
    const list = client.backend.list.bind(client.backend)
    client.backend.list = () => Promise.reject(new Error('refused'))
    arr.commands.post('CheckHealth', {}, 'scheduled')
    // Commodarr knows of it, and has had it checked again.
    await harness.pass(3 * MINUTE)
    client.backend.list = list
    pay(app)
    expect([...arr.health.keys()]).toContain('DownloadClientCheck')
    const all = await harness.acting.until(
      5 * MINUTE,
      () => harness.destroyed(),
      (it) => it.length > 0,
    )
    expect(all).toEqual([removalOf(app)])
    expect([...arr.health.keys()]).not.toContain('DownloadClientCheck')
  },
)

test('S42 of a pack of which one episode is gone the others stay proven, and it is removed at its time', async () => {
  const count = 220
  const numbers = Array.from({length: count}, (_, at) => String(at + 1).padStart(3, '0'))
  const season = makeTorrent({
    name: 'Some.Series.S01.1080p.WEB',
    content: Object.fromEntries(numbers.map((at) => [`Some.Series.S01E${at}.mkv`, 400])),
  })
  harness = await ScenarioHarness.start({
    servers,
    releases: [season],
    settled: 0,
    config: `
[Sonarr-series]
Managed = true
Category = "series"
URI = "http://sonarr"
APIKey = "KEY-sonarr"
${seeds('Sonarr-series')}`,
    arrs: [
      {
        name: 'sonarr',
        app: 'sonarr',
        downloadClients: [{name: A, category: 'series'}],
        library: [{title: 'Some Series', units: numbers.map((_, at) => ({season: 1, number: at + 1}))}],
      },
    ],
  })
  await comeIn(harness, season, {itemId: 1}, 'sonarr')
  await harness.pass(HOUR)
  deleteUnit(harness.acting.arr('sonarr').arr, 7)
  await harness.pass(HOUR)
  harness.update(A, season.hash, {uploaded: 2 * season.size})
  const all = await harness.acting.until(
    DAY,
    () => harness.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([`${A} removeWithData ${season.hash}`])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})
