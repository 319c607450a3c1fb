/** One torrent as people have them, invented: what it is, where it is announced, how far it is. */
import {invent, type Genre} from './names.ts'
import type {Random} from './random.ts'
import type {NewTorrent, SimFields, SimState, SimTracker} from './sim-torrent.ts'
import type {World} from './world.ts'

/** lively: a mix of states. seeding, stopped: all of them complete and so. */
export type Mix = 'lively' | 'seeding' | 'stopped'

const DAY = 86_400

export const categoryOf: Readonly<Record<Genre, string>> = {
  linux: 'iso',
  film: 'films',
  series: 'series',
  book: 'books',
  music: 'music',
}
export const tags = ['keep', 'new', 'archive', 'cross-seed', 'uhd', 'slow', 'friends', 'checked']
const trackerHosts = [
  'tracker.example.org:6969',
  'open.example.net',
  'announce.example.com:8443',
  'bt.example.org',
  'private.example.net',
  'swarm.example.com:2710',
]

/** Share of all torrents in each state, complete or not. */
const livelyMix: readonly (readonly [share: number, state: SimState, complete: boolean])[] = [
  [0.6, 'seeding', true],
  [0.15, 'stopped', true],
  [0.11, 'downloading', false],
  [0.05, 'queued', false],
  [0.04, 'stopped', false],
  [0.01, 'metadata', false],
  [0.005, 'checking', true],
  [0.015, 'error', false],
  [0.015, 'missingFiles', true],
  [0.005, 'moving', true],
]

/** A torrent nobody has; what it is and does follows from `random` alone. `state`: wanted instead of the mix. */
export function inventTorrent(
  world: World,
  random: Random,
  mix: Mix = 'lively',
  state?: SimState,
): NewTorrent {
  const {genre, name, size, fileCount} = invent(random)
  const hash = random.hex(40)
  const role = state === undefined ? roleOf(random, mix) : {state, complete: false}
  const hasMetadata = role.state !== 'metadata'
  const isPrivate = random.chance(0.3)
  const addedAt = world.now() - Math.floor(random.between(60, 900 * DAY))
  const pieceSize = size > 4e9 ? 4_194_304 : 1_048_576
  return {
    hash,
    name,
    rootName: name,
    isPrivate,
    hasMetadata,
    comment: random.chance(0.3) ? 'invented for a demonstration' : '',
    createdBy: random.pick(['mktorrent 1.1', 'qBittorrent v5.1.0', 'Transmission/4.0.6', '']),
    createdAt: addedAt - 3_600,
    sizeTotal: hasMetadata ? size : 0,
    size: hasMetadata ? size : 0,
    pieceSize,
    pieceCount: hasMetadata ? Math.ceil(size / pieceSize) : 0,
    fileCount: hasMetadata ? fileCount : 0,
    category: random.chance(0.85) ? categoryOf[genre] : '',
    tags: random.chance(0.35) ? [...new Set([random.pick(tags), random.pick(tags)])] : [],
    savePath: `${world.defaultSavePath}/${categoryOf[genre]}`,
    addedAt,
    trackers: inventTrackers(world, random, isPrivate),
    ...(hasMetadata
      ? figures(random, size, role, addedAt)
      : {state: role.state, running: true, startedAt: addedAt}),
  }
}

interface Role {
  readonly state: SimState
  readonly complete: boolean
}

function roleOf(random: Random, mix: Mix): Role {
  if (mix === 'seeding' || mix === 'stopped') return {state: mix, complete: true}
  let left = random.next()
  for (const [share, state, complete] of livelyMix) {
    left -= share
    if (left < 0) return {state, complete}
  }
  return {state: 'seeding', complete: true}
}

function figures(random: Random, size: number, role: Role, addedAt: number): Partial<SimFields> {
  const {state, complete} = role
  const running = state !== 'stopped' && state !== 'error' && state !== 'missingFiles'
  const done = complete ? size : Math.floor(size * random.next() * 0.98)
  const activeTime = Math.floor(random.between(600, 90 * DAY))
  const seedingTime = complete ? Math.floor(activeTime * random.between(0.5, 0.95)) : 0
  const flows = running && random.chance(state === 'downloading' ? 0.75 : 0.25)
  return {
    state,
    running,
    done,
    downloaded: Math.floor(done * random.between(1, 1.03)),
    uploaded: Math.floor(done * random.next() ** 3 * 6),
    downSpeed: flows && state === 'downloading' ? Math.floor(random.between(20_000, 9_000_000)) : 0,
    upSpeed:
      flows && (state === 'seeding' || state === 'downloading')
        ? Math.floor(random.between(500, 2_000_000))
        : 0,
    errorText: errorTextOf(state),
    ...swarm(random, running, complete),
    startedAt: running ? addedAt + 5 : null,
    completedAt: complete ? addedAt + activeTime - seedingTime : null,
    lastActivityAt: addedAt + activeTime,
    seenCompleteAt: addedAt + activeTime,
    stateChangedAt: addedAt + 5,
    activeTime,
    seedingTime,
    ratioLimit: random.chance(0.1) ? 2 : 'inherit',
    upLimit: random.chance(0.05) ? 512 * 1024 : null,
    downLimit: random.chance(0.02) ? 1024 * 1024 : null,
    sequential: random.chance(0.05),
    autoManaged: random.chance(0.4),
  }
}

function errorTextOf(state: SimState): string {
  if (state === 'error') return 'No space left on device'
  if (state === 'missingFiles')
    return 'No data found! Ensure your drives are connected or use "Set Location".'
  return ''
}

function swarm(random: Random, running: boolean, complete: boolean): Partial<SimFields> {
  const seedsSwarm = random.below(random.chance(0.1) ? 900 : 40)
  const peersSwarm = random.below(60)
  return {
    seedsSwarm,
    peersSwarm,
    seedsConnected: running && !complete ? Math.min(seedsSwarm, random.below(12)) : 0,
    peersConnected: running ? Math.min(peersSwarm, random.below(8)) : 0,
    availability: complete ? 0 : seedsSwarm + random.next(),
  }
}

function inventTrackers(world: World, random: Random, isPrivate: boolean): SimTracker[] {
  const hosts = isPrivate ? ['private.example.net'] : [random.pick(trackerHosts), random.pick(trackerHosts)]
  return [...new Set(hosts)].map((host, tier) => {
    const key = isPrivate ? `?demo=${random.hex(8)}` : ''
    const tracker = world.commands.tracker(`https://${host}/announce${key}`, tier)
    const fails = random.chance(0.03)
    tracker.status = fails ? 'error' : 'working'
    tracker.message = fails ? 'torrent not registered with this tracker' : ''
    tracker.seeds = random.below(40)
    tracker.leeches = random.below(40)
    tracker.lastAnnounceAt = world.now() - random.below(1800)
    tracker.nextAnnounceAt = tracker.lastAnnounceAt + 1800
    return tracker
  })
}
