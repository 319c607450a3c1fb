/** The sync against simulated servers of each version: whatever happens there, the replica shows it in the end. */
import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {populate} from '#lab/simulators/population.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import {isComplete, type SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import {ServerFault} from '#model/errors.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {isFull} from '#test/proof.ts'
import {Scene, versions} from './scene.conformance.ts'

/** What a row must say of a torrent, written apart from `normalise.ts`. */
function expected(torrent: SimTorrent): Row & Record<string, unknown> {
  const inK = (limit: number | null): number | null =>
    limit === null ? null : Math.ceil(limit / 1000) * 1000
  const known = torrent.hasMetadata
  const refused =
    torrent.running && torrent.trackers.length > 0 && torrent.trackers.every(({status}) => status === 'error')
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
    message: isBroken ? torrent.errorText : refused ? torrent.trackers[0]!.message : '',
    category: torrent.category,
    tags: torrent.tags.filter((tag) => tag !== torrent.category),
    savePath: torrent.savePath,
    queuePosition: torrent.queuePosition ?? 1,
    peersConnected: torrent.peersConnected + torrent.seedsConnected,
    isPrivate: torrent.isPrivate,
    addedAt: torrent.addedAt * 1000,
    downLimit: inK(torrent.downLimit),
    upLimit: inK(torrent.upLimit),
    ratioLimit: torrent.ratioLimit,
    priority: torrent.priority,
    trackerHosts: [...new Set(torrent.trackers.map(({url}) => new URL(url).hostname))],
    seedsSwarm: swarmOf(torrent),
    infoHashV1: torrent.hash,
  }
}

type Row = {readonly hash: string}

function rowsOf(scene: Scene): Row[] {
  return [...scene.replica.rows.values()].sort(byHash)
}

function byHash(a: Row, b: Row): number {
  return a.hash < b.hash ? -1 : 1
}

function swarmOf(torrent: SimTorrent): number | null {
  const most = Math.max(-1, ...torrent.trackers.map(({seeds}) => seeds))
  return most < 0 ? null : most
}

function stateOf(torrent: SimTorrent): TorrentPatch['state'] {
  const {state, downSpeed, upSpeed} = torrent
  if (state === 'downloading') return downSpeed > 0 ? 'downloading' : 'stalledDown'
  if (state === 'seeding') return upSpeed > 0 ? 'seeding' : 'stalledUp'
  if (state === 'queued') return isComplete(torrent) ? 'queuedUp' : 'queuedDown'
  if (state !== 'moving') return state
  if (!torrent.running) return 'stopped'
  if (!torrent.hasMetadata) return 'metadata'
  if (isComplete(torrent)) return upSpeed > 0 ? 'seeding' : 'stalledUp'
  return downSpeed > 0 ? 'downloading' : 'stalledDown'
}

/** Things that happen to a server behind our back. */
const happenings = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({do: fc.constant('live' as const), seconds: fc.integer({min: 1, max: 20})}),
  },
  {weight: 3, arbitrary: fc.record({do: fc.constant('command' as const), seed: fc.nat()})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('come' as const), count: fc.integer({min: 1, max: 30})})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('go' as const), count: fc.integer({min: 1, max: 30})})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('gap' as const)})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('restart' as const), short: fc.boolean()})},
  {
    weight: 1,
    arbitrary: fc.record({do: fc.constant('cut' as const), afterBytes: fc.integer({max: 9000, min: 1})}),
  },
  {weight: 1, arbitrary: fc.record({do: fc.constant('full' as const), paged: fc.boolean()})},
)
type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never

async function happen(scene: Scene, one: Happening): Promise<void> {
  const {world} = scene
  const all = [...world.list()]
  if (one.do === 'live') scene.motion.tick(one.seconds)
  if (one.do === 'command') randomCommand(world, all, one.seed)
  if (one.do === 'come') populate(world, {count: one.count, seed: world.revision})
  if (one.do === 'go') world.commands.remove(all.slice(0, one.count))
  if (one.do === 'gap') await scene.clock.advance(300_000)
  if (one.do === 'restart') world.restart(one.short ? {from: 10, shortListFor: 20} : undefined)
  if (one.do === 'cut') scene.server.faults.add({kind: 'cut', afterBytes: one.afterBytes, count: 1})
  const list = one.do !== 'full' ? 'delta' : one.paged ? 'paged' : 'full'
  await scene.step(list).catch((error: unknown) => {
    if (!(error instanceof ServerFault)) throw error
  })
}

function randomCommand(world: World, all: SimTorrent[], seed: number): void {
  const random = seededRandom(seed)
  const some = all.filter(() => random.chance(0.2))
  const {commands} = world
  const choices = [
    () => commands.stop(some),
    () => commands.start(some),
    () => commands.setCategory(some, {category: random.pick(['', 'films', 'new one'])}),
    () => commands.addTags(some, {tags: [random.text(3)]}),
    () =>
      commands.setSpeedLimits(some, {down: random.pick([null, 1, 5000]), up: random.pick([null, 123_456])}),
    () => commands.setShareLimits(some, {ratio: random.pick([null, 'inherit', 1.5])}),
    () => commands.setPriority(some, {priority: random.pick(['low', 'normal', 'high'])}),
    () => commands.moveInQueue(some, {to: random.pick(['top', 'up', 'down', 'bottom'])}),
    () => commands.replaceTrackers(some, [[`http://${random.text(5).toLowerCase()}.example/announce`], []]),
    () => commands.setLocation(some, {path: `/srv/${random.text(3)}`, moveData: random.chance(0.5)}),
    () => commands.rename(some, {name: random.text(8)}),
  ]
  random.pick(choices)()
}

describe.each(versions)('Transmission %s', (version) => {
  test('after any happenings the replica shows what the server has', {timeout: 300_000}, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happenings, {minLength: 5, maxLength: 25}), async (story) => {
        const scene = await Scene.open(version, 60)
        for (const one of story) await happen(scene, one)
        scene.server.faults.clear()
        await scene.settle()
        const shown = [...scene.world.list()].map(expected)
        expect(rowsOf(scene)).toMatchObject(shown.sort(byHash))
        expect(scene.replica.rows.size).toBe(shown.length)
        await scene.close()
      }),
      {numRuns: isFull ? 40 : 3, endOnFailure: true},
    )
  })
})
