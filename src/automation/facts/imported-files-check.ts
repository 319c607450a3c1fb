/**
 * The last points of a proof of import, right before something is removed: it is looked at when the removal is decided,
 * and again in the moment in which it is sent. Where the library can be seen from here, each file that the Arr has of the
 * download has to lie there: a hard link, or a copy whose content is the same as far as a few pieces tell. What a better
 * release took the place of may go once that one lies there. A library that we saw and do not see any more, or whose disk
 * takes no writes, proves nothing. Of one that nobody mapped the look of the Arr itself counts (`arr/library-look.ts`).
 *
 * And of what nobody grabbed only its history tells what it was to bring, so everything to watch, hear or read in it has
 * to have come in: a collection of which one film did keeps its data. Source: Sonarr and Radarr.
 *
 *   Arr: from, to ─▶ is `from` the content that the server names? ─▶ a mapping for `to` ─▶ disk there? ─▶ file there?
 */
import {dirname} from 'node:path'
import {isOneFile, lookForImported} from '#disk/imported-files.ts'
import {mappingAt, overlap, toOurs, type CheckedMapping, type ServerDisk} from '#disk/path-mapping.ts'
import {folded} from '#disk/places.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {isSample, mediaKindOf} from '#media/media-kind.ts'
import type {ArrId, LibraryDoubt} from '#model/arr.ts'
import type {TorrentFile} from '#model/details.ts'
import type {LibraryFileState, TorrentReader} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {ArrFacts, Landing} from '../manager/torrent-subject.ts'

interface Doubted {
  readonly key: TorrentKey
  readonly arrId: string
  readonly doubt: LibraryDoubt
  /** By the duration clock. */
  readonly at: number
}

type DiskSeen = LibraryDoubt | 'unseen' | null

interface SeenAt {
  readonly all: readonly CheckedMapping[]
  /** That says where we see the library. */
  readonly mapping: CheckedMapping
  readonly destination: string
  /** Of the torrent alone, as its server writes it. */
  readonly ownFolder: string | null
}

/** Of one torrent no more files of a library are looked at on the disk for a person. */
const MOST_LOOKED_AT = 50

/** Rules look again at the latest after ten minutes: what none of them looked at for so long none wants to remove. */
const LASTS_MS = 1_800_000

export class ImportedFilesCheck {
  readonly #fleet: Pick<Fleet, 'get'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>}
  readonly #mounted: MountedDisks
  /** The disk of a folder of ours takes no writes. */
  readonly #isReadOnly: (path: string) => boolean
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #doubted = new Map<string, Doubted>()

  constructor(
    fleet: Pick<Fleet, 'get'>,
    details: Pick<TorrentReader, 'files'>,
    disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>},
    mounted: MountedDisks,
    isReadOnly: (path: string) => boolean,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#fleet = fleet
    this.#details = details
    this.#disks = disks
    this.#mounted = mounted
    this.#isReadOnly = isReadOnly
    this.#clock = clock
  }

  /** What an Arr says that it has and we do not see: each folder once. */
  doubts(id: ArrId): readonly LibraryDoubt[] {
    const folders = new Map<string, LibraryDoubt>()
    for (const [name, {key, arrId, doubt, at}] of this.#doubted) {
      if (this.#clock.monotonic() - at > LASTS_MS || this.#fleet.get(key) === null) this.#doubted.delete(name)
      else if (arrId === id) folders.set(doubt.folder, doubt)
    }
    return [...folders.values()]
  }

  /**
   * @returns the same; without its proof where not all of it came in, and with that unknown where what came in is not seen
   * @throws {CommodarrError} when nobody can say which files it has
   */
  async checked(key: TorrentKey, saying: ArrFacts | null): Promise<ArrFacts | null> {
    if (!saying?.evidence) {
      this.#doubted.delete(keyText(key))
      return saying
    }
    if (saying.took && !isWhole(await this.#details.files(key), saying.took))
      return {...saying, evidence: null}
    const doubt = await this.#doubtOf(key, saying.landed ?? [])
    if (doubt === null) {
      this.#doubted.delete(keyText(key))
      return saying
    }
    const at = this.#clock.monotonic()
    this.#doubted.set(keyText(key), {key, arrId: saying.arrId, doubt, at})
    return {...saying, evidence: undefined, unseen: doubt}
  }

  /**
   * Of files of a library that came in from a torrent, and whose paths lie elsewhere: how many are the torrent's own all
   * the same, through links and mounts. What nobody sees, its path decides.
   * @returns `null` = it could not be looked at now
   */
  async ownAmong({serverId, hash}: TorrentKey, landed: readonly Landing[]): Promise<number | null> {
    const torrent = this.#fleet.get({serverId, hash})
    if (!torrent?.contentPath) return null
    const ownFolder = torrent.contentPath === torrent.savePath ? null : torrent.contentPath
    const all = this.#disks.of(serverId).mappings
    let own = 0
    let isKnown = landed.length <= MOST_LOOKED_AT
    for (const landing of landed.slice(0, MOST_LOOKED_AT)) {
      const mapping = mappingAt(landing.to, all)
      const destination = mapping && toOurs(landing.to, [mapping])
      if (!mapping || destination === null) continue
      const disk = await this.#diskOf(dirname(destination), mapping)
      if (disk === 'unseen') continue
      const isAway = disk !== null && disk.why !== 'readOnly'
      const state = isAway ? null : await this.#stateOf(landing, {all, mapping, destination, ownFolder})
      if (state === 'own') own++
      else if (typeof state !== 'string') isKnown = false
    }
    return own > 0 || isKnown ? own : null
  }

  /** How files that came in from a torrent lie in the library now. */
  async stateOfEach(
    {serverId, hash}: TorrentKey,
    landed: readonly Landing[],
  ): Promise<readonly LibraryFileState[]> {
    const torrent = this.#fleet.get({serverId, hash})
    const ownFolder = torrent?.contentPath === torrent?.savePath ? null : (torrent?.contentPath ?? null)
    const all = this.#disks.of(serverId).mappings
    const states: LibraryFileState[] = []
    for (const landing of landed) states.push(await this.#libraryState(landing, all, ownFolder))
    return states
  }

  async #libraryState(
    landing: Landing,
    all: readonly CheckedMapping[],
    ownFolder: string | null,
  ): Promise<LibraryFileState> {
    if (landing.isOthers) return 'replaced'
    const mapping = mappingAt(landing.to, all)
    const destination = mapping && toOurs(landing.to, [mapping])
    if (!mapping || destination === null) return 'unseen'
    if ((await this.#diskOf(dirname(destination), mapping)) !== null) return 'unseen'
    const state = await this.#stateOf(landing, {all, mapping, destination, ownFolder})
    if (typeof state !== 'string') return 'unseen'
    if (state !== 'there') return state
    const source = toOurs(landing.from, all)
    const isLinked = source && (await isOneFile(source, destination, this.#mounted.patience))
    return isLinked === true ? 'linked' : isLinked === false ? 'copied' : 'there'
  }

  async #doubtOf({serverId, hash}: TorrentKey, landed: readonly Landing[]): Promise<LibraryDoubt | null> {
    const torrent = this.#fleet.get({serverId, hash})
    const contentPath = torrent?.contentPath
    if (!contentPath) return null
    // A folder that it shares with many is not what goes with it.
    const ownFolder = contentPath === torrent.savePath ? null : contentPath
    const all = this.#disks.of(serverId).mappings
    const seen = new Map<string, DiskSeen>()
    for (const landing of landed) {
      // An Arr that names the content otherwise sees another tree than its server: what it names is nobody's here.
      if (!isWithin(landing.from, contentPath)) continue
      // Also where nobody sees the disk, and of a folder of many the file itself.
      if (isWithin(landing.to, ownFolder ?? landing.from)) return ownDoubt(landing)
      const mapping = mappingAt(landing.to, all)
      const destination = mapping && toOurs(landing.to, [mapping])
      if (!mapping || destination === null) continue
      const folder = dirname(destination)
      const disk = seen.get(folder) ?? (await this.#diskOf(folder, mapping))
      seen.set(folder, disk)
      if (disk === 'unseen') continue
      const doubt = disk ?? (await this.#fileDoubt(landing, {all, mapping, destination, ownFolder}))
      if (doubt) return doubt
    }
    return null
  }

  /** `null` = it is the one that was there; unseen = it never was seen, which proves nothing and disproves nothing. */
  async #diskOf(folder: string, {ours, server, contradicted}: CheckedMapping): Promise<DiskSeen> {
    if (contradicted !== undefined) return {folder: server, file: null, why: 'mapping'}
    const verdict = await this.#mounted.believedMount(ours)
    const isKnown = verdict.mounted === true || this.#mounted.isKnown(ours)
    if (!isKnown) return 'unseen'
    if (verdict.mounted === 'unknown' || (await this.#mounted.diskAway(folder)) !== null)
      return {folder: server, file: null, why: 'disk'}
    return this.#isReadOnly(folder) ? {folder: server, file: null, why: 'readOnly'} : null
  }

  async #fileDoubt(landing: Landing, seen: SeenAt): Promise<LibraryDoubt | null> {
    const [file, folder] = [landing.to, seen.mapping.server]
    const state = await this.#stateOf(landing, seen)
    if (state === 'own') return ownDoubt(landing)
    if (state === 'missing') return {folder, file}
    return state === 'other' ? {folder, file, why: 'other'} : null
  }

  #stateOf(landing: Landing, {all, destination, ownFolder}: SeenAt) {
    const {from, size = null, isOthers} = landing
    const source = isOthers ? null : toOurs(from, all)
    const content = ownFolder === null ? null : toOurs(ownFolder, all)
    return lookForImported({content, source, destination, size}, this.#mounted.patience)
  }
}

function ownDoubt({to: file}: Landing): LibraryDoubt {
  return {folder: dirname(file), file, why: 'own'}
}

/** Of an archive nobody can say what it holds, so it counts as not taken in. */
const toTakeIn: ReadonlySet<string> = new Set(['video', 'audio', 'book', 'archive'])

function isWhole(files: readonly TorrentFile[], took: readonly string[]): boolean {
  const names = new Set(took.map(folded))
  const wanted = files.filter(({path, priority}) => priority !== 'skip' && toTakeIn.has(mediaKindOf(path)))
  const largest = Math.max(0, ...wanted.map(({size}) => size))
  const whole = wanted.filter(({path, size}) => !isSample(path, size, largest))
  return whole.length > 0 && whole.every(({path}) => names.has(folded(path.split('/').at(-1)!)))
}

function isWithin(path: string, content: string): boolean {
  return path.length >= content.length && overlap(path, content)
}
