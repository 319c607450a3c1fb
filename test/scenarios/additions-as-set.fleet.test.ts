/** What an addition leaves open its server decides by its settings: it is compared so, and sent so. */
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {isComplete, type SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {B, MINUTE, nameOf} from './scenario-harness.fixture.ts'

const own = nameOf('qbittorrent')
let harness: DiskHarness
afterEach(() => harness.stop())

function isWhole(server: string, torrent: SimTorrent): boolean {
  const {commands} = harness.scenario.world(server)
  commands.recheck([torrent])
  commands.settle(torrent)
  return isComplete(torrent)
}

interface UploadAnswer {
  readonly results: readonly {readonly status: string; readonly code?: string}[]
}

/** B has a file of another size in the folder that both use. @returns what became of adding `Film/film.mkv` there */
async function added(path: string, category: string, settings: Readonly<Record<string, unknown>>) {
  harness = await DiskHarness.start([
    {name: own, kind: 'qbittorrent', folder: '/srv/downloads', torrents: 5},
    {name: B, folder: '/data', torrents: 5},
  ])
  const {preferences} = harness.scenario.world(own)
  for (const [name, value] of Object.entries(settings)) preferences.set(name, value)
  const made = makeTorrent({name: 'Film', content: {'film.mkv': 3_000}})
  const theirs = harness.put(B, 900, {[path]: 9_000}, {savePath: '/data'})
  await harness.pass(5 * MINUTE)
  const form = new FormData()
  form.set('server_id', own)
  if (category !== '') form.set('category', category)
  form.set('file', new Blob([Uint8Array.from(made.torrent)]), 'film.torrent')
  const {body} = await harness.api.upload('/api/torrents/upload', form)
  const [result] = (body as UploadAnswer).results
  const size = statSync(join(harness.folder, path), {throwIfNoEntry: false})?.size
  return {result, size, isWhole: isWhole(B, theirs)}
}

test.each([
  ['by hand', 'Film/film.mkv', '', {}],
  ['by hand, with a category', 'Film/film.mkv', 'films', {}],
  ['by hand, in category folders', 'films/Film/film.mkv', 'films', {use_category_paths_in_manual_mode: true}],
  ['automatically', 'films/Film/film.mkv', 'films', {auto_tmm_enabled: true}],
  ['without the top folder', 'film.mkv', '', {torrent_content_layout: 'NoSubfolder'}],
] as const)(
  'what lies where a qBittorrent would save it is asked about: %s',
  async (_, path, category, settings) => {
    expect(await added(path, category, settings)).toMatchObject({
      result: {status: 'failed', code: 'content_shared'},
      size: 9_000,
      isWhole: true,
    })
  },
)

test.each([
  ['by hand, with a category', 'films/Film/film.mkv', 'films', {}],
  ['automatically', 'Film/film.mkv', 'films', {auto_tmm_enabled: true}],
  ['without the top folder', 'Film/film.mkv', '', {torrent_content_layout: 'NoSubfolder'}],
] as const)('what lies elsewhere is no reason to ask: %s', async (_, path, category, settings) => {
  expect(await added(path, category, settings)).toMatchObject({
    result: {status: 'added'},
    size: 9_000,
    isWhole: true,
  })
})
