/**
 * A world that lies: what disks, daemons, Arrs, trackers, the configuration and our own database say is not what is, for
 * a while or for ever. Nothing that is there may be lost by it.
 */
import {isComplete} from '../simulators/sim-torrent.ts'
import {clocksOff, foreignNameOf, movedTracker, trackers, type LieName} from './plan.ts'
import {onTorrent, serverIn, wholeOf, type Disturbance, type Surroundings} from './disturbances.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const onDisks: readonly Disturbance[] = [
  ({harness, disks, random}) => {
    disks.isReached = false
    for (const {world} of harness.servers.values())
      for (const torrent of Array.from(world.list())) {
        const isHit = torrent.done > 0 && (!isComplete(torrent) || random.chance(0.5))
        const state = isComplete(torrent) ? 'missingFiles' : 'error'
        if (isHit && torrent.running) world.update(torrent, {state, downSpeed: 0, upSpeed: 0})
      }
    return 'the disk is away'
  },
  ({disks, random}) => {
    const seen = random.pick(['empty', 'nothing', 'other'] as const)
    disks.seen = seen
    return `the program sees ${seen} where the disk was`
  },
  ({disks}) => {
    disks.isReadOnly = true
    return 'the disk is read-only'
  },
  onTorrent('hears that its files are missing, and they are not,', ({harness}, server, torrent) => {
    if (torrent.done > 0)
      harness.server(server).world.update(torrent, {state: 'missingFiles', downSpeed: 0, upSpeed: 0})
  }),
]

const onDaemons: readonly Disturbance[] = [
  ({harness, random}) => {
    const name = serverIn(harness, random)
    const {world} = harness.server(name)
    const some = [...world.list()].filter(() => random.chance(0.7))
    for (const torrent of some) world.disown(torrent)
    return `${name} names ${some.length} as removed, and has them`
  },
  // As when somebody removes it and adds it once more: it is his own then, whatever waits for the one of before.
  onTorrent('removes and adds again', async ({harness, disks, downloads, born}, server, torrent) => {
    const {world} = harness.server(server)
    const {hash, name, rootName, savePath, size, sizeTotal, fileCount, trackers} = torrent
    if (!isComplete(torrent) || !disks.hasFiles(server, torrent)) return
    const files = world.files(torrent).map((file) => ({...file}))
    downloads.end(server, world, torrent)
    world.drop(torrent)
    const place = {hash, name, rootName, savePath, files, fileCount, trackers}
    const added = world.put({...place, size, sizeTotal, done: size, state: 'seeding', running: true})
    disks.claim(server, added)
    downloads.seeds(server, added)
    await born(server, hash)
  }),
  // Another machine took over the address: others of the same number, and one of the same hash that is not the same.
  async ({harness, random, disks, downloads, born}) => {
    const name = serverIn(harness, random)
    const {server, world} = harness.server(name)
    const before = Array.from(world.list())
    await server.stop()
    for (const torrent of before) {
      downloads.end(name, world, torrent)
      world.drop(torrent)
    }
    for (const [at, {hash}] of before.entries()) {
      const own = at === 0 ? hash : random.hex(40)
      const title = `another ${own.slice(0, 6)}`
      const added = world.put({
        hash: own,
        name: title,
        rootName: title,
        savePath: world.defaultSavePath,
        ...wholeOf(own),
      })
      disks.lay(name, added)
      downloads.seeds(name, added)
      await born(name, own)
    }
    world.restart()
    await server.listen()
    return `another daemon answers at the address of ${name}, with ${before.length} torrents`
  },
  onTorrent('hears an unknown state of', ({harness}, server, torrent) => {
    if (isComplete(torrent))
      harness.server(server).world.update(torrent, {state: 'checking', taskProgress: 0.1})
  }),
]

const onArrs: readonly Disturbance[] = [
  ({harness, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    harness.arr(name).arr.libraryDisk = random.pick(['away', 'empty'] as const)
    return `the library of ${name} is away`
  },
  ({harness, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    const arr = harness.arr(name)
    arr.restore(arr.backUp())
    return `${name} restarts with its backup of this moment`
  },
]

const onTrackers: readonly Disturbance[] = [
  ({harness, random}) => {
    const name = serverIn(harness, random)
    const {world} = harness.server(name)
    const message = random.pick([
      'Unregistered torrent',
      'unregistered torrent pass',
      'Torrent not found',
      'You are not registered with this tracker',
    ])
    for (const torrent of Array.from(world.list())) {
      if (torrent.trackers.length === 0) continue
      const trackers = torrent.trackers.map((it) => ({...it, status: 'error' as const, message}))
      world.update(torrent, {trackers}, 'swarm')
    }
    return `all trackers of ${name} say "${message}"`
  },
]

/** Orders that are taken back, or whose torrent is kept before they are sent: nothing may come of them. */
const onSecondThought: readonly Disturbance[] = [
  onTorrent('orders and takes back the removal of', async ({harness, random}, server, {hash}) => {
    const order = await ordered(harness, server, hash)
    if (order?.status !== 202) return
    await harness.pass(random.below(HELD_SECONDS - 5))
    const {action_id: id} = order.body as {action_id: string}
    await harness.answered(harness.api.send('POST', `/api/actions/${id}/undo`))
  }),
  onTorrent('orders the removal of, and keeps,', async ({harness, random, downloads}, server, torrent) => {
    if (torrent.tags.includes('keep')) return
    const order = await ordered(harness, server, torrent.hash)
    if (order?.status !== 202) return
    await harness.pass(random.below(HELD_SECONDS - 10))
    const {world} = harness.server(server)
    const now = world.get(torrent.hash)
    if (now === undefined) return
    world.update(now, {tags: [...new Set([...now.tags, 'keep'])]}, 'labels')
    downloads.keep(server, torrent.hash, true)
    await harness.pass(HELD_SECONDS)
  }),
]

const HELD_SECONDS = 60

async function ordered(harness: Surroundings['harness'], server: string, hash: string) {
  const order = {
    verb: 'removeWithData',
    keys: [{server_id: server, info_hash: hash}],
    args: {},
    hold_seconds: HELD_SECONDS,
  }
  return harness.answered(harness.api.send('POST', '/api/torrents/actions', order))
}

const onTime: readonly Disturbance[] = [
  ({harness, random}) => {
    const hours = 1 + random.below(30)
    harness.clock.standStill(hours * HOUR_MS)
    return `everything stands still for ${hours} h`
  },
  ({random, sleep}) => {
    const hours = 1 + random.below(30)
    sleep(hours * HOUR_MS)
    return `the machine sleeps for ${hours} h`
  },
]

const onConfiguration: readonly Disturbance[] = [
  async ({harness, random, loseSection}) => {
    const name = serverIn(harness, random)
    await loseSection(name)
    return `the section of ${name} is lost`
  },
]

export const lies: readonly Disturbance[] = [
  ...onDisks,
  ...onDisks,
  ...onDaemons,
  ...onArrs,
  ...onTrackers,
  ...onSecondThought,
  ...onTime,
  ...onConfiguration,
]

/** Of the fourth edition on; a seed has some of them, and tells them again and again. */
const laterLies: Readonly<Record<LieName, Disturbance>> = {
  'older Arr'({random, plan, older}) {
    const {name} = random.pick(plan.arrs).instance
    const ageMs = older.ageOfArr(name)
    if (older.isEmpty(name)) return `nobody copies ${name}, which is empty`
    if (ageMs === null) {
      older.copyArr(name)
      return `somebody copies the database of ${name}`
    }
    if (ageMs < 12 * HOUR_MS && random.chance(0.7)) return `the copy of ${name} is kept for later`
    older.putArrBack(name)
    return `${name} restarts with its database of ${Math.round(ageMs / MINUTE_MS)} min before`
  },
  'empty Arr'({random, plan, older}) {
    const {name} = random.pick(plan.arrs).instance
    if (older.isEmpty(name)) return `${name} is empty still`
    older.emptyArr(name)
    return `${name} comes up empty`
  },
  'foreign client'({harness, random, plan}) {
    const name = random.pick(Object.keys(plan.foreignClients))
    const client = harness.foreignClient(foreignNameOf(name))
    client.down = !client.down
    return `the other client of ${name} is ${client.down ? 'away' : 'there again'}`
  },
  'clock of a server'({harness, random}) {
    const name = serverIn(harness, random)
    const seconds = random.pick(clocksOff)
    setClockOf(harness, name, seconds)
    return `the clock of ${name} is set, and is off by ${seconds} s`
  },
  async 'older server'({harness, random, disks, older}) {
    const name = serverIn(harness, random)
    const ageMs = older.ageOfServer(name)
    if (ageMs === null) {
      older.copyServer(name)
      return `somebody copies what ${name} keeps`
    }
    const isReady = disks.isReached && harness.server(name).server.isListening
    if (!isReady || (ageMs < 12 * HOUR_MS && random.chance(0.7)))
      return `the copy of ${name} is kept for later`
    await older.putServerBack(name)
    return `${name} restarts as it was ${Math.round(ageMs / MINUTE_MS)} min before`
  },
  'other tracker host'({harness, random}) {
    const name = serverIn(harness, random)
    const {world} = harness.server(name)
    const announced = random.pick(trackers)
    const now = random.chance(0.5) ? announced : movedTracker(announced)
    for (const torrent of Array.from(world.list())) {
      const named = torrent.trackers.map((it) =>
        [announced, movedTracker(announced)].includes(it.url) ? {...it, url: now} : it,
      )
      if (named.some(({url}, at) => url !== torrent.trackers[at]!.url))
        world.update(torrent, {trackers: named}, 'trackers')
    }
    return `the tracker of torrents of ${name} is ${now} from now on`
  },
  'late removal'({harness, random}) {
    const name = serverIn(harness, random)
    const minutes = random.pick([2, 5, 15])
    harness.server(name).world.removalTakesMs = minutes * MINUTE_MS
    return `${name} lists for ${minutes} min what it was told to remove`
  },
}

/** @returns what the world lies about */
export async function lie(around: Surroundings): Promise<string> {
  return laterLies[around.random.pick(around.plan.lies)](around)
}

function setClockOf(harness: Surroundings['harness'], server: string, seconds: number): void {
  const {world} = harness.server(server)
  if (world.skewSeconds === seconds) return
  world.skewSeconds = seconds
  world.bump()
}

/** It is as it is again, and everybody sees it. */
export async function becomeTrue({harness, plan, disks, older, configure}: Surroundings): Promise<void> {
  for (const name of harness.servers.keys()) {
    // A person is asked which daemon it is; where nobody doubts it this is refused.
    if (harness.isUp)
      await harness.answered(harness.api.send('POST', `/api/servers/${name}/identity`, {is: 'another'}))
  }
  older.fillArrs()
  for (const name of Object.keys(plan.foreignClients)) harness.foreignClient(foreignNameOf(name)).down = false
  for (const [name, {world}] of harness.servers) {
    world.removalTakesMs = 0
    setClockOf(harness, name, plan.clocksOff[name] ?? 0)
  }
  disks.isReached = true
  disks.isReadOnly = false
  for (const {instance} of plan.arrs) harness.arr(instance.name).arr.libraryDisk = 'here'
  if (harness.lacksSection) await configure()
}
