/** An Arr takes a download in by hand, which takes time, while a rule would give it up. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab} from './films.fixture.ts'
import {A, B, DAY, elsewhere, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const film = filmRelease('Some.Film.2020.1080p.WEB')

test('S60 what a person imports by hand is not given up while its Arr copies it', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 50, each: elsewhere},
      {name: B, torrents: 10, each: elsewhere},
    ],
    config: filmsSection.replace(
      'ReSearch',
      'ArrErrorCodesToBlocklist = ["Not an upgrade for existing movie file(s)"]\nReSearch',
    ),
    releases: [film],
    settled: 0,
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name: A, category: 'films'}],
        library: [{title: 'Some Film', year: 2020}],
      },
    ],
  })
  await grab(harness, film, {itemId: 1, import: {reject: 'not_upgrade'}})
  const [world, torrent] = [harness.world(A), harness.torrent(A, film.hash)]
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const {size} = torrent
  harness.update(A, film.hash, {
    done: size,
    downloaded: size,
    downSpeed: 0,
    state: 'seeding',
    addedAt: world.now() - DAY,
    seedingTime: DAY,
  })
  // The guards keep it for an hour.
  await harness.pass(50 * MINUTE)
  await harness.expectNothingDestructive()
  const {arr} = harness.acting.arr('radarr')
  const [tracked] = [...arr.queue.values()]
  // 60 GB from one disk to another.
  Object.assign(arr.settings, {importDuration: 2 * 40 * MINUTE * 1_000})
  const files = [
    {
      path: `/downloads/${film.name}/film.mkv`,
      movieId: 1,
      downloadId: tracked!.downloadId,
      quality: {quality: {id: 3}, revision: {version: 1}},
    },
  ]
  arr.commands.post('ManualImport', {files, importMode: 'copy'}, 'manual')
  // Its own looks at the download wait until the disk is free.
  await harness.pass(5)
  Object.assign(arr.settings, {importDuration: 1_500})
  await harness.pass(35 * MINUTE)
  expect(harness.destroyed()).toEqual([])
  const entries = await harness.journal(`info_hash=${film.hash}&verb=failDownload`)
  expect(entries.map(({code}) => code)).toContain('arr_at_work')
  await harness.pass(30 * MINUTE)
  expect(arr.stats.imports).toHaveLength(1)
  expect(harness.destroyed()).toEqual([])
})
