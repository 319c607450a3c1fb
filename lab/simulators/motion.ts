/**
 * Life in a world: with each tick a share of its torrents changes as running torrents do, and what works at something
 * (checks, moves, metadata) gets on with it. Driven by the clock (`run`) or by a test (`tick`).
 */
import {liveIn, usualPace} from './lived-in.ts'
import {inventTorrent} from './invented-torrent.ts'
import {HOUSE_PACE} from './neighbours.ts'
import {seededRandom, type Random} from './random.ts'
import {isComplete, type NewTorrent, type SimFields, type SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

interface MotionOptions {
  readonly seed: number
  /** Share of all torrents that change per second, 0 to 1. */
  readonly changePerSecond: number
  /** When a download ends a new one is added and an old one removed, so that a demo never runs dry. */
  readonly turnover?: boolean | undefined
  /** Each torrent keeps about its own pace, what it fetches takes room, and nobody has more peers than there are. */
  readonly isSteady?: boolean | undefined
}

/** Longest time without a change that is made up for at the next one, seconds. */
const mostElapsed = 120
/** Torrents that get on with their task per tick where nothing else moves. */
const busyAlone = 50
const tries = 12
/** As on real servers most of what moves is what moved before: this share of all torrents is the lively part. */
const livelyShare = 0.1
const picksAmongLively = 0.9
/** Of the lively ones so many are exchanged for others, per change. */
const exchange = 0.05

export class Motion {
  readonly #world: World
  readonly #options: MotionOptions
  readonly #random: Random
  #torrents: SimTorrent[] = []
  #lively: SimTorrent[] = []
  #membership = -1
  #owed = 0
  #seconds = 0
  #cancel: (() => void) | null = null

  constructor(world: World, options: MotionOptions) {
    this.#world = world
    this.#options = options
    this.#random = seededRandom(options.seed ^ 0x5eed)
  }

  /** Ticks by the world's clock until `stop`. Sleeping through a second is made up for. */
  run(everyMs = 1000): void {
    if (this.#cancel) return
    let before = this.#world.clock.monotonic()
    const turn = (): void => {
      const now = this.#world.clock.monotonic()
      this.tick((now - before) / 1000)
      before = now
      this.#cancel = this.#world.clock.after(everyMs, turn)
    }
    this.#cancel = this.#world.clock.after(everyMs, turn)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  get running(): boolean {
    return this.#cancel !== null
  }

  /** Lets so many seconds pass. @returns how many torrents changed */
  tick(seconds = 1): number {
    this.#refresh()
    this.#owed += this.#torrents.length * this.#options.changePerSecond * seconds
    const quota = Math.floor(this.#owed)
    this.#owed -= quota
    this.#seconds = seconds
    // In turn, and at most half of what may change: the share asked for is what a bench counts on.
    const mostBusy = this.#options.changePerSecond === 0 ? busyAlone : Math.ceil(quota / 2)
    const busy = this.#world.busy(mostBusy)
    for (const torrent of busy) this.#work(torrent)
    const others = this.#torrents.length === 0 ? 0 : quota - busy.length
    for (let i = 0; i < others; i++) this.#live(this.#pick())
    return busy.length + Math.max(0, others)
  }

  #refresh(): void {
    if (this.#membership === this.#world.membership) return
    this.#membership = this.#world.membership
    const before = new Set(this.#torrents)
    this.#torrents = [...this.#world.list()]
    this.#lively = this.#lively.filter((torrent) => this.#world.get(torrent.hash) === torrent)
    const size = Math.ceil(this.#torrents.length * livelyShare)
    while (this.#lively.length < size) this.#lively.push(this.#pickRunning())
    if (!this.#options.isSteady) return
    // What just came is fetched at its pace from the first second on.
    for (const torrent of this.#torrents)
      if (!before.has(torrent) && torrent.state === 'downloading' && !this.#lively.includes(torrent))
        this.#lively.push(torrent)
  }

  #pick(): SimTorrent {
    if (!this.#random.chance(picksAmongLively)) return this.#pickRunning()
    const at = this.#random.below(this.#lively.length)
    const torrent = this.#lively[at]!
    // At a steady pace it would not come if it stood still in between.
    if (this.#options.isSteady && torrent.state === 'downloading') return torrent
    if (torrent.running && !this.#random.chance(exchange)) return torrent
    return (this.#lively[at] = this.#pickRunning())
  }

  /** Stopped torrents do not change by themselves; where nothing runs, trackers are still asked. */
  #pickRunning(): SimTorrent {
    for (let i = 0; i < tries; i++) {
      const torrent = this.#random.pick(this.#torrents)
      if (torrent.state === 'downloading' || torrent.state === 'seeding' || torrent.state === 'queued')
        return torrent
    }
    return this.#random.pick(this.#torrents)
  }

  #live(torrent: SimTorrent): void {
    if (torrent.state === 'downloading') this.#download(torrent)
    else if (torrent.state === 'seeding') this.#seed(torrent)
    else if (torrent.state === 'queued' && this.#random.chance(0.02)) this.#world.commands.settle(torrent)
    else this.#scrape(torrent)
  }

  #download(torrent: SimTorrent): void {
    const elapsed = this.#elapsed(torrent)
    const received = Math.min(torrent.size - torrent.done, Math.floor(torrent.downSpeed * elapsed))
    const done = torrent.done + received
    if (this.#options.isSteady && received > this.#world.free) return this.#fail(torrent)
    this.#count(received, 'down')
    // Daemons make files with their first bytes.
    if (this.#options.isSteady && received > 0 && torrent.done === 0) this.#world.layFiles(torrent)
    if (received > 0) this.#world.writeFiles(torrent)
    if (this.#options.isSteady) this.#world.free -= received
    this.#giveFromNeighbour(torrent, received)
    const common = {...this.#upload(torrent, elapsed), ...this.#swarm(torrent), done}
    if (done >= torrent.size) return this.#finish(torrent, {...common, ...this.#received(torrent, received)})
    this.#world.update(torrent, {
      ...common,
      ...this.#received(torrent, received),
      downSpeed: this.#nextSpeed(torrent, 'down'),
    })
    if (!this.#options.isSteady && this.#random.chance(0.0005)) this.#fail(torrent)
  }

  /** What comes from a neighbour is uploaded there. */
  #giveFromNeighbour(torrent: SimTorrent, bytes: number): void {
    const giver = this.#world.giverOf(torrent)
    if (giver === null || bytes === 0) return
    const {world, torrent: its} = giver
    world.update(its, {
      uploaded: its.uploaded + bytes,
      sessionUploaded: its.sessionUploaded + bytes,
      lastActivityAt: world.now(),
    })
    world.session.uploaded += bytes
    world.allTime.uploaded += bytes
  }

  #seed(torrent: SimTorrent): void {
    this.#world.update(torrent, {...this.#upload(torrent, this.#elapsed(torrent)), ...this.#swarm(torrent)})
    if (this.#random.chance(0.01)) this.#announce(torrent)
  }

  #received(torrent: SimTorrent, bytes: number): Partial<SimFields> {
    if (bytes === 0) return {}
    return {
      downloaded: torrent.downloaded + bytes,
      sessionDownloaded: torrent.sessionDownloaded + bytes,
      lastActivityAt: this.#world.now(),
    }
  }

  #upload(torrent: SimTorrent, elapsed: number): Partial<SimFields> {
    const bytes = Math.floor(torrent.upSpeed * elapsed)
    this.#count(bytes, 'up')
    return {
      upSpeed: this.#nextSpeed(torrent, 'up'),
      ...(bytes > 0 && {
        uploaded: torrent.uploaded + bytes,
        sessionUploaded: torrent.sessionUploaded + bytes,
        lastActivityAt: this.#world.now(),
      }),
    }
  }

  /** Flows wander; now and then one dries up or springs. */
  #nextSpeed(torrent: SimTorrent, way: 'down' | 'up'): number {
    const random = this.#random
    const limit = way === 'down' ? torrent.downLimit : torrent.upLimit
    const giver = way === 'down' ? this.#world.giverOf(torrent) : null
    if (giver !== null) {
      const limits = [limit, giver.torrent.upLimit, this.#world.limits.down, giver.world.limits.up]
      return Math.min(...limits.map((it) => it ?? Infinity), Math.floor(HOUSE_PACE * random.between(0.6, 1)))
    }
    if (this.#options.isSteady) {
      const next = random.chance(0.05) ? 0 : usualPace(torrent)[way] * random.between(0.75, 1.25)
      return Math.floor(Math.min(next, limit ?? next))
    }
    const speed = way === 'down' ? torrent.downSpeed : torrent.upSpeed
    const most = way === 'down' ? 9_000_000 : 2_000_000
    const next =
      speed === 0
        ? random.chance(0.15)
          ? random.between(1_000, most / 4)
          : 0
        : random.chance(0.05)
          ? 0
          : speed * random.between(0.8, 1.22)
    return Math.floor(Math.min(next, limit ?? most))
  }

  #swarm(torrent: SimTorrent): Partial<SimFields> {
    const step = this.#random.below(3) - 1
    if (this.#options.isSteady) return this.#steadySwarm(torrent, step)
    const peersConnected = Math.min(60, Math.max(0, torrent.peersConnected + step))
    const seedsConnected = isComplete(torrent) ? 0 : Math.min(60, Math.max(1, torrent.seedsConnected - step))
    return {peersConnected, seedsConnected, peersSwarm: Math.max(peersConnected, torrent.peersSwarm + step)}
  }

  /** Whoever moves bytes has somebody to move them with. */
  #steadySwarm(torrent: SimTorrent, step: number): Partial<SimFields> {
    const {seedsSwarm, peersSwarm} = torrent
    const {down, up} = usualPace(torrent)
    const [seeds, peers] = [torrent.seedsConnected - step, torrent.peersConnected + step]
    return {
      seedsConnected: isComplete(torrent) ? 0 : Math.min(seedsSwarm, Math.max(down > 0 ? 1 : 0, seeds)),
      peersConnected: Math.min(peersSwarm, Math.max(up > 0 ? 1 : 0, peers)),
    }
  }

  #scrape(torrent: SimTorrent): void {
    // Of what stands still nobody has all.
    if (this.#options.isSteady && torrent.seedsSwarm === 0) return
    const least = this.#options.isSteady ? Math.max(1, torrent.seedsConnected) : 0
    const seedsSwarm = Math.max(least, torrent.seedsSwarm + this.#random.below(5) - 2)
    this.#world.update(torrent, {seedsSwarm}, 'swarm')
  }

  /** A tracker answers, or does not. */
  #announce(torrent: SimTorrent): void {
    const now = this.#world.now()
    const fails = this.#random.chance(this.#options.isSteady ? 0.005 : 0.1)
    const trackers = torrent.trackers.map((tracker) => ({
      ...tracker,
      status: fails ? ('unreachable' as const) : ('working' as const),
      message: fails ? 'connection timed out' : '',
      lastAnnounceAt: now,
      nextAnnounceAt: now + 1800,
    }))
    this.#world.update(torrent, {trackers}, 'swarm')
  }

  #fail(torrent: SimTorrent): void {
    const patch = {
      state: 'error',
      errorText: 'No space left on device',
      running: false,
      downSpeed: 0,
      upSpeed: 0,
    } as const
    this.#world.update(torrent, patch)
  }

  #finish(torrent: SimTorrent, patch: Partial<SimFields>): void {
    this.#world.update(torrent, {
      ...patch,
      state: 'seeding',
      downSpeed: 0,
      seedsConnected: 0,
      availability: 0,
      completedAt: this.#world.now(),
      seenCompleteAt: this.#world.now(),
    })
    if ((this.#world.options.queueHolds ?? 'unfinished') === 'unfinished')
      this.#world.commands.queue.dequeue([torrent])
    this.#world.commands.bringCompleted(torrent)
    if (this.#options.turnover) this.#turnOver(torrent.size)
  }

  /** Something new comes, something old goes. @param taken bytes that what is complete now took */
  #turnOver(taken: number): void {
    const world = this.#world
    const fresh = this.#options.isSteady
      ? this.#newcomer()
      : inventTorrent(world, this.#random, 'lively', 'downloading')
    const torrent = world.put({...fresh, addedAt: world.now(), startedAt: world.now(), activeTime: 0})
    world.commands.queue.enqueue(torrent)
    world.layFiles(torrent)
    // What is copied between servers, or was, stays.
    const isShared = ({hash}: SimTorrent) => world.neighbours?.others(hash, world) ?? false
    const old = this.#torrents.find(
      (one) => one.state === 'seeding' && one.upSpeed === 0 && !world.kept.has(one.hash) && !isShared(one),
    )
    if (!old) return
    // A disk is about as full as before.
    if (this.#options.isSteady) world.free += taken
    world.clearFiles(old)
    world.drop(old)
    this.#refresh()
  }

  /** One that comes in: else all places would be taken by what stands still in the end. */
  #newcomer(): NewTorrent {
    for (;;) {
      const fresh = liveIn(this.#world, this.#random, true)
      if (usualPace(fresh).down > 0) return fresh
    }
  }

  /** Checks and moves take about 20 s, metadata about 10. */
  #work(torrent: SimTorrent): void {
    if (torrent.state === 'checking' && torrent.isCheckStuck) return
    const lasts = torrent.state === 'metadata' ? 10 : 20
    const taskProgress = torrent.taskProgress + this.#elapsed(torrent) / lasts
    if (taskProgress < 1) return this.#world.update(torrent, {taskProgress})
    if (torrent.hasMetadata) this.#world.commands.settle(torrent)
    else this.#world.commands.learn(torrent, this.#metadata())
  }

  #metadata(): Partial<SimFields> {
    const size = 50_000_000 + this.#random.below(2_000_000_000)
    const pieceSize = 1_048_576
    const pieceCount = Math.ceil(size / pieceSize)
    return {size, sizeTotal: size, pieceSize, pieceCount, fileCount: 1 + this.#random.below(5)}
  }

  #elapsed(torrent: SimTorrent): number {
    const elapsed = (this.#world.clock.monotonic() - torrent.touchedAt.activity) / 1000
    return Math.min(mostElapsed, this.#options.isSteady ? elapsed : Math.max(this.#seconds, elapsed))
  }

  #count(bytes: number, way: 'down' | 'up'): void {
    const name = way === 'down' ? 'downloaded' : 'uploaded'
    this.#world.session[name] += bytes
    this.#world.allTime[name] += bytes
  }
}
