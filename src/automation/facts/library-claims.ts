/**
 * Whose library the data of a torrent is, right before a rule removes or moves it: an Arr may have its files there, and
 * know of no download. Arrs that may be on its server are asked, those of its owner and of the house:
 *
 *   root folders (kept ten minutes, and as said last) ─▶ by path or disk around the data? ─▶ is a file of the library in it?
 *         └ never said ─▶ unheard                          └ no ─▶ no claim, no question       └ no answer ─▶ silent
 */
import * as z from 'zod'
import {asServerSees, below} from '#arr-client/path-mapping.ts'
import type {LastAnswers} from '#automation-state/last-answers.ts'
import {toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import {isThere, wayBetween, type Place, type Places} from '#disk/places.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Compartment} from '#model/access.ts'
import {isWindows, type ArrId, type LibraryClaim, type LibraryFolders} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {foldedPath, meets, viewsOf, type LibraryFileFound, type PlacedData} from '../arr/library-places.ts'
import {ownFiles} from './libraries-for-people.ts'

/** Of what is remembered of an Arr. */
export const libraryFoldersShape = z.object({
  roots: z.array(z.string()),
  mappings: z.array(z.object({host: z.string(), remotePath: z.string(), localPath: z.string()})),
})

/** An Arr that may have its library where a server has torrents. */
export interface ClaimingArr {
  readonly id: ArrId
  /** Where its files lie is for whoever owns the server. */
  readonly isOpen: boolean
}

/** Whose an Arr is, and which servers it may use. */
export interface ArrRights<A> {
  readonly reaches: (arr: A, id: ServerId) => boolean
  /** The member whose own it is; `null` = the house's. */
  readonly memberOf: (arr: A) => Compartment
  readonly compartmentOf: (id: ServerId) => Compartment
}

/** What a member's Arr says keeps nobody else's torrents; what the house has keeps everybody's, and is not told to all. */
export function claimingArrs<A extends {readonly id: ArrId}>(
  arrs: readonly A[],
  id: ServerId,
  rights: ArrRights<A>,
): readonly ClaimingArr[] {
  const its = rights.compartmentOf(id)
  return arrs
    .filter((arr) => rights.reaches(arr, id) && [null, its].includes(rights.memberOf(arr)))
    .map((arr) => ({id: arr.id, isOpen: rights.memberOf(arr) === its}))
}

/** What they answer now. */
interface AskedArrs {
  readonly on: (id: ServerId) => readonly ClaimingArr[]
  /** It answers, as far as is known. */
  readonly isHeard: (id: ArrId) => boolean
  /** @throws {CommodarrError} it does not answer */
  readonly folders: (id: ArrId) => Promise<LibraryFolders>
  /** @throws {CommodarrError} likewise */
  readonly fileIn: (id: ArrId, data: PlacedData) => Promise<LibraryFileFound>
}

/** What we see of the folders of servers. */
interface SeenDisks {
  readonly mappings: (id: ServerId) => readonly CheckedMapping[]
  /** Of all servers: an Arr mostly sees what one of them sees. */
  readonly allMappings: () => readonly CheckedMapping[]
  readonly places: Pick<Places, 'of'>
}

/** What an action takes away. data: what is the torrent's own. folder: also what else lies in its folder. */
export type TakenPart = 'data' | 'folder'

interface Found {
  readonly claim: LibraryClaim | null
  /** By the duration clock, ms. */
  readonly at: number
  /** Where it lay then. */
  readonly contentPath: string | undefined
}

/** Rules that want a torrent of a library again and again ask nobody for so long. */
const KEPT_MS = 1_800_000
/** What was looked at so long ago is looked at again right before a removal is sent. */
const LATE_MS = 30_000
/** One that did not answer is not waited for again for so long. */
const SILENT_MS = 60_000
const MOST_KEPT = 20_000

export class LibraryClaims {
  readonly #fleet: Pick<Fleet, 'get'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #arrs: AskedArrs
  readonly #disks: SeenDisks
  readonly #known: Pick<LastAnswers<LibraryFolders>, 'of' | 'take'>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #found = new Map<string, Found>()
  /** When they did not answer, by the duration clock. */
  readonly #silentAt = new Map<ArrId, number>()

  constructor(
    fleet: Pick<Fleet, 'get'>,
    details: Pick<TorrentReader, 'files'>,
    arrs: AskedArrs,
    disks: SeenDisks,
    known: Pick<LastAnswers<LibraryFolders>, 'of' | 'take'>,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#fleet = fleet
    this.#details = details
    this.#arrs = arrs
    this.#disks = disks
    this.#known = known
    this.#clock = clock
  }

  /**
   * @param part that was looked at
   * @param by glance: what was found lately. read: what the last look found, without which nothing is known
   * @returns `null` = it is nobody's
   */
  of(key: TorrentKey, part: TakenPart, by: 'glance' | 'read'): LibraryClaim | null {
    const found = this.#found.get(nameOf(key, part))
    const isThere = found !== undefined && found.contentPath === this.#fleet.get(key)?.contentPath
    if (by === 'read') return isThere ? found.claim : notLooked
    const isNew = isThere && this.#clock.monotonic() - found.at < KEPT_MS
    return isNew && found.claim?.is === 'has' ? found.claim : null
  }

  /** Looks now. Never rejects for what cannot be known. @returns `null` = it is nobody's */
  async look(key: TorrentKey, part: TakenPart): Promise<LibraryClaim | null> {
    const at = this.#clock.monotonic()
    const record = this.#fleet.get(key)
    const claim = record && (await this.#claimOn(key, record, part))
    const name = nameOf(key, part)
    this.#found.delete(name)
    this.#found.set(name, {claim, at, contentPath: record?.contentPath})
    const [oldest] = this.#found.keys()
    if (this.#found.size > MOST_KEPT) this.#found.delete(oldest!)
    return claim
  }

  /** The same of its data, where the last look is too long ago to remove anything by it. */
  async lookAgain(key: TorrentKey): Promise<void> {
    const found = this.#found.get(nameOf(key, 'data'))
    if (!found || this.#clock.monotonic() - found.at > LATE_MS) await this.look(key, 'data')
  }

  /** It answers, for the first time or again: where its library is counts from now on, also while it is silent later. */
  async answers(id: ArrId): Promise<void> {
    this.#silentAt.delete(id)
    await this.#foldersOf(id)
  }

  async #claimOn(key: TorrentKey, record: TorrentRecord, part: TakenPart): Promise<LibraryClaim | null> {
    const {contentPath: reportedPath, savePath} = record
    // Whose path is not told has no data, or one that is in doubt by itself.
    if (!reportedPath) return null
    const contentPath = part === 'folder' && savePath ? topFolder(savePath, reportedPath) : reportedPath
    let doubt: LibraryClaim | null = null
    for (const arr of this.#arrs.on(key.serverId)) {
      const claim = await this.#claimOf(arr, key, {...record, contentPath})
      if (claim?.is === 'has') return claim
      doubt ??= claim
    }
    return doubt
  }

  async #claimOf(
    {id, isOpen}: ClaimingArr,
    key: TorrentKey,
    record: TorrentRecord & {readonly contentPath: string},
  ): Promise<LibraryClaim | null> {
    const folders = await this.#foldersOf(id)
    if (folders === null) return {is: 'unheard'}
    const {contentPath: content} = record
    const around = await this.#around(key.serverId, content, folders)
    if (around === null) return null
    const silent: LibraryClaim = {is: 'silent', folder: isOpen ? around.root : ''}
    if (this.#isSilent(id)) return silent
    let own: readonly string[] | null
    try {
      own = await ownFiles(record, () => this.#details.files(key))
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {is: 'unread', why: error.message}
    }
    try {
      const {path, isWhole} = await this.#arrs.fileIn(id, {content, files: own, seen: around.seen})
      if (path !== null) return {is: 'has', path: isOpen ? path : ''}
      return isWhole
        ? null
        : {
            is: 'unread',
            why: 'Its Arr was asked for the files of many items within the last hour; it is asked again later.',
          }
    } catch (error) {
      this.#noteSilent(id, error)
      return silent
    }
  }

  /** As it says now, else as it said last; `null` = it never did. */
  async #foldersOf(id: ArrId): Promise<LibraryFolders | null> {
    if (this.#isSilent(id)) return this.#known.of(id)
    try {
      const now = await this.#arrs.folders(id)
      void this.#known.take(id, now)
      return now
    } catch (error) {
      this.#noteSilent(id, error)
      return this.#known.of(id)
    }
  }

  #isSilent(id: ArrId): boolean {
    const at = this.#silentAt.get(id)
    const isSoon = at !== undefined && this.#clock.monotonic() - at < SILENT_MS
    return isSoon || !this.#arrs.isHeard(id)
  }

  /** @throws what is no answer of an Arr */
  #noteSilent(id: ArrId, error: unknown): void {
    if (!(error instanceof CommodarrError)) throw error
    this.#silentAt.set(id, this.#clock.monotonic())
  }

  /**
   * The root folder that the data lies in, or that lies in the data, with the paths of the Arr for it; `null` = none does,
   * as far as paths and disks tell.
   */
  async #around(
    serverId: ServerId,
    content: string,
    {roots, mappings}: LibraryFolders,
  ): Promise<{readonly root: string; readonly seen: readonly string[]} | null> {
    const views = viewsOf([content], mappings).map(({seen}) => foldedPath(seen))
    let around = roots.find((root) => views.some((view) => meets(foldedPath(root), view))) ?? null
    const place = await this.#placeOf(toOurs(content, this.#disks.mappings(serverId)))
    const seen: string[] = []
    for (const root of place === null ? [] : roots) {
      for (const ours of this.#pathsOf(root, mappings)) {
        const its = await this.#placeOf(ours)
        const way = its && isThere(its) ? wayBetween(its, place!) : null
        if (way === null) continue
        around ??= root
        seen.push([root.replace(/[\\/]+$/, ''), ...way.above].join(root.includes('\\') ? '\\' : '/'))
      }
    }
    return around === null ? null : {root: around, seen}
  }

  /** Where we may have a root folder: without containers by its own path. */
  #pathsOf(root: string, mappings: LibraryFolders['mappings']): ReadonlySet<string> {
    const hosts = new Set(mappings.map(({host}) => host))
    const named = [root, ...[...hosts].map((host) => asServerSees(root, host, mappings))]
    const all = this.#disks.allMappings()
    const mapped = named.flatMap((path) => all.flatMap((mapping) => toOurs(path, [mapping]) ?? []))
    return new Set([...(root.startsWith('/') ? [root] : []), ...mapped])
  }

  /** `null` = we do not see it now. */
  async #placeOf(ours: string | null): Promise<Place | null> {
    const place = ours === null ? null : await this.#disks.places.of(ours)
    return place === null || 'unknown' in place ? null : place
  }
}

function nameOf(key: TorrentKey, part: TakenPart): string {
  return `${part} ${keyText(key)}`
}

/** Of one file in a folder of its own its server names the file. */
function topFolder(savePath: string, contentPath: string): string {
  const rest = below(savePath, contentPath)
  const [separator, first] = isWindows(savePath) ? ['\\', /[\\/]/] : ['/', '/']
  const [top = ''] = rest?.split(first) ?? []
  return top === '' ? contentPath : `${savePath.replace(/[\\/]+$/, '')}${separator}${top}`
}

const notLooked: LibraryClaim = {is: 'unread', why: 'It is looked at again first.'}
