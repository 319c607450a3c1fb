/**
 * Torrents as somebody has them who has had a server for years, for the demo: nine of ten seed, and the figures of each
 * follow from each other: what it uploaded from its age, its peers from its swarm, its speed from its own usual pace.
 */
import {createHash} from 'node:crypto'
import bencode from 'bencode'
import {inventTorrent} from './invented-torrent.ts'
import {seededRandom, seedOf, type Random} from './random.ts'
import type {NewTorrent, SimFields, SimFile, SimState, SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
/** bytes */
const PIECE = 16 * 2 ** 20

/** What it usually moves while it runs, bytes/s. 0 = nobody gives it anything, or nobody wants it. */
export interface UsualPace {
  readonly down: number
  readonly up: number
}

/** The same for one hash, whoever asks: its past and its present go by it. */
export function usualPace({hash}: Pick<SimTorrent, 'hash'>): UsualPace {
  const random = seededRandom(seedOf(hash) ^ 0x9ace)
  const down = random.chance(0.2) ? 0 : Math.floor(100_000 + 1_100_000 * random.next())
  const up = random.chance(0.35) ? Math.floor(2_000 + 70_000 * random.next() ** 4) : 0
  return {down, up}
}

const firstWords = [
  'Amber',
  'Borrowed',
  'Distant',
  'Hollow',
  'Northern',
  'Paper',
  'Quiet',
  'Salt',
  'Second',
  'Winter',
]
const secondWords = [
  'Almanac',
  'Cartographers',
  'Ferry',
  'Harbour',
  'Lighthouse',
  'Meridian',
  'Orchard',
  'Point',
  'Roads',
  'Tide',
]
const groups = ['HARBOR', 'KELP', 'LANTERN', 'TIDE', 'WREN']
const sources = ['BluRay', 'WEB-DL', 'WEBRip']
const resolutions = ['2160p', '1080p', '1080p', '720p']

type Role = Exclude<SimState, 'moving' | 'checking'>

/** Share of all torrents; all others seed. */
const shares: readonly (readonly [share: number, role: Role, complete: boolean])[] = [
  [0.014, 'downloading', false],
  [0.003, 'queued', false],
  [0.035, 'stopped', true],
  [0.004, 'stopped', false],
  [0.002, 'error', false],
  [0.002, 'missingFiles', true],
]

/** One that has been there for a while; `fresh` = one that is just being added. */
export function liveIn(world: World, random: Random, fresh = false): NewTorrent {
  const base = inventTorrent(world, random, 'seeding')
  const content = contentOf(base, random)
  const [role, complete] = fresh ? (['downloading', false] as const) : roleOf(random)
  const whole = wholeOf(base, content, random)
  const {hash, size} = whole
  return {
    ...whole,
    // What people tag are few.
    tags: random.chance(0.08) ? [random.pick(['friends', 'archive'])] : [],
    ...(fresh ? begun(world, hash) : lifeOf(world, random, {role, complete, size, hash})),
  }
}

/** All that is told of a torrent besides what became of it. */
function wholeOf(base: NewTorrent, content: Content, random: Random) {
  const size = content.files.reduce((sum, it) => sum + it.size, 0)
  const pieceCount = Math.ceil(size / PIECE)
  const {hash, torrent} = metainfoOf({...base, ...content}, {pieceCount, random})
  return {
    ...base,
    ...content,
    hash,
    metainfo: torrent,
    rootName: content.name,
    size,
    sizeTotal: size,
    pieceSize: PIECE,
    pieceCount,
    fileCount: content.files.length,
    comment: '',
    tags: [],
    ratioLimit: 'inherit',
    upLimit: null,
    downLimit: null,
    sequential: false,
  } as const
}

export interface ReleaseWish {
  readonly name: string
  readonly category: string
  /** Bytes. */
  readonly size: number
  /** `false` = nobody has a copy of it: it begins, and stalls. */
  readonly comes: boolean
}

/** A fetch is over within so many seconds: whoever looks sees it come. */
const SOON = 150
const MOST_TRIES = 500

/** A release that an Arr may grab, as it is when it was just added. */
export function releaseIn(
  world: World,
  random: Random,
  {name, category, size, comes}: ReleaseWish,
): NewTorrent {
  const savePath = `/srv/downloads/${category}`
  for (let at = 0; at < MOST_TRIES; at++) {
    const base = inventTorrent(world, random, 'seeding')
    if (base.isPrivate === true) continue
    const content = {name, category, savePath, files: inFolder(name, [[`${name}.mkv`, size]])}
    const whole = wholeOf(base, content, random)
    // Its pace follows from its hash.
    const {down} = usualPace(whole)
    if (comes ? down * SOON < size : down > 0) continue
    return {...whole, ...begun(world, whole.hash)}
  }
  throw new Error(`no release of ${name} within ${MOST_TRIES} tries`)
}

/** Its .torrent, so that it can be saved, shared and restored; what its pieces sum up to is invented, too. */
function metainfoOf(
  {name, isPrivate, trackers = [], files = []}: NewTorrent,
  {pieceCount, random}: {readonly pieceCount: number; readonly random: Random},
): {readonly hash: string; readonly torrent: Uint8Array} {
  const paths = (files ?? []).map(({path, size}) => ({length: size, path: path.split('/').slice(1)}))
  const [first] = paths
  const info = {
    ...(first !== undefined && first.path.length > 0 ? {files: paths} : {length: first?.length ?? 0}),
    name,
    'piece length': PIECE,
    pieces: Buffer.alloc(pieceCount * 20, random.hex(32)),
    ...(isPrivate === true && {private: 1}),
  }
  const urls = trackers.map(({url}) => url)
  const torrent = bencode.encode({
    ...(urls.length > 0 && {announce: urls[0], 'announce-list': urls.map((url) => [url])}),
    info,
  })
  return {hash: createHash('sha1').update(bencode.encode(info)).digest('hex'), torrent}
}

function roleOf(random: Random): readonly [Role, boolean] {
  let left = random.next()
  for (const [share, role, complete] of shares) {
    left -= share
    if (left < 0) return [role, complete]
  }
  return ['seeding', true]
}

function begun(world: World, hash: string): Partial<SimFields> {
  const now = world.now()
  const {down} = usualPace({hash})
  return {
    state: 'downloading',
    running: true,
    done: 0,
    downloaded: 0,
    uploaded: 0,
    downSpeed: down,
    upSpeed: 0,
    errorText: '',
    ...swarmOf(seededRandom(seedOf(hash)), {down, up: 0, complete: false, running: true}),
    addedAt: now,
    startedAt: now,
    stateChangedAt: now,
    completedAt: null,
    lastActivityAt: now,
    activeTime: 0,
    seedingTime: 0,
  }
}

interface Life {
  readonly role: Role
  readonly complete: boolean
  readonly size: number
  readonly hash: string
}

function lifeOf(world: World, random: Random, {role, complete, size, hash}: Life): Partial<SimFields> {
  const now = world.now()
  const pace = usualPace({hash})
  const running = role === 'seeding' || role === 'downloading' || role === 'queued'
  const down = role === 'downloading' ? pace.down : 0
  const up = role === 'seeding' ? pace.up : 0
  const took = Math.ceil(size / (pace.down || 400_000))
  // A few are of today, most of the last months.
  const seedingTime = !complete ? 0 : random.chance(0.04) ? ofToday(random) : Math.floor(ageOf(random))
  const done = complete ? size : leftToDo(random, size, down)
  const active = complete ? took + seedingTime : Math.ceil((done / size) * took) + 600
  const popularity = 0.1 + 2.6 * random.next() ** 2
  const most = seedingTime * Math.max(pace.up * 4, 20_000)
  const addedAt = now - active
  return {
    state: role,
    running,
    done,
    downloaded: done,
    uploaded: Math.floor(Math.min(most, size * popularity * (1 - Math.exp(-seedingTime / (30 * DAY))) * 1.4)),
    downSpeed: down,
    upSpeed: up,
    errorText: role === 'error' ? 'No space left on device' : role === 'missingFiles' ? 'No data found.' : '',
    ...swarmOf(random, {down, up, complete, running}),
    addedAt,
    createdAt: addedAt - HOUR,
    startedAt: running ? addedAt : null,
    completedAt: complete ? now - seedingTime : null,
    lastActivityAt: up > 0 || down > 0 ? now - 2 : now - Math.floor(random.between(HOUR, 2 * DAY)),
    seenCompleteAt: complete ? now : now - Math.floor(random.between(0, HOUR)),
    stateChangedAt: complete ? now - seedingTime : addedAt,
    activeTime: active,
    seedingTime,
  }
}

/** More of the last hours than of those before, seconds. */
function ofToday(random: Random): number {
  return Math.floor((0.1 + 18 * random.next() ** 2) * HOUR)
}

function ageOf(random: Random): number {
  return DAY + -Math.log(1 - random.next()) * 120 * DAY
}

/** Some are about to be complete, so that something happens soon. */
function leftToDo(random: Random, size: number, down: number): number {
  if (down > 0 && random.chance(0.3)) return Math.max(0, size - Math.floor(down * random.between(60, 280)))
  return Math.floor(size * random.between(0.05, 0.95))
}

interface Flow extends UsualPace {
  readonly complete: boolean
  readonly running: boolean
}

function swarmOf(random: Random, {down, up, complete, running}: Flow): Partial<SimFields> {
  const isStalled = running && !complete && down === 0
  const seedsSwarm = isStalled ? 0 : 1 + random.below(random.chance(0.1) ? 900 : 60)
  const peersSwarm = 1 + random.below(40)
  const peers = up > 0 || down > 0 ? 1 + random.below(Math.min(8, peersSwarm)) : 0
  return {
    seedsSwarm,
    peersSwarm,
    seedsConnected: down > 0 ? 1 + random.below(Math.min(12, seedsSwarm)) : 0,
    peersConnected: Math.min(peers, peersSwarm),
    availability: complete ? 0 : isStalled ? random.next() : seedsSwarm + random.next(),
  }
}

interface Content {
  readonly name: string
  readonly category: string
  readonly savePath: string
  readonly files: readonly SimFile[]
}

/** Movies and series have the names of releases, and files as people know them. */
function contentOf({name, category = '', savePath = '', size = 0}: NewTorrent, random: Random): Content {
  const title = `${random.pick(firstWords)}.${random.pick(secondWords)}`
  const release = `${random.pick(resolutions)}.${random.pick(sources)}.x264-${random.pick(groups)}`
  const folder = savePath.split('/').at(-1)!
  const whole = Math.floor(size * 2.2)
  const at = {category, savePath}
  switch (folder) {
    case 'films': {
      const film = `${title}.${1974 + random.below(51)}.${release}`
      return {
        ...at,
        name: film,
        files: inFolder(film, [
          [`${film}.mkv`, whole],
          [`${film}.srt`, 84_000],
        ]),
      }
    }
    case 'series': {
      const number = (most: number) => String(1 + random.below(most)).padStart(2, '0')
      const episode = `${title}.S${number(8)}E${number(12)}.${release}`
      return {...at, name: episode, files: inFolder(episode, [[`${episode}.mkv`, whole]])}
    }
    case 'music': {
      const each = Math.floor(size / 9)
      const tracks = Array.from({length: 9}, (_, track): [string, number] => [`0${track + 1}.flac`, each])
      return {...at, name, files: inFolder(name, tracks)}
    }
    case 'books':
      return {...at, name, files: inFolder(name, [[`${name}.epub`, size]])}
    default:
      return {...at, name, files: [file(name, size)]}
  }
}

function inFolder(
  folder: string,
  files: readonly (readonly [name: string, size: number])[],
): readonly SimFile[] {
  return files.map(([name, size]) => file(`${folder}/${name}`, size))
}

function file(path: string, size: number): SimFile {
  return {path, size, done: 0, priority: 'normal'}
}
