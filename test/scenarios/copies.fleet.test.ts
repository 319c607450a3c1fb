/** Torrents that rules bring to another server, with real files on a disk that both map. */
import {existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds.ts'
import {isFull} from '#test/proof.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await house.stop()
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
async function houseOf(mapped: Readonly<Record<string, string | null>>, more = '') {
  const disk = newFolder()
  folders.push(disk)
  const sections = Object.entries(mapped).flatMap(([name, folder]) => {
    if (folder === null) return []
    mkdirSync(join(disk, folder), {recursive: true})
    // What is empty may be a disk that is away.
    writeFileSync(join(disk, folder, 'notes.txt'), '')
    return [`["${name}".PathMappings]\n"${placeOf(folder)}" = ${JSON.stringify(join(disk, folder))}\n`]
  })
  house = await ScenarioHarness.start({
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
  const world = house.world(server)
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
  house.had(A, FIRST, {
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
  house.world(server).commands.received.flatMap(({verb, hashes}) => (hashes.includes(hash) ? [verb] : []))

test.runIf(isFull)(
  'on one disk it is linked, checked by the other server and started there, and what is behind it is done',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await house.rule(copies(B, {path: OTHER}))
    await house.pass(HOUR)
    const file = film.files[0]!.path
    expect(inodeOf(join(disk, 'b', file))).toBe(inodeOf(join(disk, 'a', file)))
    expect(house.torrent(B, film.hash)).toMatchObject({
      category: 'films',
      savePath: OTHER,
      running: true,
      upLimit: 50_000,
    })
    expect([...house.torrent(B, film.hash).tags]).toEqual(['mine'])
    expect(got(B, film.hash)).toEqual(['recheck', 'start'])
    // What it came from was told of nothing but what its rule wants behind it.
    expect([got(A, film.hash), house.torrent(A, film.hash).running]).toEqual([['addTags'], true])
    expect(await house.lines(`info_hash=${film.hash}&verb=copyTo`)).toContain('copyTo confirmed')
    await house.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'servers that see the very folder share the files; a Transmission is brought them, too',
  async () => {
    const disk = await houseOf({[A]: 'a', [T]: 'a'})
    house.world(T).preferences.set('rename_partial_files', false)
    put(film, join(disk, 'a'))
    await house.rule(copies(T))
    await house.pass(HOUR)
    expect(house.torrent(T, film.hash)).toMatchObject({savePath: SHARED, running: true, done: film.size})
    await house.expectNothingDestructive()
  },
)

test('a Deluge that moves what is complete leaves a copy where it shares the files, whatever its label says', async () => {
  const disk = await houseOf({[A]: 'a', [D]: 'a'})
  const moves = {move_completed: true, move_completed_path: `${SHARED}/done`}
  const {preferences} = house.world(D)
  for (const [name, value] of Object.entries(moves)) preferences.set(name, value)
  preferences.set('label_options', {films: {...moves, apply_move_completed: true}})
  put(film, join(disk, 'a'))
  // A Deluge has no tags.
  house.world(A).commands.removeTags([house.torrent(A, film.hash)], {tags: ['mine']})
  await house.rule(copies(D))
  await house.pass(HOUR)
  expect(house.torrent(D, film.hash)).toMatchObject({
    category: 'films',
    savePath: SHARED,
    completedPath: null,
    running: true,
  })
  await house.expectNothingDestructive()
})

test.runIf(isFull)(
  'S05 who renames what is not whole is not handed the very files of another, and the reason is said',
  async () => {
    const disk = await houseOf({[A]: 'a', [T]: 'a'})
    put(film, join(disk, 'a'))
    await house.rule(moves(T))
    await house.pass(HOUR)
    expect(house.holds(T, film.hash)).toBe(false)
    const reported = await house.journal(`info_hash=${film.hash}&verb=copyTo&outcome=failed`)
    expect(reported.map(({code}) => code)).toContain('not_supported')
    expect(reported.map(({message}) => message).join()).toContain('give it another folder')
    await house.expectNothingDestructive()
  },
)

test.runIf(isFull)('data that does not prove whole is never started, and stays as it is', async () => {
  const disk = await houseOf({[A]: 'a', [B]: 'b'})
  put(film, join(disk, 'a'))
  const file = join(disk, 'a', film.files[0]!.path)
  writeFileSync(file, Buffer.alloc(film.size))
  await house.rule(copies(B, {path: OTHER}))
  await house.pass(HOUR)
  expect([got(B, film.hash), house.torrent(B, film.hash).running]).toEqual([['recheck'], false])
  expect(house.torrent(A, film.hash).tags).not.toContain('copied')
  expect(await house.lines(`info_hash=${film.hash}&verb=copyTo&outcome=failed`)).toEqual([
    'copyTo failed not_whole',
  ])
  await house.expectNothingDestructive()
})

test.runIf(isFull)(
  'where nobody sees the data of either server, it is refused with the reason, and nothing is added',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: null})
    put(film, join(disk, 'a'))
    await house.rule(copies(B, {path: SHARED}))
    await house.pass(HOUR)
    expect(house.holds(B, film.hash)).toBe(false)
    const lines = await house.journal(`info_hash=${film.hash}&verb=copyTo`)
    expect(lines.at(-1)).toMatchObject({
      phase: 'refused',
      message: expect.stringContaining('No path mapping'),
    })
  },
)

test.runIf(isFull)(
  'what did not come out whole is whole an hour later when its data is, over a restart; Why? says when',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    const {path, bytes} = film.files[0]!
    writeFileSync(join(disk, 'a', path), Buffer.alloc(film.size))
    await house.rule(copies(B, {path: OTHER}))
    await house.pass(40 * MINUTE)
    expect(house.torrent(B, film.hash)).toMatchObject({running: false})
    expect(await house.ruleSays(A, film.hash, 'Copy')).toMatch(
      /It did not come out whole once: .* tried again at/,
    )
    const before = inodeOf(join(disk, 'b', path))
    // Both are links to one file: it is put right in its place.
    writeFileSync(join(disk, 'a', path), bytes)
    await house.acting.crash()
    await house.acting.rise()
    await house.pass(2 * HOUR)
    expect(house.torrent(B, film.hash)).toMatchObject({running: true, done: film.size})
    expect(inodeOf(join(disk, 'b', path))).toBe(before)
    expect(house.world(B).commands.received.filter(({verb}) => verb === 'addTorrent')).toHaveLength(1)
    await house.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'S11 killed in the middle it goes on after the next start: added once, whole, started',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    put(other, join(disk, 'a'))
    await house.rule(copies(B, {path: OTHER}))
    for (let life = 0; life < 6; life++) {
      await house.pass(11 * MINUTE + 7 * life)
      await house.acting.crash()
      await house.acting.rise()
    }
    await house.pass(2 * HOUR)
    for (const {hash} of [film, other]) expect(house.torrent(B, hash)).toMatchObject({running: true})
    expect(house.world(B).commands.received.filter(({verb}) => verb === 'addTorrent')).toHaveLength(2)
    await house.expectNothingDestructive()
  },
)

/** Both use the very files, and B deletes on the disk what it is told to. */
async function sharedFiles(): Promise<string> {
  const disk = await houseOf({[A]: 'a', [B]: 'a'})
  house.attachDisk(B, new SharedDisk(join(disk, 'a')).seenAt(SHARED))
  put(film, join(disk, 'a'))
  return join(disk, 'a', film.files[0]!.path)
}

/** As somebody sets that qBittorrent: what reaches a ratio of 1 goes with its files. */
function deletesAtLimit(server: string): void {
  const {preferences} = house.world(server)
  preferences.set('max_ratio_act', 3)
  preferences.set('max_ratio_enabled', true)
  preferences.set('max_ratio', 1)
}

test('a server that is set to delete files at a limit after a copy was made does not delete what it shares', async () => {
  const file = await sharedFiles()
  await house.rule(copies(B))
  await house.pass(HOUR)
  expect(house.torrent(B, film.hash)).toMatchObject({running: true})
  // While nobody looks, and found after the next start.
  await house.acting.crash()
  deletesAtLimit(B)
  await house.acting.rise()
  await house.pass(2 * MINUTE)
  house.update(B, film.hash, {uploaded: 3 * film.size})
  await house.pass(HOUR)
  expect([existsSync(file), house.holds(B, film.hash)]).toEqual([true, true])
  expect(await house.alerts()).toContain(`freeze ${B} shared_at_limit`)
  expect(await house.lines(`info_hash=${film.hash}&verb=setShareLimits`)).toContain(
    'setShareLimits confirmed',
  )
  await house.expectNothingDestructive()
})

test.runIf(isFull)('a limit that somebody sets there again stays, and is told of', async () => {
  const file = await sharedFiles()
  await house.rule(copies(B))
  await house.pass(HOUR)
  deletesAtLimit(B)
  await house.pass(2 * MINUTE)
  house.update(B, film.hash, {ratioLimit: 2})
  await house.pass(2 * MINUTE)
  expect(house.torrent(B, film.hash).ratioLimit).toBe(2)
  const reported = (await house.alerts()).filter((it) => it === `freeze ${B} shared_at_limit`)
  expect([existsSync(file), reported.length]).toEqual([true, 2])
  // That daemon does as it was told.
  house.update(B, film.hash, {uploaded: 3 * film.size})
  await house.pass(2 * MINUTE)
  expect([existsSync(file), house.holds(B, film.hash)]).toEqual([false, false])
})

test.runIf(isFull)(
  'what moved there stays here too when that server is set to delete files meanwhile',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await house.rule(moves(B, {path: OTHER}))
    await house.acting.until(
      HOUR,
      async () => house.holds(B, film.hash),
      (isThere) => isThere,
    )
    deletesAtLimit(B)
    await house.pass(2 * HOUR)
    expect(house.holds(A, film.hash)).toBe(true)
    await house.expectNothingDestructive()
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
    const disk = await houseOf({[A]: 'a', [B]: 'b'})
    put(film, join(disk, 'a'))
    await house.rule(moves(B, {path: OTHER}))
    await house.pass(2 * HOUR)
    expect(house.destroyed()).toEqual([`${A} removeWithData ${film.hash}`])
    expect(house.torrent(B, film.hash)).toMatchObject({running: true, done: film.size})
    expect(readFileSync(join(disk, 'b', film.files[0]!.path)).equals(film.files[0]!.bytes)).toBe(true)
    const removal = (await house.journal(`info_hash=${film.hash}&verb=removeWithData`)).at(-1)
    expect(removal).toMatchObject({phase: 'confirmed', actor: 'Move'})
  },
)

test.runIf(isFull)(
  'S05 where both use the very files only the torrent leaves, and no data with it',
  async () => {
    const disk = await houseOf({[A]: 'a', [B]: 'a'})
    put(film, join(disk, 'a'))
    await house.rule(moves(B))
    await house.pass(2 * HOUR)
    expect(house.destroyed()).toEqual([`${A} remove ${film.hash}`])
    expect(house.torrent(B, film.hash)).toMatchObject({running: true})
  },
)

test('what the other server does not find whole, or goes away with, does not leave', async () => {
  const disk = await houseOf({[A]: 'a', [B]: 'b'})
  put(film, join(disk, 'a'))
  writeFileSync(join(disk, 'a', film.files[0]!.path), Buffer.alloc(film.size))
  await house.rule(moves(B, {path: OTHER}))
  await house.pass(HOUR)
  expect(house.holds(B, film.hash)).toBe(true)
  await house.away(B)
  await house.pass(HOUR)
  expect(house.torrent(A, film.hash).running).toBe(true)
  await house.expectNothingDestructive()
})
