import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {expectProblem} from '#test/http/expect-problem.ts'
import {newFolder} from '../program/program.fixture.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
const other = newFolder()
afterEach(async () => {
  await harness.stop()
  for (const folder of [other, `${harness.folder}.away`]) rmSync(folder, {recursive: true, force: true})
})

test('a person moves nothing whose disk is away: its server would look for it elsewhere from then on', async () => {
  const own = nameOf('rtorrent')
  writeFileSync(join(other, 'something'), 'x')
  harness = await DiskHarness.start(
    [{name: own, kind: 'rtorrent', folder: '/srv/downloads', torrents: 5}],
    `"/mnt/other" = ${JSON.stringify(other)}\n`,
  )
  const mine = harness.put(own, 900, {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000})
  await harness.pass(10 * MINUTE)
  // The disk is unmounted: its empty folder is there.
  renameSync(harness.folder, `${harness.folder}.away`)
  mkdirSync(harness.folder)
  await harness.pass(2 * MINUTE)
  const {body} = await harness.api.send('POST', '/api/torrents/actions', {
    verb: 'setLocation',
    keys: [{server_id: own, info_hash: mine.hash}],
    args: {path: '/mnt/other', move_data: true},
  })
  const result = (body as {results: readonly {outcome: string; code?: string}[]}).results[0]!
  expect([result.outcome, harness.scenario.torrent(own, mine.hash).savePath], JSON.stringify(body)).toEqual([
    'refused',
    '/srv/downloads',
  ])
})

test('rTorrent: a move whose files we brought, and whose answer was lost, can be ordered again', async () => {
  const own = nameOf('rtorrent')
  harness = await DiskHarness.start([{name: own, kind: 'rtorrent', folder: '/srv/downloads', torrents: 5}])
  const files = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}
  const mine = harness.put(own, 900, files)
  await harness.pass(10 * MINUTE)
  const move = async (more = {}): Promise<unknown> => {
    const {body} = await harness.api.send('POST', '/api/torrents/actions', {
      verb: 'setLocation',
      keys: [{server_id: own, info_hash: mine.hash}],
      args: {path: '/srv/downloads/new', move_data: true, ...more},
    })
    return (body as {results: readonly unknown[]}).results[0]
  }
  const {faults} = harness.scenario.acting.server(own).server
  faults.add({kind: 'reset', path: 'directory_base.set'})
  expect(await move()).not.toMatchObject({outcome: 'done'})
  faults.clear()
  expect([mine.savePath, harness.has('Pack'), harness.has('new/Pack/e02.mkv')]).toEqual([
    '/srv/downloads',
    false,
    true,
  ])
  await harness.pass(2 * MINUTE)
  // Something of its names is there: a person says that it is its own.
  expect(await move()).toMatchObject({outcome: 'refused', code: 'path_occupied'})
  expect(await move({accepts_others: true})).toMatchObject({outcome: 'done'})
  expect(mine.savePath).toBe('/srv/downloads/new')
  expect(Object.keys(files).filter((path) => !harness.has(`new/${path}`))).toEqual([])
  await harness.scenario.expectNothingDestructive()
})

test('the folder of a category, or the default one, is not changed while the disk of what moves by it is away, unless a person confirms it', async () => {
  harness = await DiskHarness.start([{name: A, folder: '/srv/downloads', torrents: 0}])
  const world = harness.scenario.world(A)
  world.preferences.set('save_path_changed_tmm_enabled', true)
  world.categories.set('films', '/srv/downloads/films')
  const inFilms = {category: 'films', autoManaged: true, savePath: '/srv/downloads/films'}
  const film = harness.put(A, 900, {'Film/film.mkv': 7_000}, inFilms)
  const plain = harness.put(A, 901, {'Plain/a.mkv': 3_000}, {category: '', autoManaged: true})
  await harness.pass(10 * MINUTE)
  renameSync(harness.folder, `${harness.folder}.away`)
  mkdirSync(harness.folder)
  await harness.pass(2 * MINUTE)
  const edit = (more = {}) =>
    harness.api.send('PATCH', `/api/servers/${A}/categories`, {
      name: 'films',
      save_path: '/srv/downloads/new',
      ...more,
    })
  const set = (more = '') =>
    harness.api.send('PATCH', `/api/servers/${A}/preferences${more}`, {save_path: '/srv/downloads/else'})
  for (const asked of [
    await edit(),
    await edit({accepts_moves: true}),
    await set(),
    await set('?accepts_moves=true'),
  ])
    expectProblem(asked, 'disk_failed')
  expect([film.savePath, plain.savePath]).toEqual(['/srv/downloads/films', '/srv/downloads'])
  // Whoever knows that may do it, and is told first what moves.
  expectProblem(await edit({accepts_doubt: true}), 'moves_torrents')
  expect((await edit({accepts_doubt: true, accepts_moves: true})).status).toBe(204)
  expect((await set('?accepts_doubt=true&accepts_moves=true')).status).toBe(204)
  expect([film.savePath, plain.savePath]).toEqual(['/srv/downloads/new', '/srv/downloads/else'])
})
