/**
 * What people delete goes to the trash and comes back: the whole program in virtual time, with real files. One server
 * shares its disk with us, the other one does not.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {expectCode} from '#test/http/expect-problem.ts'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import type {WireItem} from './program.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
/** Of another size: what is called alike and as large on a server without mappings may be the same file. */
const other = filmRelease('Other.Film.2021.1080p', 60_000)
const MINUTE = 60
const DAY = 86_400
const HELD = 10

interface WireTrash {
  readonly id: string
  readonly name: string
  readonly verb: string
  readonly files: number
  readonly state: string
  readonly until: number
  readonly set_aside_at: number
  readonly user_name: string | null
}

let harness: ActingHarness
let disk: string

beforeEach(async () => {
  disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-disk-')))
  mkdirSync(join(disk, 'films'))
  harness = await ActingHarness.start({
    servers: [
      {name: 'qBit', kind: 'qbittorrent', version: '5.1.0'},
      {name: 'qBit-box', kind: 'qbittorrent', version: '5.1.0'},
    ],
    arrs: [],
    torrents: [film, other],
    config: `\n[qBit.PathMappings]\n"/data" = ${JSON.stringify(disk)}\n`,
  })
  harness.server('qBit').world.disk = new SharedDisk(disk).seenAt('/data')
  put('qBit', film)
  film.writePayload(join(disk, 'films'))
  put('qBit-box', other)
  await harness.pass(MINUTE)
})

afterEach(async () => {
  await harness.stop()
  rmSync(disk, {recursive: true, force: true})
})

function put(server: string, {hash, name, torrent, files, size}: MadeTorrent): void {
  const {world} = harness.server(server)
  const addedAt = world.now() - DAY
  world.put({
    hash,
    name,
    rootName: name,
    size,
    sizeTotal: size,
    done: size,
    metainfo: torrent,
    files: files.map(({path, bytes: {length}}) => ({
      path,
      size: length,
      done: length,
      priority: 'normal' as const,
    })),
    state: 'seeding',
    running: true,
    category: 'films',
    tags: ['mine'],
    savePath: '/data/films',
    fileCount: 1,
    addedAt,
    completedAt: addedAt,
    lastActivityAt: addedAt,
    downloaded: size,
  })
}

const keyOf = (server: string, {hash}: MadeTorrent) => ({server_id: server, info_hash: hash as string})
const fileOf = ({name}: MadeTorrent) => join(disk, 'films', name, 'film.mkv')
const removals = (server: string) =>
  harness
    .server(server)
    .world.commands.received.flatMap(({verb}) => (verb.startsWith('remove') ? [verb] : []))
const trash = async () => (await harness.api.get<{items: readonly WireTrash[]}>('/api/trash')).items
/** Names of files that lie in the recycle area. */
const setAside = () =>
  readdirSync(disk, {recursive: true, withFileTypes: true}).flatMap((it) =>
    it.isFile() && it.parentPath.includes('recycle') && /^\d+ /.test(it.name) ? [it.name] : [],
  )

async function act(verb: string, keys: readonly object[], args: object = {}) {
  const {body} = await harness.api.send('POST', '/api/torrents/actions', {
    verb,
    keys,
    args,
    hold_seconds: HELD,
  })
  return (body as {action_id: string}).action_id
}

/** Its server lost it, and what was to become of its files is done. */
async function settle(): Promise<void> {
  await harness.pass(HELD + MINUTE)
}

async function journal(): Promise<readonly string[]> {
  const {entries} = await harness.api.get<{
    entries: readonly {verb: string; phase: string; args: Readonly<Record<string, unknown>>}[]
  }>('/api/journal?limit=100')
  return entries.map(({verb, phase, args}) => `${verb} ${phase} ${JSON.stringify(args)}`)
}

test('deleted with its files it is in the trash for seven days, comes back as it was, or is let go', async () => {
  await act('removeWithData', [keyOf('qBit', film)])
  await harness.pass(HELD - 1)
  expect([removals('qBit'), await trash()]).toEqual([[], []])
  await settle()
  expect([removals('qBit'), existsSync(fileOf(film)), setAside()]).toEqual([
    ['remove'],
    false,
    ['1 film.mkv'],
  ])
  const [item] = await trash()
  expect(item).toMatchObject({name: film.name, verb: 'recycle', files: 1, state: 'kept'})
  expect(item!.until - item!.set_aside_at).toBe(7 * DAY * 1_000)

  expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
  expect([existsSync(fileOf(film)), setAside(), (await trash())[0]!.state]).toEqual([true, [], 'restoring'])
  await harness.pass(MINUTE)
  expect((await trash())[0]!.state).toBe('restored')
  const back = harness.torrent('qBit', film)!
  expect(back).toMatchObject({category: 'films', savePath: '/data/films', running: true})
  expect([...back.tags]).toEqual(['mine'])

  await harness.pass(MINUTE)
  await act('removeWithData', [keyOf('qBit', film)])
  await settle()
  const {id} = (await trash())[0]!
  expect(await harness.api.send('DELETE', `/api/trash/${id}`)).toMatchObject({status: 204})
  expect([setAside(), existsSync(fileOf(film)), (await trash()).map(({state}) => state)]).toEqual([
    [],
    false,
    ['purged', 'restored'],
  ])
})

test('taken back within ten seconds nothing was sent, and nothing is in the trash', async () => {
  const id = await act('removeWithData', [keyOf('qBit', film)])
  await harness.pass(HELD - 2)
  expect(await harness.api.send('POST', `/api/actions/${id}/undo`)).toMatchObject({body: {state: 'undone'}})
  await settle()
  expect([removals('qBit'), existsSync(fileOf(film)), await trash()]).toEqual([[], true, []])
})

test('the torrent alone comes back with its torrent file; free at once leaves nothing, and the journal says so', async () => {
  await act('remove', [keyOf('qBit', film)])
  await settle()
  const [item] = await trash()
  expect([item, existsSync(fileOf(film)), setAside()]).toMatchObject([{verb: 'remove', files: 0}, true, []])
  expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
  await harness.pass(MINUTE)
  await act('removeWithData', [keyOf('qBit', film)], {free_at_once: true})
  await settle()
  expect([removals('qBit'), (await trash()).map(({state}) => state)]).toEqual([
    ['remove', 'removeWithData'],
    ['restored'],
  ])
  const entries = await journal()
  expect(entries).toContain('removeWithData confirmed {"free_at_once":true}')
  // Its wait is told by the removal itself.
  expect(entries.filter((it) => it.startsWith('hold'))).toEqual([])
})

test('a server that shares no disk is named beforehand, and its files go permanently; the other one keeps its own', async () => {
  const keys = [keyOf('qBit', film), keyOf('qBit-box', other)]
  const {body} = await harness.api.send('POST', '/api/torrents/removal-preview', {keys})
  const why = 'Its server does not share its disk with us: no folders are mapped.'
  expect(body).toMatchObject({
    trash_days: 7,
    servers: [
      {server_id: 'qBit', freed: film.size, no_trash: null},
      {server_id: 'qBit-box', freed: other.size, no_trash: {count: 1, freed: other.size, message: why}},
    ],
  })
  await act('removeWithData', keys, {free_on: ['qBit-box']})
  await settle()
  expect([removals('qBit'), removals('qBit-box')]).toEqual([['remove'], ['removeWithData']])
  expect((await trash()).map(({name}) => name)).toEqual([film.name])
})

test('S08 while the disk is away nothing is deleted with its files, unless the user was shown that they go', async () => {
  rmSync(disk, {recursive: true, force: true})
  const id = await act('removeWithData', [keyOf('qBit', film)])
  await settle()
  const done = await harness.api.get<{problems: readonly {code: string}[]}>(`/api/actions/${id}`)
  expect(removals('qBit')).toEqual([])
  expectCode(done.problems, 'trash_impossible')
  await act('removeWithData', [keyOf('qBit', film)], {free_on: ['qBit']})
  await settle()
  expect(removals('qBit')).toEqual(['removeWithData'])
})

test('S20 where another torrent needs the files, it stays whole, and its files where they are', async () => {
  put('qBit', {...film, hash: other.hash})
  await harness.pass(MINUTE)
  const id = await act('removeWithData', [keyOf('qBit', film)])
  await settle()
  const done = await harness.api.get<{problems: readonly {code: string}[]}>(`/api/actions/${id}`)
  expect(removals('qBit')).toEqual([])
  expectCode(done.problems, 'content_shared')
  expect([existsSync(fileOf(film)), await trash()]).toEqual([true, []])
})

test('what lies behind a link to another folder stays: its server gets no order to delete it, and the trash leaves it', async () => {
  const folder = join(disk, 'films', film.name)
  const library = join(disk, 'library')
  renameSync(folder, library)
  symlinkSync(library, folder)
  const problems = async (args: object) => {
    const id = await act('removeWithData', [keyOf('qBit', film)], args)
    await settle()
    return (await harness.api.get<{problems: readonly WireItem[]}>(`/api/actions/${id}`)).problems
  }
  const message: unknown = expect.stringContaining(`/data/films/${film.name} is a link`)
  const refused = await problems({free_at_once: true})
  expectCode(refused, 'path_refused')
  expect(refused).toMatchObject([{message}])
  expect(await problems({})).toMatchObject([{code: 'trash_impossible'}])
  expect([removals('qBit'), setAside(), readdirSync(library)]).toEqual([[], [], ['film.mkv']])
  // What it does not name is not deleted with it.
  rmSync(folder)
  renameSync(library, folder)
  mkdirSync(library)
  symlinkSync(library, join(folder, 'Subs'))
  expect(await problems({free_at_once: true})).toEqual([])
  expect(removals('qBit')).toEqual(['removeWithData'])
})

test('while a removal has no answer nothing else is begun of that torrent, and it is said until when; then all of it works', async () => {
  harness.server('qBit').server.faults.add({kind: 'reset', path: 'delete', count: 1})
  await act('removeWithData', [keyOf('qBit', film)])
  await harness.pass(HELD + 2)
  const [item] = await trash()
  expect([removals('qBit'), item]).toMatchObject([[], {verb: 'recycle', state: 'kept', under_way: true}])
  const waits = {
    status: 409,
    body: {code: 'changed_meanwhile', detail: expect.stringContaining('at the latest')},
  }
  expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject(waits)
  expect(await harness.api.send('DELETE', `/api/trash/${item!.id}`)).toMatchObject(waits)
  for (const args of [{}, {free_at_once: true}]) {
    const id = await act('removeWithData', [keyOf('qBit', film)], args)
    await harness.pass(HELD + 2)
    const {problems} = await harness.api.get<{problems: readonly {code: string}[]}>(`/api/actions/${id}`)
    expect(problems).toMatchObject([{code: 'not_ready'}])
  }
  expect([removals('qBit'), existsSync(fileOf(film))]).toEqual([[], true])
  await harness.pass(2 * MINUTE)
  expect(await journal()).toContain('remove failed {}')
  expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
  expect([(await trash()).map(({state}) => state), existsSync(fileOf(film))]).toEqual([['restored'], true])
  await act('removeWithData', [keyOf('qBit', film)])
  await settle()
  expect([removals('qBit'), setAside()]).toEqual([['remove'], ['1 film.mkv']])
})

test('S11 killed when the removal was sent, the next start sets the files aside', async () => {
  await act('removeWithData', [keyOf('qBit', film)])
  await harness.until(
    HELD + MINUTE,
    () => removals('qBit').length,
    (sent) => sent === 1,
  )
  await harness.crash()
  await harness.rise()
  await harness.pass(5 * MINUTE)
  expect([removals('qBit'), setAside()]).toEqual([['remove'], ['1 film.mkv']])
  expect(await trash()).toMatchObject([{state: 'kept', files: 1}])
})
