/**
 * May the free space be believed that a server tells? Where its disk is away, its folder lies on the disk below, and the
 * figure is that one's. So whatever a server tells of room goes through here before anybody reads it: a figure of a
 * folder that is mapped counts only while our own look shows the disk that was there, one that takes writes. What nobody
 * mapped only its server can see.
 *
 *   told, with its folder ─▶ our path by its mappings ─▶ the known disk, and writable? ─▶ the figure, or why it is unknown
 */
import type {DiskSpace} from '#disk/free-space.ts'
import {contradictionAt, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Clock} from '#lib/clock.ts'
import {
  believedFree,
  type BelievedRoom,
  type PathMapping,
  type ServerFigures,
  type ServerStats,
} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** Whoever reads a figure has its disk looked at again when the last look is older, and whenever the figure is another. */
const LOOK_MS = 5_000

interface Figure {
  /** Of which it is told. */
  readonly folders: readonly PathMapping[]
  /** What was told when the last look began that showed the disk. */
  believed: Bytes
  /** Of that disk; `undefined` = not known. */
  size: Bytes | undefined
  /** `null` = the disk is the one that was there. */
  why: string | null
  /** What was told before the last look. */
  lookedFor: Bytes | null
  /** When that ended, by the duration clock. */
  at: number
  isLooking: boolean
}

const notYet = 'Its disk was not looked at yet.'

export class ServerRooms {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #mounted: MountedDisks
  readonly #mappings: (id: ServerId) => readonly CheckedMapping[]
  readonly #figures = new Map<ServerId, Figure>()

  constructor(
    clock: Pick<Clock, 'monotonic'>,
    mounted: MountedDisks,
    mappings: (id: ServerId) => readonly CheckedMapping[],
  ) {
    this.#clock = clock
    this.#mounted = mounted
    this.#mappings = mappings
  }

  /**
   * Of figures that come with each list. Asks no disk, and has it looked at: until a look that began after a figure was
   * told has shown the disk, the one before counts.
   */
  figures(id: ServerId, {freeSpace, diskSize, ...stats}: ServerStats): ServerFigures {
    if (freeSpace === undefined) return stats
    const folders = this.#foldersOf(id, stats.defaultSavePath ?? null)
    if (folders.length === 0) return {...stats, ...roomOf(freeSpace, {size: diskSize})}
    const figure = this.#figureOf(id, folders)
    const {isLooking, lookedFor, at} = figure
    const isOld = this.#clock.monotonic() - at >= LOOK_MS
    if (!isLooking && (lookedFor !== freeSpace || isOld)) void this.#lookFor(id, figure, freeSpace)
    const {believed, why, size} = figure
    return {...stats, ...roomOf(believed, why === null ? {size: diskSize ?? size} : {why})}
  }

  #figureOf(id: ServerId, folders: readonly PathMapping[]): Figure {
    const known = this.#figures.get(id)
    if (known && oursOf(known.folders) === oursOf(folders)) return known
    const figure: Figure = {
      folders,
      believed: 0,
      size: undefined,
      why: notYet,
      lookedFor: null,
      at: 0,
      isLooking: false,
    }
    this.#figures.set(id, figure)
    return figure
  }

  /** Never rejects. */
  async #lookFor(id: ServerId, figure: Figure, freeBytes: Bytes): Promise<void> {
    figure.isLooking = true
    const look = await this.#look(id, figure.folders, freeBytes)
    figure.why = look.why ?? null
    if (figure.why === null) Object.assign(figure, {believed: freeBytes, size: look.size})
    figure.lookedFor = freeBytes
    figure.at = this.#clock.monotonic()
    figure.isLooking = false
  }

  /** The same, looked at now. */
  async figuresNow(id: ServerId, {freeSpace, diskSize, ...stats}: ServerStats): Promise<ServerFigures> {
    const room = await this.room(id, freeSpace, stats.defaultSavePath ?? null)
    return {...stats, ...room, ...(room.freeSpace !== undefined && diskSize !== undefined && {diskSize})}
  }

  /** Looks now. @param freeBytes `undefined` = its server does not tell @param path as the server writes it; `null` = where it saves */
  async room(id: ServerId, freeBytes: Bytes | undefined, path: string | null): Promise<BelievedRoom> {
    if (freeBytes === undefined) return {}
    return roomOf(freeBytes, await this.#look(id, this.#foldersOf(id, path), freeBytes))
  }

  /** None = only its server sees it. Of a folder that it does not tell all that are mapped have to be there. */
  #foldersOf(id: ServerId, path: string | null): readonly PathMapping[] {
    const mappings = this.#mappings(id)
    if (path === null) return mappings
    const ours = toOurs(path, mappings)
    return ours === null ? [] : [{server: path, ours}]
  }

  /** The disk as we see it. Why not is said in words for whoever sees the server, who does not know our paths. */
  async #look(id: ServerId, folders: readonly PathMapping[], freeBytes: Bytes): Promise<Look> {
    const roots = this.#mappings(id).map(({ours}) => ours)
    const sizes = new Set<Bytes | undefined>()
    for (const {server, ours} of folders) {
      const contradiction = contradictionAt(server, this.#mappings(id))
      if (contradiction !== null) return {why: contradiction}
      const room = await this.#mounted.believedRoom(ours, roots)
      if ('unknown' in room) return {why: `The disk of ${server} is not to be seen as it was: ${room.detail}`}
      sizes.add(isSameDisk(room, freeBytes) ? room.totalBytes : undefined)
    }
    return {size: sizes.size === 1 ? [...sizes][0] : undefined}
  }
}

/** `why`: the figure does not count, for this. */
interface Look {
  readonly why?: string
  /** `undefined` = not known. */
  readonly size?: Bytes | undefined
}

/** Between what a server told and our look somebody writes. */
const MOST_APART = 0.01

/** A quota, or a disk that we see by another way, has another size than what is mapped here. */
function isSameDisk({freeBytes, totalBytes}: DiskSpace, free: Bytes): boolean {
  return Math.abs(freeBytes - free) <= totalBytes * MOST_APART
}

function oursOf(folders: readonly PathMapping[]): string {
  return folders.map(({ours}) => ours).join('\n')
}

function roomOf(freeBytes: Bytes, {why, size}: Look): BelievedRoom {
  if (why !== undefined) return {freeSpaceUnknown: why}
  return {freeSpace: believedFree(freeBytes), ...(size !== undefined && {diskSize: size})}
}
