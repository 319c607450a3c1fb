/** Torrents that rules bring to another server, with real files on a disk that both map. */
import {existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {isFull} from '#test/proof.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
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
const [T, D] = ['Transmission-B', 'Deluge-B']
const kinds: Readonly<Record<string, ServerKind>> = {[T]: 'transmission', [D]: 'deluge'}
const SHARED = '/srv/downloads'
/** As the other server writes another folder of the disk. */
const OTHER = '/srv/other'
const [film, other] = [filmRelease('Some.Film.2020'), filmRelease('Other.Film.2021')]

/**
 * Servers and their folders of one disk; `null` = not mapped.
 * @param more of the configuration
 */
async function harnessOf(mapped: Readonly<Record<string, string | null>>, more = '') {
  const disk = newFolder()
  folders.push(disk)
  const sections = Object.entries(mapped).flatMap(([name, folder]) => {
    if (folder === null) return []
    mkdirSync(join(disk, folder), {recursive: true})
    // What is empty may be a disk that is away.
    writeFileSync(join(disk, folder, 'notes.txt'), '')
    return [`["${name}".PathMappings]\n"${placeOf(folder)}" = ${JSON.stringify(join(disk, folder))}\n`]
  })
  harness = await ScenarioHarness.start({
    servers: Object.keys(mapped).map((name) => ({
      name,
      kind: kinds[name] ?? ('qbittorrent' as const),
      torrents: 10,
      each: () => ({savePath: '/elsewhere'}),
    })),
    config: more + sections.join(''),
  })
  for (const name of Object.keys(mapped)) checksFiles(name, disk, mapped[name] ?? null)
  return disk
}

/** Of a folder of the disk, as servers write it. */
function placeOf(folder: string): string {
  return folder === 'b' ? OTHER : SHARED
}

/** Its check finds what is really on the disk. */
function checksFiles(server: string, disk: string, folder: string | null): void {
  const world = harness.world(server)
  const recheck = world.commands.recheck.bind(world.commands)
  world.commands.recheck = (torrents) => {
    recheck(torrents)
    for (const torrent of torrents) {
      const made = [film, other].find(({hash}) => hash === torrent.hash)!
      const at = join(disk, folder ?? '', torrent.savePath.slice(placeOf(folder ?? '').length))
      const isWhole = made.files.every(
        ({path, bytes}) => existsSync(join(at, path)) && readFileSync(join(at, path)).equals(bytes),
      )
      world.update(torrent, {state: 'stopped', running: false, done: isWhole ? torrent.size : 0})
    }
  }
}

/** Complete on A, with its data in this folder of the disk. */
function put(made: MadeTorrent, folder: string): void {
  const {hash, name, torrent: metainfo, size, files} = made
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
    upLimit: 50_000,
  })
  made.writePayload(folder)
}

const copies = (server: string, more: object = {}) => ({
  name: 'Copy',
  scope: {servers: [A], categories: ['films']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [
    {action: 'copyTo', server, ...more},
    {action: 'tag', names: ['copied']},
  ],
})
const inodeOf = (path: string) => lstatSync(path).ino
const got = (server: string, hash: string) =>
  harness.world(server).commands.received.flatMap(({verb, hashes}) => (hashes.includes(hash) ? [verb] : []))

test.runIf(isFull)(
  'on one disk it is linked, checked by the other server and started there, and what is behind it is done',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await harness.rule(copies(B, {path: OTHER}))
    await harness.pass(HOUR)
    const file = film.files[0]!.path
    expect(inodeOf(join(disk, 'b', file))).toBe(inodeOf(join(disk, 'a', file)))
    expect(harness.torrent(B, film.hash)).toMatchObject({
      category: 'films',
      savePath: OTHER,
      running: true,
      upLimit: 50_000,
    })
    expect([...harness.torrent(B, film.hash).tags]).toEqual(['mine'])
    expect(got(B, film.hash)).toEqual(['recheck', 'start'])
    // What it came from was told of nothing but what its rule wants behind it.
    expect([got(A, film.hash), harness.torrent(A, film.hash).running]).toEqual([['addTags'], true])
    expect(await harness.lines(`info_hash=${film.hash}&verb=copyTo`)).toContain('copyTo confirmed')
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'servers that see the very folder share the files; a Transmission is brought them, too',
  async () => {
    const disk = await harnessOf({[A]: 'a', [T]: 'a'})
    harness.world(T).preferences.set('rename_partial_files', false)
    put(film, join(disk, 'a'))
    await harness.rule(copies(T))
    await harness.pass(HOUR)
    expect(harness.torrent(T, film.hash)).toMatchObject({savePath: SHARED, running: true, done: film.size})
    await harness.expectNothingDestructive()
  },
)

test('a Deluge that moves what is complete leaves a copy where it shares the files, whatever its label says', async () => {
  const disk = await harnessOf({[A]: 'a', [D]: 'a'})
  const moves = {move_completed: true, move_completed_path: `${SHARED}/done`}
  const {preferences} = harness.world(D)
  for (const [name, value] of Object.entries(moves)) preferences.set(name, value)
  preferences.set('label_options', {films: {...moves, apply_move_completed: true}})
  put(film, join(disk, 'a'))
  // A Deluge has no tags.
  harness.world(A).commands.removeTags([harness.torrent(A, film.hash)], {tags: ['mine']})
  await harness.rule(copies(D))
  await harness.pass(HOUR)
  expect(harness.torrent(D, film.hash)).toMatchObject({
    category: 'films',
    savePath: SHARED,
    completedPath: null,
    running: true,
  })
  await harness.expectNothingDestructive()
})

test.runIf(isFull)(
  'S05 who renames what is not whole is not handed the very files of another, and the reason is said',
  async () => {
    const disk = await harnessOf({[A]: 'a', [T]: 'a'})
    put(film, join(disk, 'a'))
    await harness.rule(moves(T))
    await harness.pass(HOUR)
    expect(harness.holds(T, film.hash)).toBe(false)
    const reported = await harness.journal(`info_hash=${film.hash}&verb=copyTo&outcome=failed`)
    expect(reported.map(({code}) => code)).toContain('not_supported')
    expect(reported.map(({message}) => message).join()).toContain('give it another folder')
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)('data that does not prove whole is never started, and stays as it is', async () => {
  const disk = await harnessOf({[A]: 'a', [B]: 'b'})
  put(film, join(disk, 'a'))
  const file = join(disk, 'a', film.files[0]!.path)
  writeFileSync(file, Buffer.alloc(film.size))
  await harness.rule(copies(B, {path: OTHER}))
  await harness.pass(HOUR)
  expect([got(B, film.hash), harness.torrent(B, film.hash).running]).toEqual([['recheck'], false])
  expect(harness.torrent(A, film.hash).tags).not.toContain('copied')
  expect(await harness.lines(`info_hash=${film.hash}&verb=copyTo&outcome=failed`)).toEqual([
    'copyTo failed not_whole',
  ])
  await harness.expectNothingDestructive()
})

test.runIf(isFull)(
  'where the data of both servers is not visible, it is refused with the reason, and nothing is added',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: null})
    put(film, join(disk, 'a'))
    await harness.rule(copies(B, {path: SHARED}))
    await harness.pass(HOUR)
    expect(harness.holds(B, film.hash)).toBe(false)
    const lines = await harness.journal(`info_hash=${film.hash}&verb=copyTo`)
    expect(lines.at(-1)).toMatchObject({
      phase: 'refused',
      message: expect.stringContaining('No path mapping'),
    })
  },
)

test.runIf(isFull)(
  'what did not come out whole is whole an hour later when its data is, over a restart; Why? says when',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    const {path, bytes} = film.files[0]!
    writeFileSync(join(disk, 'a', path), Buffer.alloc(film.size))
    await harness.rule(copies(B, {path: OTHER}))
    await harness.pass(40 * MINUTE)
    expect(harness.torrent(B, film.hash)).toMatchObject({running: false})
    expect(await harness.ruleSays(A, film.hash, 'Copy')).toMatch(
      /It did not come out whole once: .* tried again at/,
    )
    const before = inodeOf(join(disk, 'b', path))
    // Both are links to one file: it is put right in its place.
    writeFileSync(join(disk, 'a', path), bytes)
    await harness.acting.crash()
    await harness.acting.rise()
    await harness.pass(2 * HOUR)
    expect(harness.torrent(B, film.hash)).toMatchObject({running: true, done: film.size})
    expect(inodeOf(join(disk, 'b', path))).toBe(before)
    expect(harness.world(B).commands.received.filter(({verb}) => verb === 'addTorrent')).toHaveLength(1)
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'S11 killed in the middle it goes on after the next start: added once, whole, started',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    put(other, join(disk, 'a'))
    await harness.rule(copies(B, {path: OTHER}))
    for (let life = 0; life < 6; life++) {
      await harness.pass(11 * MINUTE + 7 * life)
      await harness.acting.crash()
      await harness.acting.rise()
    }
    await harness.pass(2 * HOUR)
    for (const {hash} of [film, other]) expect(harness.torrent(B, hash)).toMatchObject({running: true})
    expect(harness.world(B).commands.received.filter(({verb}) => verb === 'addTorrent')).toHaveLength(2)
    await harness.expectNothingDestructive()
  },
)

/** Both use the very files, and B deletes on the disk what it is told to. */
async function sharedFiles(): Promise<string> {
  const disk = await harnessOf({[A]: 'a', [B]: 'a'})
  harness.attachDisk(B, new SharedDisk(join(disk, 'a')).seenAt(SHARED))
  put(film, join(disk, 'a'))
  return join(disk, 'a', film.files[0]!.path)
}

/** As somebody sets that qBittorrent: what reaches a ratio of 1 goes with its files. */
function deletesAtLimit(server: string): void {
  const {preferences} = harness.world(server)
  preferences.set('max_ratio_act', 3)
  preferences.set('max_ratio_enabled', true)
  preferences.set('max_ratio', 1)
}

test('a server that is set to delete files at a limit after a copy was made does not delete what it shares', async () => {
  const file = await sharedFiles()
  await harness.rule(copies(B))
  await harness.pass(HOUR)
  expect(harness.torrent(B, film.hash)).toMatchObject({running: true})
  // While nobody looks, and found after the next start.
  await harness.acting.crash()
  deletesAtLimit(B)
  await harness.acting.rise()
  await harness.pass(2 * MINUTE)
  harness.update(B, film.hash, {uploaded: 3 * film.size})
  await harness.pass(HOUR)
  expect([existsSync(file), harness.holds(B, film.hash)]).toEqual([true, true])
  expect(await harness.alerts()).toContain(`freeze ${B} shared_at_limit`)
  expect(await harness.lines(`info_hash=${film.hash}&verb=setShareLimits`)).toContain(
    'setShareLimits confirmed',
  )
  await harness.expectNothingDestructive()
})

test.runIf(isFull)('a limit that a user sets there again stays, and is reported', async () => {
  const file = await sharedFiles()
  await harness.rule(copies(B))
  await harness.pass(HOUR)
  deletesAtLimit(B)
  await harness.pass(2 * MINUTE)
  harness.update(B, film.hash, {ratioLimit: 2})
  await harness.pass(2 * MINUTE)
  expect(harness.torrent(B, film.hash).ratioLimit).toBe(2)
  const reported = (await harness.alerts()).filter((it) => it === `freeze ${B} shared_at_limit`)
  expect([existsSync(file), reported.length]).toEqual([true, 2])
  // That daemon does as it was told.
  harness.update(B, film.hash, {uploaded: 3 * film.size})
  await harness.pass(2 * MINUTE)
  expect([existsSync(file), harness.holds(B, film.hash)]).toEqual([false, false])
})

test.runIf(isFull)(
  'what moved there stays here too when that server is set to delete files meanwhile',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await harness.rule(moves(B, {path: OTHER}))
    await harness.acting.until(
      HOUR,
      async () => harness.holds(B, film.hash),
      (isThere) => isThere,
    )
    deletesAtLimit(B)
    await harness.pass(2 * HOUR)
    expect(harness.holds(A, film.hash)).toBe(true)
    await harness.expectNothingDestructive()
  },
)

const moves = (server: string, more: object = {}) => ({
  name: 'Move',
  scope: {servers: [A], categories: ['films']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'move', server, ...more}],
})

test.runIf(isFull)(
  'moved to another server it leaves where it was when it is whole and runs there; what was linked stays there',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await harness.rule(moves(B, {path: OTHER}))
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toEqual([`${A} removeWithData ${film.hash}`])
    expect(harness.torrent(B, film.hash)).toMatchObject({running: true, done: film.size})
    expect(readFileSync(join(disk, 'b', film.files[0]!.path)).equals(film.files[0]!.bytes)).toBe(true)
    const removal = (await harness.journal(`info_hash=${film.hash}&verb=removeWithData`)).at(-1)
    expect(removal).toMatchObject({phase: 'confirmed', actor: 'Move'})
  },
)

test.runIf(isFull)(
  'S05 where both use the very files only the torrent leaves, and no data with it',
  async () => {
    const disk = await harnessOf({[A]: 'a', [B]: 'a'})
    put(film, join(disk, 'a'))
    await harness.rule(moves(B))
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toEqual([`${A} remove ${film.hash}`])
    expect(harness.torrent(B, film.hash)).toMatchObject({running: true})
  },
)

test('what the other server does not find whole, or goes away with, does not leave', async () => {
  const disk = await harnessOf({[A]: 'a', [B]: 'b'})
  put(film, join(disk, 'a'))
  writeFileSync(join(disk, 'a', film.files[0]!.path), Buffer.alloc(film.size))
  await harness.rule(moves(B, {path: OTHER}))
  await harness.pass(HOUR)
  expect(harness.holds(B, film.hash)).toBe(true)
  await harness.away(B)
  await harness.pass(HOUR)
  expect(harness.torrent(A, film.hash).running).toBe(true)
  await harness.expectNothingDestructive()
})
