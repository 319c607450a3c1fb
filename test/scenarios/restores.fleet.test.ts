/**
 * What comes back from the trash, by kind of server: all that a torrent had, or what did not come back is said. Each row
 * is one torrent with nothing as its server would add it; what a kind does not know is not in its row.
 */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {SimFields, SimFile, SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {newFolder} from '../program/program.fixture.ts'
import {MINUTE, nameOf, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const kB = 1_000
const [film, titles, sample] = [200 * kB, 2 * kB, 5 * kB]
const made = makeTorrent({
  name: 'Film.2020',
  content: {'film.mkv': film, 'Subs/en.srt': titles, 'sample.mkv': sample},
  trackers: ['https://theirs.example/announce', 'https://dropped.example/announce'],
})

/** Where each kind that hands none out keeps the .torrent files, below `/srv/config`. */
const torrentFiles: Partial<Record<ServerKind, string>> = {
  transmission: `torrents/${made.hash}.torrent`,
  rtorrent: `session/${made.hash.toUpperCase()}.torrent`,
  deluge: `state/${made.hash}.torrent`,
}

/** What a kind can be told of a torrent, none of it as it is added. */
const own: Readonly<Record<ServerKind, Partial<SimFields>>> = {
  qbittorrent: {
    name: 'My film',
    category: 'films',
    tags: ['mine', 'second'],
    downLimit: 30 * 1024,
    upLimit: 70 * 1024,
    ratioLimit: 3,
    seedingTimeLimit: 90 * MINUTE,
    idleLimit: 30 * MINUTE,
    sequential: true,
    firstLast: true,
    superSeeding: true,
    comment: 'seen twice',
  },
  transmission: {
    category: 'films',
    tags: ['mine', 'second'],
    downLimit: 30 * kB,
    upLimit: 70 * kB,
    ratioLimit: 3,
    idleLimit: 30 * MINUTE,
    sequential: true,
    priority: 'high',
  },
  rtorrent: {
    category: 'films',
    tags: ['mine', 'second'],
    downLimit: 30 * 1024,
    upLimit: 70 * 1024,
    priority: 'high',
  },
  deluge: {
    name: 'My film',
    category: 'films',
    downLimit: 30 * 1024,
    upLimit: 70 * 1024,
    ratioLimit: 3,
    sequential: true,
    firstLast: true,
    superSeeding: true,
  },
}

interface Row {
  readonly kind: ServerKind
  readonly what: string
  readonly fields: Partial<SimFields>
  readonly priorities: readonly SimFile['priority'][]
  /** Of its files so many were downloaded. */
  readonly done: readonly number[]
}

const kinds = Object.keys(own) as ServerKind[]
const rows: readonly Row[] = kinds.flatMap((kind): Row[] => {
  // rTorrent knows no file of low priority, and shows none as forced; nor does Transmission.
  const least = kind === 'rtorrent' || kind === 'qbittorrent' ? 'normal' : 'low'
  const isForcedShown = kind === 'qbittorrent' || kind === 'deluge'
  return [
    {
      kind,
      what: 'that seeds',
      fields: {...own[kind], running: true, state: 'seeding', forceStart: isForcedShown},
      priorities: ['high', least, 'skip'],
      done: [film, titles, 0],
    },
    {
      kind,
      what: 'that was stopped half way',
      fields: {
        ...own[kind],
        ...(kind === 'qbittorrent' && {autoManaged: true}),
        running: false,
        state: 'stopped',
        superSeeding: false,
      },
      priorities: ['normal', 'high', 'skip'],
      done: [film, 0, 0],
    },
  ]
})

let harness: ScenarioHarness
let disk: string
beforeEach(() => {
  disk = newFolder()
})
afterEach(async () => {
  await harness.stop()
  rmSync(disk, {recursive: true, force: true})
})

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(disk, path)), {recursive: true})
  writeFileSync(join(disk, path), bytes)
}

/** A server of this kind, with the torrent of the row. */
async function begin({kind, fields, priorities, done}: Row): Promise<string> {
  const server = nameOf(kind)
  const mappings = Object.entries({'/srv/downloads': join(disk, 'data'), '/srv/config': join(disk, 'config')})
  mkdirSync(join(disk, 'data'))
  const kept = torrentFiles[kind]
  if (kept !== undefined) write(`config/${kept}`, made.torrent)
  harness = await ScenarioHarness.start({
    // The first one of its kind that takes comments.
    servers: [{name: server, kind, torrents: 5, ...(kind === 'qbittorrent' && {version: '5.2.0'})}],
    config: [
      `["${server}".PathMappings]`,
      ...mappings.map((paths) => paths.map((path) => JSON.stringify(path)).join(' = ')),
      '',
    ].join('\n'),
    settled: 0,
  })
  harness.attachDisk(server, new SharedDisk(join(disk, 'data')).seenAt('/srv/downloads'))
  const world = harness.world(server)
  world.preferences.set('plugins_location', '/srv/config/plugins')
  const files = made.files.map(({path, bytes: {length: size}}, at): SimFile => {
    if (done[at]! > 0) write(`data/films/${path}`, Buffer.alloc(size))
    return {path, size, done: done[at]!, priority: priorities[at]!}
  })
  const wanted = files.filter(({priority}) => priority !== 'skip')
  const sum = (some: readonly SimFile[], of: 'size' | 'done') => some.reduce((all, it) => all + it[of], 0)
  harness.put(server, 900, {
    hash: made.hash,
    name: made.name,
    rootName: made.name,
    metainfo: made.torrent,
    files,
    fileCount: files.length,
    size: sum(wanted, 'size'),
    sizeTotal: made.size,
    done: sum(wanted, 'done'),
    savePath: '/srv/downloads/films',
    trackers: [trackerOf(world, 'theirs.example'), trackerOf(world, 'mine.example', '', 1)],
    ...fields,
    ...(sum(wanted, 'done') < sum(wanted, 'size') && {completedAt: null}),
  })
  await harness.pass(5 * MINUTE)
  return server
}

/** Everything that makes it. */
function shape(server: string, torrent: SimTorrent) {
  const {name, savePath, category, tags, downLimit, upLimit, ratioLimit, seedingTimeLimit, idleLimit} =
    torrent
  const {sequential, firstLast, superSeeding, priority, running, forceStart, size, done} = torrent
  const {autoManaged, comment} = torrent
  const limits = {downLimit, upLimit, ratioLimit, seedingTimeLimit, idleLimit}
  return {
    files: harness
      .world(server)
      .files(torrent)
      .map((file) => `${file.path} ${file.priority} ${file.done}`),
    trackers: torrent.trackers
      .filter(({status}) => status !== 'disabled')
      .toSorted((one, other) => one.tier - other.tier)
      .map(({url}) => url),
    tags: [...tags].toSorted(),
    name,
    savePath,
    category,
    comment,
    limits,
    sequential,
    firstLast,
    superSeeding,
    autoManaged,
    priority,
    running,
    forceStart,
    size,
    done,
  }
}

interface WireTrash {
  readonly id: string
  readonly state: string
  readonly message: string | null
}

const trash = async () => (await harness.acting.api.get<{items: readonly WireTrash[]}>('/api/trash')).items

async function removed(server: string, verb: 'remove' | 'removeWithData'): Promise<string> {
  await harness.acting.api.send('POST', '/api/torrents/actions', {
    verb,
    keys: [{server_id: server, info_hash: made.hash}],
    args: {},
    hold_seconds: 10,
  })
  await harness.pass(2 * MINUTE)
  expect([harness.holds(server, made.hash), await trash()]).toMatchObject([
    false,
    [{state: 'kept', verb: verb === 'remove' ? verb : 'recycle'}],
  ])
  return (await trash())[0]!.id
}

async function restored(id: string): Promise<void> {
  expect(await harness.acting.api.send('POST', `/api/trash/${id}/restore`)).toMatchObject({status: 204})
  await harness.pass(10 * MINUTE)
  expect((await trash())[0]).toMatchObject({state: 'restored', message: null})
}

const inQuick = ({kind, what}: Row) => kind === 'transmission' && what.includes('seeds')

test.each(rows.filter((row) => isFull || inQuick(row)))(
  'from the trash of $kind what comes back is what went: one $what',
  async (row) => {
    const server = await begin(row)
    const before = shape(server, harness.torrent(server, made.hash))
    await restored(await removed(server, 'removeWithData'))
    expect(shape(server, harness.torrent(server, made.hash))).toEqual(before)
    await harness.expectWell()
  },
)

test.runIf(isFull).each(rows)(
  'a $kind torrent that was removed without its data is as it was: one $what',
  async (row) => {
    const server = await begin(row)
    const before = shape(server, harness.torrent(server, made.hash))
    await restored(await removed(server, 'remove'))
    expect(shape(server, harness.torrent(server, made.hash))).toEqual(before)
    await harness.expectWell()
  },
)

test('what comes back to a Deluge that moves what is complete stays where its files lie', async () => {
  const row = rows.find(({kind, what}) => kind === 'deluge' && what === 'that was stopped half way')!
  const server = await begin(row)
  const moves = {move_completed: true, move_completed_path: '/srv/downloads/done'}
  const world = harness.world(server)
  for (const [name, value] of Object.entries(moves)) world.preferences.set(name, value)
  world.preferences.set('label_options', {films: {...moves, apply_move_completed: true}})
  await restored(await removed(server, 'removeWithData'))
  expect(harness.torrent(server, made.hash)).toMatchObject({
    category: 'films',
    savePath: '/srv/downloads/films',
    completedPath: null,
  })
  await harness.expectWell()
})
