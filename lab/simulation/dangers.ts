/**
 * What costs data where a program is careless, dared again and again: people who remove through us what others share, or
 * what is another by then, and a world that says what is not. A seed dares one of them.
 */
import {removeDownload} from '../arrs/removal.ts'
import {isComplete, type SimTorrent} from '../simulators/sim-torrent.ts'
import {serverIn, wholeOf, type Disturbance, type Surroundings} from './disturbances.ts'
import type {DangerName, PlannedArr} from './plan.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const disturbances: Readonly<Record<DangerName, Disturbance>> = {
  async beside(around) {
    const two = twoServers(around)
    if (two === null) return 'no other server is configured'
    const [server, other] = two
    const torrent = await addOwn(around, server)
    addBeside(around, torrent, {server: other})
    await around.live(10 * MINUTE_MS)
    const end = await removeThroughUs(around, server, torrent)
    return `somebody removes ${torrent.hash} of ${server} for good, which seeds on ${other}, too: ${end}`
  },
  async spelled(around) {
    const two = twoServers(around)
    if (two === null) return 'no other server is configured'
    const [server, other] = two
    const torrent = await addOwn(around, server)
    addBeside(around, torrent, {server: other, isSpelled: true})
    await around.live(10 * MINUTE_MS)
    const end = await removeThroughUs(around, server, torrent)
    return `somebody removes ${torrent.hash} of ${server} for good, spelled otherwise on ${other}: ${end}`
  },
  async relative(around) {
    const {harness} = around
    const server = [...harness.servers.keys()].find((name) => name.startsWith('qBit'))
    if (server === undefined) return 'there is no qBittorrent that checks its resume data'
    const torrent = await addOwn(around, server)
    const other = addBeside(around, torrent, {server})
    await around.live(10 * MINUTE_MS)
    const {world} = harness.server(server)
    for (const it of [torrent, other]) world.update(it, {checksResumeData: true})
    await around.live(5 * MINUTE_MS)
    const end = await removeThroughUs(around, server, torrent)
    for (const {hash} of [torrent, other]) {
      const it = world.get(hash)
      if (it) world.update(it, {checksResumeData: false})
    }
    return `somebody removes ${torrent.hash} of ${server} while it checks its resume data: ${end}`
  },
  async again(around) {
    const {harness, random, disks, downloads, born} = around
    const server = serverIn(harness, random)
    const torrent = await addOwn(around, server)
    await around.live(10 * MINUTE_MS)
    const end = await orderRemoval(around, server, torrent, HELD_SECONDS)
    await harness.pass(10)
    const {world} = harness.server(server)
    if (world.get(torrent.hash) === undefined) return `${torrent.hash} of ${server} is removed`
    downloads.end(server, world, torrent)
    world.drop(torrent)
    const added = world.put(fieldsOf(torrent))
    disks.claim(server, added)
    downloads.seeds(server, added)
    await born(server, torrent.hash)
    await around.live(2 * HELD_SECONDS * 1_000)
    return `somebody orders the removal of ${torrent.hash} of ${server}, and adds it again: ${end}`
  },
  async 'lost section'(around) {
    const two = twoServers(around)
    if (two === null) return 'no other server is configured'
    const [server, other] = two
    const torrent = await addOwn(around, server)
    addBeside(around, torrent, {server: other})
    await around.live(10 * MINUTE_MS)
    if (!around.harness.isUp) return 'nobody reads the configuration'
    await around.loseSection(other)
    const end = await removeThroughUs(around, server, torrent)
    if (around.harness.isUp) await around.configure()
    return `somebody removes ${torrent.hash} of ${server} while the section of ${other} is lost: ${end}`
  },
  async 'not missing'(around) {
    const {server} = arrIn(around)
    const {world} = around.harness.server(server)
    const hit = [...world.list()].filter((it) => it.done > 0)
    for (const it of hit) world.update(it, {state: 'missingFiles', downSpeed: 0, upSpeed: 0})
    await around.live(HOUR_MS)
    return `${server} says that the files of ${hit.length} torrents are missing, and they are not`
  },
  async untold(around) {
    const {harness, downloads} = around
    const {instance, server} = arrIn(around)
    const {arr} = harness.arr(instance.name)
    arr.faults.add({id: 'untold', kind: '500', path: '^(DELETE .*/queue|POST .*/history/failed)'})
    await around.live(90 * MINUTE_MS)
    const {world} = harness.server(server)
    const still = [...world.list()].filter(
      ({hash}) => Object.keys(downloads.causesOf(server, hash)).length > 0,
    )
    for (const it of still) downloads.revive(server, world, it, harness.isOnline)
    await around.live(5 * MINUTE_MS)
    arr.faults.clear('untold')
    await around.live(20 * MINUTE_MS)
    return `${instance.name} cannot be told what failed, and ${still.length} downloads go on meanwhile`
  },
  async 'library away'(around) {
    const {instance} = arrIn(around)
    around.harness.arr(instance.name).arr.libraryDisk = 'away'
    await around.live(3 * HOUR_MS)
    return `the library of ${instance.name} was away for hours`
  },
  async ignored(around) {
    const {harness, random, ignored, downloads} = around
    const {instance, server} = arrIn(around)
    const {arr, isDown} = harness.arr(instance.name)
    const still = [...arr.queue.values()].filter(
      ({downloadId}) => downloads.causesOf(server, downloadId.toLowerCase()).stalled !== undefined,
    )
    if (isDown || still.length === 0) return `nobody tells ${instance.name} to ignore anything`
    const it = random.pick(still)
    const none = {removeFromClient: false, blocklist: false, skipRedownload: false, changeCategory: false}
    await removeDownload(arr, it, none)
    const hash = it.downloadId.toLowerCase()
    ignored(server, hash)
    await around.live(2 * HOUR_MS)
    return `somebody tells ${instance.name} to ignore ${hash}`
  },
  async restored({random, backUp, backupAgeMs, restore}) {
    const ageMs = backupAgeMs()
    if (ageMs === null) {
      await backUp()
      return 'somebody copies what the program keeps'
    }
    if (ageMs < DAY_MS && random.chance(0.75)) return 'the copy of what the program keeps is kept for later'
    const what = random.pick(['the database', 'the whole data folder'] as const)
    const stoppedMs = random.pick([0, 10 * MINUTE_MS, 3 * HOUR_MS])
    await restore(what, stoppedMs)
    return `${what} is put back to ${Math.round(ageMs / MINUTE_MS)} min before it was stopped`
  },
}

/** @returns what was done; `null` = nobody dares anything */
export async function dare(around: Surroundings): Promise<string | null> {
  const {danger} = around.plan
  return danger === null || !around.harness.isUp ? null : disturbances[danger](around)
}

const HELD_SECONDS = 60

function arrIn({plan, random}: Surroundings): PlannedArr {
  return random.pick(plan.arrs)
}

/** What a server takes on while the configuration does not name it, nobody can know of. @returns the second one is named by it */
function twoServers({harness, random}: Surroundings): readonly [string, string] | null {
  const names = [...harness.servers.keys()]
  const server = random.pick(names)
  const others = names.filter((it) => it !== server && harness.configures(it))
  return others.length === 0 ? null : [server, random.pick(others)]
}

/** What a person has whole, and seeds. */
async function addOwn(
  {harness, random, disks, downloads}: Surroundings,
  server: string,
): Promise<SimTorrent> {
  const {world} = harness.server(server)
  const hash = random.hex(40)
  const name = `own ${hash.slice(0, 6)}`
  const place = {hash, name, rootName: name, savePath: world.defaultSavePath}
  const added = world.put({...place, ...wholeOf(hash)})
  disks.lay(server, added)
  downloads.seeds(server, added)
  return added
}

function fieldsOf({hash, name, rootName, savePath}: SimTorrent) {
  return {hash, name, rootName, savePath, ...wholeOf(hash)}
}

/** Another torrent of the same files. */
function addBeside(
  {harness, random, disks, downloads}: Surroundings,
  torrent: SimTorrent,
  {server, isSpelled = false}: {readonly server: string; readonly isSpelled?: boolean},
): SimTorrent {
  const {world} = harness.server(server)
  const rootName = isSpelled && disks.folds ? torrent.rootName.toUpperCase() : torrent.rootName
  const place = {hash: random.hex(40), name: torrent.name, rootName, savePath: disks.folderOf(server)}
  const added = world.put({...place, ...wholeOf(torrent.hash)})
  disks.claim(server, added)
  downloads.seeds(server, added)
  return added
}

/** For good, past the trash, in a few seconds: who waits for that may see the program killed. @returns what it said */
async function orderRemoval(
  {harness, ordered}: Surroundings,
  server: string,
  {hash}: SimTorrent,
  heldSeconds = 10,
): Promise<string> {
  const isThere = harness.server(server).world.get(hash)
  if (!harness.isUp || isThere === undefined || !isComplete(isThere)) return 'nobody is there'
  ordered(server, hash)
  const order = {
    verb: 'removeWithData',
    keys: [{server_id: server, info_hash: hash}],
    args: {free_at_once: true},
    hold_seconds: heldSeconds,
  }
  const answer = await harness.answered(harness.api.send('POST', '/api/torrents/actions', order))
  return String(answer?.status)
}

async function removeThroughUs(around: Surroundings, server: string, torrent: SimTorrent): Promise<string> {
  const said = await orderRemoval(around, server, torrent)
  await around.live(5 * MINUTE_MS)
  const {world} = around.harness.server(server)
  return `${said}, ${world.get(torrent.hash) === undefined ? 'removed' : 'still there'}`
}
