/** Data that rules and people move to another folder of its server. */
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {expectCode} from '#test/http/expect-problem.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, B, elsewhere, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const FIRST = 5_000
const PETABYTE = 1e15
const FILMS = '/srv/downloads/films'

async function harnessWith(settings = ''): Promise<string> {
  const folder = newFolder()
  folders.push(folder)
  mkdirSync(join(folder, 'films'))
  harness = await ScenarioHarness.start({
    servers: [
      {name: B, torrents: 5},
      {name: A, torrents: 20, each: elsewhere},
    ],
    config: `${settings}["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`,
    settled: 0,
  })
  harness.world(A).categories.set('films', FILMS)
  return folder
}

const toItsCategory = {
  name: 'Home',
  scope: {categories: ['films', 'loose']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'move', path: {fact: 'categoryPath'}}],
}
const places = (hashes: readonly string[]) => hashes.map((hash) => harness.torrent(A, hash).savePath)
const moves = () =>
  harness.world(A).commands.received.flatMap(({verb, hashes}) => (verb === 'setLocation' ? hashes : []))

test.runIf(isFull)(
  'what lies elsewhere is moved to where its category saves, once, and seeds on',
  async () => {
    const folder = await harnessWith()
    const [lone, checked, loose] = [
      harness.put(A, FIRST, {category: 'films'}),
      harness.put(A, FIRST + 1, {category: 'films', state: 'checking'}),
      harness.put(A, FIRST + 2, {category: 'loose'}),
    ].map(({hash}) => hash)
    const shared = {category: 'films', rootName: 'Both'}
    const pair = [FIRST + 3, FIRST + 4].map((index) => harness.put(A, index, shared).hash)
    harness.lay(A, [lone!, checked!, loose!, ...pair], folder)
    const start = harness.world(A).defaultSavePath
    await harness.rule(toItsCategory)
    await harness.pass(15 * MINUTE)
    expect(harness.torrent(A, lone!)).toMatchObject({state: 'moving', running: true})
    harness.update(A, lone!, {state: 'seeding'})
    await harness.pass(15 * MINUTE)
    expect(places([lone!, checked!, loose!, ...pair])).toEqual([FILMS, start, start, start, start])
    harness.update(A, checked!, {state: 'seeding'})
    await harness.pass(15 * MINUTE)
    expect(moves()).toEqual([lone, checked])
    expect(await harness.ruleSays(A, pair[0]!, 'Home')).toContain('The others use it where it is.')
    expect(await harness.lines(`info_hash=${lone}`)).toEqual([
      'move blocked epoch_young',
      'setLocation confirmed',
    ])
    expect((await harness.lines(`info_hash=${pair[0]}`)).at(-1)).toBe('move blocked other_owners')
    const lastOf = async () => (await harness.lines(`info_hash=${checked}`)).at(-1)
    expect(await lastOf()).toBe('setLocation sent')
    harness.update(A, checked!, {state: 'seeding'})
    await harness.pass(15 * MINUTE)
    expect(await lastOf()).toBe('setLocation confirmed')
    await harness.expectNothingDestructive()
  },
)

test('what there is no room for beside what has to stay free is not moved, and the journal says so', async () => {
  await harnessWith('[Settings]\nFreeSpace = "8000T"\n')
  const {hash} = harness.put(A, FIRST, {category: 'films', savePath: '/elsewhere'})
  await harness.rule(toItsCategory)
  await harness.pass(45 * MINUTE)
  expect([places([hash]), moves()]).toEqual([['/elsewhere'], []])
  const lines = await harness.journal(`info_hash=${hash}`)
  expect(lines.at(-1)).toMatchObject({
    verb: 'move',
    phase: 'refused',
    message: expect.stringContaining('no room'),
  })
})

interface Reported {
  readonly outcome: string
  readonly code?: string
  readonly message?: string
}

/** By a person. */
async function moved(hash: string, path: string, more: object = {}): Promise<Reported> {
  const keys = [{server_id: A, info_hash: hash}]
  const args = {path, move_data: true, ...more}
  const {body} = await harness.acting.api.send('POST', '/api/torrents/actions', {
    verb: 'setLocation',
    keys,
    args,
  })
  return (body as {results: readonly [Reported]}).results[0]
}

test('what a person moves where it is unknown whether there is space is moved when they confirmed that', async () => {
  await harnessWith('[Settings]\nFreeSpace = "8000T"\n')
  const {hash} = harness.put(A, FIRST, {savePath: '/elsewhere'})
  await harness.pass(5 * MINUTE)
  const reported = await moved(hash, FILMS)
  expectCode([reported], 'space_unknown')
  expect(reported.message).toMatch(
    /no room for it in \/srv\/downloads\/films, beside .*, unless .* \d+ bytes are free, and \d+/,
  )
  expect(moves()).toEqual([])
  expect(await moved(hash, FILMS, {accepts_doubt: true})).toMatchObject({outcome: 'done'})
  expect(moves()).toEqual([hash])
})

test.runIf(hasTwoDisks)(
  'a person confirms what has to stay free, and moves nothing onto a disk of ours that has less than it has',
  async () => {
    const other = newFolderOnOtherDisk('commodarr-move-')
    folders.push(other)
    mkdirSync(join(other, 'films'))
    const folder = newFolder()
    folders.push(folder)
    mkdirSync(join(folder, 'films'))
    const mapped = `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n"/srv/other" = ${JSON.stringify(other)}\n`
    harness = await ScenarioHarness.start({
      servers: [{name: A, torrents: 20, each: elsewhere}],
      config: `[Settings]\nFreeSpace = "8000T"\n${mapped}`,
      settled: 0,
    })
    const {hash} = harness.put(A, FIRST, {savePath: '/srv/downloads/films'})
    harness.lay(A, [hash], folder)
    await harness.pass(5 * MINUTE)
    const doubted = await moved(hash, '/srv/other/films')
    expectCode([doubted], 'space_unknown')
    expect(doubted.message).toContain('beside what `FreeSpace` keeps free')
    harness.update(A, hash, {size: PETABYTE, sizeTotal: PETABYTE, done: PETABYTE})
    await harness.pass(5 * MINUTE)
    const reported = await moved(hash, '/srv/other/films', {accepts_doubt: true})
    expectCode([reported], 'not_enough_space')
    expect(reported.message).toMatch(
      /no room for it in \/srv\/other\/films: \d+ bytes are free, and \d+ are needed/,
    )
    expect(moves()).toEqual([])
    // What it has fits; what is missing is downloaded there later.
    harness.update(A, hash, {done: 1_000})
    await harness.pass(5 * MINUTE)
    expectCode([await moved(hash, '/srv/other/films')], 'space_unknown')
    expect(await moved(hash, '/srv/other/films', {accepts_doubt: true})).toMatchObject({outcome: 'done'})
    expect(moves()).toEqual([hash])
  },
)

test('a qBittorrent before 5.3 without mappings: another category below its default folder is set without a question', async () => {
  harness = await ScenarioHarness.start({
    servers: [{name: A, version: '5.1.0', torrents: 5, each: elsewhere}],
    settled: 0,
  })
  const world = harness.world(A)
  world.categories.set('films', FILMS)
  world.categories.set('far', '/elsewhere')
  const {hash} = harness.put(A, FIRST, {category: '', autoManaged: true})
  await harness.pass(5 * MINUTE)
  const set = async (category: string) => {
    const keys = [{server_id: A, info_hash: hash}]
    const order = {verb: 'setCategory', keys, args: {category}}
    const {body} = await harness.acting.api.send('POST', '/api/torrents/actions', order)
    return (body as {results: readonly [Reported]}).results[0]
  }
  expectCode([await set('far')], 'space_unknown')
  const {free} = world
  world.free = 0
  await harness.pass(5 * MINUTE)
  expectCode([await set('films')], 'space_unknown')
  world.free = free
  await harness.pass(5 * MINUTE)
  expect(await set('films')).toMatchObject({outcome: 'done'})
})

test('two rules that disagree move a torrent there and back, and then a person is asked; the same hash added again is another torrent', async () => {
  const folder = await harnessWith()
  const lay = () => {
    for (const name of ['films', 'archive']) {
      rmSync(join(folder, name), {recursive: true, force: true})
      mkdirSync(join(folder, name))
    }
    harness.lay(A, [hash], folder)
  }
  const {hash} = harness.put(A, FIRST, {category: 'films', savePath: FILMS})
  lay()
  const ARCHIVE = '/srv/downloads/archive'
  const from = (name: string, here: string, path: string) =>
    harness.rule({
      name,
      scope: {categories: ['films']},
      when: {fact: 'savePath', op: 'eq', value: here},
      do: [{action: 'move', path}],
    })
  await from('Archive', FILMS, ARCHIVE)
  await from('Back home', ARCHIVE, FILMS)
  const settles = async () => {
    await harness.pass(15 * MINUTE)
    harness.update(A, hash, {state: 'seeding'})
    lay()
  }
  for (let n = 0; n < 8; n++) await settles()
  const often = moves().length
  // There, back, there again, back again: each further one would cost all of its bytes once more.
  expect(often).toBe(4)
  const reason = 'moved it to and fro within a week (“Archive”, “Back home”)'
  expect(await harness.ruleSays(A, hash, 'Archive')).toContain(reason)
  expect((await harness.lines(`info_hash=${hash}`)).at(-1)).toBe('move blocked moved_to_and_fro')

  harness.world(A).commands.remove([harness.torrent(A, hash)])
  await harness.pass(15 * MINUTE)
  harness.put(A, FIRST, {category: 'films', savePath: FILMS})
  lay()
  for (let n = 0; n < 2; n++) await settles()
  expect(moves().length).toBeGreaterThan(often)
})
