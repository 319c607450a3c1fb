/**
 * File by file: which of them another torrent has, too. Where both lie in a folder of many torrents, or one is a part of
 * the other, that they lie together says nothing.
 */
import {diskRelation, folderOfFiles, toOurs} from '#disk/path-mapping.ts'
import {folded, placeByText, wayBetween, type Place} from '#disk/places.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {Bytes} from '#model/units.ts'
import type {Candidate} from './candidates.ts'
import type {Doubt, DoubtCode} from './doubts.ts'
import type {Arrival} from './file-changes.ts'
import type {FileReader, OwnContent, Owner, OwnershipDeps} from './ownership.ts'

export class SharedFiles {
  readonly #disk: OwnershipDeps['disk']
  readonly #places: OwnershipDeps['places']
  readonly #files: FileReader
  readonly #isFresh: boolean

  constructor(
    disk: OwnershipDeps['disk'],
    places: OwnershipDeps['places'],
    files: FileReader,
    isFresh: boolean,
  ) {
    this.#disk = disk
    this.#places = places
    this.#files = files
    this.#isFresh = isFresh
  }

  /** `null` = it has none of them, neither where it lies nor, while it is moved, where it may come to lie. */
  async of(own: OwnContent, candidate: Candidate): Promise<Owner | Doubt | null> {
    const here = await this.#asItLies(own, candidate)
    const isDecided = here !== null && ('code' in here || here.files === 'all')
    if (!candidate.isMoving || candidate.how === 'perhaps' || isDecided) return here
    return (await this.#asItLies(own, {...candidate, how: 'perhaps'})) ?? here
  }

  async #asItLies(own: OwnContent, candidate: Candidate): Promise<Owner | Doubt | null> {
    const {key, how} = candidate
    const doubt = (code: DoubtCode): Doubt => ({
      code,
      serverId: key.serverId,
      torrent: key,
      detail: candidate.contentPath,
    })
    if (how === 'spelled') return doubt('spelled')
    // The same torrent has the same files, whatever its server calls them.
    const isUnknown = how === 'perhaps' || how === 'unseen'
    const unknown = doubt(how === 'unseen' ? how : whyUnseen(own, candidate))
    if (own.arrives !== null) return this.#inTheWayOf(own, candidate, own.arrives, {isUnknown, unknown})
    if (candidate.isSameTorrent) return isUnknown ? unknown : {key, files: 'all'}
    const mine = own.files ?? (await this.#files(own.key))
    const linked = await this.#filesAt(own, mine, candidate.leadsTo)
    if (how === 'linked' || linked === 'all') return {key, files: linked}
    // Whoever does not know its names can exclude nobody by his.
    if (isUnknown && mine === null) return this.#isLikely(own, candidate) ? unreadOf(own) : null
    const theirs = await this.#files(key)
    if (isUnknown) {
      if (linked.size > 0) return {key, files: linked}
      if (theirs === null) return this.#isLikely(own, candidate) ? unknown : null
      const least = key.serverId === own.key.serverId ? LEAST_SHARE : 0
      return haveOneAlike(mine!, theirs, least) ? unknown : null
    }
    if (mine === null || theirs === null) return how === 'same' ? {key, files: 'all'} : doubt('unread')
    const same = await this.#samePaths(own, mine, candidate, theirs)
    if (same === null) return {key, files: 'all'}
    const shared = mine.filter(({path}) => linked.has(path) || same.has(path))
    return shared.length === 0 ? null : {key, files: new Set(shared.map(({path}) => path))}
  }

  /**
   * Which files of another torrent lie where own files arrive. A file that is taken over as it lies harms nobody who has
   * it whole in the same size.
   */
  async #inTheWayOf(
    own: OwnContent,
    candidate: Candidate,
    arrives: Arrival,
    {isUnknown, unknown}: {readonly isUnknown: boolean; readonly unknown: Doubt},
  ): Promise<Owner | Doubt | null> {
    const {key, how, isSameTorrent} = candidate
    if (isSameTorrent && arrives === 'takenOver') return null
    // What links lead to is looked at where it lies.
    if (how === 'linked') return null
    const mine = own.files ?? []
    const theirs = await this.#files(key)
    if (isUnknown) {
      const excluded =
        theirs !== null &&
        !mayCollide(
          {folder: folderOfFiles(own.contentPath, mine), files: mine},
          {folder: folderOfTheirs(candidate, theirs), files: theirs},
          arrives,
        )
      return excluded ? null : unknown
    }
    if (theirs === null) return {...unknown, code: 'unread'}
    const same = await this.#samePaths(own, mine, candidate, theirs)
    if (same === null) return {key, files: 'all'}
    const harmed = mine.filter(({path, size}) => same.has(path) && isHarmed(size, same.get(path)!, arrives))
    if (harmed.length === 0) return null
    const sizes = new Map([...same].map(([path, file]) => [path, file.size]))
    return {key, files: new Set(harmed.map(({path}) => path)), sizes}
  }

  /** Those of another torrent's files that have the paths of own files, by the own path; `null` = nobody can say. */
  async #samePaths(
    own: OwnContent,
    mine: readonly TorrentFile[],
    candidate: Candidate,
    theirs: readonly TorrentFile[],
  ): Promise<ReadonlyMap<string, TorrentFile> | null> {
    // Where one of them lies is in doubt: that they meet is seen, and not that they do so in these files alone.
    if (candidate.isContradicted && candidate.key.serverId !== own.key.serverId) return null
    const from = await this.#baseAt(folderOfFiles(own.contentPath, mine), own.disk.mappings)
    const {mappings} = this.#disk(candidate.key.serverId)
    const to = await this.#baseAt(folderOfTheirs(candidate, theirs), mappings)
    if (from === null || to === null) return null
    const way = to.ours && from.ours ? wayBetween(to.ours, from.ours) : wayBetween(to.byText, from.byText)
    if (way === null) return null
    const byPath = new Map(theirs.map((file) => [foldedPath([...way.below, file.path]), file]))
    const found = new Map<string, TorrentFile>()
    for (const {path} of mine) {
      const file = byPath.get(foldedPath([...way.above, path]))
      if (file) found.set(path, file)
    }
    return found
  }

  /** Those of its files that lie at, or in, one of these places. `all` = which of them cannot be told. */
  async #filesAt(
    own: OwnContent,
    mine: readonly TorrentFile[] | null,
    places: readonly Place[],
  ): Promise<Owner['files']> {
    if (places.length === 0) return new Set()
    const base = mine && (await this.#baseAt(folderOfFiles(own.contentPath, mine), own.disk.mappings))
    const folder = base?.ours ?? null
    if (mine === null || folder === null) return 'all'
    const ways = places.map((place) => wayBetween(place, folder))
    const found = mine.filter(({path}) =>
      ways.some((way) => way !== null && isAtOrBelow(foldedPath([path]), foldedPath(way.below))),
    )
    return found.length === 0 ? 'all' : new Set(found.map(({path}) => path))
  }

  /** The folder that the paths of files begin in, as their server writes it. `null` = their names do not tell. */
  async #baseAt(
    folder: string | null,
    mappings: readonly PathMapping[],
  ): Promise<{readonly ours: Place | null; readonly byText: Place} | null> {
    const byText = folder === null ? null : placeByText(`${folder}/`)
    if (folder === null || byText === null) return null
    const path = toOurs(`${folder}/`, mappings)
    const seen = path === null ? null : await this.#places.of(path, this.#isFresh)
    return {byText, ours: seen === null || 'unknown' in seen ? null : seen}
  }

  /**
   * Of files that could not be read: may they be the same? On another disk, as far as anybody knows, its row
   * alone tells: the name or the size is that of the whole content.
   */
  #isLikely(
    {contentPath: path, disk: own, torrent}: OwnContent,
    {key, contentPath, somewhereIn, size}: Candidate,
  ): boolean {
    const other = this.#disk(key.serverId)
    // Of what has no place yet its row tells no name.
    if (somewhereIn !== null || diskRelation(own, other) === 'shared') return true
    const [mine, theirs] = [placeByText(path), placeByText(contentPath)].map((it) => it?.path.at(-1))
    const isNamed = mine !== undefined && theirs !== undefined && folded(mine) === folded(theirs)
    return isNamed || (size !== null && size === (torrent?.sizeTotal ?? torrent?.size))
  }
}

function whyUnseen(
  own: OwnContent,
  {key, isMoving, isUnfinished, isContradicted, isView, isMissing}: Candidate,
): DoubtCode {
  if (isMoving) return 'moving'
  if (isUnfinished) return 'unfinished'
  if (isContradicted) return 'contradicted'
  if (!isView) return isMissing ? 'absent' : 'unmapped'
  return key.serverId === own.key.serverId ? 'viewHere' : 'view'
}

function unreadOf({key, contentPath: detail}: OwnContent): Doubt {
  return {code: 'unread', serverId: key.serverId, torrent: key, detail}
}

/** What is not whole is taken for its own by nobody: it may be as large anyway, and its server writes it. */
function isHarmed(size: Bytes, theirs: TorrentFile, arrives: Arrival): boolean {
  const isBegun = theirs.progress < 1 && (theirs.priority !== 'skip' || theirs.progress > 0)
  return arrives === 'replacing' || isBegun || theirs.size !== size
}

/** Where places cannot be compared: a file of the same name in a folder of the same name may be the same file. */
function mayCollide(mine: NamedContent, theirs: NamedContent, arrives: Arrival): boolean {
  const named = Map.groupBy(lastNames(theirs), ([names]) => names)
  return lastNames(mine).some(
    ([names, {size}]) => named.get(names)?.some(([, it]) => isHarmed(size, it, arrives)) ?? false,
  )
}

/** The folder that the names of its files begin in, as its server writes it; `null` = not known. */
function folderOfTheirs({contentPath, somewhereIn}: Candidate, files: readonly TorrentFile[]): string | null {
  return somewhereIn === null ? folderOfFiles(contentPath, files) : somewhereIn || null
}

interface NamedContent {
  /** That their names begin in; `null` = not known. */
  readonly folder: string | null
  readonly files: readonly TorrentFile[]
}

/** Of each file the name and that of its folder: in its torrent, and where its server has it. */
function lastNames({folder, files}: NamedContent): readonly (readonly [string, TorrentFile])[] {
  return files.flatMap((file) => {
    const paths = [file.path, ...(folder === null ? [] : [`${folder}/${file.path}`])]
    const names = paths.map((path) => foldedPath(path.split('/').filter(Boolean).slice(-2)))
    return [...new Set(names)].map((it) => [it, file] as const)
  })
}

function isAtOrBelow(path: string, top: string): boolean {
  return top === '' || path === top || path.startsWith(`${top}/`)
}

/**
 * Of two torrents of one server in folders of other names. What lies in one place through a link is whole there; the notes
 * that a group of releases puts beside each of its films make no two films one.
 */
const LEAST_SHARE = 0.01

/** Two files of so many bytes, and exactly as many, are most likely one. */
const TELLING_BYTES = 1_048_576

/**
 * Same name and size: whoever has one file in two folders calls it the same, or the one is a link to the other, and then
 * it may be called otherwise.
 * @param least share of the bytes of either that has to be alike, 0 to 1
 */
function haveOneAlike(mine: readonly TorrentFile[], theirs: readonly TorrentFile[], least: number): boolean {
  const known = new Set(mine.map(nameAndSize))
  const sizes = new Set(mine.map(({size}) => size).filter((size) => size >= TELLING_BYTES))
  const alike = theirs.filter((it) => known.has(nameAndSize(it)) || sizes.has(it.size))
  if (alike.length === 0) return false
  const whole = Math.min(bytesOf(mine), bytesOf(theirs))
  return bytesOf(alike) >= whole * least
}

function bytesOf(files: readonly TorrentFile[]): Bytes {
  return files.reduce((sum, {size}) => sum + size, 0)
}

function nameAndSize({path, size}: TorrentFile): string {
  return `${folded(path.slice(path.lastIndexOf('/') + 1))} ${size}`
}

function foldedPath(parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .map(folded)
    .join('/')
}
