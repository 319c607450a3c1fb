/** What the verbs send, where a real daemon cannot show it: nothing for no torrent, half of a list, plugins that are off. */
import bencode from 'bencode'
import {afterEach, describe, expect, test} from 'vitest'
import type {Approved, RemovalCommand} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {eraseDeluge} from './erase.ts'
import {bounds, Scene} from './scene.conformance.ts'

let scene: Scene

afterEach(() => scene.close())

async function opened(options: Readonly<Record<string, unknown>> = {}): Promise<InfoHash[]> {
  scene = await Scene.open({options})
  return [...scene.world.list()].map(({hash}) => hash as InfoHash)
}

const unknown = 'f'.repeat(40) as InfoHash
const film = {length: 5, name: 'film.mkv', 'piece length': 16_384, pieces: new Uint8Array(20)}
const source = {torrent: bencode.encode({announce: 'http://t/a', info: film}), fileName: 'film.torrent'}
const removal = (verb: RemovalCommand['verb']) => ({verb, args: {}}) as Approved<RemovalCommand>

test('an empty list of torrents sends nothing: the daemon would take it for all of them', async () => {
  await opened()
  const before = scene.server.counters.figures().total
  await scene.client.control.stop([], {}, bounds)
  await scene.client.control.start([], {}, bounds)
  await eraseDeluge(scene.client, [], removal('removeWithData'), bounds)
  expect(scene.server.counters.figures().total).toBe(before)
})

test('an unknown torrent ends no command for the others, and is said not to be found', async () => {
  const [one, other] = await opened()
  const outcomes = await scene.client.control.stop([one!, unknown, other!], {}, bounds)
  expect(outcomes!.get(unknown)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
  expect([outcomes!.get(one!), outcomes!.get(other!)]).toEqual([{outcome: 'done'}, {outcome: 'done'}])
  const stopped = scene.world.commands.received.map(({verb, hashes}) => [verb, ...hashes])
  expect(stopped).toEqual([
    ['stop', one],
    ['stop', other],
  ])
  // Where only such are named, none is.
  await scene.client.control.stop([unknown], {}, bounds)
  expect(scene.world.commands.received).toHaveLength(2)
})

test('removing spares the data, removing with data does not', async () => {
  const [a, b] = await opened()
  await eraseDeluge(scene.client, [a!], removal('remove'), bounds)
  await eraseDeluge(scene.client, [b!], removal('removeWithData'), bounds)
  const received = scene.world.commands.received.map(({verb, hashes}) => [verb, ...hashes])
  expect(received).toEqual([
    ['remove', a],
    ['removeWithData', b],
  ])
})

test('a torrent is stopped until it has its label, and runs then', async () => {
  await opened()
  const added = await scene.client.server.addTorrent({source, start: true, category: 'films'}, bounds)
  const verbs = scene.world.commands.received.map(({verb}) => verb)
  expect(verbs.indexOf('setCategory')).toBeLessThan(verbs.indexOf('start'))
  expect(scene.world.get(added.hash!)).toMatchObject({category: 'films', running: true})
})

test('what it fetches by an address is held until its files were looked at; by a magnet link it would get none', async () => {
  await opened()
  const {server} = scene.client
  const url = `data:application/x-bittorrent;base64,${Buffer.from(source.torrent).toString('base64')}`
  const wish = {start: true, waitsForFiles: true, category: 'films'}
  const held = await server.addTorrent({...wish, source: {url}}, bounds)
  expect(held).toMatchObject({status: 'added', isHeld: true})
  expect(scene.world.get(held.hash!)).toMatchObject({running: false, hasMetadata: true, category: 'films'})
  expect(await server.addTorrent({...wish, source: {url}}, bounds)).not.toHaveProperty('isHeld')
  const magnet = `magnet:?xt=urn:btih:${'d'.repeat(40)}`
  const linked = await server.addTorrent({...wish, source: {magnet}}, bounds)
  expect(linked).not.toHaveProperty('isHeld')
  expect(scene.world.get(linked.hash!)).toMatchObject({running: true})
})

test.each(['Films', 'films & more', 'a/b'])(
  '%s is no label, and nothing is added under it',
  async (category) => {
    await opened()
    const add = scene.client.server.addTorrent({source, start: true, category}, bounds)
    await expect(add).rejects.toMatchObject({code: 'not_supported'})
    expect(scene.world.commands.received).toEqual([])
  },
)

test('without the Label plugin categories are off with that reason, and everything else works', async () => {
  const [hash] = await opened({labels: false})
  const {features} = await scene.client.connect(bounds)
  expect(features.categories).toMatchObject({support: 'none', reason: expect.stringMatching(/plugin/)})
  await expect(scene.client.control.setCategory([hash!], {category: 'x'}, bounds)).rejects.toMatchObject({
    code: 'not_supported',
  })
  await scene.step()
  // The labels are there, and nobody sees them.
  expect(scene.replica.rows.get(hash!)).toMatchObject({hash})
  expect(scene.replica.rows.get(hash!)!.category).toBeUndefined()
  expect(await scene.client.details.categories(bounds)).toEqual([])
})

test('a label that Deluge does not take leaves no torrent without one', async () => {
  const before = await opened()
  scene.refuse(({method}) => method === 'label.add', 'no room for labels')
  const add = scene.client.server.addTorrent({source, start: true, category: 'a-new-one'}, bounds)
  await expect(add).rejects.toMatchObject({code: 'command_refused'})
  expect([...scene.world.list()].map(({hash}) => hash)).toEqual(before)
})

test('what it took and could not be finished is said so, and stays stopped', async () => {
  await opened()
  scene.refuse(({method}) => method === 'core.queue_top', 'no queue')
  const outcome = await scene.client.server.addTorrent({source, start: true, topOfQueue: true}, bounds)
  expect(outcome).toMatchObject({status: 'added', fault: {code: 'command_refused'}})
  expect(scene.world.get(outcome.hash!)).toMatchObject({running: false})
})

test('a place that was asked for is not left for the folder of what is complete', async () => {
  await opened()
  const bodies: string[] = []
  const handle = scene.face.handle.bind(scene.face)
  scene.face.handle = (request) => {
    bodies.push(request.body.toString())
    return handle(request)
  }
  await scene.client.server.addTorrent({source, start: false, savePath: '/srv/mine'}, bounds)
  const sent = bodies.find((body) => body.includes('add_torrent_file'))!
  expect(JSON.parse(sent)).toMatchObject({
    params: [{}, {}, {download_location: '/srv/mine', move_completed: false}].map((it, at) =>
      at < 2 ? (expect.any(String) as unknown) : it,
    ),
  })
})

test('a setting that Deluge does not have is refused: it would keep it', async () => {
  await opened()
  await expect(
    scene.client.server.setPreferences({values: {max_conections_global: 5}}, bounds),
  ).rejects.toMatchObject({code: 'bad_argument', about: {found: 'max_conections_global'}})
  expect(scene.world.preferences.size).toBe(0)
})

test('nothing is removed from another daemon that deluge-web was connected to meanwhile', async () => {
  scene = await Scene.start({options: {hosts: 2}})
  const [own, other] = await scene.daemons()
  await scene.elsewhere('web.connect', own)
  await scene.client.connect(bounds)
  const [hash] = [...scene.world.list()].map((torrent) => torrent.hash as InfoHash)
  scene.before('web.get_host_status', async () => void (await scene.elsewhere('web.connect', other)))
  const before = scene.server.counters.figures().total
  const removing = eraseDeluge(scene.client, [hash!], removal('removeWithData'), bounds)
  await expect(removing).rejects.toMatchObject({reason: 'session_lost'})
  // Of the torrent, of the daemon; the other three are ours.
  expect(scene.server.counters.figures().total - before).toBe(4)
  expect(scene.world.commands.received).toEqual([])
})

function queued(): InfoHash[] {
  return [...scene.world.list()]
    .filter(({queuePosition}) => queuePosition !== null)
    .toSorted((a, b) => a.queuePosition! - b.queuePosition!)
    .map(({hash}) => hash as InfoHash)
}

test('torrents that move up in the queue keep their order, whichever is named first', async () => {
  await opened()
  const [a, b, c, ...others] = queued()
  await scene.client.control.moveInQueue([c!, b!], {to: 'up'}, bounds)
  expect(queued()).toEqual([b, c, a, ...others])
  // The first stays, and so does who stands behind it.
  await scene.client.control.moveInQueue([c!, b!], {to: 'up'}, bounds)
  expect(queued()).toEqual([b, c, a, ...others])
  await scene.client.control.moveInQueue([a!, b!], {to: 'top'}, bounds)
  expect(queued()).toEqual([b, a, c, ...others])
})

describe('where the daemon counts fewer in its queue than there are', () => {
  /** Finished once, so no longer. */
  async function uncount(...hashes: readonly InfoHash[]): Promise<void> {
    for (const hash of hashes) {
      const torrent = scene.world.get(hash)!
      const {done} = torrent
      scene.world.update(torrent, {done: torrent.size, running: false})
      await scene.client.control.moveInQueue([hash], {to: 'down'}, bounds)
      scene.world.update(torrent, {done})
    }
  }
  const move = (hashes: readonly InfoHash[], to: 'down' | 'bottom') =>
    scene.client.control.moveInQueue(hashes, {to}, bounds)

  test.each([1, 2, 3])('%i fewer: all of it moves down and to the bottom', async (missing) => {
    await opened()
    await uncount(...queued().slice(0, missing))
    for (const count of [1, 2, 3]) {
      for (let at = 0; at + count <= queued().length; at++) {
        const before = queued()
        const moving = before.slice(at, at + count)
        const others = before.filter((hash) => !moving.includes(hash))
        await move(moving.toReversed(), 'down')
        const down = others.toSpliced(Math.min(at + 1, others.length), 0, ...moving)
        expect(queued()).toEqual(down)
        await move(moving.toReversed(), 'bottom')
        expect(queued()).toEqual([...others, ...moving])
      }
    }
  })

  test('those that stand apart move by one place each', async () => {
    await opened()
    await uncount(...queued().slice(0, 2))
    const [first, second, third, fourth] = queued() as [InfoHash, InfoHash, InfoHash, InfoHash]
    await move([first, third], 'down')
    expect(queued()).toEqual([second, first, fourth, third])
  })
})

describe('what the daemon does not know yet of a torrent', () => {
  const runs = (hash: InfoHash) => scene.world.get(hash)!.running

  test('keeps no stop from it: it was started a moment ago', async () => {
    const [hash] = await opened()
    scene.world.commands.stop([scene.world.get(hash!)!])
    await scene.step()
    await scene.client.control.start([hash!], {}, bounds)
    await scene.client.control.stop([hash!], {}, bounds)
    expect(runs(hash!)).toBe(false)
  })

  test('lets nothing run after its check: it was stopped a moment ago', async () => {
    const [hash, other] = await opened()
    scene.world.commands.start([scene.world.get(hash!)!, scene.world.get(other!)!])
    await scene.step()
    await scene.client.control.stop([hash!], {}, bounds)
    await scene.client.control.recheck([hash!, other!], {}, bounds)
    expect([hash!, other!].map((it) => scene.world.get(it)!.state)).toEqual(['checking', 'checking'])
    expect([runs(hash!), runs(other!)]).toEqual([false, true])
  })

  test('is looked up right before the order, however many torrents are in it', async () => {
    scene = await Scene.open({count: 60})
    const hashes = [...scene.world.list()].map(({hash}) => hash as InfoHash)
    const sent = scene.sent()
    await scene.client.control.stop(hashes, {}, bounds)
    const looked: unknown[] = []
    const stopped: unknown[] = []
    for (const {method, params} of sent) {
      if (method === 'core.get_torrent_status') looked.push(params[0])
      if (method !== 'core.pause_torrents') continue
      stopped.push(...(params[0] as unknown[]))
      expect(looked).toEqual(stopped)
      expect(params[0]).toHaveProperty('length', stopped.length > 50 ? 10 : 25)
    }
    expect(stopped).toEqual(hashes)
  })
})

describe('a torrent that leaves between the look and the order', () => {
  type Control = typeof scene.client.control
  const cases: readonly [
    string,
    string,
    (control: Control, hashes: readonly InfoHash[]) => ReturnType<Control['stop']>,
  ][] = [
    ['core.pause_torrents', 'stop', (control, hashes) => control.stop(hashes, {}, bounds)],
    ['core.resume_torrents', 'start', (control, hashes) => control.start(hashes, {}, bounds)],
    ['core.force_recheck', 'recheck', (control, hashes) => control.recheck(hashes, {}, bounds)],
    [
      'core.move_storage',
      'setLocation',
      (control, hashes) => control.setLocation(hashes, {path: '/srv/x', moveData: true}, bounds),
    ],
    [
      'core.set_torrent_options',
      'setSpeedLimits',
      (control, hashes) => control.setSpeedLimits(hashes, {down: 1024}, bounds),
    ],
    ['core.queue_top', 'moveInQueue', (control, hashes) => control.moveInQueue(hashes, {to: 'top'}, bounds)],
    [
      'label.set_torrent',
      'setCategory',
      (control, hashes) => control.setCategory(hashes, {category: 'films'}, bounds),
    ],
    [
      'core.set_torrent_trackers',
      'addTrackers',
      (control, hashes) => control.addTrackers(hashes, {tiers: [['http://new.example/announce']]}, bounds),
    ],
    [
      'core.connect_peer',
      'addPeers',
      (control, hashes) => control.addPeers(hashes, {peers: ['10.0.0.9:6881']}, bounds),
    ],
  ]

  test.each(cases)('ends %s for no other, and is said not to be found', async (method, verb, order) => {
    const [a, b, c] = (await opened()) as [InfoHash, InfoHash, InfoHash]
    scene.before(method, () => scene.world.commands.remove([scene.world.get(b)!]))
    const outcomes = await order(scene.client.control, [a, b, c])
    expect(outcomes!.get(b)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    expect([outcomes!.get(a), outcomes!.get(c)]).toEqual([{outcome: 'done'}, {outcome: 'done'}])
    const received = scene.world.commands.received.filter((it) => it.verb === verb)
    // Once each, and not once more where the call had to go out again.
    expect(received.flatMap(({hashes}) => hashes).toSorted()).toEqual([a, c].toSorted())
  })

  test('is not found when it is to be removed, and another shape of that is a fault', async () => {
    const [a, b] = (await opened()) as [InfoHash, InfoHash]
    scene.before('core.remove_torrents', () => scene.world.commands.remove([scene.world.get(b)!]))
    const outcomes = await eraseDeluge(scene.client, [a, b], removal('remove'), bounds)
    expect(outcomes!.get(a)).toEqual({outcome: 'done'})
    expect(outcomes!.get(b)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    const [c] = [...scene.world.list()]
    const handle = scene.face.handle.bind(scene.face)
    scene.face.handle = async (request) => {
      const {id, method} = JSON.parse(request.body.toString()) as {id: number; method: string}
      if (method !== 'core.remove_torrents') return handle(request)
      const body = JSON.stringify({result: [null], error: null, id})
      return {status: 200, headers: {'content-type': 'application/json'}, body: [body]}
    }
    const removing = eraseDeluge(scene.client, [c!.hash as InfoHash], removal('remove'), bounds)
    await expect(removing).rejects.toMatchObject({reason: 'not_a_torrent_server', outcomeUnknown: true})
  })

  test('comes with a refusal of one alone, and of all others nothing is lost', async () => {
    const [a, b] = (await opened()) as [InfoHash, InfoHash]
    scene.refuse(({method, params}) => method === 'label.set_torrent' && params[0] === a, 'not this one')
    const outcomes = await scene.client.control.setCategory([a, b], {category: 'films'}, bounds)
    expect(outcomes!.get(a)).toEqual({outcome: 'failed', code: 'command_refused', message: 'not this one'})
    expect(outcomes!.get(b)).toEqual({outcome: 'done'})
    expect(scene.world.get(b)).toMatchObject({category: 'films'})
  })
})
