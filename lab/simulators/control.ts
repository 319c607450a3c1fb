/** What can be told to a running fleet of simulated servers. Plain JSON both ways. */
import {checksumOf, comparable, type Comparable, type ComparedColumn} from './checksum.ts'
import type {CounterFigures} from './counters.ts'
import type {Fault} from './faults.ts'
import {awayFor} from './faulty-server.ts'
import {liveIn, releaseIn, usualPace, type ReleaseWish, type UsualPace} from './lived-in.ts'
import {inventTorrent} from './invented-torrent.ts'
import {seededRandom} from './random.ts'
import type {Received} from './server-commands.ts'
import type {ShortList} from './short-list.ts'
import type {SimServer} from './sim-server.ts'
import type {NewTorrent, SimState, SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

/** What can be asked of one server: arguments and answer. */
export interface Orders {
  /** Switches a fault on; answers its id. */
  fault: {args: {fault: Fault}; answer: string}
  /** One fault, or all of them, off. */
  clearFaults: {args: {id?: string | undefined}; answer: void}
  /** Connections refused, or accepted again on the same port. */
  listen: {args: {on: boolean}; answer: void}
  /** The daemon is gone for so long and comes back as a new run, perhaps with a short list. Answers when it is back. */
  restart: {args: {downForMs?: number | undefined; short?: ShortList | undefined}; answer: void}
  dropSessions: {args: object; answer: void}
  ban: {args: {seconds: number}; answer: void}
  /** What it counted; with `reset` it counts from 0 again. */
  counters: {args: {reset?: boolean | undefined}; answer: CounterFigures}
  /** Invented torrents come; answers their hashes. */
  add: {args: {count: number; seed: number}; answer: string[]}
  /** These go, or so many of the oldest; answers their hashes. No command of a client. */
  remove: {args: {hashes?: readonly string[] | undefined; count?: number | undefined}; answer: string[]}
  /** These, or so many of the oldest, are named as removed and stay; answers their hashes. rTorrent names none. */
  disown: {args: {hashes?: readonly string[] | undefined; count?: number | undefined}; answer: string[]}
  checksum: {args: {columns: readonly ComparedColumn[]}; answer: {checksum: string; count: number}}
  rows: {args: object; answer: Comparable[]}
  /** One torrent as it is; `null` = it has none of this hash. */
  torrent: {args: {hash: string}; answer: TorrentNow | null}
  /** The files of one, below its save path; none = there is no such torrent. */
  files: {args: {hash: string}; answer: TorrentFile[]}
  /** What their past can be told from. */
  lives: {args: object; answer: TorrentLife[]}
  /** Torrents that it could have had, and has not; nothing is added. */
  imagine: {args: {count: number; seed: number}; answer: ImaginedTorrent[]}
  /** A release that an Arr may grab; nothing is added. Answers its hash. */
  offer: {args: {seed: number} & ReleaseWish; answer: string}
  /** What was offered is added, or was so many seconds ago. */
  arrive: {args: {hash: string; agoSeconds?: number | undefined}; answer: void}
  /** The oldest public one outside these categories, with its files: it has seeded for so long, to such a ratio. */
  ripen: {
    args: {seconds: number; ratio: number; notOf: readonly string[]}
    /** Its hash; `null` = there is none. */
    answer: string | null
  }
  /** These do not go when something new comes. */
  keep: {args: {hashes: readonly string[]}; answer: void}
  /** Commands that clients gave. */
  received: {args: object; answer: Received[]}
  /** Motion by the clock on or off. */
  motion: {args: {on: boolean}; answer: void}
  /** Lets time pass for the torrents at once; answers how many changed. */
  tick: {args: {seconds: number}; answer: number}
}

export interface TorrentLife extends Comparable {
  /** Epoch seconds; `null` = it is not complete. */
  readonly addedAt: number
  readonly completedAt: number | null
  readonly trackers: readonly string[]
  /** Moved per second while it runs, bytes. */
  readonly pace: UsualPace
  readonly isPrivate: boolean
}

interface TorrentNow {
  readonly state: SimState
  readonly running: boolean
  readonly savePath: string
  /** Bytes of all that is wanted, and of that here. */
  readonly size: number
  readonly done: number
}

interface TorrentFile {
  /** From the save path on. */
  readonly path: string
  /** Bytes. */
  readonly size: number
}

export interface ImaginedTorrent {
  readonly hash: string
  readonly name: string
  readonly category: string
  readonly savePath: string
  readonly size: number
  readonly files: readonly TorrentFile[]
  /** Its .torrent, base64. */
  readonly metainfo: string
}

export type OrderName = keyof Orders
export type Order<N extends OrderName = OrderName> = {[K in N]: {readonly do: K} & Orders[K]['args']}[N]

type Handlers = {
  [N in OrderName]: (
    sim: SimServer,
    args: Orders[N]['args'],
  ) => Orders[N]['answer'] | Promise<Orders[N]['answer']>
}

const handlers: Handlers = {
  fault: (sim, {fault}) => sim.server.faults.add(fault),
  clearFaults: (sim, {id}) => sim.server.faults.clear(id),
  listen: (sim, {on}) => (on ? sim.server.listen() : sim.server.stop()),
  restart: (sim, {downForMs = 0, short}) => awayFor(sim.server, downForMs, () => sim.world.restart(short)),
  dropSessions: (sim) => sim.face.dropSessions(),
  ban: (sim, {seconds}) => sim.face.ban(seconds),
  counters(sim, {reset}) {
    const figures = sim.server.counters.figures()
    if (reset) sim.server.counters.reset()
    return figures
  },
  add: (sim, {count, seed}) => invent(sim, count, seed),
  remove: (sim, args) => remove(sim, args),
  disown: (sim, args) => disown(sim, args),
  checksum(sim, {columns}) {
    const rows = sim.world.list().map(comparable)
    return {checksum: checksumOf(rows, columns), count: sim.world.size}
  },
  rows: (sim) => [...sim.world.list()].map(comparable),
  torrent({world}, {hash}) {
    const torrent = world.get(hash)
    if (torrent === undefined) return null
    const {state, running, savePath, size, done} = torrent
    return {state, running, savePath, size, done}
  },
  files: ({world}, {hash}) => {
    const torrent = world.get(hash)
    return torrent === undefined ? [] : world.files(torrent).map(({path, size}) => ({path, size}))
  },
  lives: (sim) => [...sim.world.list()].map(lifeOf),
  imagine: (sim, args) => imagine(sim, args),
  offer: (sim, {seed, ...wish}) => offer(sim, seed, wish),
  arrive: (sim, args) => arrive(sim, args),
  ripen: (sim, args) => ripen(sim, args),
  keep(sim, {hashes}) {
    for (const hash of hashes) sim.world.kept.add(hash)
  },
  received: (sim) => sim.world.commands.received,
  motion: (sim, {on}) => (on ? sim.motion.run() : sim.motion.stop()),
  tick: (sim, {seconds}) => sim.motion.tick(seconds),
}

/** Carries out one order. @throws what the order ran into */
export async function obey<N extends OrderName>(
  sim: SimServer,
  order: Order<N>,
): Promise<Orders[N]['answer']> {
  const {do: name, ...args} = order
  return handlers[name](sim, args)
}

export function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'do' in value && String(value.do) in handlers
}

function lifeOf(torrent: SimTorrent): TorrentLife {
  const {addedAt, completedAt, isPrivate, trackers} = torrent
  const urls = trackers.map(({url}) => url)
  const {down, up} = usualPace(torrent)
  const pace = {down: torrent.state === 'downloading' ? down : 0, up: torrent.state === 'seeding' ? up : 0}
  return {...comparable(torrent), addedAt, completedAt, isPrivate, trackers: urls, pace}
}

function imagine({world}: SimServer, {count, seed}: Orders['imagine']['args']): ImaginedTorrent[] {
  const random = seededRandom(seed)
  return Array.from({length: count}, () => {
    const {hash, name, category = '', savePath = '', size = 0, files, metainfo} = liveIn(world, random)
    const parts = (files ?? []).map((file) => ({path: file.path, size: file.size}))
    const torrent = Buffer.from(metainfo!).toString('base64')
    return {hash, name, category, savePath, size, files: parts, metainfo: torrent}
  })
}

/** Of each world what was offered and did not arrive yet. */
const offers = new WeakMap<World, Map<string, NewTorrent>>()

function offer({world}: SimServer, seed: number, wish: ReleaseWish): string {
  const release = releaseIn(world, seededRandom(seed), wish)
  const known = offers.get(world) ?? new Map<string, NewTorrent>()
  offers.set(world, known.set(release.hash, release))
  return release.hash
}

function arrive({world}: SimServer, {hash, agoSeconds = 0}: Orders['arrive']['args']): void {
  const release = offers.get(world)?.get(hash)
  if (release === undefined) throw new Error(`${hash} was not offered`)
  offers.get(world)!.delete(hash)
  const at = world.now() - agoSeconds
  const since = {addedAt: at, startedAt: at, stateChangedAt: at, lastActivityAt: at, activeTime: agoSeconds}
  world.commands.queue.enqueue(world.put({...release, ...since}))
}

function ripen({world}: SimServer, {seconds, ratio, notOf}: Orders['ripen']['args']): string | null {
  const old = [...world.list()]
    .filter(
      (it) =>
        it.state === 'seeding' &&
        !it.isPrivate &&
        !notOf.includes(it.category) &&
        !world.kept.has(it.hash) &&
        it.uploaded < it.size * ratio,
    )
    .toSorted((a, b) => a.addedAt - b.addedAt)[0]
  if (old === undefined) return null
  world.layFiles(old)
  const seedingTime = Math.max(old.seedingTime, seconds)
  const since = world.now() - seedingTime
  world.update(old, {
    seedingTime,
    activeTime: Math.max(old.activeTime, seedingTime),
    completedAt: Math.min(old.completedAt ?? since, since),
    addedAt: Math.min(old.addedAt, since),
    uploaded: Math.ceil(old.size * ratio),
  })
  return old.hash
}

function invent(sim: SimServer, count: number, seed: number): string[] {
  const {world} = sim
  const random = seededRandom(seed)
  const hashes: string[] = []
  while (hashes.length < count) {
    const {mix} = sim.spec
    const fields = mix === 'lived' ? liveIn(world, random) : inventTorrent(world, random, mix)
    // The seed may be the one the server was filled from.
    if (world.known(fields.hash)) continue
    world.commands.queue.enqueue(world.put({...fields, addedAt: world.now()}))
    hashes.push(fields.hash)
  }
  return hashes
}

function disown(sim: SimServer, args: Orders['disown']['args']): string[] {
  const selected = selectedOf(sim, args)
  for (const torrent of selected) sim.world.disown(torrent)
  return selected.map((torrent) => torrent.hash)
}

function selectedOf({world}: SimServer, {hashes, count}: Orders['remove']['args']): SimTorrent[] {
  return hashes
    ? hashes.map((hash) => world.get(hash)).filter((found): found is SimTorrent => found !== undefined)
    : [...world.list().take(count ?? 0)]
}

function remove(sim: SimServer, args: Orders['remove']['args']): string[] {
  const {world} = sim
  const selected = selectedOf(sim, args)
  world.commands.queue.dequeue(selected)
  for (const torrent of selected) world.drop(torrent)
  return selected.map((torrent) => torrent.hash)
}
