/** One of many is broken: a client of an Arr, an episode of a pack. The others go on. */
import {afterEach, expect, test} from 'vitest'
import {deleteUnit} from '#lab/arrs/deletion.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

const seeds = (section: string) => `
[${section}.Torrent]
StalledDelay = -1
[${section}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const film = filmRelease('Some.Film.2020.1080p.WEB')
const servers = [
  {name: A, torrents: 50},
  {name: B, torrents: 10},
]
const clients = {[A]: {name: A, category: 'films'}, [B]: {name: B, category: 'films-of-b'}}

async function withTwoClients(): Promise<void> {
  house = await ScenarioHarness.start({
    servers,
    releases: [film],
    settled: 0,
    config: filmsSection + seeds('Radarr-films'),
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [clients[A], clients[B], {name: 'SABnzbd', protocol: 'usenet', category: 'films'}],
        library: [{title: 'Some Film', year: 2020}],
      },
    ],
  })
  await comeIn(house, film, {itemId: 1})
  await house.pass(HOUR)
}

const pay = () => house.update(A, film.hash, {uploaded: 2 * film.size})
const removal = `${A} removeWithData ${film.hash}`

test('S42 a check that is red for another client holds nothing of this one', async () => {
  await withTwoClients()
  // Its Arr alone does not reach it.
  const {backend} = house.acting.arr('radarr').arr.clients.find(({name}) => name === B)!
  backend.list = () => Promise.reject(new Error('refused'))
  await house.pass(HOUR)
  pay()
  const all = await house.acting.until(
    2 * HOUR,
    () => house.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([removal])
  const {manager} = await house.acting.api.get<{manager: {checks: readonly {source: string}[]}}>(
    '/api/arrs/Radarr-films',
  )
  expect(manager.checks.map(({source}) => source)).toContain('DownloadClientCheck')
})

/** Both are red for months, and name a client of which no torrent is. */
const reds = ['DownloadClientCheck', 'DownloadClientStatusCheck'] as const

test.runIf(isFull).each(reds)('S42 a usenet client that is red (%s) holds no torrent', async (source) => {
  await withTwoClients()
  const {arr} = house.acting.arr('radarr')
  const {id, backend} = arr.clients.find(({name}) => name === 'SABnzbd')!
  if (source === 'DownloadClientCheck') backend.list = () => Promise.reject(new Error('refused'))
  else arr.downClients.set(id, arr.time.now() - DAY * 1_000)
  arr.commands.post('CheckHealth', {}, 'scheduled')
  await house.pass(2 * HOUR)
  const {manager} = await house.acting.api.get<{
    manager: {checks: readonly {source: string; level: string; message: string}[]}
  }>('/api/arrs/Radarr-films')
  expect(manager.checks).toContainEqual(
    expect.objectContaining({source, message: expect.stringContaining('SABnzbd')}),
  )
  pay()
  const all = await house.acting.until(
    2 * HOUR,
    () => house.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([removal])
  await house.expectWell()
})

test('S42 a check that is red there, and would be green if it were made, holds nothing for longer than a few minutes', async () => {
  await withTwoClients()
  const {arr} = house.acting.arr('radarr')
  const client = arr.clients.find(({name}) => name === A)!
  const list = client.backend.list.bind(client.backend)
  client.backend.list = () => Promise.reject(new Error('refused'))
  arr.commands.post('CheckHealth', {}, 'scheduled')
  // Commodarr knows of it, and has had it checked anew.
  await house.pass(3 * MINUTE)
  client.backend.list = list
  pay()
  expect([...arr.health.keys()]).toContain('DownloadClientCheck')
  const all = await house.acting.until(
    5 * MINUTE,
    () => house.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([removal])
  expect([...arr.health.keys()]).not.toContain('DownloadClientCheck')
})

test('S42 of a pack of which one episode is gone the others stay proven, and it is removed at its time', async () => {
  const count = 220
  const numbers = Array.from({length: count}, (_, at) => String(at + 1).padStart(3, '0'))
  const season = makeTorrent({
    name: 'Some.Series.S01.1080p.WEB',
    content: Object.fromEntries(numbers.map((at) => [`Some.Series.S01E${at}.mkv`, 400])),
  })
  house = await ScenarioHarness.start({
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
  await comeIn(house, season, {itemId: 1}, 'sonarr')
  await house.pass(HOUR)
  deleteUnit(house.acting.arr('sonarr').arr, 7)
  await house.pass(HOUR)
  house.update(A, season.hash, {uploaded: 2 * season.size})
  const all = await house.acting.until(
    DAY,
    () => house.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([`${A} removeWithData ${season.hash}`])
  expect(await house.alerts()).toEqual([])
  await house.expectWell()
})
