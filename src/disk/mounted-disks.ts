/**
 * What a path shows, as far as it can be believed to be the disk that was there before; and that it is, kept for the
 * next look.
 */
import {dirname} from 'node:path'
import type {DiskFigures} from '#model/services.ts'
import {MINUTE} from '#model/units.ts'
import {freeSpace, type DiskSpace} from './free-space.ts'
import {unseen, type Unseen} from './fs-errors.ts'
import {isReadOnlyDisk} from './mount-table.ts'
import {deviceAt, checkMount, lookAtMount, type MountVerdict, type RememberedMount} from './mounts.ts'
import {toOurs} from './path-mapping.ts'
import type {Patience} from './patience.ts'

/**
 * Disks that are kept in mind over restarts, by where they lie: at folders that a configuration names, and wherever the
 * system says that another disk begins. All other folders come and go with their torrents, and are none.
 */
interface MountRepository {
  get(path: string): RememberedMount | undefined
  set(path: string, mount: RememberedMount): unknown
}

/** So long what is told of files on a disk that came back proves nothing: whoever tells it may not have looked yet. */
export const DISK_SETTLING_MS = 10 * MINUTE * 1_000

/** Whatever is mounted below the folders of servers, there are no more lines than this. */
const MOST_DISKS = 200

/** What our paths show, and what is remembered of their disks. */
export class MountedDisks {
  readonly patience: Patience
  readonly #mounts: MountRepository

  constructor(patience: Patience, mounts: MountRepository) {
    this.patience = patience
    this.#mounts = mounts
  }

  /** Keeps its disk in mind. @param path ours: a folder that a configuration names, or where a disk is mounted */
  async believedMount(path: string): Promise<MountVerdict> {
    const seen = await lookAtMount(path, this.patience)
    const before = this.#mounts.get(path)
    const verdict = checkMount(before ?? null, seen)
    if (verdict.mounted === true) {
      const returnedAt = before?.returnedAt === 'away' ? this.patience.now() : before?.returnedAt
      this.#mounts.set(path, {...verdict.remember, ...(returnedAt !== undefined && {returnedAt})})
    } else if (before && before.returnedAt !== 'away') this.#mounts.set(path, {...before, returnedAt: 'away'})
    return verdict
  }

  /**
   * Why what anybody tells of the files below a path does not count yet: the disk there, or of a folder around it, was away
   * a moment ago. `null` = nothing speaks against it; whether the disk is there is not looked at.
   * @param path ours, a folder
   */
  async whyUnsettled(path: string): Promise<string | null> {
    for (const at of foldersUpFrom(path)) {
      if (this.#mounts.get(at)?.returnedAt === undefined) continue
      const verdict = await this.believedMount(at)
      if (verdict.mounted === 'unknown') return verdict.detail
      const {returnedAt} = this.#mounts.get(at)!
      const left =
        returnedAt === 'away' ? DISK_SETTLING_MS : returnedAt! + DISK_SETTLING_MS - this.patience.now()
      if (left > 0)
        return `Its disk was just mounted again: reports about its files count in ${Math.ceil(left / 60_000)} min.`
    }
    return null
  }

  /** A disk was seen there once. */
  isKnown(path: string): boolean {
    return this.#mounts.get(path) !== undefined
  }

  /** What a path shows, where its disk is the one that was there before and has settled since it was away. */
  async settledMount(path: string): Promise<MountVerdict> {
    const verdict = await this.believedMount(path)
    if (verdict.mounted === 'unknown') return verdict
    const detail = await this.whyUnsettled(path)
    return detail === null ? verdict : {mounted: 'unknown', reason: 'settling', detail}
  }

  /**
   * Why the disk of a folder is not the one that was there before, for people: whatever is written there would land on
   * another one, mostly that of the system. `null` = nothing speaks against it.
   * @param path ours; it need not be there yet
   */
  async diskAway(path: string): Promise<string | null> {
    for (const at of foldersUpFrom(path)) {
      const before = this.#mounts.get(at)
      const verdict = before ? checkMount(before, await lookAtMount(at, this.patience)) : null
      if (verdict === null || verdict.mounted === true || verdict.device !== undefined) continue
      if (verdict.reason !== 'missing') return verdict.detail
      // A folder that was removed lies on the disk of the one around it, and is made again there.
      if ((await this.deviceAround(at)) !== before!.device) return 'The folder is not there.'
    }
    return null
  }

  /**
   * Why nothing is to be seen in a folder, for people: its disk is away, or it is gone or empty. `null` = something is there,
   * or nobody may look.
   * @param path ours
   */
  async whyEmpty(path: string): Promise<string | null> {
    const verdict = checkMount(null, await lookAtMount(path, this.patience))
    if (verdict.mounted === 'unknown' && verdict.reason === 'unreadable') return null
    const away = await this.diskAway(path)
    if (away !== null) return away
    return verdict.mounted === 'unknown' ? verdict.detail : null
  }

  /** Of the deepest folder around it that is there; `null` = it does not tell. */
  async deviceAround(path: string): Promise<string | null> {
    for (const at of foldersUpFrom(dirname(path))) {
      const device = await deviceAt(at, this.patience)
      if (typeof device === 'string') return device
      if (device.unknown !== 'missing') return null
    }
    return null
  }

  /**
   * Keeps in mind each disk that is mounted between a folder and one around it: when it goes, the folder of the same name
   * lies on the disk around it.
   * @param deviceOf of a folder of ours, the number of its disk
   * @returns that of the folder, or of the deepest one around it that is there
   */
  async learnDisks(
    root: string,
    path: string,
    deviceOf: (at: string) => ReturnType<typeof deviceAt> = (at) => deviceAt(at, this.patience),
  ): Promise<string | Unseen> {
    let around = await deviceOf(root)
    for (const at of between(root, path)) {
      const device = await deviceOf(at)
      if (typeof around !== 'string') return around
      if (typeof device !== 'string') return device.unknown === 'missing' ? around : device
      if (device !== around && !this.#mounts.get(at)) await this.believedMount(at)
      around = device
    }
    return around
  }

  /**
   * Room on it, only of a disk that is the one we know, and that takes writes.
   * @param path ours, a folder that a configuration names
   */
  async believedSpace(path: string): Promise<DiskSpace | Unseen> {
    const verdict = await this.believedMount(path)
    if (verdict.mounted === true) return this.#spaceOn(path, verdict.remember.device)
    return this.#unseenBy(verdict, path)
  }

  /**
   * The same of any folder that has something in it, which is not kept in mind itself.
   * @param roots folders that servers are mapped to
   */
  async spaceAround(path: string, roots: readonly string[]): Promise<DiskSpace | Unseen> {
    if (roots.includes(path) || this.#mounts.get(path)) return this.believedSpace(path)
    const around = rootsAround(path, roots)
    const unbelieved = await this.#whyUnbelieved(around)
    if (unbelieved !== null) return unseen('unreadable', unbelieved.detail)
    const device = await this.learnDisks(around[0] ?? '/', path)
    const verdict = checkMount(null, await lookAtMount(path, this.patience))
    if (verdict.mounted === 'unknown') return unseen('unreadable', verdict.detail)
    const away = await this.diskAway(path)
    if (away !== null) return unseen('unreadable', away)
    return typeof device === 'string' ? this.#spaceOn(path, device) : device
  }

  /** Why one of these is not the disk that was there; `null` = all are. Keeps them in mind. @param roots mapped folders */
  async #whyUnbelieved(roots: readonly string[]): Promise<Unseen | null> {
    for (const at of roots) {
      const verdict = await this.believedMount(at)
      if (verdict.mounted === 'unknown' && verdict.device === undefined) return this.#unseenBy(verdict, at)
    }
    return null
  }

  /** What was there and is gone cannot be read; what never was there is missing. */
  #unseenBy({reason, detail}: Exclude<MountVerdict, {mounted: true}>, path: string): Unseen {
    return unseen(reason === 'missing' && !this.#mounts.get(path) ? 'missing' : 'unreadable', detail)
  }

  /** @param device that was seen to be the one of the folder */
  async #spaceOn(path: string, device: string): Promise<DiskSpace | Unseen> {
    if (isReadOnlyDisk(path)) return unseen('unreadable', 'The disk takes no writes: it is read-only.')
    const space = await freeSpace(path, this.patience)
    const isSame = 'unknown' in space || space.device === device
    return isSame ? space : unseen('unreadable', 'A disk was mounted or unmounted just now.')
  }

  /**
   * Room for what is to be put into a folder. It may be empty, or not be there yet: it lies on the disk of the one around
   * it then, as the system says, and is no disk of its own because it was asked about.
   *
   * @param path ours
   * @param roots folders that servers are mapped to: those that it lies in have to be seen on the disk that was there, and
   *   with something in them once, as what is empty and never was seen may be a disk that was away before anybody looked
   */
  async believedRoom(path: string, roots: readonly string[]): Promise<DiskSpace | Unseen> {
    const around = rootsAround(path, roots)
    const [root] = around
    if (root === undefined) return unseen('missing', 'It lies in no folder that a server is mapped to.')
    const unbelieved = await this.#whyUnbelieved(around)
    if (unbelieved !== null) return unbelieved
    const device = await this.learnDisks(root, path)
    if (typeof device !== 'string') return device
    const away = await this.diskAway(path)
    if (away !== null) return unseen('unreadable', away)
    for (const at of [...between(root, path).toReversed(), root]) {
      const room = await this.#spaceOn(at, device)
      if (!('unknown' in room) || room.unknown !== 'missing') return room
    }
    return unseen('missing', 'It went just now.')
  }

  /**
   * How full our disks are, and whether they are there: for whoever only watches. Nothing of what is seen is kept.
   *
   * @param paths ours: mapped folders first, then where disks are known; those that are named twice are told once
   */
  diskFigures(paths: readonly string[]): Promise<readonly DiskFigures[]> {
    const shown = [...new Set(paths)].slice(0, MOST_DISKS)
    return Promise.all(shown.map((path) => this.#figuresAt(path)))
  }

  async #figuresAt(path: string): Promise<DiskFigures> {
    const before = this.#mounts.get(path) ?? null
    const verdict = checkMount(before, await lookAtMount(path, this.patience))
    const device = verdict.mounted === true ? verdict.remember.device : verdict.device
    if (device === undefined) return {path, isThere: before === null ? null : false}
    const space = await this.#spaceOn(path, device)
    if ('unknown' in space) return {path, isThere: true}
    return {path, isThere: true, freeBytes: space.freeBytes, totalBytes: space.totalBytes}
  }
}

/** `/data/films`, `/data`, `/` */
function foldersUpFrom(path: string): readonly string[] {
  const around = dirname(path)
  return around === path ? [path] : [path, ...foldersUpFrom(around)]
}

/** The folders from below the root down to the path. */
function between(root: string, path: string): readonly string[] {
  const below = root.endsWith('/') ? root : `${root}/`
  const found: string[] = []
  for (let at = path; at.startsWith(below) && at !== root; at = dirname(at)) found.unshift(at)
  return found
}

/** Those that it lies in, or is, the innermost first. */
function rootsAround(path: string, roots: readonly string[]): readonly string[] {
  const around = roots.filter((it) => toOurs(path, [{server: it, ours: it}]) !== null)
  return around.toSorted((a, b) => b.length - a.length)
}
