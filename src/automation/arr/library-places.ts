/**
 * Which files of a library lie in the data of a torrent: an import that stayed where the download lay, or a library in
 * whose folders torrents are saved. For a person who is about to delete both it is read again, and without a proof: of a
 * series of which two episodes came in both are told. For rules the first file is enough, and only what lies around a
 * root folder is asked about: the library is listed once for all torrents, and again when the Arr tells of a change.
 *
 *   history of the download, queue ─▶ its movies, series … ─┐
 *   root folders around its data ─▶ those whose folders ────┴─▶ their files ─▶ which lie in it, by their paths?
 *
 * An Arr may see the folders of a server by other paths: those of its remote path mappings, and those under which it saw
 * the files when they came in. Source: Sonarr and Radarr.
 */
import * as z from 'zod'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LiveMessage} from '#arr-client/live-channel.ts'
import {asArrSees, asServerSees, below} from '#arr-client/path-mapping.ts'
import {isImport} from '#arr-client/proof.ts'
import {folded} from '#disk/places.ts'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {SingleFlight} from '#lib/single-flight.ts'
import {
  isWindows,
  mediaKey,
  type DownloadId,
  type HistoryRow,
  type LibraryFile,
  type LibraryFolders,
  type MediaRef,
  type RemotePathMapping,
} from '#model/arr.ts'
import {NotReady} from '#model/decision.ts'
import {categoryKey} from '#model/torrent.ts'
import type {Landing} from '../manager/torrent-subject.ts'
import {landingsNow} from './import-evidence.ts'
import {ownersOf} from './library-look.ts'

/** What goes with a torrent and its files. */
export interface TorrentData {
  /** By which its Arr knows it. */
  readonly downloadIds: readonly DownloadId[]
  /** As its server writes it: its folder, or its file; of one without a folder of its own each of its files. */
  readonly places: readonly string[]
  /** The folder that it is saved in. */
  readonly savePath: string
  /** Where the same torrent lies on other servers, by other paths. */
  readonly copies: readonly string[]
}

export interface LibraryFiles {
  /** Files of the library that lie in it, by their paths. */
  readonly inside: number
  /** Others that came in from it, by the paths of its server: only the disk tells whether they are the same. */
  readonly elsewhere: readonly Landing[]
  /** All that may lie there was looked at, by paths that both of them know. */
  readonly isWhole: boolean
}

/** Data of a torrent that a rule wants to remove. */
export interface PlacedData {
  /** As its server writes it: its folder, its file, or the folder that its files share with others. */
  readonly content: string
  /** Of one without a folder of its own each of its files; `null` = all that lies in `content` is its own. */
  readonly files: readonly string[] | null
  /** Where `content` lies by the paths of the Arr, as far as the disk tells. */
  readonly seen: readonly string[]
}

export interface LibraryFileFound {
  /** The first that lies in it; `null` = none of those that were looked at. */
  readonly path: string | null
  /** All that may lie there was looked at. */
  /** Else the Arr was asked often enough for now. */
  readonly isWhole: boolean
}

/** So long an answer serves all who ask. */
const FRESH_MS = 5_000
/** Where the library is changes seldom. */
const ROOTS_KEPT_MS = 600_000
/** The library while the Arr tells of each change, and while it does not. */
const TOLD_KEPT_MS = 600_000
const UNTOLD_KEPT_MS = 60_000
/** Of one series, artist or author, likewise: of each change it is told whose it is. */
const FILES_TOLD_KEPT_MS = 3_600_000
const HOUR_MS = 3_600_000
/** So often rules have an Arr asked for the files of a series, artist or author within an hour. */
const MOST_AN_HOUR = 30
/** Torrents that are asked about at a time. */
const AT_ONCE = 4
/** Who comes when so many wait is told at once that it can't be known now. */
const MOST_WAITING = 60
/** Movies, series, artists or authors of one torrent. */
const MOST_OWNERS = 50

/**
 * An Arr knows a torrent by its hash alone: of the same torrent on another server, by the same path, it may have the
 * files in its library.
 * @param copies categories of those
 * @param used that the Arr gives to torrents; `null` = not known yet
 */
export function mayMeanCopy(
  category: string,
  copies: readonly string[],
  used: readonly string[] | null,
): boolean {
  if (copies.length === 0) return false
  if (used === null) return true
  const isUsed = (name: string) => used.some((it) => categoryKey(it) === categoryKey(name))
  return !isUsed(category) && copies.some(isUsed)
}

type PlacesPort = Pick<
  ArrPort,
  'historyOf' | 'filesOf' | 'files' | 'library' | 'rootFolders' | 'remotePathMappings'
>

/** A place of the torrent, as the Arr sees it. */
interface View {
  readonly place: string
  readonly seen: string
}

/** A movie, series, artist or author. */
interface LibraryOwner {
  readonly id: number
  readonly folder: string
  readonly hasFile: boolean | null
  /** Of a movie; '' = it has to be asked for. */
  readonly filePath: string
}

interface Kept<T> {
  readonly readAt: number
  readonly answer: Promise<T>
}

/** Its id is that of a movie, series, artist or author, whatever is told of. */
const storedShape = z.object({
  id: z.int().optional(),
  movieId: z.int().optional(),
  seriesId: z.int().optional(),
  artistId: z.int().optional(),
  authorId: z.int().optional(),
  path: z.string().optional(),
})
const ownerNames: ReadonlySet<string> = new Set(['movie', 'series', 'artist', 'author'])

export class LibraryPlaces {
  readonly #port: PlacesPort
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #lane = new Semaphore(AT_ONCE)
  #open = 0
  #looks: SingleFlight<LibraryFiles>
  #folders: Kept<LibraryFolders> | null = null
  /** As far as they were read. */
  #roots: readonly string[] = []
  #owners: Kept<readonly LibraryOwner[]> | null = null
  /** By the id of their owner. */
  readonly #files = new Map<number, Kept<readonly LibraryFile[]>>()
  /** When rules had it asked for files, by the duration clock. */
  #askedAt: number[] = []
  #isReported = false

  constructor(port: PlacesPort, clock: Clock, signal: AbortSignal) {
    this.#port = port
    this.#clock = clock
    this.#signal = signal
    this.#looks = new SingleFlight(clock, FRESH_MS)
  }

  /** Each change is told from now on, or none is: what changed in between nobody told. */
  channelIs(isLive: boolean): void {
    if (this.#isReported === isLive) return
    this.#isReported = isLive
    this.#forget()
  }

  /** Its library is another one than a moment ago, and may have a root folder more. */
  hear({name, resource}: LiveMessage): void {
    const {data = {}} = storedShape.safeParse(resource)
    const isOwner = ownerNames.has(name)
    const owner = isOwner ? data.id : (data.movieId ?? data.seriesId ?? data.artistId ?? data.authorId)
    this.#forget(owner ?? null)
    const {path} = data
    if (!isOwner || path === undefined) return
    if (!this.#roots.some((root) => below(root, path) !== null)) this.#folders = null
  }

  /** @param owner whose files are others now; `null` = of any */
  #forget(owner: number | null = null): void {
    this.#looks = new SingleFlight(this.#clock, FRESH_MS)
    this.#owners = null
    if (owner === null) this.#files.clear()
    else this.#files.delete(owner)
  }

  /** Where the library is, read within ten minutes. @throws {CommodarrError} */
  folders(): Promise<LibraryFolders> {
    return this.#readFolders(ROOTS_KEPT_MS)
  }

  /** Whether a file of the library lies in it, by its path. Capitals and accents make no difference. @throws {CommodarrError} */
  async fileIn({content, files, seen}: PlacedData): Promise<LibraryFileFound> {
    const {mappings} = await this.folders()
    const around = [...viewsOf([content], mappings).map((view) => view.seen), ...seen].map(foldedPath)
    const places = files === null ? around : viewsOf(files, mappings).map((view) => foldedPath(view.seen))
    const isIn = (path: string) => places.some((place) => below(place, path) !== null)
    const owners = (await this.#readOwners()).filter(({folder}) => {
      const its = foldedPath(folder)
      return around.some((place) => meets(its, place))
    })
    const listed = owners.find(({filePath}) => filePath !== '' && isIn(foldedPath(filePath)))
    if (listed) return {path: listed.filePath, isWhole: true}
    for (const {id} of owners.filter(({hasFile, filePath}) => hasFile !== false && filePath === '')) {
      const files = this.#filesNow(id)
      if (files === null) return {path: null, isWhole: false}
      const found = (await files).find(({path}) => isIn(foldedPath(path)))
      if (found) return {path: found.path, isWhole: true}
    }
    return {path: null, isWhole: true}
  }

  /**
   * @param queued what its queue says that the download is for
   * @throws {CommodarrError}
   */
  filesIn(data: TorrentData, queued: readonly MediaRef[]): Promise<LibraryFiles> {
    return this.#looks.ask(JSON.stringify(data), async () => {
      if (this.#open >= MOST_WAITING) throw new NotReady()
      this.#open++
      try {
        return await this.#lane.run(() => this.#look(data, queued))
      } finally {
        this.#open--
      }
    })
  }

  async #look(data: TorrentData, queued: readonly MediaRef[]): Promise<LibraryFiles> {
    const {downloadIds, places} = data
    const port = this.#port
    const [setup, ...histories] = await Promise.all([
      this.#readFolders(FRESH_MS),
      ...downloadIds.map((id) => port.historyOf(id, this.#signal)),
    ])
    const history = histories.flat()
    const others = viewsInHistory(data, setup, history)
    const views = [...viewsOf(places, setup.mappings), ...(others ?? [])]
    const media = distinct([...history.flatMap(({media: one}) => one ?? []), ...queued])
    const named = [...ownersOf(media)].filter((id) => id > 0)
    const owners = new Set([...named, ...(await this.#ownersAround(views, setup))])
    const files: LibraryFile[] = []
    for (const owner of [...owners].slice(0, MOST_OWNERS))
      files.push(...(await port.files(owner, this.#signal)))
    const inside = files.filter(({path}) => isInside(path, views))
    const landings = await this.#landings(history, media, new Map(files.map((file) => [file.id, file])))
    const elsewhere = landings
      .filter(({to}) => !isInside(to, views))
      .flatMap((landing) => asItsServerSees(landing, views, setup.mappings) ?? [])
    return {inside: inside.length, elsewhere, isWhole: others !== null && owners.size <= MOST_OWNERS}
  }

  #readFolders(keptMs: number): Promise<LibraryFolders> {
    this.#folders = this.#kept(this.#folders, keptMs, async () => {
      const [roots, mappings] = await Promise.all([
        this.#port.rootFolders(this.#signal),
        this.#port.remotePathMappings(this.#signal),
      ])
      this.#roots = roots.map(({path}) => path)
      return {roots: this.#roots, mappings}
    })
    return this.#folders.answer
  }

  /** Whose folders are around the data, or in it: what lies there may never have come in by a download. */
  async #ownersAround(views: readonly View[], {roots}: LibraryFolders): Promise<readonly number[]> {
    if (!roots.some((root) => views.some(({seen}) => meets(root, seen)))) return []
    const owners = await this.#readOwners()
    return owners.flatMap(({id, folder}) => (views.some(({seen}) => meets(folder, seen)) ? [id] : []))
  }

  #readOwners(): Promise<readonly LibraryOwner[]> {
    this.#owners = this.#kept(this.#owners, this.#keptMs, async () => {
      const owners: LibraryOwner[] = []
      await this.#port.library(({id, folder, hasFile, filePath}) => {
        if (folder !== '') owners.push({id, folder, hasFile, filePath})
      }, this.#signal)
      return owners
    })
    return this.#owners.answer
  }

  /** `null` = it would have to be asked, and was so often enough within an hour. */
  #filesNow(owner: number): Promise<readonly LibraryFile[]> | null {
    const before = this.#files.get(owner) ?? null
    const now = this.#clock.monotonic()
    const keptMs = this.#isReported ? FILES_TOLD_KEPT_MS : UNTOLD_KEPT_MS
    if (before && now - before.readAt < keptMs) return before.answer
    this.#askedAt = this.#askedAt.filter((at) => now - at < HOUR_MS)
    if (this.#askedAt.length >= MOST_AN_HOUR) return null
    this.#askedAt.push(now)
    const files = this.#kept(null, 0, () => this.#port.files(owner, this.#signal))
    this.#files.set(owner, files)
    return files.answer
  }

  get #keptMs(): number {
    return this.#isReported ? TOLD_KEPT_MS : UNTOLD_KEPT_MS
  }

  /** What was read less long ago; else it is read. What failed is nobody else's answer. */
  #kept<T>(before: Kept<T> | null, keptMs: number, read: () => Promise<T>): Kept<T> {
    const now = this.#clock.monotonic()
    if (before && now - before.readAt < keptMs) return before
    const kept = {readAt: now, answer: read()}
    kept.answer.catch(() => this.#dropFailed(kept))
    return kept
  }

  #dropFailed(kept: Kept<unknown>): void {
    if (this.#folders === kept) this.#folders = null
    if (this.#owners === kept) this.#owners = null
    for (const [owner, it] of this.#files) if (it === kept) this.#files.delete(owner)
  }

  /** Where what came in of it lies now, or what took its place. */
  async #landings(
    history: readonly HistoryRow[],
    media: readonly MediaRef[],
    libraryFiles: ReadonlyMap<number, LibraryFile>,
  ): Promise<readonly Landing[]> {
    const known = media.filter(({id}) => id > 0)
    if (known.length === 0 || !history.some(isImport)) return []
    const present = await this.#port.filesOf(
      known.map(({id}) => id),
      this.#signal,
    )
    const files = new Map(known.map((one) => [mediaKey(one), present.get(one.id) ?? []]))
    return landingsNow(history, files, libraryFiles)
  }
}

/** By its own path, and by those of the mappings of any download client. */
export function viewsOf(places: readonly string[], mappings: readonly RemotePathMapping[]): readonly View[] {
  const hosts = new Set(mappings.map(({host}) => host))
  return places.flatMap((place) =>
    [place, ...[...hosts].map((host) => asArrSees(place, host, mappings))].map((seen) => ({place, seen})),
  )
}

/**
 * Under which paths a file came in that none of these paths explains: the Arr may see another tree, which nobody says
 * how it hangs together with that of the server. `null` = it cannot be told.
 */
function viewsInHistory(
  {places, savePath, copies}: TorrentData,
  {mappings}: LibraryFolders,
  history: readonly HistoryRow[],
): readonly View[] | null {
  const known = viewsOf([...places, savePath, ...copies], mappings)
  const unexplained = history.filter(
    ({event, droppedPath}) => event === 'imported' && droppedPath !== '' && !isInside(droppedPath, known),
  )
  if (unexplained.length === 0) return []
  const [place] = places
  // It has the same name there, and so has the same torrent on another server.
  if (place === undefined || places.length > 1 || copies.length > 0) return null
  const seen = new Set(unexplained.map(({droppedPath}) => folderNamed(nameIn(place), droppedPath)))
  return seen.has(null) ? null : [...seen].map((it) => ({place, seen: it!}))
}

function isInside(path: string, views: readonly View[]): boolean {
  return views.some(({seen}) => below(seen, path) !== null)
}

/** `null` = it did not come in from there, as far as anybody can tell. */
function asItsServerSees(
  landing: Landing,
  views: readonly View[],
  mappings: readonly RemotePathMapping[],
): Landing | null {
  const view = views.find(({seen}) => below(seen, landing.from) !== null)
  if (!view) return null
  const rest = below(view.seen, landing.from)!
  const from =
    rest === ''
      ? view.place
      : `${view.place.replace(/[\\/]+$/, '')}${isWindows(view.place) ? '\\' : '/'}${rest}`
  const hosts = new Set(mappings.map(({host}) => host))
  const to = [...hosts]
    .map((host) => asServerSees(landing.to, host, mappings))
    .find((it) => it !== landing.to)
  return {...landing, from, to: to ?? landing.to}
}

/** As disks write it that tell neither capitals nor accents apart. */
export function foldedPath(path: string): string {
  const slashed = isWindows(path) ? path.replaceAll('\\', '/') : path
  return slashed
    .split('/')
    .map((part) => folded(part))
    .join('/')
}

/** One lies in the other. */
export function meets(one: string, other: string): boolean {
  return below(one, other) !== null || below(other, one) !== null
}

/** @returns the path up to the first part of that name; `null` = it has none */
function folderNamed(name: string, path: string): string | null {
  const parts = path.split(separatorOf(path))
  const at = parts.indexOf(name)
  return at < 0 ? null : parts.slice(0, at + 1).join(isWindows(path) ? '\\' : '/')
}

function nameIn(path: string): string {
  return path.split(separatorOf(path)).findLast((part) => part !== '')!
}

function separatorOf(path: string): RegExp {
  return isWindows(path) ? /[\\/]/ : /\//
}

function distinct(media: readonly MediaRef[]): readonly MediaRef[] {
  return [...new Map(media.map((one) => [mediaKey(one), one])).values()]
}
