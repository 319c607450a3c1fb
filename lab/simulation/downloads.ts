/** How downloads live: each takes a course that chance gave it when it came, a little at a time, while its server runs. */
import type {Random} from '../simulators/random.ts'
import {isComplete, type SimTorrent} from '../simulators/sim-torrent.ts'
import type {World} from '../simulators/world.ts'
import type {Disks} from './disks.ts'
import type {Cause} from './record.ts'

type Course = 'finishes' | 'stalls' | 'metadata' | 'losesFiles'

const courses: readonly Course[] = [
  'finishes',
  'finishes',
  'finishes',
  'stalls',
  'stalls',
  'metadata',
  'losesFiles',
]

interface Life {
  course: Course
  /** Seconds that a whole download takes. */
  readonly duration: number
  /** Uploaded in an hour of seeding, as a share of its size. */
  readonly ratioPerHour: number
  readonly causes: Partial<Record<Cause, number>>
  keptSince: number | null
  /** Seconds of seeding that are not counted yet. */
  unseeded: number
  ignoredSince: number | null
  ordered: boolean
}

type Ailing = Pick<Life, 'course' | 'causes'>

interface DownloadsDeps {
  readonly random: Random
  readonly disks: Disks
  /** ms that only grow. */
  readonly now: () => number
  /** What is uploaded is counted so often, s. */
  readonly seedingSeconds: number
}

export class Downloads {
  readonly #random: Random
  readonly #disks: Disks
  readonly #now: () => number
  readonly #seedingSeconds: number
  readonly #lives = new Map<string, Life>()
  /** Whose removal a person ordered, in any of its lives. */
  readonly #ordered = new Set<string>()
  /** Servers with something that moves. */
  readonly #moving = new Set<string>()
  /** Of what was removed: seconds that it had seeded by then, in all its lives. */
  readonly #seeded = new Map<string, number>()
  /** What an older copy of its server brought back. */
  readonly #ofCopies = new Set<string>()

  constructor({random, disks, now, seedingSeconds}: DownloadsDeps) {
    this.#random = random
    this.#disks = disks
    this.#now = now
    this.#seedingSeconds = seedingSeconds
  }

  /** Downloads that move or will: the time has to pass in small steps. */
  get areMoving(): boolean {
    return this.#moving.size > 0
  }

  causesOf(server: string, hash: string): Life['causes'] {
    return {...this.#lives.get(`${server} ${hash}`)?.causes}
  }

  /** By hash: what waits there in vain. */
  ailing(server: string, world: World): ReadonlyMap<string, Ailing> {
    const found = new Map<string, Ailing>()
    for (const {hash} of world.list()) {
      const {course, causes: {stalled, metadata} = {}} = this.#lives.get(`${server} ${hash}`) ?? {}
      if (course === undefined) continue
      if (stalled !== undefined) found.set(hash, {course, causes: {stalled}})
      if (metadata !== undefined) found.set(hash, {course, causes: {metadata}})
    }
    return found
  }

  /** Its server was put back to an older copy of what it keeps, and this torrent came with it. */
  cameWithACopy(server: string, hash: string): boolean {
    return this.#ofCopies.has(`${server} ${hash}`)
  }

  /** Seconds that it seeded before it was removed and came again: trackers do not forget. */
  seededBefore(server: string, hash: string): number {
    return this.#seeded.get(`${server} ${hash}`) ?? 0
  }

  keptSince(server: string, hash: string): number | null {
    return this.#lives.get(`${server} ${hash}`)?.keptSince ?? null
  }

  keep(server: string, hash: string, isKept: boolean): void {
    const life = this.#lives.get(`${server} ${hash}`)
    if (life) life.keptSince = isKept ? (life.keptSince ?? this.#now()) : null
  }

  ignoredSince(server: string, hash: string): number | null {
    return this.#lives.get(`${server} ${hash}`)?.ignoredSince ?? null
  }

  ignore(server: string, torrent: SimTorrent): void {
    this.#lifeOf(server, torrent).ignoredSince ??= this.#now()
  }

  /** Its Arr does not know any more that it was told to ignore it. */
  heedAgain(server: string, hash: string): void {
    const life = this.#lives.get(`${server} ${hash}`)
    if (life) life.ignoredSince = null
  }

  /** A person has us remove it. */
  order(server: string, torrent: SimTorrent): void {
    this.#lifeOf(server, torrent).ordered = true
    this.#ordered.add(`${server} ${torrent.hash}`)
  }

  /** `before`: one of the same hash that was removed meanwhile. */
  orderedOf(server: string, hash: string): 'itself' | 'before' | null {
    const key = `${server} ${hash}`
    if (this.#lives.get(key)?.ordered === true) return 'itself'
    return this.#ordered.has(key) ? 'before' : null
  }

  /** It came complete, and goes on. */
  seeds(server: string, torrent: SimTorrent): void {
    this.#lifeOf(server, torrent).course = 'finishes'
  }

  /** What its Arr will not import, now that it is complete. */
  rejected(server: string, hash: string): void {
    const causes = this.#lives.get(`${server} ${hash}`)?.causes
    if (causes) causes.rejected ??= this.#now()
  }

  /** Its files are gone, whatever became of it so far; those that others have are there, whatever its server says. */
  lose(server: string, world: World, torrent: SimTorrent): void {
    if (this.#disks.take(server, torrent)) this.#lifeOf(server, torrent).causes.missingFiles ??= this.#now()
    world.update(torrent, {state: 'missingFiles', downSpeed: 0, upSpeed: 0})
  }

  /** Somebody brings it to move again: at once where anybody can be reached, else as soon as they can. */
  revive(server: string, world: World, torrent: SimTorrent, isOnline: boolean): void {
    const life = this.#lifeOf(server, torrent)
    life.course = 'finishes'
    // What its Arr rejected it rejects still.
    for (const cause of Object.keys(life.causes) as Cause[])
      if (cause !== 'rejected') delete life.causes[cause]
    if (torrent.done > 0) this.#disks.lay(server, torrent)
    const isWhole = isComplete(torrent)
    world.update(torrent, {
      running: true,
      state: isWhole ? 'seeding' : 'downloading',
      hasMetadata: true,
      // Its server sees that at once, and it goes on from now.
      ...(!isWhole && isOnline && {downSpeed: speedOf(torrent, life), lastActivityAt: world.now()}),
    })
    if (!isWhole) this.#moving.add(server)
  }

  /** So many seconds of all torrents of a server that runs. */
  live(server: string, world: World, seconds: number): void {
    this.#moving.delete(server)
    for (const torrent of world.list()) this.#live(server, world, torrent, seconds)
  }

  #live(server: string, world: World, torrent: SimTorrent, seconds: number): void {
    if (torrent.state === 'checking')
      return torrent.isCheckStuck ? undefined : this.#endCheck(server, world, torrent)
    // As it was, until it is gone.
    if (world.isLeaving(torrent)) return
    if (!torrent.running || torrent.state === 'missingFiles' || torrent.state === 'error') return
    const life = this.#lifeOf(server, torrent)
    if (isComplete(torrent)) return this.#seed(world, torrent, life, seconds)
    if (!this.#disks.isReached || this.#disks.isReadOnly)
      return world.update(torrent, {state: 'error', errorText: 'the disk is not to be written', downSpeed: 0})
    const now = this.#now()
    if (life.course === 'metadata') {
      life.causes.metadata ??= now
      if (torrent.state !== 'metadata')
        world.update(torrent, {state: 'metadata', hasMetadata: false, downSpeed: 0})
      return
    }
    if (life.course !== 'finishes' && torrent.done >= torrent.size / 2)
      return this.#stop(server, world, torrent, life, seconds)
    const speed = speedOf(torrent, life)
    const done = Math.min(torrent.size, torrent.done + speed * seconds)
    const downloaded = torrent.downloaded + done - torrent.done
    if (torrent.done === 0) this.#disks.lay(server, torrent)
    if (done >= torrent.size) return finish(world, torrent, downloaded)
    this.#moving.add(server)
    const moving = {
      state: 'downloading',
      hasMetadata: true,
      downSpeed: speed,
      availability: 5,
      lastActivityAt: world.now(),
    } as const
    world.update(torrent, {...moving, done, downloaded})
  }

  /** A check takes less than any step of the world; it finds no files where there are none. */
  #endCheck(server: string, world: World, torrent: SimTorrent): void {
    const isThere = this.#disks.isReached && this.#disks.hasFiles(server, torrent)
    if (isThere || torrent.done === 0) world.commands.settle(torrent)
    else world.update(torrent, {state: 'missingFiles', taskProgress: 0})
  }

  /** Nobody looks at an upload by the second: it is counted when its time has passed. */
  #seed(world: World, torrent: SimTorrent, life: Life, seconds: number): void {
    if (torrent.state !== 'seeding') return
    life.unseeded += seconds
    if (life.unseeded < this.#seedingSeconds) return
    const share = (life.ratioPerHour * life.unseeded) / 3_600
    life.unseeded = 0
    world.update(torrent, {uploaded: torrent.uploaded + Math.round(torrent.size * share)})
  }

  #stop(server: string, world: World, torrent: SimTorrent, life: Life, seconds: number): void {
    if (life.course === 'losesFiles') return this.lose(server, world, torrent)
    if (life.causes.stalled !== undefined) return
    // What did not move when these seconds began, such as after a start, stood still in all of them.
    life.causes.stalled = this.#now() - (torrent.downSpeed > 0 ? 0 : seconds * 1_000)
    // Until now it moved, and its server saw it.
    const still = {state: 'downloading', downSpeed: 0, availability: 0.5} as const
    world.update(torrent, {...still, lastActivityAt: world.now()})
  }

  #lifeOf(server: string, {hash}: SimTorrent): Life {
    const key = `${server} ${hash}`
    const known = this.#lives.get(key)
    if (known) return known
    const random = this.#random
    const life: Life = {
      course: random.pick(courses),
      duration: 60 + random.below(600),
      ratioPerHour: random.next() / 2,
      causes: {},
      keptSince: null,
      unseeded: 0,
      ignoredSince: null,
      ordered: false,
    }
    this.#lives.set(key, life)
    return life
  }

  /**
   * Its server is as it was then, and has it: what it lived through since is not so. Trackers do not forget what it seeded,
   * and what its server counted by then is not counted once more. What nobody had then (`ails`) nobody has now.
   */
  goesBack(server: string, world: World, torrent: SimTorrent, ails: Ailing | undefined): void {
    const key = `${server} ${torrent.hash}`
    this.#seeded.set(key, Math.max(0, this.seededBefore(server, torrent.hash) - torrent.seedingTime))
    this.#ofCopies.add(key)
    const life = this.#lifeOf(server, torrent)
    if (ails) Object.assign(life, {course: ails.course, causes: {...ails.causes}})
    if (torrent.tags.includes('keep')) life.keptSince = this.#now()
    if (isComplete(torrent)) life.course = 'finishes'
    this.#disks.claim(server, torrent)
    if (torrent.done === 0) return
    if (!this.#disks.hasFiles(server, torrent)) this.lose(server, world, torrent)
    else if (torrent.state === 'missingFiles')
      world.update(torrent, {state: isComplete(torrent) ? 'seeding' : 'downloading', running: true})
  }

  /** It is gone: should it come again, its life begins again. */
  end(server: string, world: World, torrent: SimTorrent): void {
    const {hash} = torrent
    this.#lives.delete(`${server} ${hash}`)
    this.#ofCopies.delete(`${server} ${hash}`)
    this.#disks.forget(server, hash)
    this.#seeded.set(`${server} ${hash}`, this.seededBefore(server, hash) + world.seededFor(torrent))
  }
}

/** Bytes/s. */
function speedOf({size}: SimTorrent, {duration}: Life): number {
  return Math.ceil(size / duration)
}

function finish(world: World, torrent: SimTorrent, downloaded: number): void {
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  world.update(torrent, {
    done: torrent.size,
    downloaded,
    state: 'seeding',
    downSpeed: 0,
    completedAt: world.now(),
    lastActivityAt: world.now(),
  })
}
