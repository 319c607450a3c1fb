/** Torrents without a folder of their own, side by side in one folder with a file of both and things of a person. */
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, DAY, elsewhere, MINUTE, nameOf, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const HELD = 10
const SEEN = 33 * MINUTE

const one = makeTorrent({name: 'One', content: {'one.mkv': 40_000, 'Subs/one.srt': 1_000, 'info.nfo': 500}})
const two = makeTorrent({name: 'Two', content: {'two.mkv': 30_000, 'info.nfo': 500}})
const ofPerson = ['mix/mine.txt', 'mix/Extras/also mine.txt']

let harness: ScenarioHarness
let disk: string

/** @param servers who has the first and who has the second; the same, or two of one disk */
async function begin(
  servers: readonly [string, string] = [A, A],
  kind: ServerKind = 'qbittorrent',
  ofSecond: Partial<SimTorrent> = {},
) {
  const all = [...new Set(servers)]
  harness = await ScenarioHarness.start({
    servers: all.map((name) => ({
      name,
      torrents: 20,
      kind: name === A ? 'qbittorrent' : kind,
      // Their files are looked for nowhere.
      ...(all.length > 1 && {each: elsewhere}),
    })),
    config: all
      .map((name) => `["${name}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(disk)}\n`)
      .join(''),
    settled: 0,
  })
  for (const name of all) harness.attachDisk(name, new SharedDisk(disk).seenAt('/srv/downloads'))
  put(one, one.name, servers[0])
  put(two, two.name, servers[1], ofSecond)
  for (const path of ofPerson) write(path, 10)
  mkdirSync(join(disk, 'mix/empty'))
  await harness.pass(SEEN)
}

beforeEach(() => {
  disk = newFolder()
})
afterEach(async () => {
  await harness.stop()
  rmSync(disk, {recursive: true, force: true})
})

function write(path: string, bytes: number): void {
  mkdirSync(dirname(join(disk, path)), {recursive: true})
  writeFileSync(join(disk, path), Buffer.alloc(bytes))
}

/** As qBittorrent adds it without a folder of its own. */
function put(
  {hash, name, torrent, files: all, size}: MadeTorrent,
  category: string,
  server: string = A,
  more: Partial<SimTorrent> = {},
): void {
  const files = all.map(({path, bytes: {length}}) => {
    const below = path.slice(name.length + 1)
    write(`mix/${below}`, length)
    return {path: below, size: length, done: length, priority: 'normal' as const}
  })
  const sizes = {size, sizeTotal: size, done: size, downloaded: size, uploaded: 3 * size}
  const its = {hash, name, rootName: '', files, fileCount: files.length, metainfo: torrent}
  harness.put(server, 900, {...its, ...sizes, category, savePath: '/srv/downloads/mix', ...more})
}

const isThere = (...paths: readonly string[]) =>
  Object.fromEntries(paths.map((path) => [path, existsSync(join(disk, 'mix', path))]))
const stays = {'info.nfo': true, 'two.mkv': true, 'mine.txt': true, 'Extras/also mine.txt': true, empty: true}

test('S47 what a person removes goes without the file of both, and comes back; nothing of a person is touched', async () => {
  await begin()
  const {api} = harness.acting
  const keys = [{server_id: A, info_hash: one.hash}]
  const {body: preview} = await api.send('POST', '/api/torrents/removal-preview', {keys})
  expect(preview).toMatchObject({servers: [{server_id: A, no_trash: null}]})
  await api.send('POST', '/api/torrents/actions', {
    verb: 'removeWithData',
    keys,
    args: {},
    hold_seconds: HELD,
  })
  await harness.pass(HELD + MINUTE)
  expect(harness.destroyed()).toEqual([`${A} remove ${one.hash}`])
  expect(isThere('one.mkv', 'Subs', ...Object.keys(stays))).toEqual({'one.mkv': false, Subs: false, ...stays})
  const {items} = await api.get<{items: readonly {id: string; state: string; files: number}[]}>('/api/trash')
  expect(items).toMatchObject([{state: 'kept', files: 2}])

  expect(await api.send('POST', `/api/trash/${items[0]!.id}/restore`)).toMatchObject({status: 204})
  await harness.pass(2 * MINUTE)
  expect((await api.get<{items: readonly object[]}>('/api/trash')).items).toMatchObject([
    {state: 'restored', message: null},
  ])
  expect(isThere('one.mkv', 'Subs/one.srt', ...Object.keys(stays))).toEqual({
    'one.mkv': true,
    'Subs/one.srt': true,
    ...stays,
  })
  const back = harness.torrent(A, one.hash)
  expect([back.running, back.done, back.category]).toEqual([true, one.size, 'One'])
  expect(
    harness
      .world(A)
      .files(back)
      .map(({path}) => path),
  ).toEqual(['one.mkv', 'Subs/one.srt', 'info.nfo'])
  await harness.expectWell()
})

test.runIf(isFull)(
  'S47 a rule sets aside what no other torrent has, and says where a removal with data went without it',
  async () => {
    await begin()
    const rule = (name: string, category: string, action: object) => ({
      name,
      reason: 'seedingDone',
      scope: {categories: [category]},
      when: {all: [{fact: 'ratio', op: 'gte', value: 2}]},
      do: [action],
    })
    await harness.rule(rule('Into the trash', 'One', {action: 'recycle', days: 30}))
    await harness.pass(SEEN)
    expect(harness.destroyed()).toEqual([`${A} remove ${one.hash}`])
    expect(isThere('one.mkv', 'Subs', ...Object.keys(stays))).toEqual({
      'one.mkv': false,
      Subs: false,
      ...stays,
    })
    put(one, 'others')
    await harness.pass(SEEN)
    await harness.rule(rule('With its data', 'Two', {action: 'removeWithData'}))
    await harness.pass(SEEN)
    expect(harness.destroyed()).toEqual([one, two].map(({hash}) => `${A} remove ${hash}`))
    expect(isThere(...Object.keys(stays))).toEqual(stays)
    const [gone] = await harness.journal(`info_hash=${two.hash}&class=destructive&outcome=done`)
    expect(gone!.decided!.guards).toContainEqual(
      expect.objectContaining({guard: 'content', verdict: 'degrade', code: 'other_owners'}),
    )
    const {items} = await harness.acting.api.get<{items: readonly object[]}>('/api/trash')
    expect(items).toContainEqual(
      expect.objectContaining({
        verb: 'remove',
        message: expect.stringContaining('Its data stays where it is'),
      }),
    )
    await harness.pass(DAY)
    expect(isThere(...Object.keys(stays))).toEqual(stays)
    await harness.expectWell()
  },
)

const remove = (more = '') =>
  harness.acting.api.send('DELETE', `/api/torrents/${one.hash}?server_id=${A}&delete_data=true${more}`)

test.runIf(isFull)(
  'S47 past the trash a torrent with a file of another one is refused, and what to do is said; into the trash it goes',
  async () => {
    await begin()
    const {status, body} = await remove('&free_at_once=true')
    expect([status, (body as {detail: string}).detail]).toEqual([
      409,
      'Its data is also that of "Two". Remove it without data, or those first.',
    ])
    await harness.pass(2 * MINUTE)
    expect([harness.destroyed(), isThere('one.mkv', 'Subs', ...Object.keys(stays))]).toEqual([
      [],
      {'one.mkv': true, Subs: true, ...stays},
    ])
    expect(await remove()).toMatchObject({status: 200})
    await harness.pass(2 * MINUTE)
    expect(isThere('one.mkv', 'Subs', ...Object.keys(stays))).toEqual({
      'one.mkv': false,
      Subs: false,
      ...stays,
    })
  },
)

// Transmission always makes a folder, and rTorrent is the next test.
test.runIf(isFull).each(['qbittorrent', 'deluge'] as const)(
  'S47 what a %s has in the same folder stays, with the file of both; what no other torrent has goes',
  async (kind) => {
    await begin([A, nameOf(kind, 'B')], kind)
    expect(await remove()).toMatchObject({status: 200})
    await harness.pass(2 * MINUTE)
    expect(harness.destroyed()).toEqual([`${A} remove ${one.hash}`])
    expect(isThere('one.mkv', 'Subs', ...Object.keys(stays))).toEqual({
      'one.mkv': false,
      Subs: false,
      ...stays,
    })
    await harness.expectWell()
  },
)

test.runIf(isFull)(
  'S47 what an rTorrent has in the same folder stays: without knowing its files nothing goes, and its name is said',
  async () => {
    await begin([A, nameOf('rtorrent', 'B')], 'rtorrent')
    const {status, body} = await remove()
    expect([status, (body as {detail: string}).detail]).toEqual([
      409,
      `Its data is also that of "Two" on ${nameOf('rtorrent', 'B')}. Remove it without data, or those first.`,
    ])
    await harness.pass(2 * MINUTE)
    expect([harness.destroyed(), isThere('one.mkv', ...Object.keys(stays))]).toEqual([
      [],
      {'one.mkv': true, ...stays},
    ])
  },
)

const OF_DELUGE = nameOf('deluge', 'B')

test.runIf(isFull)(
  'S47 a Deluge torrent of so many files that its place is not known keeps its files, and no others',
  async () => {
    await begin([A, OF_DELUGE], 'deluge', {fileCount: 10_001})
    expect(
      await harness.acting.api.get(`/api/torrents/${two.hash}?server_id=${OF_DELUGE}`),
    ).not.toHaveProperty('content_path')
    expect(await remove('&free_at_once=true')).toMatchObject({status: 409})
    expect(await remove()).toMatchObject({status: 200})
    await harness.pass(2 * MINUTE)
    expect(harness.destroyed()).toEqual([`${A} remove ${one.hash}`])
    expect(isThere('one.mkv', 'Subs', ...Object.keys(stays))).toEqual({
      'one.mkv': false,
      Subs: false,
      ...stays,
    })
    await harness.expectWell()
  },
)
