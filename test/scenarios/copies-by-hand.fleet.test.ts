/** Torrents that users copy and move to another server, with real files on a disk that both map. */
import {existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const FIRST = 5_000
const SHARED = '/srv/downloads'
const OTHER = '/srv/other'
const film = filmRelease('Some.Film.2020')
const file = film.files[0]!.path

/** One disk: A has `a`, B has `b`, under names of their own; the film is complete on A. */
async function harnessOf(more: object = {}): Promise<string> {
  const disk = newFolder()
  folders.push(disk)
  const places = {[A]: ['a', SHARED], [B]: ['b', OTHER]} as const
  const sections = Object.entries(places).map(([name, [folder, place]]) => {
    mkdirSync(join(disk, folder), {recursive: true})
    // What is empty may be a disk that is away.
    writeFileSync(join(disk, folder, 'notes.txt'), '')
    return `["${name}".PathMappings]\n"${place}" = ${JSON.stringify(join(disk, folder))}\n`
  })
  harness = await ScenarioHarness.start({
    servers: Object.keys(places).map((name) => ({
      name,
      kind: 'qbittorrent' as const,
      torrents: 10,
      each: () => ({savePath: '/elsewhere'}),
    })),
    config: sections.join(''),
  })
  const world = harness.world(B)
  const recheck = world.commands.recheck.bind(world.commands)
  world.commands.recheck = (torrents) => {
    recheck(torrents)
    for (const torrent of torrents) {
      const at = join(disk, 'b', torrent.savePath.slice(OTHER.length))
      const isWhole = film.files.every(
        ({path, bytes}) => existsSync(join(at, path)) && readFileSync(join(at, path)).equals(bytes),
      )
      world.update(torrent, {state: 'stopped', running: false, done: isWhole ? torrent.size : 0})
    }
  }
  const {hash, name, torrent: metainfo, size, files} = film
  harness.had(A, FIRST, {
    hash,
    name,
    rootName: name,
    metainfo,
    category: 'films',
    size,
    sizeTotal: size,
    done: size,
    files: files.map(({path, bytes}) => ({
      path,
      size: bytes.length,
      done: bytes.length,
      priority: 'normal' as const,
    })),
    tags: ['mine'],
    isPrivate: false,
    ...more,
  })
  film.writePayload(join(disk, 'a'))
  // Its list is read, and the disk was seen for a while.
  await harness.pass(20 * MINUTE)
  return disk
}

const keys = [{server_id: A, info_hash: film.hash}]
const order = async (more: object = {}) => {
  const {status, body} = await harness.acting.api.send('POST', '/api/torrents/copy', {
    keys,
    server_id: B,
    path: OTHER,
    ...more,
  })
  expect(status).toBe(202)
  return (body as {action_id: string}).action_id
}
const actionOf = async (id: string) =>
  (await harness.acting.api.send('GET', `/api/actions/${id}`)).body as {
    state: string
    counts: Record<string, number>
    undo: {possible: boolean}
  }
const got = (server: string) =>
  harness
    .world(server)
    .commands.received.flatMap(({verb, hashes}) => (hashes.includes(film.hash) ? [verb] : []))

test('a copy that a user orders is linked, checked and started there, can be undone, and its source is as it was', async () => {
  const disk = await harnessOf()
  const preview = await harness.acting.api.send('POST', '/api/torrents/copy-preview', {
    keys,
    server_id: B,
    path: OTHER,
  })
  expect(preview.body).toMatchObject({ways: [{way: 'links', count: 1}], refused: []})
  const id = await order()
  await harness.pass(10 * MINUTE)
  expect(harness.torrent(B, film.hash)).toMatchObject({category: 'films', savePath: OTHER, running: true})
  expect(lstatSync(join(disk, 'b', file)).ino).toBe(lstatSync(join(disk, 'a', file)).ino)
  expect([got(B), got(A)]).toEqual([['recheck', 'start'], []])
  expect(await actionOf(id)).toMatchObject({state: 'done', counts: {done: 1}, undo: {possible: true}})
  await harness.acting.api.send('POST', `/api/actions/${id}/undo`)
  await harness.pass(10 * MINUTE)
  expect([harness.holds(B, film.hash), harness.holds(A, film.hash)]).toEqual([false, true])
  expect(existsSync(join(disk, 'a', file))).toBe(true)
})

test('S11 moved over a restart, the source goes to the trash once its copy has stood, and is stopped before that one runs', async () => {
  const disk = await harnessOf({isPrivate: true})
  const id = await order({source: 'trash'})
  await harness.pass(3 * MINUTE)
  await harness.acting.crash()
  await harness.acting.rise()
  expect(harness.holds(A, film.hash)).toBe(true)
  expect(await actionOf(id)).toMatchObject({state: 'running', count: 1})
  await harness.pass(20 * MINUTE)
  expect(await actionOf(id)).toMatchObject({state: 'done', counts: {done: 1}})
  expect([harness.holds(A, film.hash), harness.torrent(B, film.hash).running]).toEqual([false, true])
  expect(got(A)).toContain('stop')
  expect(readFileSync(join(disk, 'b', file)).equals(film.files[0]!.bytes)).toBe(true)
  expect(existsSync(join(disk, 'a', file))).toBe(false)
  const trash = (await harness.acting.api.send('GET', '/api/trash')).body as {items: {info_hash: string}[]}
  expect(trash.items.map((it) => it.info_hash)).toEqual([film.hash])
})

test('S37 after a move there is one ratio: list, search, details and rules count what was uploaded before it', async () => {
  await harnessOf({uploaded: 2 * film.size, downloaded: film.size})
  await order({source: 'trash'})
  await harness.pass(25 * MINUTE)
  harness.world(B).update(harness.torrent(B, film.hash), {uploaded: film.size})
  await harness.pass(MINUTE)
  const {api} = harness.acting
  const {body} = await api.send('GET', `/api/torrents?q=${encodeURIComponent('ratio:2.9..3.1')}`)
  const [torrent] = (body as {torrents: Record<string, unknown>[]}).torrents
  expect(torrent).toMatchObject({server_id: B, info_hash: film.hash, ratio: 3, uploaded: film.size})
  expect(torrent!['native_ratio']).not.toBe(3)
  const why = await api.send('GET', `/api/torrents/${film.hash}/explain?server_id=${B}`)
  expect(why.body).toMatchObject({moved: {ratio: 3, ratio_before: 2}})
  const facts = await api.send('GET', `/api/torrents?q=${encodeURIComponent('ratio_by_size>=3')}`)
  expect((facts.body as {torrents: unknown[]}).torrents).toHaveLength(1)
})

test.runIf(isFull)(
  'S05 what does not prove whole there keeps its source, which goes on running',
  async () => {
    const disk = await harnessOf({isPrivate: true})
    writeFileSync(join(disk, 'a', file), Buffer.alloc(film.size))
    const id = await order({source: 'trash'})
    await harness.pass(20 * MINUTE)
    expect([harness.holds(A, film.hash), harness.torrent(A, film.hash).running]).toEqual([true, true])
    expect([harness.torrent(B, film.hash).running, await actionOf(id)]).toMatchObject([
      false,
      {counts: {failed: 1}},
    ])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'a server that goes away in the middle is waited for, and nothing leaves meanwhile',
  async () => {
    await harnessOf()
    await order({source: 'trash'})
    await harness.pass(MINUTE)
    await harness.away(B)
    await harness.pass(2 * HOUR)
    expect(harness.holds(A, film.hash)).toBe(true)
    await harness.expectNothingDestructive()
  },
)
