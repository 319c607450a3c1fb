import {expect, test} from 'vitest'
import {A, B, by, key} from '#executor/executor-harness.fixture.ts'
import type {Access} from '#model/access.ts'
import type {CopyArgs} from '#model/copies.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'
import {copy, copyHarness, source, type Kill} from './copy-harness.fixture.ts'

type Harness = Awaited<ReturnType<typeof copyHarness>>

/** @param more of the source */
async function harnessOf(more: object = {isPrivate: false}): Promise<Harness> {
  const harness = await copyHarness()
  Object.assign(harness.world.torrents.get(keyText(source))!, more)
  return harness
}

const readsOnly: Access = {...by.access, may: (it) => it === 'read'}
const move = {source: 'trash'} as const
const privately = {isPrivate: true}

test('a copy that a user orders is added stopped, checked, started, and its source is sent nothing', async () => {
  const {order, run, world, there, lines, result} = await harnessOf()
  await order()
  await run()
  expect(world.added).toMatchObject([
    {start: false, savePath: '/b', data: 'brought', category: 'films', tags: ['x']},
  ])
  expect([world.verbs, there()!.state, result()]).toEqual([
    ['recheck', 'start'],
    'seeding',
    {outcome: 'done'},
  ])
  expect([lines(), world.removals, world.passedOn]).toEqual([['copyTo sending', 'copyTo confirmed'], [], []])
})

test('it gets the category and tags that the user set, and is started or not as the user says', async () => {
  const {order, run, world, there} = await harnessOf()
  await order({category: '', tags: ['moved'], start: false, path: '/b'})
  await run()
  expect(world.added).toMatchObject([{tags: ['moved']}])
  expect(world.added[0]).not.toHaveProperty('category')
  expect([world.verbs, there()!.state]).toEqual([['recheck'], 'stopped'])
})

test('a private torrent whose source stays is not started there, unless the user says so', async () => {
  for (const [args, state] of [
    [{}, 'stopped'],
    [{start: true}, 'seeding'],
  ] as const) {
    const {order, run, there, source: from} = await harnessOf(privately)
    await order(args)
    await run()
    expect([there()!.state, from()!.state]).toEqual([state, 'seeding'])
  }
})

test('moved, the source leaves only after the copy was checked, runs, and has stood for ten minutes', async () => {
  const {order, run, world, clock, source: from} = await harnessOf()
  await order(move)
  await run(20)
  expect([world.verbs, world.removals, from()?.state]).toEqual([['recheck', 'start'], [], 'seeding'])
  await clock.advance(10 * MINUTE * 1_000)
  await run()
  expect([world.removals, world.passedOn.length > 0, world.results.size]).toEqual([
    [`${A} removeWithData`],
    true,
    1,
  ])
  expect(from()).toBeNull()
})

test('of a private torrent the source is stopped before the copy is started, so that its tracker never sees both', async () => {
  const {order, run, world} = await harnessOf(privately)
  await order(move)
  await run()
  expect([world.verbs, world.removals]).toEqual([
    ['recheck', 'source stop', 'start'],
    [`${A} removeWithData`],
  ])
})

test('where both servers use the very files, only the torrent is removed', async () => {
  const {order, run, world} = await harnessOf()
  world.plan = {savePath: '/a', way: 'place', bytes: 0}
  await order(move)
  await run()
  expect([world.added[0]!.data, world.removals]).toEqual(['shared', [`${A} remove`]])
})

test('what no disk of ours shows is downloaded by the other server, where the user says so', async () => {
  const {order, run, world, change, result} = await harnessOf()
  world.plan = {why: 'No path mapping.', isUnseen: true}
  await (
    await order(move)
  ).ended
  expect(result()).toMatchObject({outcome: 'refused', message: expect.stringContaining('may download it')})
  world.onAdded = () => (world.limitEnd = {is: 'stays'})
  await order({...move, download: true})
  await run(5)
  expect(world.added).toMatchObject([{start: true, savePath: '/default'}])
  expect(world.lays).toBe(0)
  change({progress: 1, complete: true, state: 'seeding'})
  await run()
  expect([world.verbs[0], world.removals]).toEqual(['recheck', [`${A} removeWithData`]])
})

test('without a folder it comes into the default folder of the other server, below that as it was below its own', async () => {
  const {orders, world} = await harnessOf({isPrivate: false, savePath: '/srv/downloads/films'})
  world.savesAt = {[A]: '/srv/downloads', [B]: '/data/'}
  world.plan = {why: 'Not seen there.', isUnseen: true}
  world.plans.set('/data/films', {savePath: '/data/films', way: 'links', bytes: 0})
  const looked = (args: Partial<CopyArgs>) =>
    orders().preview(by.access, [source], {server: B, source: 'stays', ...args})
  expect(await looked({})).toMatchObject({
    ways: [{way: 'links', count: 1}],
    folders: [{path: '/data/films', count: 1}],
    refused: [],
  })
  world.plans.set('/data/films', {why: 'There is no room.', isFull: true})
  expect(await looked({download: true})).toMatchObject({
    folders: [],
    refused: [{code: 'not_enough_space', message: 'There is no room.'}],
  })
  world.plans.set('/data', {savePath: '/data', way: 'links', bytes: 0})
  // No name of a folder on the one server leads out of the default folder of the other one, or where nobody may write.
  world.torrents.set(keyText(source), {
    ...world.torrents.get(keyText(source))!,
    savePath: '/srv/downloads/../../etc',
  })
  expect(await looked({})).toMatchObject({folders: [{path: '/data', count: 1}]})
  world.torrents.set(keyText(source), {
    ...world.torrents.get(keyText(source))!,
    savePath: '/srv/downloads/films',
  })
  world.noFolder = new CommodarrError('folder_forbidden', 'No.')
  expect(await looked({})).toMatchObject({folders: [{path: '/data', count: 1}]})
  world.noFolder = null
  // A folder that was named is the only one.
  expect(await looked({path: '/other'})).toMatchObject({ways: [], mayDownload: {count: 1}})
  world.savesAt = {[A]: '/elsewhere', [B]: '/data'}
  expect(await looked({})).toMatchObject({folders: [{path: '/data', count: 1}]})
})

test('a server that hands out no .torrent files says so before anything is begun', async () => {
  const {order, orders, world, result, lines} = await harnessOf()
  world.whyNoTorrentFile = 'rTorrent does not export .torrent files.'
  expect(await orders().preview(by.access, [source], {server: B, source: 'stays'})).toMatchObject({
    ways: [],
    refused: [{code: 'not_supported', message: world.whyNoTorrentFile}],
  })
  await (
    await order()
  ).ended
  expect([result(), lines()]).toMatchObject([{outcome: 'refused', code: 'not_supported'}, []])
})

for (const [what, ails, outcome, args = move] of [
  ['its check finds that some of it is missing', ({world}: Harness) => (world.finds = 0.99), 'not_whole'],
  [
    'the copy is stopped there meanwhile',
    ({world}: Harness) => (world.showsStarted = [{state: 'stopped'}]),
    'not_started',
  ],
  [
    'the rights of the user are gone',
    ({world}: Harness) => (world.onRecheck = () => (world.access = null)),
    'right_gone',
  ],
  ['the source goes before its data is there', ({world}: Harness) => world.torrents.clear(), 'source_gone'],
] as [string, (it: Harness) => void, string, Partial<CopyArgs>?][]) {
  test(`when ${what}, nothing of the source is removed`, async () => {
    const harness = await harnessOf()
    await harness.order(args)
    ails(harness)
    await harness.run(1_000)
    expect([harness.result(), harness.world.removals]).toMatchObject([{outcome: 'failed', code: outcome}, []])
  })
}

test.each([
  ['the source', A],
  ['the other server', B],
])('once the right to %s is gone, its .torrent file is not read and no data is brought', async (_, lost) => {
  for (const isAdded of [false, true]) {
    const {order, run, world, result, there} = await harnessOf()
    const access: Access = {...by.access, may: (it, id) => id !== lost || it === 'read'}
    world.faults[isAdded ? 'lay' : 'export'] = new CommodarrError('server_unreachable', 'No.')
    await order()
    await run(3)
    world.access = access
    world.faults = {}
    await run()
    expect(result()).toMatchObject({outcome: 'failed', code: 'right_gone'})
    expect([world.added.length, world.lays, there()?.state]).toEqual(
      isAdded ? [1, 0, 'stopped'] : [0, 0, undefined],
    )
  }
})

test('S05 a private source that was stopped for its copy runs again when the copy does not, and never both', async () => {
  const {order, run, world, there, source: from} = await harnessOf(privately)
  world.showsStarted = [{state: 'stopped'}]
  await order(move)
  await run(1_000)
  expect([from()!.state, there()!.state, world.removals]).toEqual(['seeding', 'stopped', []])
  expect([world.verbs[1], world.verbs.at(-1)]).toEqual(['source stop', 'source start'])
})

test('S45 a copy that is incomplete by the time that its source would leave keeps the source', async () => {
  const {order, run, change, world, source: from} = await harnessOf()
  await order(move)
  await run(20)
  change({complete: false, progress: 0.5})
  await run()
  expect([world.removals, from()?.state]).toEqual([[], 'seeding'])
})

test('S08 files that are not seen on the disk of the other server keep the source, and the copy stays', async () => {
  const {order, run, world, there, result} = await harnessOf()
  world.differs = 'The disk of the other server does not answer.'
  await order(move)
  await run(1_000)
  expect([world.removals, there()!.state]).toEqual([[], 'seeding'])
  expect(result()).toMatchObject({
    outcome: 'failed',
    code: 'not_seen',
    message: expect.stringContaining('The source was not removed.'),
  })
})

test('S45 a removal that guards refuse leaves both, and says why', async () => {
  const {order, run, world, result} = await harnessOf()
  world.removalResult = {
    outcome: 'refused',
    code: 'changed_meanwhile',
    message: 'It was protected meanwhile.',
  }
  await order(move)
  await run(1_000)
  expect(world.removals).toEqual([])
  expect(result()).toMatchObject({code: 'changed_meanwhile', message: expect.stringContaining('protected')})
})

test('what the removal would take from others leaves alone, without its files', async () => {
  const {order, run, world} = await harnessOf()
  const refused = {outcome: 'refused', code: 'content_shared', message: ''} as const
  world.removalResult = refused
  await order(move)
  await run(80)
  expect(world.removals).toEqual([])
})

test('S11 killed before or after anything, a move ends as it would have: added once, checked, and its source removed once', async () => {
  for (const more of [{isPrivate: false}, privately]) {
    const count = await harnessOf(more)
    await count.order(move)
    await count.run()
    for (let at = 0; at < count.steps(); at++) {
      for (const when of ['before', 'after'] satisfies Kill['when'][]) {
        const harness = await harnessOf(more)
        harness.kill({at, when})
        await harness.order(move)
        await harness.run(1_000)
        const {world} = harness
        const about = `killed ${when} ${at}`
        expect([world.added.length, world.removals.length, harness.source()], about).toEqual([1, 1, null])
        expect(world.verbs.indexOf('recheck'), about).toBeGreaterThanOrEqual(0)
        if (more === privately) {
          const [stopped, started] = [world.verbs.indexOf('source stop'), world.verbs.indexOf('start')]
          expect(stopped >= 0 && stopped < started, about).toBe(true)
        }
        expect([harness.there()!.state, harness.lines().at(-1)], about).toEqual([
          'seeding',
          'moveTo confirmed',
        ])
      }
    }
  }
})

test('a copy that is canceled is removed again with what it brought, and a source that was stopped runs again', async () => {
  const {order, run, orders, world, there, source: from, result} = await harnessOf(privately)
  world.showsStarted = [{state: 'stopped'}]
  await order(move)
  await run(10)
  expect(world.verbs).toContain('source stop')
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect([there(), from()!.state, world.removals]).toEqual([null, 'seeding', [`${B} removeWithData`]])
  expect(result()).toMatchObject({outcome: 'refused', code: 'cancelled'})
})

test('a copy that is canceled keeps files that lay there before it', async () => {
  const {order, run, orders, world} = await harnessOf()
  world.hadFiles = true
  world.finds = 0.5
  await order()
  await run(4)
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect(world.removals).toEqual([`${B} remove`])
})

test('undo removes what a copy made, and only while its source is complete and the copy is that one', async () => {
  const {order, run, orders, world, change} = await harnessOf()
  await order()
  await run()
  const undo = async () => (await orders().undo(by, B, [source])).map(({result}) => result)
  change({addedAt: 7})
  expect(await undo()).toMatchObject([{outcome: 'refused', code: 'changed_meanwhile'}])
  change({addedAt: undefined})
  Object.assign(world.torrents.get(keyText(source))!, {complete: false})
  expect(await undo()).toMatchObject([{outcome: 'refused', message: expect.stringContaining('not complete')}])
  Object.assign(world.torrents.get(keyText(source))!, {complete: true})
  expect([await undo(), world.removals]).toEqual([[{outcome: 'done'}], [`${B} removeWithData`]])
  expect(world.takenBack).toEqual([{verb: 'removeWithData', args: {}}])
})

const unsound = [
  ['is gone', null],
  ['is not complete', {complete: false, progress: 0.5}],
  ['lacks files on its disk', {state: 'missingFiles'}],
  ['has an error', {state: 'error'}],
  ['is being checked', {state: 'checking'}],
  ['was not heard of lately', {stale: true}],
] as const

function spoil({world}: Harness, more: Partial<TorrentRecord> | null): void {
  const name = keyText(source)
  if (more === null) world.torrents.delete(name)
  else world.torrents.set(name, {...world.torrents.get(name)!, ...more})
}

test.each(unsound)('while its source %s, a copy is not undone', async (_, more) => {
  const harness = await harnessOf()
  await harness.order()
  await harness.run()
  spoil(harness, more)
  const [item] = await harness.orders().undo(by, B, [source])
  expect(item!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
  expect([harness.there()?.complete, harness.world.takenBack]).toEqual([true, []])
})

test.each(unsound)('a copy that is canceled while its source %s keeps its files', async (_, more) => {
  for (const finds of [1, 0.5]) {
    const harness = await harnessOf()
    harness.world.finds = finds
    await harness.order(move)
    await harness.run(4)
    spoil(harness, more)
    await harness.orders().cancel([`entry ${keyText(source)}`])
    await harness.run()
    expect(harness.world.takenBack).toEqual([{verb: 'remove', args: {}}])
  }
})

const silence = new ServerFault('server_unreachable', 'cut_answer', 'No answer.', {outcomeUnknown: true})
const refusal = new CommodarrError('server_unreachable', 'No connection.')

test.each([
  ['its .torrent file could not be read', 'export', refusal, {}],
  ['it could not be sent', 'add', refusal, {}],
  ['it had no answer, into another folder,', 'add', silence, {savePath: '/else'}],
  ['it had no answer, running,', 'add', silence, {state: 'downloading'}],
] as const)(
  'what another user adds there after %s is not ours, and neither a cancellation nor the next try touches it',
  async (_, step, fault, more) => {
    for (const isCanceled of [false, true]) {
      const {order, run, orders, world, whole, there, result} = await harnessOf()
      world.faults[step] = fault
      await order()
      await run(3)
      const state = 'stopped'
      world.torrents.set(keyText(copy), {
        ...whole(copy),
        savePath: '/b',
        complete: false,
        progress: 0,
        state,
        ...more,
      })
      world.faults = {}
      if (isCanceled) await orders().cancel([`entry ${keyText(source)}`])
      await run()
      expect(result()).toMatchObject({code: isCanceled ? 'cancelled' : 'came_before'})
      expect([there()?.complete, world.takenBack, world.lays, world.added]).toEqual([false, [], 0, []])
      await (
        await order()
      ).ended
      expect(result()).toMatchObject({outcome: 'refused', code: 'not_supported'})
    }
  },
)

test('a copy whose addition had no answer goes on over what came of it', async () => {
  const {order, run, world, whole, result} = await harnessOf()
  world.faults['add'] = silence
  await order()
  await run(3)
  const shown = {savePath: '/b/', state: 'stopped', complete: false, progress: 0} as const
  world.torrents.set(keyText(copy), {...whole(copy), ...shown})
  await run()
  expect([result(), world.added, world.lays]).toEqual([{outcome: 'done'}, [], 1])
})

test('a copy whose addition had no answer is canceled with what came of it, also where that is shown later', async () => {
  for (const isShownLater of [false, true]) {
    const {order, run, orders, world, whole, there, result} = await harnessOf()
    world.faults['add'] = silence
    await order()
    await run(3)
    const shown = {savePath: '/b/', state: 'stopped', complete: false, progress: 0} as const
    const show = () => world.torrents.set(keyText(copy), {...whole(copy), ...shown})
    if (!isShownLater) show()
    await orders().cancel([`entry ${keyText(source)}`])
    if (isShownLater) await run(2)
    show()
    await run()
    expect(result()).toMatchObject({code: 'cancelled'})
    expect([there(), world.takenBack]).toEqual([null, [{verb: 'remove', args: {}}]])
  }
})

test('a torrent that another user added there in place of the copy stays when that is canceled, and is not stopped', async () => {
  const {order, run, orders, world, change, there, source: from} = await harnessOf(privately)
  world.showsStarted = [{state: 'stopped'}]
  await order(move)
  await run(8)
  expect(from()!.state).toBe('stopped')
  change({addedAt: 5, state: 'seeding'})
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect([world.takenBack, there()!.state, from()!.state]).toEqual([[], 'seeding', 'seeding'])
  expect(world.verbs.filter((verb) => verb === 'stop')).toEqual([])
})

test('a torrent that another user added there in place of the copy is not removed by an undo', async () => {
  const {order, run, orders, world, change} = await harnessOf()
  world.onRecheck = () => change({addedAt: 5})
  await order()
  await run()
  const [item] = await orders().undo(by, B, [source])
  expect([item!.result, world.takenBack]).toMatchObject([{outcome: 'refused', code: 'changed_meanwhile'}, []])
})

test('a download that is canceled takes its files with it once its server has shown it', async () => {
  for (const [turns, verb] of [
    [0, 'remove'],
    [4, 'removeWithData'],
  ] as const) {
    const {order, run, orders, world, change} = await harnessOf()
    world.plan = {why: 'No path mapping.', isUnseen: true}
    world.onAdded = () => (world.isListed = turns > 0)
    await order({download: true})
    await run(4)
    world.isListed = true
    change({downloaded: 500, completed: 500})
    await orders().cancel([`entry ${keyText(source)}`])
    await run()
    expect(world.takenBack.map((it) => it.verb)).toEqual([verb])
  }
})

test('a download that is canceled in the moment in which it was added is removed once its server shows it', async () => {
  const {order, run, orders, world, there, result} = await harnessOf()
  world.plan = {why: 'No path mapping.', isUnseen: true}
  world.onAdded = () => void world.notShown.add(keyText(copy))
  await order({download: true})
  await run(4)
  await orders().cancel([`entry ${keyText(source)}`])
  await run(3)
  expect(result()).toBeUndefined()
  world.notShown.clear()
  expect(there()).not.toBeNull()
  await run()
  expect([there(), result()]).toMatchObject([null, {code: 'cancelled'}])
})

test('a copy that is canceled while its server checks it goes into the trash where there is one', async () => {
  const {order, run, orders, world} = await harnessOf()
  world.showsChecked = {state: 'checking', complete: false, progress: 0}
  await order()
  await run(4)
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect(world.takenBack).toEqual([{verb: 'removeWithData', args: {freeOn: [B]}}])
})

test('what the other server already has is not copied, and moved only once it was checked there', async () => {
  const {order, run, world, whole, result, orders} = await harnessOf()
  world.torrents.set(keyText(copy), whole(copy))
  await (
    await order()
  ).ended
  expect(result()).toMatchObject({outcome: 'refused', message: expect.stringContaining('already')})
  await (
    await order(move)
  ).ended
  expect(result()).toMatchObject({message: expect.stringContaining('It can be checked there')})
  const preview = await orders().preview(by.access, [source], {server: B, source: 'trash'})
  expect(preview).toMatchObject({mayBeExisting: 1, existing: 0})
  await order({...move, existing: true})
  await run()
  expect([world.added, world.verbs[0], world.removals]).toEqual([[], 'recheck', [`${A} removeWithData`]])
})

test.each([
  ['to the server that it is on', () => {}, 'bad_argument', {server: A}],
  ['without the right to the other server', (it: Harness) => (it.world.access = readsOnly), 'forbidden', {}],
  [
    'into a folder that the user may not name there',
    (it: Harness) => (it.world.noFolder = new CommodarrError('folder_forbidden', 'Not there.')),
    'folder_forbidden',
    {path: '/root'},
  ],
  ['while the other server is away', (it: Harness) => (it.world.isOnline = false), 'server_not_online', {}],
  [
    'where its data has no room',
    (it: Harness) => (it.world.plan = {why: 'No room.', isFull: true}),
    'not_enough_space',
    {},
  ],
  [
    'into no trash',
    (it: Harness) => (it.world.noTrash = 'Its server shares no folders.'),
    'trash_impossible',
    move,
  ],
  [
    'where that server deletes what reached a limit, and its files with it',
    (it: Harness) => (it.world.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'turn it off'}),
    'not_supported',
    {},
  ],
] as [string, (it: Harness) => void, string, Partial<CopyArgs>][])(
  '%s nothing is begun or written down',
  async (_, ails, code, args) => {
    const harness = await harnessOf()
    ails(harness)
    const access = harness.world.access!
    await (
      await harness.order(args, [source], {...by, access})
    ).ended
    expect(harness.result()).toMatchObject({outcome: 'refused', code})
    expect([harness.lines(), harness.world.added]).toEqual([[], []])
  },
)

test('of many torrents two are copied at a time, and the others wait for their turn', async () => {
  const {order, run, world} = await harnessOf()
  world.plan = {savePath: '/b', way: 'copies', bytes: 1_000}
  world.faults['lay'] = new CommodarrError('server_unreachable', 'It did not answer.')
  const keys = [1, 2, 3, 4].map((n) => key(A, n))
  for (const of of keys) world.torrents.set(keyText(of), {...world.torrents.get(keyText(source))!, key: of})
  await order({}, keys)
  await run(20)
  expect(world.added).toHaveLength(2)
})

test('a failed copy is tried again over what is there, as soon as the user says so', async () => {
  const {order, run, world, result} = await harnessOf()
  world.finds = 0.99
  await order()
  await run()
  expect(result()).toMatchObject({outcome: 'failed', code: 'not_whole'})
  world.finds = 1
  await order()
  await run()
  expect([result(), world.added.length]).toEqual([{outcome: 'done'}, 1])
})

test('the journal of the source names neither the other server nor its folders', async () => {
  const {order, run, world} = await harnessOf()
  world.faults['lay'] = new CommodarrError('path_refused', '/b/Film: Something else is there.')
  await order()
  await run()
  const own = world.journal.filter(({serverId}) => serverId === A)
  const words = JSON.stringify(own.map(({args, message}) => [args, message]))
  expect([own.length, words.includes('/b/Film')]).toEqual([2, false])
  expect(world.journal.find(({serverId}) => serverId === B)?.message).toContain('/b/Film')
})

test('a preview counts by how data comes there, and what a private tracker would see', async () => {
  const {orders, world} = await harnessOf(privately)
  world.plan = {savePath: '/b', way: 'copies', bytes: 700}
  const looked = (args: Partial<CopyArgs>) =>
    orders().preview(by.access, [source], {server: B, source: 'stays', ...args})
  expect(await looked({})).toMatchObject({
    ways: [{way: 'copies', count: 1, bytes: 700}],
    staysStopped: 1,
    runTwice: 0,
    refused: [],
  })
  expect(await looked({start: true})).toMatchObject({staysStopped: 0, runTwice: 1})
  world.plan = {why: 'No path mapping.', isUnseen: true}
  expect(await looked({})).toMatchObject({ways: [], mayDownload: {count: 1, private: 1, bytes: 1_000}})
})

test('a copy that is canceled before anything was brought takes no file with it', async () => {
  const {order, run, orders, world, there} = await harnessOf()
  world.onAdded = () => (world.faults['limitEnd'] = new CommodarrError('server_unreachable', 'No.'))
  await order()
  await run(2)
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect([world.lays, there(), world.removals]).toEqual([0, null, [`${B} remove`]])
})

test('a doubt who needs the files of a canceled copy keeps them after a minute, and the torrent goes', async () => {
  const {order, run, orders, world} = await harnessOf()
  world.finds = 0.5
  await order()
  await run(4)
  world.removalResult = {outcome: 'refused', code: 'content_unknown', message: 'It is not known.'}
  world.isDoubted = true
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect(world.removals).toEqual([`${B} remove`])
})

test('after a restart what was ordered is known with its requester, and its end is heard', async () => {
  const {order, run, orders, world, result} = await harnessOf()
  await order(move)
  await run(2)
  const [resumed] = orders().resumed()
  expect(resumed).toMatchObject({
    action: {id: 'a1', at: 1},
    by: {actor: by.actor, access: by.access},
    command: {verb: 'moveTo', args: {server: B, source: 'trash'}},
    keys: [source],
  })
  world.access = null
  expect(orders().resumed()).toEqual([])
  world.access = by.access
  const heard: unknown[] = []
  const {action, command, keys} = resumed!
  void orders().follow({
    action,
    by,
    command,
    keys,
    entryId: (of) => `entry ${keyText(of)}`,
    asOf: () => null,
    onBegun: (...it) => void heard.push(it),
    onResult: (it) => void heard.push(it.result),
  })
  await run()
  expect(heard).toEqual([[`entry ${keyText(source)}`, 0], {outcome: 'done'}])
  expect(result()).toEqual({outcome: 'done'})
})

test.each([
  ['the server that it is on', A],
  ['the server that it is to go to', B],
])('to a user who may not see %s it is as if that were not there', async (_, hidden) => {
  const {order, orders, lines, result} = await harnessOf()
  const access: Access = {...by.access, may: (_permission, id) => id !== hidden}
  await (
    await order({}, [source], {...by, access})
  ).ended
  expect(result()).toMatchObject({outcome: 'refused', code: 'server_unknown'})
  const {refused} = await orders().preview(access, [source], {server: B, source: 'trash'})
  expect([refused.map(({code}) => code), lines()]).toEqual([['server_unknown'], []])
})

test('a private source that was stopped runs again after a day, should the other server be away for so long', async () => {
  const {order, run, world, source: from} = await harnessOf(privately)
  world.showsStarted = [{state: 'stopped'}]
  await order(move)
  await run(8)
  expect(from()!.state).toBe('stopped')
  world.torrents.delete(keyText(copy))
  await run(40_000)
  expect([from()!.state, world.removals]).toEqual(['seeding', []])
})

test('what the other server had before is not stopped there when a move to it fails', async () => {
  const {order, run, world, whole, change, source: from} = await harnessOf(privately)
  world.torrents.set(keyText(copy), {...whole(copy), state: 'seeding'})
  world.showsChecked = {state: 'seeding'}
  await order({...move, existing: true})
  await run(8)
  expect(from()!.state).toBe('stopped')
  change({complete: false, progress: 0.5})
  await run()
  expect([world.verbs.includes('stop'), from()!.state, world.removals]).toEqual([false, 'seeding', []])
})

test('a source that was stopped runs again, though the rights of who ordered the move are gone', async () => {
  const {order, run, world, source: from} = await harnessOf(privately)
  world.showsStarted = [{state: 'stopped'}]
  await order(move)
  await run(8)
  expect(from()!.state).toBe('stopped')
  world.access = null
  await run(1_000)
  expect([from()!.state, world.removals]).toEqual(['seeding', []])
})

test('who lost the right to one server alone does nothing more there, and what was stopped runs again', async () => {
  const {order, run, world, source: from, there, result} = await harnessOf(privately)
  world.onRecheck = () => (world.access = {...by.access, may: (it, id) => id !== B || it === 'read'})
  await order(move)
  await run(1_000)
  expect([from()!.state, there()!.state, world.removals]).toEqual(['seeding', 'stopped', []])
  expect(result()).toMatchObject({outcome: 'failed', code: 'right_gone'})
})

test('a server without tags gets a copy without them, and the preview says so', async () => {
  const {order, orders, run, world, result} = await harnessOf()
  world.takesTags = false
  const preview = await orders().preview(by.access, [source], {server: B, source: 'stays'})
  expect(preview.withoutTags).toBe(1)
  await order()
  await run()
  expect([result(), world.added[0]?.tags]).toEqual([{outcome: 'done'}, []])
})

const unseen = {why: 'No path mapping.', isUnseen: true as const}

test('what the other server downloads it gets from the source: one of both adds the other as a peer, ever more rarely', async () => {
  const {order, run, world, there, result} = await harnessOf()
  world.plan = unseen
  world.meeting = {adds: B, peers: ['192.168.1.20:6881']}
  await order({download: true})
  await run(100)
  const many = world.verbs.filter((verb) => verb === 'addPeers').length
  expect([many, there()?.complete]).toEqual([3, false])
  await run(300)
  expect(world.verbs.filter((verb) => verb === 'addPeers')).toHaveLength(4)
  expect(result()).toBeUndefined()
})

test('a download that stands still says why at once: an error or a stop there, a source that is stopped, away or gone', async () => {
  const {order, run, world, change, why} = await harnessOf()
  world.plan = unseen
  await order({download: true})
  await run(5)
  const shown = async (there: object, from: object = {}) => {
    change({state: 'stalledDown', downSpeed: 0, ...there})
    const its = world.torrents.get(keyText(source))
    if (its) world.torrents.set(keyText(source), {...its, state: 'seeding', ...from})
    await run(3)
    return why()?.code ?? null
  }
  expect(await shown({state: 'downloading', downSpeed: 5})).toBeNull()
  expect(await shown({})).toBeNull()
  expect(await shown({state: 'error'})).toBe('server_failed')
  expect(await shown({state: 'stopped'})).toBe('changed_meanwhile')
  expect(await shown({state: 'stopped', pending: ['state']})).toBeNull()
  expect(await shown({pending: []}, {state: 'stopped'})).toBe('changed_meanwhile')
  world.away.add(A)
  expect(await shown({})).toBe('server_not_online')
  world.away.clear()
  world.torrents.delete(keyText(source))
  expect(await shown({})).toBe('torrent_not_found')
  // What still comes, comes.
  expect(await shown({state: 'downloading', downSpeed: 5})).toBeNull()
})

test('where neither server takes a peer it downloads from the swarm, and the preview says why', async () => {
  const {order, orders, run, world, change, result} = await harnessOf()
  world.plan = unseen
  const looked = await orders().preview(by.access, [source], {server: B, source: 'stays', download: true})
  expect(looked.downloads).toEqual([{from: A, count: 1, whySwarm: 'No port is known.', peers: []}])
  await order({download: true})
  await run(10)
  world.meeting = {adds: A, peers: ['192.168.1.21:51413']}
  world.faults['addPeers'] = new CommodarrError('server_failed', 'No.')
  await run(40)
  change({complete: true, progress: 1, state: 'seeding'})
  await run()
  expect([result(), world.verbs.filter((verb) => verb.endsWith('addPeers'))]).toEqual([{outcome: 'done'}, []])
})

test('a torrent that is being copied is not moved away meanwhile, and one that moves is not copied', async () => {
  const C = 'C' as typeof A
  for (const [first, second] of [
    [{}, move],
    [move, {}],
  ] as const) {
    const {order, world, result} = await harnessOf()
    world.faults['export'] = new CommodarrError('server_unreachable', 'No.')
    await order(first)
    await (
      await order({...second, server: C})
    ).ended
    expect(result()).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
  }
})

const elsewhere = {...copy, serverId: 'C' as typeof A}
const back = {...move, existing: true}

test.each([
  ['back', source, copy, A],
  ['on, while it is still coming', source, copy, elsewhere.serverId],
  ['towards one that comes', copy, source, B],
  ['to where it is leaving', copy, elsewhere, B],
])('a torrent that moves is not moved %s', async (_, first, second, server) => {
  const {order, world, whole} = await harnessOf()
  for (const one of [source, copy, elsewhere]) world.torrents.set(keyText(one), whole(one))
  world.isListed = false
  await order({...back, server: first === source ? B : A}, [first])
  expect(world.results.size).toBe(0)
  await (
    await order({...back, server}, [second])
  ).ended
  expect([...world.results.entries()]).toMatchObject([
    [`entry ${keyText(second)}`, {outcome: 'refused', code: 'changed_meanwhile'}],
  ])
})

test('a torrent that moves away from a server does not let a rule remove it where it is to go', async () => {
  const {begin, order, run, copying, world} = await harnessOf()
  const stands = () => copying().stands(source, {copiedTo: B, seedsOn: true})
  await begin()
  await run()
  await begin({}, source, 'move')
  expect(stands()).toBe(true)
  world.isListed = false
  await order({...move, server: A, existing: true}, [copy])
  expect([world.results.size, stands()]).toEqual([0, false])
})

test('what is canceled while the server of the source is away is removed with its files once that answers', async () => {
  const {order, run, orders, world, there, result} = await harnessOf()
  await order(move)
  await run(20)
  expect(there()?.state).toBe('seeding')
  world.away.add(A)
  await orders().cancel([`entry ${keyText(source)}`])
  await run(30)
  expect([there()?.state, world.takenBack, result()]).toEqual(['stopped', [], undefined])
  world.away.clear()
  await run()
  expect([there(), world.takenBack[0]?.verb, result()]).toMatchObject([
    null,
    'removeWithData',
    {outcome: 'refused', code: 'cancelled', message: expect.not.stringContaining('stay in')},
  ])
})

test('what is canceled while the server of the source is away for a day stays with its files, and the folder is named', async () => {
  const {order, run, orders, world, there, result} = await harnessOf()
  await order(move)
  await run(20)
  world.away.add(A)
  await orders().cancel([`entry ${keyText(source)}`])
  await run(9_000)
  expect([there(), world.takenBack[0]?.verb]).toEqual([null, 'remove'])
  expect(result()).toMatchObject({
    code: 'cancelled',
    message: expect.stringContaining('Its files stay in /b on the other server'),
  })
  // Who sees the source alone is shown no folder of the other server.
  const ofSource = world.journal.find(({serverId, phase}) => serverId === A && phase === 'failed')
  expect(ofSource?.message).not.toContain('/b')
})

test('a copy that was canceled within a step that a kill cut off is taken back after the restart', async () => {
  const {order, run, orders, kill, steps, world, there, source: from, result} = await harnessOf()
  await order(move)
  await run(4)
  kill({at: steps(), when: 'before'})
  await orders().cancel([`entry ${keyText(source)}`])
  await run()
  expect([there(), from()!.state, world.removals]).toEqual([null, 'seeding', [`${B} removeWithData`]])
  expect(result()).toMatchObject({outcome: 'refused', code: 'cancelled'})
  await order()
  await run()
  expect([result(), there()?.state]).toEqual([{outcome: 'done'}, 'seeding'])
})
