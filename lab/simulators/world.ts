/**
 * One simulated server's torrents, protocol neutral, built for 100,000 of them. The faces read it and put it into
 * their protocol's words, `WorldCommands` changes it for them, `Motion` lets it live.
 *
 * Every change raises `revision`; `changedSince` and `removedSince` answer in time proportional to what changed.
 */
import type {Clock} from '#lib/clock.ts'
import {ChangeChain} from './change-chain.ts'
import {fillFiles, inventFiles, inventPeers} from './inside.ts'
import type {Neighbours} from './neighbours.ts'
import {seededRandom, type Random} from './random.ts'
import {GrowingList, type ShortList} from './short-list.ts'
import type {SimDisk} from './sim-disk.ts'
import {
  aspects,
  OwnTorrent,
  type Aspect,
  type NewTorrent,
  type SimFields,
  type SimFile,
  type SimPeer,
  type SimTorrent,
} from './sim-torrent.ts'
import type {TorrentFolder} from './torrent-folder.ts'
import {WorldCommands} from './world-commands.ts'

export interface WorldOptions {
  readonly clock: Clock
  /** Same seed, same pids, session ids and inventions. */
  readonly seed: number
  /** How far the server's wall clock is off at first, seconds; days are fine. */
  readonly skewSeconds?: number | undefined
  readonly defaultSavePath?: string | undefined
  /** qBittorrent queues what is unfinished, Transmission everything; rTorrent has none. Default `unfinished`. */
  readonly queueHolds?: 'unfinished' | 'all' | 'none' | undefined
  /** Byte counters are shown as signed 32-bit numbers (an old build's overflow): see `shown`. */
  readonly wrapCounters?: boolean | undefined
}

interface RemovedTorrent {
  readonly hash: string
  readonly id: number
  readonly revision: number
  /** ms of `Clock.monotonic`. */
  readonly at: number
  /** It is named so, and is there. */
  readonly isDisowned: boolean
}

export interface GlobalLimits {
  /** bytes/s, `null` = none. */
  readonly down: number | null
  readonly up: number | null
  readonly altDown: number | null
  readonly altUp: number | null
  readonly altOn: boolean
}

/** Of one run of the daemon; new after a restart. */
interface Session {
  readonly pid: number
  /** 48 letters and digits. */
  readonly id: string
  /** Epoch seconds by the server's own clock. */
  readonly startedAt: number
  downloaded: number
  uploaded: number
}

export class World {
  readonly clock: Clock
  readonly options: WorldOptions
  readonly random: Random
  /** Everything a client can ask for; the faces change the world only through it. */
  readonly commands: WorldCommands
  /** Name → save path ('' = the default). Changed by `commands` only. */
  readonly categories = new Map<string, string>()
  readonly tags = new Set<string>()
  /** The daemon's own settings by its own names; each face fills in its defaults. */
  readonly preferences = new Map<string, unknown>()
  /** Hashes that an Arr waits for: what is old goes, and these stay. */
  readonly kept = new Set<string>()
  /** Banned peers, as given. */
  readonly bannedPeers = new Set<string>()
  limits: GlobalLimits = {down: null, up: null, altDown: 1_048_576, altUp: 524_288, altOn: false}
  session: Session
  readonly allTime = {downloaded: 7.2e12, uploaded: 1.9e13}
  /** What a daemon tells of its own place in the swarm. */
  swarm: {
    readonly connection: 'connected' | 'firewalled' | 'disconnected'
    readonly dhtNodes: number
    readonly peers: number
  } = {connection: 'connected', dhtNodes: 371, peers: 0}
  /** bytes/s of all torrents together. */
  downSpeed = 0
  upSpeed = 0
  /** How often it was restarted. A face throws its sessions away when this rises. */
  generation = 0
  /** Bytes free anywhere. */
  free = 3.3e12
  /** How far its wall clock is off, seconds: people set it. */
  skewSeconds: number
  /** So long after it was told to remove a torrent it lists that still, ms. */
  removalTakesMs = 0
  /** Where its files lie; `null` = nowhere, each is there as its torrent says. */
  disk: SimDisk | null = null
  /** Where it keeps the .torrent files of its torrents; `null` = nowhere that can be looked at. */
  torrentFolder: TorrentFolder | null = null
  /** As people set it. */
  defaultSavePath: string
  /** Where peers reach it. */
  peerPort = 51_413
  /** Who else it may reach as a peer; `null` = nobody. */
  neighbours: Neighbours | null = null

  readonly #torrents = new Map<string, OwnTorrent>()
  readonly #byId = new Map<number, OwnTorrent>()
  readonly #changes = new ChangeChain<OwnTorrent>()
  /** Torrents that work at something by themselves (check, move, metadata): `Motion` goes through them. */
  readonly #busy = new Set<OwnTorrent>()
  readonly #leaving = new WeakSet<SimTorrent>()
  /** Of each torrent the neighbours that it knows as peers, as long as its daemon runs. */
  #met = new WeakMap<SimTorrent, Set<World>>()
  #removed: RemovedTorrent[] = []
  #revision = 0
  #nextId = 1
  #growing: GrowingList<OwnTorrent> | null = null
  #membership = 0
  /** Since when the list has named the same torrents, ms of the clock that only grows. */
  #sameSince: number
  #longestSameMs = 0
  readonly #restartListeners = new Set<() => void>()

  constructor(options: WorldOptions) {
    this.options = options
    this.clock = options.clock
    this.defaultSavePath = options.defaultSavePath ?? '/srv/downloads'
    this.skewSeconds = options.skewSeconds ?? 0
    this.random = seededRandom(options.seed)
    this.session = this.#newSession()
    this.#sameSince = options.clock.monotonic()
    this.commands = new WorldCommands(this)
  }

  /* ───────────────────────────── reading ───────────────────────────── */

  /** Epoch seconds by the server's own, perhaps wrong, clock. Whole. */
  now(): number {
    return Math.floor(this.clock.now() / 1000) + this.skewSeconds
  }

  /** Seconds up to this moment; what the server tells is as old as the last change. */
  seededFor(torrent: SimTorrent): number {
    const {running, state, seedingTime, accruedAt} = torrent as OwnTorrent
    return running && state === 'seeding' ? seedingTime + this.#upSeconds() - accruedAt : seedingTime
  }

  /** Rises with every change. */
  get revision(): number {
    this.#grow()
    return this.#revision
  }

  /** Torrents the server shows at the moment. */
  get size(): number {
    return this.#torrents.size - this.hidden
  }

  /** Torrents that it has and does not show. */
  get hidden(): number {
    this.#grow()
    return this.#growing?.hidden ?? 0
  }

  /** Rises when torrents come, go or show: whoever keeps a list of them reads it again. */
  get membership(): number {
    return this.#membership
  }

  /** Since its last start: the longest time in which its list named the same torrents, ms. */
  get longestSameMs(): number {
    this.#grow()
    return Math.max(this.#longestSameMs, this.clock.monotonic() - this.#sameSince)
  }

  /** By its hash, lower case. `undefined` also for those still hidden after a restart. */
  get(hash: string): SimTorrent | undefined {
    this.#grow()
    const torrent = this.#torrents.get(hash)
    return torrent?.hidden ? undefined : torrent
  }

  /** As `get`, but also one that is still hidden: a server that loads its torrents knows which ones it will have. */
  known(hash: string): SimTorrent | undefined {
    return this.#torrents.get(hash)
  }

  byId(id: number): SimTorrent | undefined {
    this.#grow()
    const torrent = this.#byId.get(id)
    return torrent?.hidden ? undefined : torrent
  }

  /** All that are shown, in the order of adding. */
  *list(): Generator<SimTorrent> {
    this.#grow()
    for (const torrent of this.#torrents.values()) if (!torrent.hidden) yield torrent
  }

  /** Shown torrents changed after `revision`, newest change first. Time: their number. */
  changedSince(revision: number): SimTorrent[] {
    this.#grow()
    return [...this.#changes.since(revision)]
  }

  /** Torrents removed (or disowned) after `revision` and not added again, oldest first. Time: the number of removals since. */
  removedSince(revision: number): RemovedTorrent[] {
    return tailOf(this.#removed, (entry) => entry.revision > revision).filter(
      (entry) => entry.isDisowned || this.get(entry.hash) === undefined,
    )
  }

  /** Changed in one of these aspects within the last seconds (Transmission's `recently-active`), newest first. */
  changedWithin(seconds: number, seen: readonly Aspect[] = aspects): SimTorrent[] {
    this.#grow()
    const since = this.clock.monotonic() - seconds * 1000
    const found: SimTorrent[] = []
    for (const torrent of this.#changes.sinceTime(since)) {
      if (seen.some((aspect) => torrent.touchedAt[aspect] >= since)) found.push(torrent)
    }
    return found
  }

  /** Removed within the last seconds, also those added again since under a new id. */
  removedWithin(seconds: number): RemovedTorrent[] {
    const since = this.clock.monotonic() - seconds * 1000
    return tailOf(this.#removed, (entry) => entry.at >= since)
  }

  /** Its files; `[]` without metadata. Invented when first asked for, then kept. */
  files(torrent: SimTorrent): readonly SimFile[] {
    if (!torrent.hasMetadata) return []
    const own = torrent as OwnTorrent
    own.files ??= inventFiles(torrent)
    fillFiles(own.files, torrent.done)
    return own.files
  }

  /** Of its files, in their order, by its own paths. */
  pathsOf(torrent: SimTorrent): readonly string[] {
    const folder = torrent.savePath.replace(/\/$/, '')
    return this.files(torrent).map(({path}) => `${folder}/${path}`)
  }

  /** Brings what lies there to another folder, whoever else has it, over whatever has its names. */
  relocate(torrent: SimTorrent, folder: string): void {
    const {disk} = this
    if (disk === null) return
    const to = folder.replace(/\/$/, '')
    const paths = this.pathsOf(torrent)
    this.files(torrent).forEach(({path}, at) => disk.rename(paths[at]!, `${to}/${path}`))
  }

  /** Whoever fetches a file makes it as long as it is to be, whoever else has it. */
  claimFiles(torrent: SimTorrent): void {
    const {disk} = this
    if (disk === null) return
    const paths = this.pathsOf(torrent)
    this.files(torrent).forEach(({size, priority, done}, at) => {
      const isFetched = priority !== 'skip' && done < size
      if (isFetched && (disk.size(paths[at]!) ?? 0) > size) disk.truncate(paths[at]!, size)
    })
  }

  /** What belongs to it lies there from now on, as large as it will be. Without a disk, nowhere. */
  layFiles(torrent: SimTorrent): void {
    const {disk} = this
    if (disk === null || !torrent.hasMetadata) return
    const files = this.files(torrent)
    this.pathsOf(torrent).forEach((path, at) => disk.write(path, files[at]!.size))
  }

  /** Something of it came in: what is not whole of it is written to. */
  writeFiles(torrent: SimTorrent): void {
    const {disk} = this
    if (disk === null) return
    const files = this.files(torrent)
    this.pathsOf(torrent).forEach((path, at) => {
      const {size, done, priority} = files[at]!
      if (priority !== 'skip' && done < size) disk.touch(path, this.now())
    })
  }

  /** None of it lies there any more. */
  clearFiles(torrent: SimTorrent): void {
    const {disk} = this
    if (disk === null) return
    for (const path of this.pathsOf(torrent)) disk.remove(path)
  }

  /** Where a server that manages torrents by category saves those of this one. */
  folderOf(category: string): string {
    const own = this.categories.get(category)
    if (own) return own
    return category === '' ? this.defaultSavePath : `${this.defaultSavePath.replace(/\/$/, '')}/${category}`
  }

  /** What is not on the disk it does not have, whatever was said before; who had nothing at all has what is there. */
  readDisk(torrent: SimTorrent): void {
    const {disk} = this
    if (disk === null) return
    const paths = this.pathsOf(torrent)
    const hadNothing = torrent.done === 0
    let change = 0
    this.files(torrent).forEach((file, at) => {
      const path = paths[at]!
      const held = disk.has(path) ? (disk.size(path) ?? file.done) : 0
      const now = hadNothing ? ownBytes(sizeOn(disk, path), file.size) : Math.min(file.done, held)
      const done = disk.isOwn(path) ? Math.min(now, file.size) : 0
      if (file.priority !== 'skip') change += done - file.done
      file.done = done
    })
    if (change !== 0) this.update(torrent, {done: Math.max(0, torrent.done + change)}, 'files')
  }

  /** Its connected peers, the same for the same figures. */
  peers(torrent: SimTorrent): readonly SimPeer[] {
    return inventPeers(torrent).filter((peer) => !this.bannedPeers.has(peer.address))
  }

  /** Those of the peers that are neighbours know it from now on, and it knows them. */
  meet(torrent: SimTorrent, peers: readonly string[]): void {
    for (const peer of peers) {
      const other = this.neighbours?.at(peer) ?? this
      const its = other.get(torrent.hash)
      if (other === this || its === undefined || this.bannedPeers.has(peer)) continue
      this.#know(torrent, other)
      other.#know(its, this)
    }
  }

  /** A neighbour that it knows, and that seeds it now; `null` = only the swarm may have it. */
  giverOf(torrent: SimTorrent): {readonly world: World; readonly torrent: SimTorrent} | null {
    for (const world of this.#met.get(torrent) ?? []) {
      const its = world.get(torrent.hash)
      if (its?.running && its.state === 'seeding') return {world, torrent: its}
    }
    return null
  }

  /** One state per piece: 0 missing, 1 downloading, 2 held. */
  pieces(torrent: SimTorrent): number[] {
    const have = Math.floor((torrent.done / Math.max(1, torrent.size)) * torrent.pieceCount)
    const states: number[] = Array.from({length: torrent.hasMetadata ? torrent.pieceCount : 0}, () => 0)
    states.fill(2, 0, have)
    if (torrent.downSpeed > 0 && have < states.length) states[have] = 1
    return states
  }

  /** A byte counter as the server shows it: whole, or wrapped to 32 bits where the world is told so. */
  shown(bytes: number): number {
    return this.options.wrapCounters ? bytes | 0 : bytes
  }

  /* ───────────────────────────── changing ───────────────────────────── */

  /** Puts a torrent in. The caller has made sure that its hash is not there. Commands use `commands.add`. */
  put(fields: NewTorrent): SimTorrent {
    const torrent = new OwnTorrent(fields, this.#nextId++, this.now(), this.#upSeconds())
    this.#torrents.set(torrent.hash, torrent)
    this.#byId.set(torrent.id, torrent)
    this.downSpeed += torrent.downSpeed
    this.upSpeed += torrent.upSpeed
    this.#otherMembers()
    this.#noteBusy(torrent)
    this.#touch(torrent, 'activity')
    this.torrentFolder?.keep(torrent)
    return torrent
  }

  /** Changes fields of one torrent and writes it into the change log. */
  update(torrent: SimTorrent, patch: Partial<SimFields>, aspect: Aspect = 'activity'): void {
    const own = torrent as OwnTorrent
    this.#accrue(own)
    this.downSpeed += (patch.downSpeed ?? own.downSpeed) - own.downSpeed
    this.upSpeed += (patch.upSpeed ?? own.upSpeed) - own.upSpeed
    if (patch.state !== undefined && patch.state !== own.state) {
      own.stateChangedAt = this.now()
      own.stateCounter++
    }
    Object.assign(own, patch)
    this.#noteBusy(own)
    this.#touch(own, aspect)
  }

  /** Changes files in place by `change`; wanted size and held bytes follow. */
  updateFiles(torrent: SimTorrent, change: (file: SimFile, index: number) => void): void {
    this.files(torrent)
    const files = (torrent as OwnTorrent).files
    if (!files || !torrent.hasMetadata) return
    files.forEach(change)
    const wanted = files.filter((file) => file.priority !== 'skip')
    const size = wanted.reduce((sum, file) => sum + file.size, 0)
    this.update(torrent, {size, done: Math.min(size, torrent.done)}, 'files')
  }

  /** What it holds, once that is known: its sizes follow. */
  nameFiles(torrent: SimTorrent, files: readonly SimFile[]): void {
    const own = torrent as OwnTorrent
    own.files = files.map((file) => ({...file}))
    const size = files.reduce((sum, file) => sum + file.size, 0)
    const [rootName = ''] = files[0]!.path.split('/')
    const name = torrent.name === torrent.rootName ? rootName : torrent.name
    this.update(torrent, {name, rootName, size, sizeTotal: size, fileCount: files.length}, 'files')
  }

  /** Takes a torrent out, also of the queue: who was behind it moves up, and nothing tells of it any more. */
  drop(torrent: SimTorrent): void {
    const own = torrent as OwnTorrent
    this.commands.queue.dequeue([own])
    this.update(own, {downSpeed: 0, upSpeed: 0})
    this.#otherMembers()
    this.#torrents.delete(own.hash)
    this.#byId.delete(own.id)
    this.#busy.delete(own)
    this.#changes.drop(own.mark)
    this.torrentFolder?.forget(own)
    this.#noteRemoved(own, false)
  }

  /** Takes torrents out that it was told to remove: at once, or in a while, in which it lists them as before. */
  release(torrents: readonly SimTorrent[]): void {
    const {removalTakesMs} = this
    if (removalTakesMs === 0) for (const torrent of torrents) this.drop(torrent)
    else
      for (const torrent of torrents) {
        this.#leaving.add(torrent)
        this.clock.after(removalTakesMs, () => {
          if (this.#torrents.get(torrent.hash) === torrent) this.drop(torrent)
        })
      }
  }

  /** It was told to remove it, and has not done so yet. */
  isLeaving(torrent: SimTorrent): boolean {
    return this.#leaving.has(torrent)
  }

  /** All torrents as they are now, hidden ones too; nothing that happens later changes them. */
  records(): readonly NewTorrent[] {
    return Array.from(this.#torrents.values(), (torrent) => {
      this.#accrue(torrent)
      const {
        id: _,
        hidden: __,
        mark: ___,
        touchedAt: ____,
        changedAtRevision: _____,
        accruedAt: ______,
        ...kept
      } = torrent
      return structuredClone({...kept, queuePosition: null, downSpeed: 0, upSpeed: 0})
    })
  }

  /** Restarts with the torrents of then: with their dates and figures, those that were removed since, and none that came. */
  restore(records: readonly NewTorrent[]): void {
    for (const torrent of Array.from(this.#torrents.values())) this.drop(torrent)
    for (const record of structuredClone(records)) this.commands.queue.enqueue(this.put(record))
    this.restart()
  }

  /** Its next answer names it as removed, although it has it and goes on listing it: a daemon that went wrong. */
  disown({hash, id}: SimTorrent): void {
    this.#noteRemoved({hash, id}, true)
  }

  /** Up to `most` torrents that work at something by themselves (check, move, metadata), the longest untouched first. */
  busy(most: number): SimTorrent[] {
    const found: SimTorrent[] = []
    for (const torrent of this.#busy) {
      if (found.length >= most) break
      if (!torrent.hidden) found.push(torrent)
    }
    return found
  }

  /** Whatever changed so far was long ago (`changedWithin`, `removedWithin`): a world that has been running for days. */
  settle(): void {
    for (const torrent of this.#torrents.values()) {
      for (const aspect of aspects) torrent.touchedAt[aspect] = -Infinity
      torrent.mark.at = -Infinity
    }
    this.#removed = this.#removed.map((entry) => ({...entry, at: -Infinity}))
  }

  /** Something besides torrents changed (categories, limits, preferences). */
  bump(): void {
    this.#revision++
  }

  /**
   * The daemon starts again: new pid, session, ids; session counters and the log of removals are gone. With a short
   * list only its first torrents are there, the others appear over time.
   */
  restart(list?: ShortList): void {
    this.generation++
    this.#otherMembers()
    this.#longestSameMs = 0
    this.session = this.#newSession()
    this.#removed = []
    this.#met = new WeakMap()
    this.#nextId = 1
    this.#byId.clear()
    for (const torrent of this.#torrents.values()) this.#reload(torrent)
    this.#hide(list)
    for (const listener of this.#restartListeners) listener()
  }

  /** Called after each restart; the answer unsubscribes. */
  onRestart(listener: () => void): () => void {
    this.#restartListeners.add(listener)
    return () => this.#restartListeners.delete(listener)
  }

  /* ───────────────────────────── inside ───────────────────────────── */

  #know(torrent: SimTorrent, other: World): void {
    const known = this.#met.get(torrent) ?? new Set()
    this.#met.set(torrent, known.add(other))
    this.update(torrent, {seedsConnected: torrent.seedsConnected + 1}, 'swarm')
  }

  #reload(torrent: OwnTorrent): void {
    this.#accrue(torrent)
    torrent.id = this.#nextId++
    this.#byId.set(torrent.id, torrent)
    torrent.sessionDownloaded = torrent.sessionUploaded = 0
    torrent.hidden = false
    this.#touch(torrent, 'activity')
  }

  #hide(list: ShortList | undefined): void {
    this.#growing = null
    if (!list) return
    const later = [...this.#torrents.values()].slice(list.from)
    for (const torrent of later) {
      torrent.hidden = true
      this.#changes.drop(torrent.mark)
    }
    this.#growing = new GrowingList(list, later, this.clock.monotonic())
  }

  #noteRemoved({hash, id}: Pick<SimTorrent, 'hash' | 'id'>, isDisowned: boolean): void {
    this.#removed.push({hash, id, revision: ++this.#revision, at: this.clock.monotonic(), isDisowned})
  }

  #otherMembers(): void {
    const now = this.clock.monotonic()
    this.#membership++
    this.#longestSameMs = Math.max(this.#longestSameMs, now - this.#sameSince)
    this.#sameSince = now
  }

  /** Shows what the restarted server has loaded by now. */
  #grow(): void {
    if (!this.#growing) return
    for (const torrent of this.#growing.due(this.clock.monotonic())) {
      torrent.hidden = false
      this.#otherMembers()
      this.#touch(torrent, 'activity')
    }
    if (this.#growing.hidden === 0) this.#growing = null
  }

  #touch(torrent: OwnTorrent, aspect: Aspect): void {
    torrent.touchedAt[aspect] = this.clock.monotonic()
    torrent.changedAtRevision = ++this.#revision
    // Whoever still works with one that is gone changes nothing that is told.
    if (torrent.hidden || this.#torrents.get(torrent.hash) !== torrent) return
    this.#changes.touch(torrent.mark, torrent, this.#revision, this.clock.monotonic())
  }

  /** Counts the seconds since the last change as active or not: daemons count them one by one, whatever their clock says. */
  #accrue(torrent: OwnTorrent): void {
    const seededFor = this.seededFor(torrent)
    const now = this.#upSeconds()
    if (torrent.running) torrent.activeTime += now - torrent.accruedAt
    torrent.seedingTime = seededFor
    torrent.accruedAt = now
  }

  /** Seconds that only grow. */
  #upSeconds(): number {
    return Math.floor(this.clock.monotonic() / 1000)
  }

  #noteBusy(torrent: OwnTorrent): void {
    const works = torrent.state === 'checking' || torrent.state === 'moving' || torrent.state === 'metadata'
    this.#busy.delete(torrent)
    if (works) this.#busy.add(torrent)
  }

  #newSession(): Session {
    return {
      pid: 1000 + this.random.below(60_000),
      id: this.random.text(48),
      startedAt: this.now(),
      downloaded: 0,
      uploaded: 0,
    }
  }
}

/** The last entries of a list for which `wanted` holds, oldest first. */
function tailOf<T>(entries: readonly T[], wanted: (entry: T) => boolean): T[] {
  let from = entries.length
  while (from > 0 && wanted(entries[from - 1]!)) from--
  return entries.slice(from)
}

/** What is longer than it should be is something else, of which no piece fits. */
function ownBytes(found: number, wanted: number): number {
  return found > wanted ? 0 : found
}

/** bytes, also of what is not whole, by the name that qBittorrent gives it. */
function sizeOn(disk: SimDisk, path: string): number {
  return disk.size(path) ?? disk.size(`${path}.!qB`) ?? 0
}
