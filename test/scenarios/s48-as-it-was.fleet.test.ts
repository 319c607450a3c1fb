/** What comes back from the trash is what went: whatever was changed in its client before, whatever its disk is like. */
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {newFolder} from '../program/program.fixture.ts'
import {HOUR, MINUTE, nameOf, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const HELD = 10
const kB = 1_000
const made = makeTorrent({
  name: 'Film.2020',
  content: {'film.mkv': 40 * kB, 'Subs/en.srt': kB, 'sample.mkv': 5 * kB},
  trackers: ['https://theirs.example/announce', 'https://dropped.example/announce'],
})

interface WireTrash {
  readonly id: string
  readonly state: string
  readonly message: string | null
}

let harness: ScenarioHarness
let server: string
let disk: string
let mounted: string | null = null

async function begin(kind: ServerKind = 'qbittorrent'): Promise<void> {
  server = nameOf(kind)
  harness = await ScenarioHarness.start({
    servers: [{name: server, kind, torrents: 20}],
    config: `["${server}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(disk)}\n`,
    settled: 0,
  })
  harness.attachDisk(server, new SharedDisk(disk).seenAt('/srv/downloads'))
}

beforeEach(() => {
  disk = newFolder()
})
afterEach(async () => {
  await harness.stop()
  if (mounted !== null) execFileSync('umount', ['-l', mounted])
  mounted = null
  rmSync(disk, {recursive: true, force: true})
})

/** As people changed it: other names of folder and file, one file unwanted, limits, trackers and a name of its own. */
function putChanged(): void {
  const world = harness.world(server)
  const files = [
    {path: 'Film/The Film.mkv', size: 40 * kB, done: 40 * kB, priority: 'high' as const},
    {path: 'Film/Subtitles/en.srt', size: kB, done: kB, priority: 'normal' as const},
    {path: 'Film/sample.mkv', size: 5 * kB, done: 0, priority: 'skip' as const},
  ]
  for (const {path, done} of files) if (done > 0) write(`films/${path}`, done)
  const [size, sizeTotal] = [41 * kB, made.size]
  harness.put(server, 900, {
    hash: made.hash,
    name: 'My film',
    rootName: 'Film',
    metainfo: made.torrent,
    files,
    fileCount: 3,
    size,
    sizeTotal,
    done: size,
    category: 'films',
    tags: ['mine'],
    savePath: '/srv/downloads/films',
    upLimit: 70_000,
    ratioLimit: 3,
    sequential: true,
    trackers: [trackerOf(world, 'theirs.example'), trackerOf(world, 'mine.example', '', 1)],
  })
}

function write(path: string, bytes: number): void {
  mkdirSync(dirname(join(disk, path)), {recursive: true})
  writeFileSync(join(disk, path), Buffer.alloc(bytes))
}

/** Everything that makes it. */
function shape(torrent: SimTorrent) {
  const {name, savePath, category, tags, upLimit, downLimit, ratioLimit, sequential, running} = torrent
  const world = harness.world(server)
  return {
    files: world.files(torrent).map(({path, priority}) => `${priority} ${path}`),
    trackers: torrent.trackers.map(({url}) => url).toSorted(),
    tags: [...tags].toSorted(),
    isWhole: torrent.done === torrent.size,
    name,
    savePath,
    category,
    upLimit,
    downLimit,
    ratioLimit,
    sequential,
    running,
  }
}

const there = () => readdirSync(join(disk, 'films'), {recursive: true}).map(String).toSorted()
const trash = async () => (await harness.acting.api.get<{items: readonly WireTrash[]}>('/api/trash')).items

async function remove(late: () => void = () => {}): Promise<readonly {code: string; message: string}[]> {
  const order = {
    verb: 'removeWithData',
    keys: [{server_id: server, info_hash: made.hash}],
    args: {},
    hold_seconds: HELD,
  }
  const {body} = await harness.acting.api.send('POST', '/api/torrents/actions', order)
  await harness.pass(HELD - 1)
  late()
  await harness.pass(2 * MINUTE)
  const id = (body as {action_id: string}).action_id
  const done = await harness.acting.api.get<{problems: readonly {code: string; message: string}[]}>(
    `/api/actions/${id}`,
  )
  return done.problems
}

async function restore(): Promise<WireTrash> {
  const [item] = await trash()
  expect(await harness.acting.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
  await harness.pass(5 * MINUTE)
  return (await trash())[0]!
}

test('S48 what people changed in the client, up to the last second, is so again; and only then it runs', async () => {
  await begin()
  putChanged()
  await harness.pass(5 * MINUTE)
  const files = there()
  await remove(() => harness.update(server, made.hash, {downLimit: 30_000, tags: ['mine', 'late']}))
  expect([harness.holds(server, made.hash), existsSync(join(disk, 'films/Film'))]).toEqual([false, false])
  expect(await restore()).toMatchObject({state: 'restored', message: null})
  expect(there()).toEqual(files)
  expect(shape(harness.torrent(server, made.hash))).toEqual({
    files: ['high Film/The Film.mkv', 'normal Film/Subtitles/en.srt', 'skip Film/sample.mkv'],
    trackers: ['https://mine.example/announce', 'https://theirs.example/announce'],
    tags: ['late', 'mine'],
    isWhole: true,
    name: 'My film',
    savePath: '/srv/downloads/films',
    category: 'films',
    upLimit: 70_000,
    downLimit: 30_000,
    ratioLimit: 3,
    sequential: true,
    running: true,
  })
  const verbs = harness.verbs(server)
  expect(verbs.lastIndexOf('start')).toBeGreaterThan(verbs.lastIndexOf('renameFile'))
  await harness.expectWell()
})

test.runIf(isFull).each(['transmission', 'rtorrent', 'deluge'] as const)(
  'S48 %s: it gives no torrent file, so its files come back where they were, and it is said that nothing else does',
  async (kind) => {
    await begin(kind)
    // It renames no file, so all lie in the folder that the torrent names.
    const files = made.files.map(({path, bytes: {length: size}}) => {
      write(`films/${path}`, size)
      return {path, size, done: size, priority: 'normal' as const}
    })
    const {name, size} = made
    harness.put(server, 900, {
      hash: made.hash,
      name,
      rootName: name,
      metainfo: made.torrent,
      files,
      fileCount: 3,
      size,
      sizeTotal: size,
      done: size,
      category: 'films',
      savePath: '/srv/downloads/films',
    })
    await harness.pass(5 * MINUTE)
    const was = there()
    expect(await remove()).toEqual([])
    expect([harness.holds(server, made.hash), there()]).toEqual([false, []])
    expect(await restore()).toMatchObject({
      state: 'restored',
      message: expect.stringContaining('nothing else is as it was'),
    })
    expect([harness.holds(server, made.hash), there()]).toEqual([true, was])
    await harness.expectWell()
  },
)

test('S48 what its client lists again on its own, as missing, has its files back and is checked', async () => {
  await begin()
  putChanged()
  await harness.pass(5 * MINUTE)
  const files = there()
  const before = shape(harness.torrent(server, made.hash))
  await remove()
  putChanged()
  rmSync(join(disk, 'films/Film'), {recursive: true})
  harness.update(server, made.hash, {done: 0, state: 'error', running: false})
  await harness.pass(5 * MINUTE)
  expect(await restore()).toMatchObject({state: 'restored', message: null})
  expect(there()).toEqual(files)
  expect(shape(harness.torrent(server, made.hash))).toEqual(before)
  expect(harness.verbs(server)).toContain('recheck')
  await harness.expectWell()
})

test.runIf(process.getuid?.() === 0)(
  'S48 on a full disk nothing leaves its server, and the reason is said; what was set aside before comes back anyway',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
    mounted = disk
    await begin()
    putChanged()
    fill()
    await harness.pass(5 * MINUTE)
    const files = there()
    expect(await remove()).toMatchObject([
      {code: 'trash_impossible', message: expect.stringContaining('is full')},
    ])
    expect([harness.destroyed(), await trash(), there()]).toEqual([[], [], files])
    rmSync(join(disk, 'ballast'))
    await remove()
    expect((await trash())[0]).toMatchObject({state: 'kept'})
    fill()
    expect(await restore()).toMatchObject({state: 'restored', message: null})
    expect(there()).toEqual(files)
    rmSync(join(disk, 'ballast'))
    await remove()
    fill()
    const [item] = await trash()
    expect(await harness.acting.api.send('DELETE', `/api/trash/${item!.id}`)).toMatchObject({status: 204})
    expect([(await trash())[0]!.state, there()]).toEqual(['purged', []])
    await harness.pass(HOUR)
    await harness.expectWell()
  },
)

const isRoot = process.getuid?.() === 0

test.runIf(isFull && isRoot)(
  'S48 on a read-only disk nothing leaves its server or the trash, nothing is sent to its server, and the reason is said; it goes on when the disk takes writes again',
  async () => {
    mountAt(disk)
    await begin()
    putChanged()
    await harness.pass(5 * MINUTE)
    const files = there()
    const before = shape(harness.torrent(server, made.hash))
    remount('ro')
    expect(await remove()).toMatchObject([
      {code: 'trash_impossible', message: expect.stringContaining('EROFS')},
    ])
    expect([harness.destroyed(), await trash(), there()]).toEqual([[], [], files])
    remount('rw')
    expect(await remove()).toEqual([])
    remount('ro')
    const [item] = await trash()
    const [restored, purged] = [
      await harness.acting.api.send('POST', `/api/trash/${item!.id}/restore`),
      await harness.acting.api.send('DELETE', `/api/trash/${item!.id}`),
    ]
    expect([restored.status, purged.status]).toEqual([503, 503])
    await harness.pass(HOUR)
    expect((await trash())[0]).toMatchObject({
      state: 'kept',
      message: expect.stringContaining('is read-only'),
    })
    expect([harness.holds(server, made.hash), there()]).toEqual([false, []])
    remount('rw')
    expect(await restore()).toMatchObject({state: 'restored', message: null})
    expect([there(), shape(harness.torrent(server, made.hash))]).toEqual([files, before])
    await harness.expectWell()
  },
)

test.runIf(isFull && isRoot)(
  'S48 what another disk is mounted in stays whole, on its server too, and the reason is said',
  async () => {
    mkdirSync(join(disk, 'films/Film/Subtitles'), {recursive: true})
    mountAt(join(disk, 'films/Film/Subtitles'))
    await begin()
    putChanged()
    await harness.pass(5 * MINUTE)
    const files = there()
    expect(await remove()).toMatchObject([
      {code: 'trash_impossible', message: expect.stringContaining('more than one disk')},
    ])
    expect([harness.destroyed(), there()]).toEqual([[], files])
    await harness.expectWell()
  },
)

function mountAt(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  mounted = folder
}

function remount(how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, disk])
}

/** To the last byte. */
function fill(): void {
  for (let size = 256 * kB; size > 0; size = Math.floor(size / 2)) {
    for (;;) {
      try {
        writeFileSync(join(disk, 'ballast'), Buffer.alloc(size), {flag: 'a'})
      } catch {
        break
      }
    }
  }
}
