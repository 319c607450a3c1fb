/** Data that rules and people move to another folder of its server. */
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {expectCode} from '#test/http/expect-problem.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, B, elsewhere, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

let house: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await house.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const FIRST = 5_000
const PETABYTE = 1e15
const FILMS = '/srv/downloads/films'

async function houseWith(settings = ''): Promise<string> {
  const folder = newFolder()
  folders.push(folder)
  mkdirSync(join(folder, 'films'))
  house = await ScenarioHarness.start({
    servers: [
      {name: B, torrents: 5},
      {name: A, torrents: 20, each: elsewhere},
    ],
    config: `${settings}["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`,
    settled: 0,
  })
  house.world(A).categories.set('films', FILMS)
  return folder
}

const toItsCategory = {
  name: 'Home',
  scope: {categories: ['films', 'loose']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'move', path: {fact: 'categoryPath'}}],
}
const places = (hashes: readonly string[]) => hashes.map((hash) => house.torrent(A, hash).savePath)
const moves = () =>
  house.world(A).commands.received.flatMap(({verb, hashes}) => (verb === 'setLocation' ? hashes : []))

test.runIf(isFull)(
  'what lies elsewhere is moved to where its category saves, once, and seeds on',
  async () => {
    const folder = await houseWith()
    const [lone, checked, loose] = [
      house.put(A, FIRST, {category: 'films'}),
      house.put(A, FIRST + 1, {category: 'films', state: 'checking'}),
      house.put(A, FIRST + 2, {category: 'loose'}),
    ].map(({hash}) => hash)
    const shared = {category: 'films', rootName: 'Both'}
    const pair = [FIRST + 3, FIRST + 4].map((index) => house.put(A, index, shared).hash)
    house.lay(A, [lone!, checked!, loose!, ...pair], folder)
    const start = house.world(A).defaultSavePath
    await house.rule(toItsCategory)
    await house.pass(15 * MINUTE)
    expect(house.torrent(A, lone!)).toMatchObject({state: 'moving', running: true})
    house.update(A, lone!, {state: 'seeding'})
    await house.pass(15 * MINUTE)
    expect(places([lone!, checked!, loose!, ...pair])).toEqual([FILMS, start, start, start, start])
    house.update(A, checked!, {state: 'seeding'})
    await house.pass(15 * MINUTE)
    expect(moves()).toEqual([lone, checked])
    expect(await house.ruleSays(A, pair[0]!, 'Home')).toContain('The others use it where it is.')
    expect(await house.lines(`info_hash=${lone}`)).toEqual([
      'move blocked epoch_young',
      'setLocation confirmed',
    ])
    expect((await house.lines(`info_hash=${pair[0]}`)).at(-1)).toBe('move blocked other_owners')
    const lastOf = async () => (await house.lines(`info_hash=${checked}`)).at(-1)
    expect(await lastOf()).toBe('setLocation sent')
    house.update(A, checked!, {state: 'seeding'})
    await house.pass(15 * MINUTE)
    expect(await lastOf()).toBe('setLocation confirmed')
    await house.expectNothingDestructive()
  },
)

test('what there is no room for beside what has to stay free is not moved, and the journal says so', async () => {
  await houseWith('[Settings]\nFreeSpace = "8000T"\n')
  const {hash} = house.put(A, FIRST, {category: 'films', savePath: '/elsewhere'})
  await house.rule(toItsCategory)
  await house.pass(45 * MINUTE)
  expect([places([hash]), moves()]).toEqual([['/elsewhere'], []])
  const lines = await house.journal(`info_hash=${hash}`)
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
  const {body} = await house.acting.api.send('POST', '/api/torrents/actions', {
    verb: 'setLocation',
    keys,
    args,
  })
  return (body as {results: readonly [Reported]}).results[0]
}

test('what a person moves where nobody sees whether there is space is moved when he confirmed that', async () => {
  await houseWith('[Settings]\nFreeSpace = "8000T"\n')
  const {hash} = house.put(A, FIRST, {savePath: '/elsewhere'})
  await house.pass(5 * MINUTE)
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
    house = await ScenarioHarness.start({
      servers: [{name: A, torrents: 20, each: elsewhere}],
      config: `[Settings]\nFreeSpace = "8000T"\n${mapped}`,
      settled: 0,
    })
    const {hash} = house.put(A, FIRST, {savePath: '/srv/downloads/films'})
    house.lay(A, [hash], folder)
    await house.pass(5 * MINUTE)
    const doubted = await moved(hash, '/srv/other/films')
    expectCode([doubted], 'space_unknown')
    expect(doubted.message).toContain('beside what `FreeSpace` keeps free')
    house.update(A, hash, {size: PETABYTE, sizeTotal: PETABYTE, done: PETABYTE})
    await house.pass(5 * MINUTE)
    const reported = await moved(hash, '/srv/other/films', {accepts_doubt: true})
    expectCode([reported], 'not_enough_space')
    expect(reported.message).toMatch(
      /no room for it in \/srv\/other\/films: \d+ bytes are free, and \d+ are needed/,
    )
    expect(moves()).toEqual([])
    // What it has fits; what is missing is downloaded there later.
    house.update(A, hash, {done: 1_000})
    await house.pass(5 * MINUTE)
    expectCode([await moved(hash, '/srv/other/films')], 'space_unknown')
    expect(await moved(hash, '/srv/other/films', {accepts_doubt: true})).toMatchObject({outcome: 'done'})
    expect(moves()).toEqual([hash])
  },
)

test('a qBittorrent before 5.3 without mappings: another category below its default folder is set without a question', async () => {
  house = await ScenarioHarness.start({
    servers: [{name: A, version: '5.1.0', torrents: 5, each: elsewhere}],
    settled: 0,
  })
  const world = house.world(A)
  world.categories.set('films', FILMS)
  world.categories.set('far', '/elsewhere')
  const {hash} = house.put(A, FIRST, {category: '', autoManaged: true})
  await house.pass(5 * MINUTE)
  const set = async (category: string) => {
    const keys = [{server_id: A, info_hash: hash}]
    const order = {verb: 'setCategory', keys, args: {category}}
    const {body} = await house.acting.api.send('POST', '/api/torrents/actions', order)
    return (body as {results: readonly [Reported]}).results[0]
  }
  expectCode([await set('far')], 'space_unknown')
  const {free} = world
  world.free = 0
  await house.pass(5 * MINUTE)
  expectCode([await set('films')], 'space_unknown')
  world.free = free
  await house.pass(5 * MINUTE)
  expect(await set('films')).toMatchObject({outcome: 'done'})
})

test('two rules that disagree move a torrent there and back, and then a person is asked; the same hash added again is another torrent', async () => {
  const folder = await houseWith()
  const lay = () => {
    for (const name of ['films', 'archive']) {
      rmSync(join(folder, name), {recursive: true, force: true})
      mkdirSync(join(folder, name))
    }
    house.lay(A, [hash], folder)
  }
  const {hash} = house.put(A, FIRST, {category: 'films', savePath: FILMS})
  lay()
  const ARCHIVE = '/srv/downloads/archive'
  const from = (name: string, here: string, path: string) =>
    house.rule({
      name,
      scope: {categories: ['films']},
      when: {fact: 'savePath', op: 'eq', value: here},
      do: [{action: 'move', path}],
    })
  await from('Archive', FILMS, ARCHIVE)
  await from('Back home', ARCHIVE, FILMS)
  const settles = async () => {
    await house.pass(15 * MINUTE)
    house.update(A, hash, {state: 'seeding'})
    lay()
  }
  for (let n = 0; n < 8; n++) await settles()
  const often = moves().length
  // There, back, there again, back again: each further one would cost all of its bytes once more.
  expect(often).toBe(4)
  const reason = 'moved it to and fro within a week (“Archive”, “Back home”)'
  expect(await house.ruleSays(A, hash, 'Archive')).toContain(reason)
  expect((await house.lines(`info_hash=${hash}`)).at(-1)).toBe('move blocked moved_to_and_fro')

  house.world(A).commands.remove([house.torrent(A, hash)])
  await house.pass(15 * MINUTE)
  house.put(A, FIRST, {category: 'films', savePath: FILMS})
  lay()
  for (let n = 0; n < 2; n++) await settles()
  expect(moves().length).toBeGreaterThan(often)
})
