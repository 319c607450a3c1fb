/**
 * Where the data of a torrent lies for two servers, by our own look at their disks: what shall be where for the other
 * one, whether it can be linked, whether there is room for a copy, and how it comes there. What we do not see of either
 * is not done.
 */
import type {DiskSpace} from '#disk/free-space.ts'
import {lookAt} from '#disk/file-looks.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {lookForImported} from '#disk/imported-files.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {contradictionAt, toOurs, toServer, type CheckedMapping} from '#disk/path-mapping.ts'
import {placeFiles, standingFolder, type LaidFile} from '#disk/place-files.ts'
import {DataProgress} from '#executor/data-progress.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import type {Clock} from '#lib/clock.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {pathsOfFiles} from '#lookups/torrent-paths.ts'
import type {CopyWay} from '#model/copies.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader, TorrentReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {DataProgressView} from '#model/unfinished.ts'
import type {Bytes} from '#model/units.ts'
import {subjectOf} from './copy-state.ts'

export interface CopyPlan {
  /** As the other server writes it. */
  readonly savePath: string
  readonly way: CopyWay
  /** Of the room there that it will take. */
  readonly bytes: Bytes
}

/** Why its data cannot be brought there, for people. */
export interface NoCopyPlan {
  readonly why: string
  /** It is for want of a path that we see: the other server may download it. */
  readonly isUnseen?: true
  /** There is no room for it. */
  readonly isFull?: true
}

/** So many of the largest are compared by their content. */
const COMPARED = 50

interface SeenFiles {
  readonly torrent: TorrentRecord
  /** Ours, in the order of the torrent file. */
  readonly files: readonly {readonly path: string; readonly size: Bytes}[]
}

/** What shall be where, looked at before anything is begun. */
export class CopyPlans {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #mappings: (id: ServerId) => readonly CheckedMapping[]
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly #space: (path: string) => Promise<DiskSpace | Unseen>
  /** What has to stay free on any disk. */
  readonly #reserve: () => Bytes
  /** What moves and other copies that are under way still take of a disk. */
  readonly #moves: Pick<MoveSpace, 'taken'>

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    mappings: (id: ServerId) => readonly CheckedMapping[],
    space: (path: string) => Promise<DiskSpace | Unseen>,
    reserve: () => Bytes,
    moves: Pick<MoveSpace, 'taken'>,
  ) {
    this.#fleet = fleet
    this.#mappings = mappings
    this.#space = space
    this.#reserve = reserve
    this.#moves = moves
  }

  /**
   * @param path as the other server writes it; `null` = where the data lies, or the same folder of its disk
   * @param beside bytes that go there before it, and are not under way yet
   * @throws {CommodarrError} its server does not answer
   */
  async planFor(
    source: TorrentKey,
    target: ServerId,
    path: string | null,
    beside: Bytes = 0,
  ): Promise<CopyPlan | NoCopyPlan> {
    const mappings = this.#mappings
    const torrent = this.#fleet.get(source)
    const from = torrent?.savePath ? toOurs(torrent.savePath, mappings(source.serverId)) : null
    if (!torrent || from === null) return {why: unseen('its server'), isUnseen: true}
    const savePath = path ?? toServer(from, mappings(target))
    if (savePath === null)
      return {
        why: 'None of the folders that the other server shares with us has its data: enter the path there.',
        isUnseen: true,
      }
    const to = toOurs(savePath, mappings(target))
    if (to === null) return {why: unseen('the other server'), isUnseen: true}
    const doubt =
      contradictionAt(torrent.savePath!, mappings(source.serverId)) ??
      contradictionAt(savePath, mappings(target))
    if (doubt !== null) return {why: doubt}
    const [here, there] = [await this.#space(from), await this.#space(to)]
    if ('unknown' in here) return {why: `Where its data is: ${here.detail}`}
    if ('unknown' in there) return {why: `Where its data shall be: ${there.detail}`}
    if (from === to) return {savePath, way: 'place', bytes: 0}
    if (here.device === there.device) return {savePath, way: 'links', bytes: 0}
    if (torrent.size === undefined) return {why: 'Its server does not say how large it is.'}
    // What an earlier try left there whole stays, and takes no more room.
    const left = this.#fleet.get({serverId: target, hash: source.hash})
    const own = left?.savePath === savePath ? (left.completed ?? 0) : 0
    const bytes = Math.max(0, torrent.size - own)
    const needed = bytes + beside + (await this.#moves.taken(target, there.device)) + this.#reserve()
    if (there.freeBytes < needed) {
      const room = `${there.freeBytes} bytes are free, and ${needed} are needed`
      return {why: `There is no room for it in ${savePath} of the other server: ${room}.`, isFull: true}
    }
    return {savePath, way: 'copies', bytes}
  }
}

/** The files of a torrent of one server, and those of its copy on another one. */
export class CopiedFiles {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #mappings: (id: ServerId) => readonly CheckedMapping[]
  readonly #mounted: MountedDisks

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    details: Pick<TorrentReader, 'files'>,
    mappings: (id: ServerId) => readonly CheckedMapping[],
    mounted: MountedDisks,
  ) {
    this.#fleet = fleet
    this.#details = details
    this.#mappings = mappings
    this.#mounted = mounted
  }

  /**
   * Looks whether the other one has the files of the source now: on a disk that is there, each of its size, and the
   * largest with the same content where it was looked at.
   * @returns why that cannot be said, for people who may not see the other server; `null` = it has them
   * @throws {CommodarrError} a server does not tell its files
   */
  async compare(source: TorrentKey, target: TorrentKey): Promise<string | null> {
    const {patience} = this.#mounted
    const [from, to] = await Promise.all([this.seen(source), this.seen(target)])
    const away = await this.#awayOf(to.torrent)
    if (away !== null) return `The disk of the other server cannot be relied on now: ${away}`
    if (from.files.length !== to.files.length) return otherFiles().message
    const paths = to.files.map(({path}) => path)
    const looks = await lookAt(paths, patience, 'copy')
    if (looks === null) return 'The disk of the other server does not answer.'
    const isThere = looks.every(
      (it, at) => !('fault' in it) && it.kind !== 'folder' && it.size === from.files[at]!.size,
    )
    if (!isThere) return 'Not all of its files are on the disk of the other server.'
    // Of an empty file its size says all.
    const largest = [...paths.keys()]
      .filter((at) => from.files[at]!.size > 0)
      .toSorted((a, b) => from.files[b]!.size - from.files[a]!.size)
    for (const at of largest.slice(0, COMPARED)) {
      const file = {content: null, source: from.files[at]!.path, destination: paths[at]!, size: null}
      const is = await lookForImported(file, patience)
      if (is !== 'there' && is !== 'own')
        return 'Its files on the other server are not those that it has here.'
    }
    return null
  }

  /** Something lies where one of its files is to be, whatever it is. @throws {CommodarrError} a server does not tell its files */
  async hasAny(key: TorrentKey): Promise<boolean> {
    const {files} = await this.seen(key)
    const looks = await lookAt(
      // Servers make the empty ones when a torrent is added.
      files.flatMap(({path, size}) => (size > 0 ? [path] : [])),
      this.#mounted.patience,
      'copy',
    )
    // What cannot be looked at may be there.
    return looks === null || looks.some((it) => !('fault' in it) || !isMissing.has(it.fault))
  }

  /** Why what lies there proves nothing, without the name of a folder; `null` = nothing speaks against it. */
  async #awayOf({key, savePath = ''}: TorrentRecord): Promise<string | null> {
    const mappings = this.#mappings(key.serverId)
    const folder = toOurs(savePath, mappings)
    if (folder === null || contradictionAt(savePath, mappings) !== null) return 'its folder is not mapped.'
    if ((await this.#mounted.diskAway(folder)) !== null) return 'it is not mounted, or another one is.'
    return (await this.#mounted.whyUnsettled(folder)) === null ? null : 'it was just mounted again.'
  }

  /** @throws {CommodarrError} */
  async seen(key: TorrentKey): Promise<SeenFiles> {
    const torrent = this.#fleet.get(key)
    if (!torrent) throw new CommodarrError('torrent_not_found', `${key.serverId} does not list it any more.`)
    const all = (await this.#details.files(key)).toSorted((a, b) => a.index - b.index)
    const paths = pathsOfFiles(torrent, all, all, this.#mappings(key.serverId))
    if (isUnknown(paths)) throw new CommodarrError('path_refused', paths.detail)
    return {torrent, files: all.map(({size}, at) => ({path: paths.value[at]!, size}))}
  }
}

/** Brings them there. */
export class CopyPlacing {
  readonly #files: CopiedFiles
  readonly #mappings: (id: ServerId) => readonly CheckedMapping[]
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly #space: (path: string) => Promise<DiskSpace | Unseen>
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  /** By `subjectOf`. */
  readonly #underWay = new Map<
    string,
    {readonly progress: DataProgress; readonly cancelling: AbortController}
  >()

  constructor(
    files: CopiedFiles,
    mappings: (id: ServerId) => readonly CheckedMapping[],
    space: (path: string) => Promise<DiskSpace | Unseen>,
    clock: Clock,
  ) {
    this.#files = files
    this.#mappings = mappings
    this.#space = space
    this.#clock = clock
  }

  /** When the program ends, what is being copied ends half, and is begun again. */
  stop(): void {
    this.#stopping.abort()
  }

  /**
   * Lays the files of the one where the other looks for its own. May be begun again.
   * @throws {CommodarrError} `bad_argument` = they are not the same files; as `placeFiles`; a server does not answer
   */
  async lay(source: TorrentKey, target: TorrentKey, way: CopyWay): Promise<void> {
    if (way !== 'copies') return this.#lay(source, target, way)
    const subject = subjectOf(source, target.serverId)
    const progress = new DataProgress(this.#clock)
    const cancelling = new AbortController()
    this.#underWay.set(subject, {progress, cancelling})
    try {
      await this.#lay(source, target, way, {progress, signal: cancelling.signal})
    } catch (error) {
      if (!cancelling.signal.aborted) throw error
      throw new CommodarrError('cancelled', 'It was cancelled while its data was copied.')
    } finally {
      this.#underWay.delete(subject)
    }
  }

  /** How far that is; `null` = nothing is copied there now. */
  progress(source: TorrentKey, target: ServerId): DataProgressView | null {
    return this.#underWay.get(subjectOf(source, target))?.progress.view() ?? null
  }

  /** What is being copied there ends half. */
  cancel(source: TorrentKey, target: ServerId): void {
    this.#underWay.get(subjectOf(source, target))?.cancelling.abort()
  }

  /** @param copying of what is copied */
  async #lay(
    source: TorrentKey,
    target: TorrentKey,
    way: CopyWay,
    copying?: {readonly progress: DataProgress; readonly signal: AbortSignal},
  ): Promise<void> {
    const {progress} = copying ?? {}
    const [from, to] = await Promise.all([this.#files.seen(source), this.#files.seen(target)])
    const files = from.files.map(({path, size}, at): LaidFile => {
      const other = to.files[at]
      if (other?.size !== size || from.files.length !== to.files.length) throw otherFiles()
      return {from: path, to: other.path, size}
    })
    const folder = toOurs(to.torrent.savePath ?? '', this.#mappings(target.serverId))
    const believed = folder === null ? null : await this.#space(folder)
    if (folder === null || believed === null || 'unknown' in believed)
      throw new CommodarrError('disk_failed', `The disk of ${target.serverId} cannot be seen now.`)
    const {path: root, device} = await standingFolder(folder)
    const as = way === 'copies' ? 'copies' : 'links'
    const id = keyText(source)
    progress?.add(
      id,
      files.reduce((sum, {size}) => sum + size, 0),
    )
    await placeFiles({
      root,
      device,
      files,
      as,
      signal: copying ? AbortSignal.any([this.#stopping.signal, copying.signal]) : this.#stopping.signal,
      onCopied: (bytes) => progress?.arrived(id, bytes),
      onFound: (bytes) => progress?.spared(id, bytes),
    })
  }
}

const isMissing: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])

function unseen(whose: string): string {
  return `No path mapping gives our path of its data on ${whose}: the data cannot be copied there, nor checked.`
}

function otherFiles(): CommodarrError {
  return new CommodarrError('bad_argument', 'It lists other files for it than its own server does.')
}
