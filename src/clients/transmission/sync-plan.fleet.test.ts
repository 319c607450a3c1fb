/** When the sync reads what: counted at a simulated server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {isFull} from '#test/proof.ts'
import {bounds, Scene, versions} from './scene.conformance.ts'

/** In the quick proof the newest dialect; what the oldest says otherwise is in `sync.fleet.test.ts`. */
const tried = isFull ? versions : [versions[3]]

describe.each(tried)('Transmission %s', (version) => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open(version, 300)
  })

  afterEach(() => scene.close())

  function firstHash(): InfoHash {
    return [...scene.world.list()][0]!.hash as InfoHash
  }

  /** As after a mass start: the server calls all of them recently active, though nothing about them is new. */
  function stirAll(): void {
    for (const torrent of scene.world.list()) scene.world.update(torrent, {})
  }

  test('the first step is a whole list of a new epoch, the next ones are deltas', async () => {
    expect(await scene.step()).toMatchObject({membership: 'whole', joined: 300, known: 300, rows: 300})
    expect(scene.replica.fresh).toBe(1)
    await scene.clock.advance(70_000)
    await scene.step()
    const delta = await scene.step()
    expect(delta).toMatchObject({membership: 'whole', joined: 0, left: 0, known: 300})
    expect(delta.rows).toBeLessThan(300)
    expect(scene.replica.fresh).toBe(1)
  })

  test('a list that says nothing new costs its scan and reports no row', async () => {
    stirAll()
    await scene.step()
    await scene.step()
    const {rows, bytes} = await scene.step()
    expect(bytes).toBeGreaterThan(300 * 50)
    expect(rows).toBe(0)
  })

  test('what hangs on a torrent now is read with the rest of it, whatever is next in the round', async () => {
    await scene.step()
    const last = [...scene.world.list()].at(-1)!
    scene.world.update(last, {tags: ['keep']}, 'labels')
    const want = {list: 'delta', attentive: false, closely: [last.hash as InfoHash]} as const
    await scene.client.sync.step(want, scene.replica, {delta: bounds, full: bounds})
    expect(scene.replica.rows.get(last.hash as InfoHash)?.tags).toEqual(['keep'])
  })

  test('what hangs on a torrent now waits behind none whose trackers were not asked about yet', async () => {
    const large = await Scene.open(version, 20)
    try {
      await large.step()
      await large.step()
      const random = seededRandom(78)
      for (let n = 0; n < 500; n++) large.world.put(inventTorrent(large.world, random))
      const last = [...large.world.list()].findLast((it) => it.running && it.trackers.length > 0)!
      const trackers = last.trackers.map((it) => ({
        ...({...it, status: 'unreachable', message: 'Could not connect to tracker'} as const),
        lastAnnounceAt: large.world.now(),
      }))
      await large.step()
      large.world.update(last, {trackers}, 'swarm')
      const closely = [last.hash as InfoHash]
      const want = {list: 'delta', attentive: false, closely} as const
      for (let n = 0; n < 900; n++) large.world.put(inventTorrent(large.world, random))
      await large.client.sync.step({list: 'delta', attentive: false}, large.replica, {
        delta: bounds,
        full: bounds,
      })
      await large.client.sync.step(want, large.replica, {delta: bounds, full: bounds})
      expect(large.replica.rows.get(closely[0]!)?.trackerStatus).toBe('unreachable')
    } finally {
      await large.close()
    }
  })

  test('what ticks on its own makes a row news every 10 s at most', async () => {
    await scene.settle()
    let rows = 0
    for (let passed = 0; passed < 20; passed += 2) {
      const seeding = [...scene.world.list()].find(({state}) => state === 'seeding')
      scene.world.update(seeding!, {seedingTime: seeding!.seedingTime + 2})
      rows += (await scene.step()).rows
    }
    expect(rows).toBeLessThanOrEqual(3)
  })

  test('a removed torrent is reported by its hash, once', async () => {
    await scene.step()
    const hash = firstHash()
    scene.world.commands.remove([scene.world.get(hash)!])
    expect(await scene.step()).toMatchObject({left: 1, known: 299, membership: 'whole'})
    expect(scene.replica.rows.has(hash)).toBe(false)
    expect(await scene.step()).toMatchObject({left: 0, known: 299})
  })

  test('a new torrent has its slow fields in the step that brings it', async () => {
    await scene.step()
    const before = new Set(scene.replica.rows.keys())
    scene.world.put(inventTorrent(scene.world, seededRandom(77)))
    expect(await scene.step()).toMatchObject({joined: 1})
    const joined = [...scene.replica.rows.values()].find(({hash}) => !before.has(hash))
    expect(joined).toHaveProperty('addedAt')
    expect(joined).toHaveProperty('trackerHost')
  })

  test('what a command changes is there with the next step, though the server does not call it activity', async () => {
    await scene.step()
    await scene.clock.advance(40_000)
    const hash = firstHash()
    await scene.client.control.setSpeedLimits([hash], {down: 5000}, bounds)
    await scene.step()
    expect(scene.replica.rows.get(hash)!.downLimit).toBe(5000)
  })

  test('labels and limits that others change come round within a minute and a half', async () => {
    await scene.settle()
    const [torrent] = [...scene.world.list()]
    scene.world.commands.setSpeedLimits([torrent!], {up: 7000})
    scene.world.commands.setCategory([torrent!], {category: 'elsewhere'})
    for (let passed = 0; passed < 90; passed += 5) await scene.step('delta', 5)
    expect(scene.replica.rows.get(torrent!.hash as InfoHash)).toMatchObject({
      upLimit: 7000,
      category: 'elsewhere',
    })
    expect(scene.replica.categories_).toContainEqual({name: 'elsewhere'})
  })

  test('who asks so seldom that each list is a whole one hears of trackers, too', async () => {
    await scene.settle()
    const all = [...scene.world.list()].filter(({trackers}) => trackers.length > 0)
    for (const torrent of all) {
      const trackers = torrent.trackers.map((it) => ({
        ...({...it, status: 'unreachable', message: 'Could not connect to tracker'} as const),
        lastAnnounceAt: scene.world.now(),
      }))
      scene.world.update(torrent, {trackers}, 'swarm')
    }
    for (let passed = 0; passed < 300; passed += 60) await scene.step('delta', 60)
    const statuses = all.map(({hash}) => scene.replica.rows.get(hash as InfoHash)!.trackerStatus)
    expect(all.length).toBeGreaterThan(100)
    expect(new Set(statuses)).toEqual(new Set(['unreachable']))
  })

  test('a gap of more than 45 s is followed by a whole list of the same epoch', async () => {
    await scene.step()
    await scene.step('delta', 50)
    expect((await scene.step()).rows).toBeLessThan(300)
    expect(scene.replica.fresh).toBe(1)
    scene.world.commands.remove([...scene.world.list()].slice(0, 100))
    // Long enough for the server to forget whom it removed.
    expect(await scene.step('delta', 200)).toMatchObject({left: 100, known: 200})
  })

  test('a restart is a new epoch, whatever ids mean after it', async () => {
    await scene.step('delta', 60)
    await scene.step()
    scene.world.commands.remove([...scene.world.list()].slice(0, 150))
    scene.world.restart()
    expect(await scene.step()).toMatchObject({known: 150, left: 150})
    expect(scene.replica.fresh).toBe(2)
    expect(scene.replica.rows.size).toBe(150)
  })

  test('a restart behind a long gap is found out by the running time', async () => {
    await scene.step('delta', 60)
    scene.world.restart()
    await scene.step('delta', 600)
    expect(scene.replica.fresh).toBe(2)
  })

  test('a restart is found out behind a clock of the daemon that was set back', async () => {
    await scene.step('delta', 60)
    scene.clock.jump(-36_000_000)
    await scene.step('delta', 40)
    expect(scene.replica.fresh).toBe(2)
    scene.world.restart()
    await scene.step('delta', 40)
    expect(scene.replica.fresh).toBe(3)
  })

  test('a new session id alone is no restart', async () => {
    await scene.step()
    for (let passed = 0; passed < (isFull ? 4000 : 400); passed += 40) await scene.step('delta', 40)
    expect(scene.replica.fresh).toBe(1)
  })

  test('after a step that broke off the next one is whole', async () => {
    await scene.step()
    scene.server.faults.add({kind: 'cut', afterBytes: 100, count: 1})
    await expect(scene.step()).rejects.toMatchObject({code: 'answer_invalid'})
    expect((await scene.step()).rows).toBe(300)
    expect(scene.replica.fresh).toBe(1)
  })

  test('in pages it is the same list', async () => {
    await scene.step()
    const rows = structuredClone([...scene.replica.rows.values()])
    expect(await scene.step('paged', 0)).toMatchObject({rows: 300, membership: 'whole', joined: 0, left: 0})
    expect([...scene.replica.rows.values()]).toEqual(rows)
  })

  test('when everything counts as active, a slower pace is asked for', async () => {
    stirAll()
    await scene.step()
    expect((await scene.step()).leastIntervalMs).toBeNull()
    expect((await scene.step()).leastIntervalMs).toBe(5000)
    await scene.clock.advance(44_000)
    await scene.step()
    await scene.step('delta', 20)
    expect((await scene.step()).leastIntervalMs).toBeNull()
  })

  test('stats, categories and tags come with the list', async () => {
    await scene.step()
    expect(scene.replica.stats_).toMatchObject({defaultSavePath: '/srv/downloads', freeSpace: 3.3e12})
    expect(scene.replica.categories_!.map(({name}) => name)).toContain('films')
    expect(scene.replica.tags_).toContain('keep')
  })

  test('a torrent whose tracker begins and ends to refuse says so', async () => {
    await scene.step()
    const torrent = [...scene.world.list()].find(({running, hasMetadata}) => running && hasMetadata)
    const say = (status: 'error' | 'working', message: string) =>
      scene.world.update(
        torrent!,
        {trackers: torrent!.trackers.map((one) => Object.assign({}, one, {status, message}))},
        'swarm',
      )
    say('error', 'go away')
    await scene.settle()
    const row = () => scene.replica.rows.get(torrent!.hash as InfoHash)
    expect(row()).toMatchObject({trackerStatus: 'error', trackerProblem: true, trackerMessage: 'go away'})
    say('working', '')
    await scene.settle()
    expect(row()).toMatchObject({trackerStatus: 'ok', trackerProblem: false, trackerMessage: '', message: ''})
  })
})
