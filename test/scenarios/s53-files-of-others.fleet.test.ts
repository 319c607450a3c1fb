/**
 * Commands that move, rename or add files, beside torrents that have the same files, and onto files that are somebody
 * else's. The simulated servers take shared files with them and write over what is in the way, as real ones do.
 */
import {mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {isComplete, type SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {some} from '#test/proof.ts'
import {expectCode, expectProblem} from '#test/http/expect-problem.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const SEEN = 5 * MINUTE
const PACK = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}

interface Reported {
  readonly outcome: string
  readonly code?: string
  readonly message?: string
}

async function act(server: string, {hash}: SimTorrent, verb: string, args: object): Promise<Reported> {
  const keys = [{server_id: server, info_hash: hash}]
  const {status, body} = await harness.api.send('POST', '/api/torrents/actions', {verb, keys, args})
  expect(status, JSON.stringify(body)).toBe(207)
  const {outcome, code, message} = (body as {results: readonly [Reported]}).results[0]
  return {outcome, ...(code && {code}), ...(message && {message})}
}

/** After its server looked at its files. */
function isWhole(server: string, torrent: SimTorrent): boolean {
  const {commands} = harness.scenario.world(server)
  commands.recheck([torrent])
  commands.settle(torrent)
  return isComplete(torrent)
}

const sizeOf = (path: string) => statSync(join(harness.folder, path), {throwIfNoEntry: false})?.size
const ourFile = (path: string, text: string) => writeFileSync(join(harness.folder, path), text)
const moveTo = (path: string, more = {}) => ({path, move_data: true, ...more})

/** Every kind both ways; the first of them are of both sorts. */
const moves = [0, 1].flatMap((turn) =>
  serverKinds.map((kind, at) => ({kind, isMapped: (at + turn) % 2 === 0})),
)
test.each(some(3, moves))(
  'S53 $kind, neighbour mapped: $isMapped: a move takes no files from a torrent of another server before a person confirmed it',
  async ({kind, isMapped}) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', isMapped, torrents: 5},
    ])
    const mine = harness.put(own, FIRST, PACK)
    const alone = harness.put(own, FIRST + 1, {'Alone/a.mkv': 3_000})
    const theirs = harness.put(B, FIRST + 2, {'e02.mkv': 8_000}, {savePath: '/data/Pack'})
    await harness.pass(SEEN)
    const reported = await act(own, mine, 'setLocation', moveTo('/srv/downloads/new'))
    expect(reported).toMatchObject({
      outcome: 'refused',
      code: isMapped ? 'content_shared' : 'content_unknown',
    })
    expect(reported.message).toContain(`on ${B}`)
    expect([harness.has('Pack/e02.mkv'), isWhole(B, theirs)]).toEqual([true, true])
    // Nobody else has these: they go without a question.
    expect(await act(own, alone, 'setLocation', moveTo('/srv/downloads/new'))).toEqual({outcome: 'done'})
    expect([harness.has('new/Alone/a.mkv'), harness.has('Alone/a.mkv')]).toEqual([true, false])
    const flag = isMapped ? 'accepts_others' : 'accepts_doubt'
    expect(await act(own, mine, 'setLocation', moveTo('/srv/downloads/new', {[flag]: true}))).toEqual({
      outcome: 'done',
    })
    // That is what it was told of.
    expect([harness.has('new/Pack/e02.mkv'), isWhole(B, theirs)]).toEqual([true, false])
  },
)

test.each(some(2, serverKinds))(
  'S53 %s: nothing is moved onto files of another torrent or of a person',
  async (kind) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', torrents: 5},
    ])
    const one = harness.put(own, FIRST, {'film.mkv': 3_000}, {savePath: '/srv/downloads/from'})
    const two = harness.put(own, FIRST + 1, {'notes.txt': 50}, {savePath: '/srv/downloads/from'})
    const theirs = harness.put(B, FIRST + 2, {'film.mkv': 9_000}, {savePath: '/data/to'})
    ourFile('to/notes.txt', 'written by hand')
    await harness.pass(SEEN)
    const shared = await act(own, one, 'setLocation', moveTo('/srv/downloads/to'))
    expect(shared).toMatchObject({outcome: 'refused', code: 'content_shared'})
    const occupied = await act(own, two, 'setLocation', moveTo('/srv/downloads/to'))
    expectCode([occupied], 'path_occupied')
    expect(occupied).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('/srv/downloads/to/notes.txt is there already'),
    })
    // Whoever says that its data is there already says it of other data.
    expect(await act(own, one, 'setLocation', {path: '/srv/downloads/to', move_data: false})).toMatchObject({
      outcome: 'refused',
      code: 'content_shared',
    })
    expect(sizeOf('to/film.mkv')).toBe(9_000)
    expect(readFileSync(join(harness.folder, 'to/notes.txt'), 'utf8')).toBe('written by hand')
    expect(isWhole(B, theirs)).toBe(true)
    expect(one.savePath).toBe('/srv/downloads/from')
    await harness.scenario.expectNothingDestructive()
  },
)

test.each(some(2, ['qbittorrent', 'transmission', 'deluge'] as const))(
  'S53 %s: files and folders that another torrent has are not renamed, and nothing is renamed onto others',
  async (kind) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', torrents: 5},
    ])
    const mine = harness.put(own, FIRST, PACK)
    const theirs = harness.put(B, FIRST + 2, {'e02.mkv': 8_000}, {savePath: '/data/Pack'})
    await harness.pass(SEEN)
    const refused = {outcome: 'refused', code: 'content_shared'}
    const folder = {from: 'Pack', to: 'Other'}
    expect(await act(own, mine, 'renameFolder', folder)).toMatchObject(refused)
    expect(await act(own, mine, 'renameFile', {from: 'Pack/e02.mkv', to: 'Pack/x.mkv'})).toMatchObject(
      refused,
    )
    // Another file of its own, which would be lost: nobody can confirm that.
    expect(await act(own, mine, 'renameFile', {from: 'Pack/e01.mkv', to: 'Pack/e02.mkv'})).toMatchObject({
      outcome: 'refused',
      code: 'path_occupied',
    })
    // What a list shows is no file on one kind, and the folder itself on the other.
    const shown = await act(own, mine, 'rename', {name: 'Other'})
    expect(shown).toMatchObject(kind === 'transmission' ? refused : {outcome: 'done'})
    expect(Object.keys(PACK).map((path) => sizeOf(path))).toEqual([7_000, 8_000])
    expect(isWhole(B, theirs)).toBe(true)
    expect(await act(own, mine, 'renameFile', {from: 'Pack/e01.mkv', to: 'Pack/mine.mkv'})).toEqual({
      outcome: 'done',
    })
    expect(sizeOf('Pack/mine.mkv')).toBe(7_000)
    expect(await act(own, mine, 'renameFolder', {...folder, accepts_others: true})).toEqual({outcome: 'done'})
    expect(isWhole(B, theirs)).toBe(false)
  },
)

test.each(some(1, serverKinds))(
  'S53 %s: a torrent is not added onto files of another size, checked or not',
  async (kind) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', torrents: 5},
    ])
    const made = makeTorrent({name: 'Film', content: {'film.mkv': 3_000}})
    const theirs = harness.put(B, FIRST, {'Film/film.mkv': 9_000}, {savePath: '/data/to'})
    const same = harness.put(B, FIRST + 1, {'Film/film.mkv': 3_000}, {savePath: '/data/cross'})
    await harness.pass(SEEN)
    const add = async (more: Readonly<Record<string, string>>) => {
      const form = new FormData()
      for (const [name, value] of Object.entries({server_id: own, ...more})) form.set(name, value)
      form.set('file', new Blob([Uint8Array.from(made.torrent)]), 'film.torrent')
      const {body} = await harness.api.upload('/api/torrents/upload', form)
      return (body as {results: readonly {status: string; code?: string}[]}).results[0]
    }
    for (const skip of ['true', 'false'])
      expect(await add({save_path: '/srv/downloads/to', skip_check: skip})).toMatchObject({
        status: 'failed',
        code: 'content_shared',
      })
    expect([sizeOf('to/Film/film.mkv'), isWhole(B, theirs)]).toEqual([9_000, true])
    // Who was told may do it, and then its server writes over the file.
    expect(await add({save_path: '/srv/downloads/to', accepts_others: 'true'})).toMatchObject({
      status: 'added',
    })
    expect([sizeOf('to/Film/film.mkv'), isWhole(B, theirs)]).toEqual([3_000, false])
    const {hash} = made
    harness.scenario.world(own).commands.remove([harness.scenario.torrent(own, hash)])
    await harness.pass(MINUTE)
    // Who adds a cross-seed finds the very files.
    expect(await add({save_path: '/srv/downloads/cross'})).toMatchObject({status: 'added'})
    expect([sizeOf('cross/Film/film.mkv'), isWhole(B, same)]).toEqual([3_000, true])
  },
)

test('S53 deluge: what is complete goes onto no files of others, by its settings or by a label', async () => {
  const own = nameOf('deluge')
  harness = await DiskHarness.start([
    {name: own, kind: 'deluge', folder: '/srv/downloads', torrents: 5},
    {name: B, folder: '/data', torrents: 5},
  ])
  const world = harness.scenario.world(own)
  const moves = {move_completed: true, move_completed_path: '/srv/downloads/done'}
  const settings = (values: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(values)) world.preferences.set(name, value)
  }
  for (const name of ['films', 'plain']) world.commands.createCategory({name})
  const made = makeTorrent({name: 'Film', content: {'film.mkv': 3_000}})
  const theirs = harness.put(B, FIRST, {'Film/film.mkv': 9_000}, {savePath: '/data/done'})
  await harness.pass(SEEN)
  const add = async (more: Readonly<Record<string, string>> = {}) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({server_id: own, start: 'false', ...more}))
      form.set(name, value)
    form.set('file', new Blob([Uint8Array.from(made.torrent)]), 'film.torrent')
    const {body} = await harness.api.upload('/api/torrents/upload', form)
    return (body as {results: readonly {status: string; code?: string}[]}).results[0]
  }
  const magnet = {server_id: own, magnet: `magnet:?xt=urn:btih:${'c'.repeat(40)}&dn=Film`, start: true}
  const link = (more: object = {}) => harness.api.send('POST', '/api/torrents', {...magnet, ...more})
  const shared = {status: 'failed', code: 'content_shared'}

  // By its settings, whatever label it gets; by the label alone.
  settings(moves)
  expect([await add(), await add({category: 'plain'})]).toEqual(
    [shared, shared].map((it) => expect.objectContaining(it)),
  )
  expectProblem(await link(), 'content_unknown')
  settings({move_completed: false, label_options: {films: {...moves, apply_move_completed: true}}})
  expect(await add({category: 'films'})).toMatchObject(shared)
  expectProblem(await link({category: 'films'}), 'content_unknown')
  // What names its folder stays there, whatever its label says; and so does what nothing moves.
  expect(await add({category: 'films', save_path: '/srv/downloads/mine'})).toMatchObject({status: 'added'})
  const mine = harness.scenario.torrent(own, made.hash)
  expect(mine).toMatchObject({category: 'films', savePath: '/srv/downloads/mine', completedPath: null})
  await harness.pass(MINUTE)

  // The label moves it later; a person may confirm that.
  const setLabel = (category: string, more = {}) => act(own, mine, 'setCategory', {category, ...more})
  expect(await setLabel('films')).toMatchObject({outcome: 'refused', code: 'content_shared'})
  expect([mine.completedPath, sizeOf('done/Film/film.mkv'), isWhole(B, theirs)]).toEqual([null, 9_000, true])
  expect(await setLabel('plain')).toEqual({outcome: 'done'})
  expect(await setLabel('films', {accepts_others: true})).toEqual({outcome: 'done'})
  expect(mine.completedPath).toBe('/srv/downloads/done')
  await harness.pass(MINUTE)

  // As long as it is to go there, nobody else moves anything there.
  harness.scenario.world(B).commands.remove([theirs])
  rmSync(join(harness.folder, 'done'), {recursive: true})
  // It has begun.
  mkdirSync(join(harness.folder, 'mine/Film'), {recursive: true})
  ourFile('mine/Film/film.mkv', 'its first bytes')
  const other = harness.put(B, FIRST + 2, {'Film/film.mkv': 5_000}, {savePath: '/data/from'})
  await harness.pass(MINUTE)
  const move = () => act(B, other, 'setLocation', moveTo('/data/done'))
  const reported = {
    outcome: 'refused',
    code: 'content_unknown',
    message: expect.stringContaining('once it is complete'),
  }
  expect(await move()).toMatchObject(reported)
  expect(await setLabel('plain')).toEqual({outcome: 'done'})
  await harness.pass(MINUTE)
  expect(await move()).toEqual({outcome: 'done'})
})

test.each(some(2, serverKinds))(
  'S53 %s: what a magnet link brings is stopped when it is known to replace files of others, and goes on elsewhere',
  async (kind) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', torrents: 5},
    ])
    const theirs = harness.put(B, FIRST, {'Film/film.mkv': 9_000}, {savePath: '/data/to'})
    await harness.pass(SEEN)
    const files = [{path: 'Film/film.mkv', size: 3_000, done: 0, priority: 'normal'} as const]
    const add = async (n: number, folder: string) => {
      const hash = n.toString(16).padStart(40, 'b')
      const named = kind === 'qbittorrent' ? '&dn=Film' : ''
      const magnet = `magnet:?xt=urn:btih:${hash}${named}`
      const wish = {server_id: own, magnet, save_path: `/srv/downloads/${folder}`, start: true}
      expect((await harness.api.send('POST', '/api/torrents', wish)).status).toBe(201)
      await harness.pass(MINUTE)
      const torrent = harness.scenario.torrent(own, hash)
      expect([torrent.running, torrent.hasMetadata]).toEqual([true, false])
      harness.scenario.world(own).commands.learn(torrent, {}, files)
      const size = sizeOf('to/Film/film.mkv')
      await harness.pass(2 * MINUTE)
      return {torrent, size}
    }
    const harming = await add(1, 'to')
    const harmless = await add(2, 'elsewhere')
    expect([harming.torrent.running, harmless.torrent.running]).toEqual([false, true])
    const lines = await harness.scenario.lines()
    expect(lines.filter((line) => line.includes('link_onto_files'))).toHaveLength(1)
    // One kind waits for us; the others write until their list shows what they hold.
    if (kind === 'qbittorrent') expect([harming.size, isWhole(B, theirs)]).toEqual([9_000, true])
    // Where it cannot wait its name is enough to ask.
    const named = {server_id: own, magnet: `magnet:?xt=urn:btih:${'c'.repeat(40)}&dn=Film`, start: true}
    const asked = await harness.api.send('POST', '/api/torrents', {...named, save_path: '/srv/downloads/to'})
    if (kind === 'qbittorrent') expect(asked.status).toBe(201)
    else expectProblem(asked, 'content_unknown')
    // Who was told may want it anyway, and says so.
    expect(await act(own, harming.torrent, 'start', {})).toMatchObject({
      outcome: 'refused',
      code: 'content_shared',
      message: expect.stringContaining(`on ${B}`),
    })
    expect(await act(own, harming.torrent, 'start', {accepts_others: true})).toEqual({outcome: 'done'})
    await harness.pass(MINUTE)
    expect(harming.torrent.running).toBe(true)
  },
)

test.each(some(1, ['qbittorrent', 'transmission'] as const))(
  'S53 %s: a magnet link that was added stopped is compared with what exists before it is started, by its name and by its files',
  async (kind) => {
    const own = nameOf(kind)
    harness = await DiskHarness.start([
      {name: own, kind, folder: '/srv/downloads', torrents: 5},
      {name: B, folder: '/data', torrents: 5},
    ])
    harness.put(B, FIRST, {'Film/film.mkv': 9_000}, {savePath: '/data/to'})
    await harness.pass(SEEN)
    const files = [{path: 'Film/film.mkv', size: 3_000, done: 0, priority: 'normal'} as const]
    const add = async (n: number, folder: string, more = {}) => {
      const hash = n.toString(16).padStart(40, 'b')
      const magnet = `magnet:?xt=urn:btih:${hash}&dn=Film`
      const wish = {server_id: own, magnet, save_path: `/srv/downloads/${folder}`, start: false, ...more}
      expect((await harness.api.send('POST', '/api/torrents', wish)).status).toBe(201)
      await harness.pass(MINUTE)
      return harness.scenario.torrent(own, hash)
    }
    const learn = async (torrent: SimTorrent) => {
      harness.scenario.world(own).commands.learn(torrent, {}, files)
      await harness.pass(2 * MINUTE)
    }
    // Where its server cannot wait its name is asked about when it is added, too.
    const harming = await add(1, 'to', kind === 'qbittorrent' ? {} : {accepts_doubt: true})
    const harmless = await add(2, 'elsewhere')
    for (const verb of ['start', 'forceStart'])
      expect(await act(own, harming, verb, {})).toMatchObject({outcome: 'refused', code: 'content_unknown'})
    expect(harming.running).toBe(false)
    expect(await act(own, harmless, 'start', {})).toEqual({outcome: 'done'})
    expect(await act(own, harming, 'start', {accepts_doubt: true})).toEqual({outcome: 'done'})
    await learn(harmless)
    await learn(harming)
    // That files of others would be replaced nobody was told before.
    expect([harmless.running, harming.running]).toEqual([true, false])
    expect(await act(own, harming, 'start', {})).toMatchObject({outcome: 'refused', code: 'content_shared'})
  },
)

test('S53 a category is not saved elsewhere, nor removed, before a person was shown which torrents move by it', async () => {
  harness = await DiskHarness.start([
    {name: A, folder: '/srv/downloads', torrents: 5},
    {name: B, folder: '/data', torrents: 5},
  ])
  harness.scenario.world(A).categories.set('films', '/srv/downloads/films')
  const managed = {category: 'films', autoManaged: true, savePath: '/srv/downloads/films'}
  const mine = harness.put(A, FIRST, PACK, managed)
  const theirs = harness.put(B, FIRST + 2, {'e02.mkv': 8_000}, {savePath: '/data/films/Pack'})
  await harness.pass(SEEN)
  const edit = (more = {}) =>
    harness.api.send('PATCH', `/api/servers/${A}/categories`, {
      name: 'films',
      save_path: '/srv/downloads/new',
      ...more,
    })
  const reported = {body: {detail: expect.stringContaining('1 torrent of "films"')}}
  expectProblem(await edit(), 'moves_torrents')
  expect(await edit()).toMatchObject(reported)
  expect(((await edit()).body as {detail: string}).detail).toContain(`on ${B}`)
  expect(await harness.api.send('DELETE', `/api/servers/${A}/categories?name=films`)).toMatchObject(reported)
  // Another category moves it, and so does its management.
  expect(await act(A, mine, 'setCategory', {category: ''})).toMatchObject({code: 'content_shared'})
  expect([mine.savePath, isWhole(B, theirs)]).toEqual(['/srv/downloads/films', true])
  expect((await edit({accepts_moves: true})).status).toBe(204)
  expect([mine.savePath, isWhole(B, theirs)]).toEqual(['/srv/downloads/new', false])
})

test('S53 no other default folder is set before a person was shown which torrents move by it', async () => {
  harness = await DiskHarness.start([
    {name: A, folder: '/srv/downloads', torrents: 0},
    {name: B, folder: '/data', torrents: 5},
  ])
  harness.scenario.world(A).preferences.set('save_path_changed_tmm_enabled', true)
  const mine = harness.put(A, FIRST, PACK, {category: '', autoManaged: true})
  const free = harness.put(A, FIRST + 1, {'Free/a.mkv': 3_000})
  const theirs = harness.put(B, FIRST + 2, {'e02.mkv': 9_000}, {savePath: '/data/new/Pack'})
  await harness.pass(SEEN)
  const set = (values: object, more = '') =>
    harness.api.send('PATCH', `/api/servers/${A}/preferences${more}`, values)
  const folder = {save_path: '/srv/downloads/new'}
  const refused = await set(folder)
  expectProblem(refused, 'moves_torrents')
  expect((refused.body as {detail: string}).detail).toContain(`on ${B}`)
  expect([mine.savePath, sizeOf('new/Pack/e02.mkv'), isWhole(B, theirs)]).toEqual([
    '/srv/downloads',
    9_000,
    true,
  ])
  // What moves nothing goes without a question, and so does the folder that it has.
  expect((await set({save_path: '/srv/downloads', dht: false})).status).toBe(204)
  expect((await set(folder, '?accepts_moves=true')).status).toBe(204)
  expect([mine.savePath, free.savePath]).toEqual(['/srv/downloads/new', '/srv/downloads'])
  expect(isWhole(B, theirs)).toBe(false)
  // Where things are added from now on it is known at once.
  await harness.pass(MINUTE)
  expect(JSON.stringify(await harness.api.get(`/api/servers/${A}`))).toContain('/srv/downloads/new')
})

test('S53 a default folder that a user sets in qBittorrent itself is known with its next whole list', async () => {
  harness = await DiskHarness.start([{name: A, folder: '/srv/downloads', torrents: 5}])
  await harness.pass(SEEN)
  const world = harness.scenario.world(A)
  world.defaultSavePath = '/srv/downloads/later'
  world.bump()
  await harness.pass(31 * MINUTE)
  expect(JSON.stringify(await harness.api.get(`/api/servers/${A}`))).toContain('/srv/downloads/later')
})

test('S53 no setting renames what is not whole before a person was shown whose files those are', async () => {
  harness = await DiskHarness.start([
    {name: A, folder: '/srv/downloads', torrents: 0},
    {name: B, folder: '/data', torrents: 5},
  ])
  harness.put(A, FIRST, PACK, {done: 7_000, state: 'stopped', completedAt: null})
  harness.put(B, FIRST + 2, {'e02.mkv': 8_000}, {savePath: '/data/Pack'})
  await harness.pass(SEEN)
  const set = (more = '') =>
    harness.api.send('PATCH', `/api/servers/${A}/preferences${more}`, {incomplete_files_ext: true})
  const refused = await set()
  expectProblem(refused, 'moves_torrents')
  expect((refused.body as {detail: string}).detail).toMatch(
    new RegExp(`files of 1 torrent that are not whole.*on ${B}`, 's'),
  )
  expect(harness.scenario.world(A).preferences.get('incomplete_files_ext')).not.toBe(true)
  expect((await set('?accepts_moves=true')).status).toBe(204)
  // What it is set to already renames nothing.
  expect((await set()).status).toBe(204)
})

test('S53 a rule moves nothing onto files of others, and says so', async () => {
  harness = await DiskHarness.start([
    {name: A, folder: '/srv/downloads', torrents: 20},
    {name: B, folder: '/data', torrents: 5},
  ])
  const fields = {category: 'films', savePath: '/srv/downloads/from'}
  const one = harness.put(A, FIRST, {'film.mkv': 3_000}, fields)
  const free = harness.put(A, FIRST + 1, {'free.mkv': 4_000}, fields)
  const theirs = harness.put(B, FIRST + 2, {'film.mkv': 9_000}, {savePath: '/data/to'})
  await harness.scenario.rule({
    name: 'Home',
    scope: {servers: [A], categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'move', path: '/srv/downloads/to'}],
  })
  await harness.pass(33 * MINUTE)
  expect([one.savePath, free.savePath]).toEqual(['/srv/downloads/from', '/srv/downloads/to'])
  expect([sizeOf('to/film.mkv'), isWhole(B, theirs)]).toEqual([9_000, true])
  expect(await harness.scenario.lines(`info_hash=${one.hash}`)).toContain('move refused content_shared')
})
