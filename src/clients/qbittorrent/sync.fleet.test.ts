import * as fc from 'fast-check'
import {afterEach, describe, expect, test} from 'vitest'
import {Motion} from '#lab/simulators/motion.ts'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {bounds, Stage, type StageWish} from '#lab/simulators/qbittorrent-stage.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import type {World} from '#lab/simulators/world.ts'
import {Secret} from '#model/secret.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {isFull} from '#test/proof.ts'
import type {Replica} from '../conformance/replica.conformance.ts'

const versions = ['4.3.9', '4.4.5', '4.5.2', '4.6.7', '5.1.0', '5.2.3', '5.3.0']

let open: Stage[] = []
async function stageOf(wish: StageWish): Promise<Stage> {
  const stage = await Stage.open(wish)
  open.push(stage)
  await stage.client.connect(bounds)
  return stage
}
afterEach(async () => {
  for (const stage of open) await stage.close()
  open = []
})

/** What ticks by itself may be up to ten seconds old, and a second off. */
function settled(replica: Replica, withTrackers = true): unknown {
  const rows = [...replica.rows.values()].map((row) => ({
    ...row,
    // Pages do not tell who has which tracker, nor how it does.
    ...(!withTrackers && {trackerHosts: [], trackerHost: '', trackerStatus: '', trackerProblem: false}),
    lastActivityAt: null,
    nextAnnounceAt: null,
    activeTime: 0,
    seedingTime: 0,
    popularity: 0,
    eta: 0,
  }))
  return {
    rows: rows.sort((a, b) => (a.hash < b.hash ? -1 : 1)),
    categories: replica.categories_?.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    tags: replica.tags_?.toSorted(),
  }
}

const doings: readonly ((world: World, pick: number) => void)[] = [
  (world, pick) => world.commands.stop(some(world, pick)),
  (world, pick) => world.commands.start(some(world, pick)),
  (world, pick) => world.commands.forceStart(some(world, pick)),
  (world, pick) => world.commands.recheck(some(world, pick)),
  (world, pick) => world.commands.remove(some(world, pick)),
  (world, pick) => world.commands.addTags(some(world, pick), {tags: [`tag ${pick % 3}`]}),
  (world, pick) => world.commands.deleteTags({tags: [`tag ${pick % 3}`]}),
  (world, pick) => world.commands.setCategory(some(world, pick), {category: ''}),
  (world, pick) => world.commands.createCategory({name: `cat ${pick % 4}`, savePath: '/x'}),
  (world, pick) => world.commands.removeCategories({names: [`cat ${pick % 4}`]}),
  (world, pick) => world.commands.setSpeedLimits(some(world, pick), {down: pick, up: null}),
  (world, pick) => world.commands.setShareLimits(some(world, pick), {ratio: 2, seedingTime: 3600}),
  (world, pick) =>
    world.commands.addTrackers(some(world, pick), {tiers: [[`http://t${pick % 3}.example/a`]]}),
  (world, pick) =>
    world.commands.removeTrackers(some(world, pick), {urls: [`http://t${pick % 3}.example/a`]}),
  (world, pick) => world.commands.moveInQueue(some(world, pick), {to: 'top'}),
  (world, pick) => void world.put(inventTorrent(world, seededRandom(pick))),
  (world, pick) => new Motion(world, {seed: pick, changePerSecond: 0.3}).tick(),
]

function some(world: World, pick: number): ReturnType<World['changedSince']> {
  return [...world.list()].filter((_, index) => index % 5 === pick % 5)
}

/** In the quick proof the oldest dialect and the newest. */
const tried = isFull ? versions : [versions[0]!, versions.at(-1)!]

describe.each(tried)('%s:', (version) => {
  test('after any changes the deltas add up to the whole list, whatever was lost on the way', async () => {
    const turn = fc.record({
      doing: fc.nat({max: doings.length - 1}),
      pick: fc.nat({max: 1000}),
      step: fc.constantFrom('none', 'delta', 'delta', 'lost', 'cut', 'full', 'paged', 'newSession'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(turn, {maxLength: 25}), async (turns) => {
        const stage = await stageOf({version, count: 15})
        await stage.step('full')
        for (const {doing, pick, step} of turns) {
          doings[doing]!(stage.world, pick)
          await stage.clock.advance(1500)
          await act(stage, step)
        }
        await stage.clock.advance(60_000)
        await stage.step()
        const isPaged = turns.some(({step}) => step === 'paged')
        expect(settled(stage.replica, !isPaged)).toEqual(settled(await stage.freshReplica(), !isPaged))
      }),
      {numRuns: isFull ? 40 : 12},
    )
  })

  test('a field that changed only in a lost answer is known after the next step', async () => {
    const stage = await stageOf({version})
    await stage.step('full')
    const [torrent] = stage.world.list()
    stage.world.commands.addTags([torrent!], {tags: ['told once']})
    stage.server.faults.add({kind: 'lost', path: 'maindata', count: 1})
    await expect(stage.step()).rejects.toThrow(/closed|broke off/)
    await stage.clock.advance(10)
    stage.world.commands.setSpeedLimits([torrent!], {up: 5})
    const report = await stage.step()
    expect(report.membership).toBe('whole')
    expect(stage.replica.rows.get(torrent!.hash as TorrentPatch['hash'])?.tags).toContain('told once')
    expect(stage.replica.fresh).toBe(1)
  })

  test('a lost session costs one login, and its list is a new epoch', async () => {
    const stage = await stageOf({version})
    await stage.step('full')
    stage.face.dropSessions()
    const report = await stage.step()
    expect([report.membership, stage.replica.fresh]).toEqual(['whole', 2])
    expect(stage.counters.figures()).toMatchObject({loginsAccepted: 2, loginsRefused: 0})
    await stage.step()
    expect(stage.replica.fresh).toBe(2)
  })

  test('a drift check in the same session stays in its epoch', async () => {
    const stage = await stageOf({version})
    await stage.step('full')
    await stage.step()
    await stage.step('full')
    expect(stage.replica.fresh).toBe(1)
  })

  test('a restart with a short list is a new epoch of few torrents, and growing is reported', async () => {
    const stage = await stageOf({version, count: 30})
    await stage.step('full')
    stage.world.restart({from: 5, shortListFor: 10})
    expect(await stage.step()).toMatchObject({known: 5, left: 25, joined: 0})
    await stage.clock.advance(11_000)
    expect(await stage.step()).toMatchObject({known: 30, left: 0, joined: 25})
    expect(stage.replica.fresh).toBe(2)
  })
})

async function act(stage: Stage, step: string): Promise<void> {
  const {faults} = stage.server
  if (step === 'none') return
  if (step === 'lost') faults.add({kind: 'lost', path: 'maindata', count: 1})
  if (step === 'cut') faults.add({kind: 'cut', afterBytes: 6, path: 'maindata', count: 1})
  if (step === 'newSession') stage.face.dropSessions()
  if (step === 'newSession') await stage.client.connect(bounds)
  const list = step === 'full' || step === 'paged' ? step : 'delta'
  await stage.step(list).catch((error: Error) => {
    if (step !== 'lost' && step !== 'cut') throw error
  })
  faults.clear()
}

test('without authentication a restarted server is noticed by its list alone', async () => {
  const stage = await stageOf({
    version: '5.1.0',
    username: null,
    definition: {username: null, password: null},
  })
  await stage.step('full')
  stage.world.restart()
  await stage.step()
  expect(stage.replica.fresh).toBe(2)
  expect(stage.counters.figures()).toMatchObject({loginsAccepted: 0, loginsRefused: 0})
})

test('who shares an API key with us makes holes, and each is followed by a whole list', async () => {
  const apiKey = 'qbt_0123456789012345678901234567'
  const stage = await stageOf({version: '5.3.0', options: {apiKey}, definition: {apiKey: new Secret(apiKey)}})
  await stage.step('full')
  const other = stage.another()
  await other.connect(bounds)
  const theirs = await stage.freshReplica()
  expect(theirs.rows.size).toBe(20)
  stage.world.commands.addTags([...stage.world.list()].slice(0, 1), {tags: ['new one']})
  const first = await stage.step()
  const second = await stage.step()
  expect([first.membership, second.membership]).toEqual(['whole', 'whole'])
  expect(settled(stage.replica)).toEqual(settled(await stage.freshReplica()))
  await other.close()
})

test('many torrents: a tick of 1 % is small', {timeout: 120_000}, async () => {
  const count = isFull ? 100_000 : 10_000
  const stage = await stageOf({version: '5.1.0', count, queueing: false})
  const rows = {count: 0}
  const sink = {
    begin: () => {},
    row: () => void rows.count++,
    removed: () => {},
    end: () => {},
    stats: () => {},
    categories: () => {},
    tags: () => {},
  }
  const step = (list: 'delta' | 'full'): ReturnType<Stage['step']> =>
    stage.client.sync.step({list, attentive: true}, sink, {delta: bounds, full: bounds})
  const full = await step('full')
  expect(full).toMatchObject({known: count, membership: 'whole', joined: count})
  const motion = new Motion(stage.world, {seed: 3, changePerSecond: 0.01})
  await stage.clock.advance(1000)
  motion.tick()
  rows.count = 0
  const delta = await step('delta')
  expect(delta.bytes).toBeLessThan(full.bytes / 50)
  expect(rows.count).toBeLessThan(count / 40)
})
