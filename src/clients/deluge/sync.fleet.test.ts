/** The sync against a simulated server: whatever happens there, the replica shows it in the end. */
import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {populate} from '#lab/simulators/population.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import {contentPath, isComplete, type SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import {ServerFault} from '#model/errors.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {isFull} from '#test/proof.ts'
import {bounds, Scene} from './scene.conformance.ts'

/** What a row must say of a torrent, written apart from `normalise.ts`. */
function expected(torrent: SimTorrent): {readonly hash: string} & Record<string, unknown> {
  const known = torrent.hasMetadata
  const isBroken = torrent.state === 'error' || torrent.state === 'missingFiles'
  return {
    hash: torrent.hash,
    name: torrent.name,
    state: stateOf(torrent),
    complete: isComplete(torrent),
    size: known ? torrent.size : undefined,
    completed: known ? torrent.done : undefined,
    amountLeft: known ? torrent.size - torrent.done : undefined,
    downSpeed: torrent.downSpeed,
    upSpeed: torrent.upSpeed,
    downloaded: torrent.downloaded,
    uploaded: torrent.uploaded,
    message: isBroken ? expect.stringMatching(/./) : '',
    category: torrent.category,
    tags: [],
    savePath: torrent.savePath,
    completedPath: torrent.completedPath,
    contentPath: known ? contentPath(torrent) : undefined,
    queuePosition: torrent.queuePosition,
    isPrivate: known ? torrent.isPrivate : undefined,
    addedAt: torrent.addedAt * 1000,
    downLimit: torrent.downLimit,
    upLimit: torrent.upLimit,
    ratioLimit: typeof torrent.ratioLimit === 'number' ? torrent.ratioLimit : null,
    trackerHosts: [...new Set(torrent.trackers.map(({url}) => new URL(url).hostname))],
    infoHashV1: torrent.hash,
  }
}

function stateOf({state, downSpeed, upSpeed, ...torrent}: SimTorrent): TorrentPatch['state'] {
  if (state === 'downloading') return downSpeed > 0 ? 'downloading' : 'stalledDown'
  if (state === 'seeding') return upSpeed > 0 ? 'seeding' : 'stalledUp'
  if (state === 'queued')
    return torrent.hasMetadata && torrent.done >= torrent.size ? 'queuedUp' : 'queuedDown'
  return state
}

const byHash = (a: {readonly hash: string}, b: {readonly hash: string}) => (a.hash < b.hash ? -1 : 1)

/** Things that happen to a server behind our back. */
const happenings = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({do: fc.constant('live' as const), seconds: fc.integer({min: 1, max: 20})}),
  },
  {weight: 3, arbitrary: fc.record({do: fc.constant('command' as const), seed: fc.nat()})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('come' as const), count: fc.integer({min: 1, max: 30})})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('go' as const), count: fc.integer({min: 1, max: 30})})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('restart' as const), short: fc.boolean()})},
  {
    weight: 1,
    arbitrary: fc.record({do: fc.constant('cut' as const), afterBytes: fc.integer({max: 9000, min: 1})}),
  },
  {weight: 1, arbitrary: fc.record({do: fc.constant('full' as const), paged: fc.boolean()})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('forget' as const)})},
)
type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never

async function happen(scene: Scene, one: Happening): Promise<void> {
  const {world} = scene
  const all = [...world.list()]
  if (one.do === 'live') scene.motion.tick(one.seconds)
  if (one.do === 'command') randomCommand(world, all, one.seed)
  if (one.do === 'come') populate(world, {count: one.count, seed: world.revision})
  if (one.do === 'go') world.commands.remove(all.slice(0, one.count))
  if (one.do === 'restart') world.restart(one.short ? {from: 10, shortListFor: 20} : undefined)
  if (one.do === 'cut') scene.server.faults.add({kind: 'cut', afterBytes: one.afterBytes, count: 1})
  if (one.do === 'forget') scene.face.dropSessions()
  const list = one.do !== 'full' ? 'delta' : one.paged ? 'paged' : 'full'
  await scene.step(list).catch(async (error: unknown) => {
    if (!(error instanceof ServerFault)) throw error
    scene.server.faults.clear()
    await scene.client.connect(bounds)
  })
}

function randomCommand(world: World, all: SimTorrent[], seed: number): void {
  const random = seededRandom(seed)
  const some = all.filter(() => random.chance(0.2))
  const {commands} = world
  const choices = [
    () => commands.stop(some),
    () => commands.start(some),
    () => commands.setCategory(some, {category: random.pick(['', 'films', 'new-one'])}),
    () =>
      commands.setSpeedLimits(some, {down: random.pick([null, 1, 5000]), up: random.pick([null, 123_456])}),
    () => commands.setShareLimits(some, {ratio: random.pick([null, 1.5])}),
    () => commands.moveInQueue(some, {to: random.pick(['top', 'up', 'down', 'bottom'])}),
    () => commands.replaceTrackers(some, [[`http://${random.text(5).toLowerCase()}.example/announce`], []]),
    () => commands.setLocation(some, {path: `/srv/${random.text(3)}`, moveData: true}),
    () => commands.rename(some, {name: random.text(8)}),
    () => some.forEach((it) => world.update(it, {completedPath: random.pick([null, '/srv/done'])})),
  ]
  random.pick(choices)()
}

test('after any happenings the replica shows what the server has', {timeout: 300_000}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happenings, {minLength: 5, maxLength: 25}), async (story) => {
      const scene = await Scene.open({count: 60})
      for (const one of story) await happen(scene, one)
      scene.server.faults.clear()
      await scene.settle()
      const shown = [...scene.world.list()].map(expected)
      expect([...scene.replica.rows.values()].toSorted(byHash)).toMatchObject(shown.sort(byHash))
      expect(scene.replica.rows.size).toBe(shown.length)
      await scene.close()
    }),
    {numRuns: isFull ? 40 : 3, endOnFailure: true},
  )
})

test('a step reports what differs from the one before, and nothing when nothing does', async () => {
  const scene = await Scene.open()
  await scene.step()
  expect(await scene.step('delta', 0)).toMatchObject({rows: 0, membership: 'whole', joined: 0, left: 0})
  const [torrent] = [...scene.world.list()]
  scene.world.commands.stop([torrent!])
  scene.world.commands.setSpeedLimits([torrent!], {up: 2048})
  scene.client.sync.hurry([torrent!.hash as InfoHash])
  await scene.step()
  expect(scene.replica.rows.get(torrent!.hash as InfoHash)).toMatchObject({state: 'stopped', upLimit: 2048})
  await scene.close()
})

test('what is as it was is not passed on, what went back to how it was is, and what ticks is every ten seconds', async () => {
  const scene = await Scene.open()
  const [torrent] = [...scene.world.list()]
  const {name} = torrent!
  const shown = () => scene.replica.rows.get(torrent!.hash as InfoHash)!
  const renamed = async (to: string, seconds: number) => {
    scene.world.commands.rename([torrent!], {name: to})
    await scene.step('delta', seconds)
    return shown().name
  }
  await scene.step()
  expect(await scene.step()).toMatchObject({rows: 0})
  // In a list with the ticking fields, and back in one without: it stands there as it did before both.
  expect(await renamed('another', 20)).toBe('another')
  expect(await renamed(name, 2)).toBe(name)
  expect(await scene.step()).toMatchObject({rows: 0})
  const {activeTime} = shown()
  scene.motion.tick(4)
  await scene.step('delta', 4)
  expect(shown().activeTime).toBe(activeTime)
  scene.motion.tick(10)
  await scene.step('delta', 10)
  expect(shown().activeTime).toBeGreaterThan(activeTime!)
  await scene.close()
})

test('who joins between two lists of what ticks has all of it at once', async () => {
  const scene = await Scene.open()
  await scene.step()
  const before = new Set(scene.replica.rows.keys())
  populate(scene.world, {count: 5, seed: 7})
  expect(await scene.step()).toMatchObject({joined: 5})
  const joined = [...scene.replica.rows.values()].filter(({hash}) => !before.has(hash))
  for (const {activeTime, seedingTime} of joined)
    expect([activeTime, seedingTime]).toEqual([expect.any(Number), expect.any(Number)])
  await scene.close()
})

test('who left is missing from a list of all that are there, and no other leaves with it', async () => {
  const scene = await Scene.open()
  await scene.step()
  const [gone, ...others] = [...scene.world.list()]
  scene.world.commands.remove([gone!])
  expect(await scene.step()).toMatchObject({left: 1, known: others.length, membership: 'whole'})
  expect([...scene.replica.rows.keys()].toSorted()).toEqual(others.map(({hash}) => hash).toSorted())
  await scene.close()
})

test('another run of the daemon begins a list that has nothing to do with the one before', async () => {
  const scene = await Scene.open()
  await scene.step()
  await scene.step('delta', 60)
  expect(scene.replica.fresh).toBe(1)
  scene.world.restart()
  await expect(scene.step('delta', 0)).rejects.toMatchObject({reason: 'session_lost'})
  await scene.client.connect(bounds)
  await scene.step('delta', 0)
  expect(scene.replica.fresh).toBe(2)
  await scene.close()
})

test('another run that another user connected deluge-web to shows by its counters', async () => {
  const scene = await Scene.open()
  await scene.step()
  const [daemon] = await scene.daemons()
  scene.world.restart({from: 3, shortListFor: 60})
  await scene.elsewhere('web.connect', daemon)
  await scene.step('delta', 1)
  expect(scene.replica.fresh).toBe(2)
  await scene.close()
})

describe.each(['delta', 'full', 'paged'] as const)('a list of the style %s', (style) => {
  const first = style === 'paged' ? 'core.get_session_state' : 'core.get_torrents_status'

  test('of another run of the daemon proves nothing', async () => {
    const scene = await Scene.open()
    await scene.step()
    const [daemon] = await scene.daemons()
    scene.before(first, async () => {
      scene.world.restart({from: 3, shortListFor: 60})
      await scene.elsewhere('web.connect', daemon)
    })
    await expect(scene.step(style)).rejects.toMatchObject({reason: 'session_lost'})
    expect([scene.replica.rows.size, scene.replica.fresh]).toEqual([20, 1])
    await scene.client.connect(bounds)
    await scene.step('full')
    expect(scene.replica.fresh).toBe(2)
    await scene.close()
  })

  test('of another daemon proves nothing, and its own goes on when it is back', async () => {
    const scene = await Scene.start({options: {hosts: 2}})
    const [own, other] = await scene.daemons()
    await scene.elsewhere('web.connect', own)
    await scene.client.connect(bounds)
    await scene.step()
    scene.before(first, async () => void (await scene.elsewhere('web.connect', other)))
    await expect(scene.step(style)).rejects.toMatchObject({reason: 'session_lost'})
    await expect(scene.step(style)).rejects.toMatchObject({reason: 'session_lost'})
    await expect(scene.client.connect(bounds)).rejects.toMatchObject({
      reason: 'server_error',
      message: expect.stringMatching(
        /connected to 127\.0\.0\.1:58847 and no more to 127\.0\.0\.1:58846/,
      ) as string,
    })
    expect(scene.replica.rows.size).toBe(20)
    await scene.elsewhere('web.connect', own)
    await scene.client.connect(bounds)
    expect(await scene.step('full')).toMatchObject({joined: 0, left: 0, known: 20})
    expect(scene.replica.fresh).toBe(1)
    await scene.close()
  })
})

test('of several daemons none is selected when deluge-web is connected to none', async () => {
  const scene = await Scene.start({options: {hosts: 2}})
  await expect(scene.client.connect(bounds)).rejects.toMatchObject({
    reason: 'server_error',
    message: expect.stringMatching(/knows 2/) as string,
  })
  await scene.close()
})

test('what a tracker answered last stands while it is asked again, also in a whole list', async () => {
  const scene = await Scene.open()
  const torrent = [...scene.world.list()].find(({trackers}) => trackers.length === 1)!
  const says = async (status: 'error' | 'updating' | 'working', message = '', list?: 'full') => {
    const trackers = torrent.trackers.map((it) => ({...it, status, message}))
    scene.world.update(torrent, {trackers}, 'swarm')
    await scene.step(list)
    const {trackerStatus, trackerMessage} = scene.replica.rows.get(torrent.hash as InfoHash)!
    return [trackerStatus, trackerMessage]
  }
  // Nothing was answered yet.
  expect(await says('updating')).toEqual(['unknown', ''])
  const gone = ['error', 'Unregistered torrent']
  expect(await says('error', 'Unregistered torrent')).toEqual(gone)
  expect(await says('updating')).toEqual(gone)
  expect(await says('updating', '', 'full')).toEqual(gone)
  expect(await says('working')).toEqual(['ok', ''])
  await scene.close()
})

test('where a torrent goes once it is complete is shown while it does not lie there, and then that it does', async () => {
  const scene = await Scene.open({count: 3})
  const torrent = [...scene.world.list()].find((it) => it.hasMetadata)!
  const {hash, size} = torrent
  const part = {
    state: 'downloading',
    running: true,
    done: size - 1,
    downSpeed: size,
    completedPath: null,
  } as const
  scene.world.update(torrent, {...part, savePath: '/srv/down'})
  await scene.step()
  const shown = () => {
    const {savePath, completedPath, complete} = scene.replica.rows.get(hash as InfoHash)!
    return {savePath, completedPath, complete}
  }
  expect(shown()).toEqual({savePath: '/srv/down', completedPath: null, complete: false})
  const moves = {move_completed: true, move_completed_path: '/srv/done'}
  await scene.elsewhere('core.set_torrent_options', [hash], moves)
  await scene.step()
  expect(shown()).toEqual({savePath: '/srv/down', completedPath: '/srv/done', complete: false})
  for (let n = 0; n < 100 && torrent.done < size; n++) scene.motion.tick(20)
  await scene.step()
  expect(shown()).toEqual({savePath: '/srv/done', completedPath: null, complete: true})
  await scene.close()
})

test('a step sends nothing that changes a torrent, whatever stands in its list', async () => {
  const scene = await Scene.open()
  await scene.step()
  const [one] = [...scene.world.list()].filter(isComplete) as [SimTorrent]
  scene.world.commands.stop([one])
  await scene.step()
  await scene.client.control.recheck([one.hash as InfoHash], {}, bounds)
  const sent = scene.sent()
  await scene.step()
  // Somebody starts it in Deluge: it is theirs to run.
  scene.world.update(one, {state: 'seeding', running: true, taskProgress: 0})
  for (let step = 0; step < 3; step++) await scene.step('delta', 6)
  expect(scene.replica.rows.get(one.hash as InfoHash)!.state).toMatch(/^(seeding|stalledUp)$/)
  expect(sent.filter(({method}) => !/\.(get_|connected$)/.test(method))).toEqual([])
  await scene.close()
})

test('a Label plugin that was switched on or off leads to a new connect', async () => {
  const scene = await Scene.open()
  await scene.step()
  scene.client.sync.hurryServer()
  await scene.step()
  const handle = scene.face.handle.bind(scene.face)
  scene.face.handle = async (request) => {
    if (!request.body.includes('"core.get_enabled_plugins"')) return handle(request)
    const {id} = JSON.parse(request.body.toString()) as {id: number}
    const body = JSON.stringify({result: ['AutoAdd'], error: null, id})
    return {status: 200, headers: {'content-type': 'application/json'}, body: [body]}
  }
  await expect(scene.step('delta', 60)).rejects.toMatchObject({reason: 'session_lost'})
  const {features} = await scene.client.connect(bounds)
  expect(features.setCategory.support).toBe('none')
  expect(await scene.step()).toMatchObject({left: 0})
  await scene.close()
})

test.each([
  ['no object', 'null'],
  ['an object of another kind', '{"hello": 1}'],
])('a list in which a torrent is %s removes none', async (_, torrent) => {
  const scene = await Scene.open()
  await scene.step()
  const handle = scene.face.handle.bind(scene.face)
  const [one] = [...scene.world.list()]
  scene.face.handle = async (request) => {
    if (!request.body.includes('"core.get_torrents_status"')) return handle(request)
    const {id} = JSON.parse(request.body.toString()) as {id: number}
    const body = `{"result": {"${one!.hash}": ${torrent}}, "error": null, "id": ${id}}`
    return {status: 200, headers: {'content-type': 'application/json'}, body: [body]}
  }
  await expect(scene.step()).rejects.toMatchObject({reason: 'not_a_torrent_server'})
  expect(scene.replica.rows.size).toBe(20)
  await scene.close()
})

test.each([
  ['an account that may not ask', 'Auth level too low: 1 < 5', 'access_denied'],
  ['a plugin that breaks', 'list index out of range', 'server_error'],
])('what %s is refused concerns the server: of a connect, and of a step', async (_, message, reason) => {
  const scene = await Scene.open()
  await scene.step()
  scene.refuse(({method}) => method === 'core.get_config_values', message)
  await expect(scene.client.connect(bounds)).rejects.toMatchObject({name: 'ServerFault', reason})
  await expect(scene.step('delta', 60)).rejects.toMatchObject({name: 'ServerFault', reason})
  // And each command is refused for itself.
  scene.refuse(({method}) => method === 'core.set_config', message)
  const limits = scene.client.server.setGlobalLimits({down: 1024}, bounds)
  await expect(limits).rejects.toMatchObject({code: 'command_refused'})
  await scene.close()
})
