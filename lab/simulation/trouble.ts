/** People who interfere, and whatever breaks: one action by chance. */
import type {Fault as ArrFault} from '../arrs/faults.ts'
import type {Fault} from '../simulators/faults.ts'
import {isComplete, type SimTorrent} from '../simulators/sim-torrent.ts'
import type {World} from '../simulators/world.ts'
import {onTorrent, serverIn, wholeOf, type Disturbance, type Surroundings} from './disturbances.ts'
import {becomeTrue, lies} from './lies.ts'
import {announce} from './network-outages.ts'
import {limitsOf} from './plan.ts'

const HOUR_MS = 3_600_000
/** Bytes free on a disk that is not full. */
const ROOM = 3.3e12

/** That give downloads up, or remove what is done. */
const rules = ['stalled', 'metadata', 'missing-files', 'import-rejected', 'seeded'] as const

const serverFaults: readonly Fault[] = [
  {id: 'trouble', kind: 'status', status: 500},
  {id: 'trouble', kind: 'status', status: 503},
  {id: 'trouble', kind: 'status', status: 401},
  {id: 'trouble', kind: 'silence'},
  {id: 'trouble', kind: 'reset'},
  {id: 'trouble', kind: 'cut', afterBytes: 300},
  {id: 'trouble', kind: 'garbage', bytes: 200},
  {id: 'trouble', kind: 'loginPage'},
  {id: 'trouble', kind: 'slowHead', ms: 8_000},
  {id: 'trouble', kind: 'lost', after: 2},
]

const arrFaults: readonly ArrFault[] = [
  {id: 'trouble', kind: '500'},
  {id: 'trouble', kind: '401'},
  {id: 'trouble', kind: '503'},
  {id: 'trouble', kind: 'hang'},
  {id: 'trouble', kind: 'reset'},
  {id: 'trouble', kind: 'starting'},
  {id: 'trouble', kind: '500', every: 2},
  {id: 'trouble', kind: 'malformedJson'},
  {id: 'trouble', kind: 'stuckQueue'},
  {id: 'trouble', kind: 'refreshStopped'},
  {id: 'trouble', kind: 'signalrSilent'},
]

const onServers: readonly Disturbance[] = [
  async ({harness, random}) => {
    const name = serverIn(harness, random)
    await harness.server(name).server.stop()
    return `${name} is away`
  },
  async ({harness, random}) => {
    const name = serverIn(harness, random)
    const {server, world} = harness.server(name)
    await server.stop()
    const list = random.pick([
      undefined,
      {from: 0, growTo: 0, shortListFor: 1},
      {from: Math.ceil(world.size / 2), shortListFor: 600},
    ])
    world.restart(list)
    await server.listen()
    return `${name} restarts${list ? ` with ${list.from} torrents` : ''}`
  },
  ({harness, random}) => {
    const name = serverIn(harness, random)
    const fault = random.pick(serverFaults)
    harness.server(name).server.faults.add(fault)
    return `${name} has the fault ${JSON.stringify(fault)}`
  },
  ({harness, random}) => {
    const name = serverIn(harness, random)
    harness.server(name).face.dropSessions()
    return `${name} forgets its sessions`
  },
  ({harness, random}) => {
    const name = serverIn(harness, random)
    fill(harness.server(name).world, 1_000)
    return `the disk of ${name} is full`
  },
]

const onTheInternet: readonly Disturbance[] = [
  ({harness, random, silence}) => {
    const name = serverIn(harness, random)
    announce(harness.server(name).world, 'unreachable')
    silence(name, 'trackers')
    return `no tracker of ${name} answers`
  },
  ({harness, silence}) => {
    harness.isOnline = false
    for (const [name, {world}] of harness.servers) {
      announce(world, 'unreachable')
      for (const torrent of Array.from(world.list()))
        world.update(torrent, {downSpeed: 0, upSpeed: 0, peersConnected: 0, seedsConnected: 0})
      silence(name, 'everybody')
    }
    return 'the internet is away'
  },
]

const onArrs: readonly Disturbance[] = [
  async ({harness, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    await harness.arr(name).down()
    return `${name} is away`
  },
  ({harness, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    harness.arr(name).restart()
    return `${name} restarts`
  },
  ({harness, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    const fault = random.pick(arrFaults)
    harness.arr(name).arr.faults.add(fault)
    return `${name} has the fault ${JSON.stringify(fault)}`
  },
]

const byPeople: readonly Disturbance[] = [
  onTorrent('keeps', ({harness, downloads}, server, torrent) => {
    harness.server(server).world.update(torrent, {tags: [...torrent.tags, 'keep']}, 'labels')
    downloads.keep(server, torrent.hash, true)
  }),
  onTorrent('keeps no longer', ({harness, downloads}, server, torrent) => {
    harness.server(server).world.update(torrent, {tags: torrent.tags.filter((it) => it !== 'keep')}, 'labels')
    downloads.keep(server, torrent.hash, false)
  }),
  onTorrent('removes', ({harness, downloads}, server, torrent) => {
    const {world} = harness.server(server)
    downloads.end(server, world, torrent)
    world.drop(torrent)
  }),
  onTorrent('stops', ({harness}, server, torrent) =>
    harness
      .server(server)
      .world.update(torrent, {running: false, state: 'stopped', downSpeed: 0, upSpeed: 0}),
  ),
  onTorrent('starts', ({harness}, server, torrent) => {
    const state = isComplete(torrent) ? 'seeding' : 'downloading'
    harness.server(server).world.update(torrent, {running: true, state})
  }),
  onTorrent('takes the files of', ({harness, downloads}, server, torrent) =>
    downloads.lose(server, harness.server(server).world, torrent),
  ),
  onTorrent('brings to life', ({harness, downloads}, server, torrent) =>
    downloads.revive(server, harness.server(server).world, torrent, harness.isOnline),
  ),
  onTorrent('puts elsewhere', ({harness, random, plan}, server, torrent) => {
    const names = ['', 'elsewhere', ...plan.arrs.map(({instance: {name}}) => name)]
    harness.server(server).world.update(torrent, {category: random.pick(names)}, 'labels')
  }),
  ({harness, random}) => {
    const server = serverIn(harness, random)
    const {world} = harness.server(server)
    const names = [...world.categories.keys()]
    if (names.length === 0) return `nobody removes a category of ${server}`
    const name = random.pick(names)
    world.categories.delete(name)
    for (const torrent of Array.from(world.list()))
      if (torrent.category === name) world.update(torrent, {category: ''}, 'labels')
    world.bump()
    return `somebody removes the category ${name} of ${server}`
  },
  ({harness, random, disks}) => {
    const server = serverIn(harness, random)
    const {world} = harness.server(server)
    const hash = random.hex(40)
    const name = `own ${hash.slice(0, 6)}`
    const added = world.put({hash, name, rootName: name, ...wholeOf(hash), savePath: world.defaultSavePath})
    disks.lay(server, added)
    return `somebody adds ${hash} to ${server}`
  },
  onTorrent('seeds elsewhere, too,', crossSeed),
  onTorrent('seeds elsewhere, too,', crossSeed),
]

const onProgram: readonly Disturbance[] = [
  ({random, killAfter}) => {
    const requests = random.below(6)
    killAfter(requests)
    return `the program is killed ${requests} requests from now`
  },
  async ({harness, random, plan}) => {
    const {section} = random.pick(plan.arrs)
    const answer = await harness.answered(harness.api.send('POST', `/api/processes/${section}/restart`))
    return `the manager of ${section} crashes (${answer?.status})`
  },
  ({random, setClock}) => {
    const hours = random.pick([-1, 1]) * random.below(48)
    setClock(hours * HOUR_MS)
    return `the clock is set by ${hours} h`
  },
  ({killUnheard}) => {
    killUnheard()
    return 'the program is killed before it hears of its next command'
  },
  async ({configure}) => {
    await configure()
    return 'the configuration is read again'
  },
  async ({configure, random}) => {
    const limits = limitsOf(random)
    await configure(limits)
    return `somebody writes the limits ${JSON.stringify(limits)}`
  },
  async ({random, plan, setMode}) => {
    const {section} = random.pick(plan.arrs)
    const rule = `${section.toLowerCase()}.${random.pick(rules)}`
    const mode = random.pick(['off', 'simulate', 'live'] as const)
    return `somebody says ${mode} to ${rule}: ${await setMode(rule, mode)}`
  },
]

const searching: Disturbance = ({random, plan, search}) => {
  const arr = random.pick(plan.arrs)
  search(arr)
  return `somebody searches at ${arr.instance.name}`
}

const kinds: readonly (readonly Disturbance[])[] = [
  onServers,
  onTheInternet,
  onArrs,
  byPeople,
  byPeople,
  onProgram,
  lies,
  lies,
  [searching],
  [searching],
]

/**
 * The same files once more: on another server by the same hash or another, or beside. Part of it, or all; there, by links,
 * or by another spelling of their names where the disk takes it for the same.
 */
function crossSeed(
  {harness, random, disks, downloads}: Surroundings,
  server: string,
  torrent: SimTorrent,
): void {
  const {world} = harness.server(server)
  if (!isComplete(torrent) || !disks.isReached || !disks.hasFiles(server, torrent)) return
  const name = serverIn(harness, random)
  // What a server takes on while the configuration does not name it, nobody can know of.
  if (!harness.configures(name)) return
  const other = harness.server(name).world
  const hash = name === server || random.chance(0.5) ? random.hex(40) : torrent.hash
  if (other.known(hash) !== undefined) return
  const kept = world.files(torrent)
  const isPart = kept.length > 1 && hash !== torrent.hash && random.chance(0.3)
  const parts = isPart ? [random.pick(kept)] : kept
  const how = random.pick(['there', 'there', 'hard link', 'symbolic link', 'spelling'] as const)
  const folder = disks.folderOf(name) + torrent.savePath.slice(disks.folderOf(server).length)
  const root = how.endsWith('link') ? `linked ${random.hex(6)}` : torrent.rootName || torrent.name
  const rootName = how === 'spelling' && disks.folds ? root.toUpperCase() : root
  const renamed = (path: string) => path.replace(/^[^/]*/, rootName)
  const size = parts.reduce((sum, file) => sum + file.size, 0)
  const whole = {size, sizeTotal: size, done: size, state: 'seeding', running: true} as const
  const isInFolder = parts[0]!.path.includes('/')
  const top = isPart && isInFolder ? `/${renamed(parts[0]!.path).replace(/\/[^/]*$/, '')}` : ''
  const files = parts.map((file) => {
    const path = renamed(file.path)
    return {...file, done: file.size, path: top ? path.slice(top.length) : path}
  })
  const itsRoot = top ? files[0]!.path : rootName
  const added = other.put({
    ...whole,
    hash,
    name: torrent.name,
    rootName: itsRoot,
    savePath: folder + top,
    files,
    fileCount: files.length,
  })
  if (how.endsWith('link'))
    parts.forEach((file, at) =>
      disks.link(
        {server, torrent, path: file.path},
        {server: name, torrent: added, path: files[at]!.path},
        how === 'hard link',
      ),
    )
  disks.claim(name, added)
  downloads.seeds(name, added)
}

/** @returns what was done */
export async function makeTrouble(around: Surroundings): Promise<string> {
  return around.random.pick(around.random.pick(kinds))(around)
}

/** Everybody is well again. @returns what was done */
export async function heal(around: Surroundings): Promise<string> {
  const {harness, plan, silence} = around
  await becomeTrue(around)
  harness.isOnline = true
  for (const [name, {server, world}] of harness.servers) {
    server.faults.clear()
    await server.listen()
    if (world.hidden > 0) world.restart()
    fill(world, ROOM)
    announce(world, 'working')
    silence(name, 'nobody')
  }
  for (const {instance} of plan.arrs) {
    const arr = harness.arr(instance.name)
    arr.arr.faults.clear('trouble')
    await arr.up()
  }
  return 'everybody is well'
}

function fill(world: World, free: number): void {
  if (world.free === free) return
  world.free = free
  world.bump()
}
