/**
 * A world that lies: what disks, daemons, Arrs, trackers, the configuration and our own database say is not what is, for
 * a while or for ever. Nothing that is there may be lost by it.
 */
import {isComplete} from '../simulators/sim-torrent.ts'
import {onTorrent, serverIn, type Deed, type Surroundings} from './deeds.ts'

const onDisks: readonly Deed[] = [
  ({house, disks, random}) => {
    disks.isReached = false
    for (const {world} of house.servers.values())
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
  onTorrent('hears that its files are missing, and they are not,', ({house}, server, torrent) => {
    if (torrent.done > 0)
      house.server(server).world.update(torrent, {state: 'missingFiles', downSpeed: 0, upSpeed: 0})
  }),
]

const onDaemons: readonly Deed[] = [
  ({house, random}) => {
    const name = serverIn(house, random)
    const {world} = house.server(name)
    const some = [...world.list()].filter(() => random.chance(0.7))
    for (const torrent of some) world.disown(torrent)
    return `${name} names ${some.length} as removed, and has them`
  },
  // As when somebody removes it and adds it once more: it is his own then, whatever waits for the one of before.
  onTorrent('removes and adds again', async ({house, disks, downloads, born}, server, torrent) => {
    const {world} = house.server(server)
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
  onTorrent('hears an unknown state of', ({house}, server, torrent) => {
    if (isComplete(torrent))
      house.server(server).world.update(torrent, {state: 'checking', taskProgress: 0.1})
  }),
]

const onArrs: readonly Deed[] = [
  ({house, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    house.arr(name).arr.libraryDisk = random.pick(['away', 'empty'] as const)
    return `the library of ${name} is away`
  },
  ({house, random, plan}) => {
    const {name} = random.pick(plan.arrs).instance
    const arr = house.arr(name)
    arr.restore(arr.backUp())
    return `${name} restarts with its backup of this moment`
  },
]

const onTrackers: readonly Deed[] = [
  ({house, random}) => {
    const name = serverIn(house, random)
    const {world} = house.server(name)
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

const onConfiguration: readonly Deed[] = [
  async ({house, random, loseSection}) => {
    const name = serverIn(house, random)
    await loseSection(name)
    return `the section of ${name} is lost`
  },
]

export const lies: readonly Deed[] = [
  ...onDisks,
  ...onDisks,
  ...onDaemons,
  ...onArrs,
  ...onTrackers,
  ...onConfiguration,
]

/** It is as it is again, and everybody sees it. */
export async function becomeTrue({house, plan, disks, configure}: Surroundings): Promise<void> {
  disks.isReached = true
  disks.isReadOnly = false
  for (const {instance} of plan.arrs) house.arr(instance.name).arr.libraryDisk = 'here'
  if (house.lacksSection) await configure()
}
