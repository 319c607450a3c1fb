/**
 * One spot of our file system has many names: links to folders, bind mounts, capitals and accents that a disk does not
 * tell apart. A place is what the system itself says of a path, and two places are compared by that; by names only
 * where nothing is there yet, and then equal spellings are yes and alike ones a doubt.
 */
import {lstat, readdir, readlink, realpath, stat} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join, resolve} from 'node:path'
import type {Clock} from '#lib/clock.ts'
import type {Bytes} from '#model/units.ts'
import {codeOf, isMissing, noAnswer, unseen, unseenOf, type Unseen} from './fs-errors.ts'
import {mountOf, partsOf, type View} from './mount-table.ts'
import type {Patience} from './patience.ts'

export interface Place {
  /** Parts of its path with all links followed, and of what is not there the names as they were asked for. */
  readonly path: readonly string[]
  /** Parts within its file system, wherever that is mounted. */
  readonly inside: readonly string[]
  /** Of the deepest folder on the way that is there. */
  readonly device: string
  /** `device:inode` of the folders on the way that are there, outermost first; the last one may be itself. */
  readonly folders: readonly string[]
  /** `device:inode` of the file that it is; `null` = it is none, or not there. */
  readonly file: string | null
  /** Of that file; absent = it is none. */
  readonly size?: Bytes
  /** The file system on which it lies shows files of others; absent = it is a disk of its own. */
  readonly view?: View
}

/**
 * By their numbers and paths two places are two: not so through two mounts of which one shows files of others, as a
 * union does of its parts, and an NFS and an SMB share of one disk. Source: docs/decisions/040.
 */
export function areDistinguishable({view: one}: Place, {view: other}: Place): boolean {
  return one?.device === other?.device
}

/** Something is there. */
export function isThere({path, folders, file}: Place): boolean {
  return file !== null || folders.length === path.length + 1
}

/** How the first lies to the second. unknown = one would be in the other if both spell the same name. */
type Relation = 'same' | 'inside' | 'around' | 'apart' | 'unknown'

/** Names of one file in two folders (hard links) are two places: whoever removes one leaves the other. */
export function relate(one: Place, other: Place): Relation {
  const way = wayBetween(one, other)
  if (way === null) return 'apart'
  if (!way.isSure) return 'unknown'
  if (way.below.length > 0) return 'inside'
  return way.above.length > 0 ? 'around' : 'same'
}

/** From one place to another that it lies in, or that lies in it. */
interface Way {
  /** Names of the first one below the second. */
  readonly below: readonly string[]
  /** Names of the second one below the first. */
  readonly above: readonly string[]
  /** Not only if both spell the same names. */
  readonly isSure: boolean
}

/** `null` = neither lies in the other. */
export function wayBetween(one: Place, other: Place): Way | null {
  const byFolder = belowCommonFolder(one, other)
  if (byFolder !== null || one.device !== other.device) return byFolder
  // One of them may be seen through a mount of something within the other.
  return isPrefix(one.inside, other.inside, (it) => it) ? wayOf(one.inside, other.inside, true) : null
}

/** The system numbers folders: the deepest one that both lie in, by whatever name, decides with what is below it. */
function belowCommonFolder(one: Place, other: Place): Way | null {
  const at = one.folders.findLastIndex((node) => other.folders.includes(node))
  const from = other.folders.lastIndexOf(one.folders[at]!)
  const [a, b] = [one.path.slice(Math.max(0, at)), other.path.slice(Math.max(0, from))]
  if (isPrefix(a, b, (it) => it)) return wayOf(a, b, true)
  if (!isPrefix(a, b, folded)) return null
  // Spelled alike. Two folders that are there are two; so are two files.
  if (one.folders.length > at + 1 && other.folders.length > from + 1) return null
  if (a.length > 1 || b.length > 1 || one.file === null || other.file === null) return wayOf(a, b, false)
  return one.file === other.file ? wayOf(a, b, true) : null
}

function wayOf(a: readonly string[], b: readonly string[], isSure: boolean): Way {
  return {below: a.slice(b.length), above: b.slice(a.length), isSure}
}

/** The shorter one is where the longer one begins. */
function isPrefix(a: readonly string[], b: readonly string[], as: (part: string) => string): boolean {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) if (as(a[at]!) !== as(b[at]!)) return false
  return true
}

/**
 * As disks write names that do not tell capitals, accents, or a dot or space at the end apart. Some have more than one
 * letter for one (ß and SS are one name), which only writing all large first brings together.
 */
export function folded(part: string): string {
  return part
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[. ]+$/, '')
}

/**
 * A path of any form with each of its names `folded`; repeated and closing separators aside, the root is ''. A sign that
 * folds to a separator (／) is none.
 */
export function foldedPath(path: string): string {
  return path
    .split(/[\\/]+/)
    .map((part) => folded(part).replace(/[\\/]/g, '／'))
    .join('/')
    .replace(/\/+$/, '')
}

/** What the links of a content lead to. */
export interface LinksFound {
  readonly leadsTo: readonly Place[]
  /**
   * Of the links to what is not there now (to a disk that is away, or to nothing): the topmost missing part of each path
   * that they lead to. While none of these is there, they lead nowhere. `null` = that could not be found out.
   */
  readonly awaited: readonly string[] | null
  /** How large the files are that are no links, each size once. */
  readonly sizes: readonly Bytes[]
  /** Of the folder, or the link that it is (`changedAt`): while it stays so, no link in it is another one. `null` = some lie deeper. */
  readonly changedAt: number | null
}

interface Known {
  readonly at: number
  readonly place: Promise<Place | Unseen>
}

/** A content that awaits more paths than this is looked at as a whole. */
const MOST_AWAITED = 32
/** Files of one folder whose size is asked for in one question. */
const SIZES_AT_ONCE = 256
/** Links that lead to links: no system follows more. */
const MOST_HOPS = 40
/**
 * Folders of torrents are few, and asked about by each of them. That nothing is there is never remembered: it may be brought
 * there by anybody in the next moment, and who believes it removes the last of its data.
 */
const KEPT_MS = 30_000
const MOST_KEPT = 20_000

export class Places {
  readonly #patience: Patience
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()

  constructor(patience: Patience, clock: Clock) {
    this.#patience = patience
    this.#clock = clock
  }

  /**
   * What is there may be what was there half a minute ago; what is not there was looked for since this was asked.
   * @param path ours, absolute @param isFresh asked of the disk now: right before something is done
   */
  async of(path: string, isFresh = false): Promise<Place | Unseen> {
    const known = this.#known.get(path)
    if (!known || isFresh || this.#clock.monotonic() - known.at >= KEPT_MS) return this.#ask(path)
    const place = await known.place
    if ('unknown' in place || isThere(place)) return place
    // Whoever waited for the same answer began to ask again in this moment.
    const next = this.#known.get(path)
    return next && next !== known ? next.place : this.#ask(path)
  }

  #ask(path: string): Promise<Place | Unseen> {
    const place = this.#patience
      .ask(path, 'place', () => placeOf(path))
      .then((it) => it ?? noAnswer, unseenOf)
    this.#known.delete(path)
    if (this.#known.size >= MOST_KEPT) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(path, {at: this.#clock.monotonic(), place})
    return place
  }

  /**
   * Where the links lead that lie in a folder, at any depth, or the path itself if it is one.
   * @param path ours, absolute @param isFresh asked of the disk now @returns no answer where one of them leads to a disk
   *   that has none
   */
  async linksIn(path: string, isFresh = false): Promise<LinksFound | Unseen> {
    const sizes = new Set<Bytes>()
    // First, so that what changes during the look is seen by the next one.
    const topChangedAt = await this.changedAt(path)
    if (typeof topChangedAt !== 'number') return topChangedAt
    const found = await linksBelow(path, this.#patience, sizes).catch(unseenOf)
    if ('unknown' in found) return found
    const changedAt = found.every((link) => link === path || dirname(link) === path) ? topChangedAt : null
    const leadsTo: Place[] = []
    const dangling: string[] = []
    for (const link of found) {
      const place = await this.of(link, isFresh)
      if (place === noAnswer) return place
      if ('unknown' in place || !isThere(place)) dangling.push(link)
      else leadsTo.push(place)
    }
    const awaited = new Set<string>()
    for (const link of dangling) {
      // Whatever hinders it, such a content is looked at each time.
      const part = await this.#patience.ask(link, 'awaited', () => awaitedBy(link, awaited)).catch(() => null)
      if (part === null || awaited.size >= MOST_AWAITED)
        return {leadsTo, awaited: null, sizes: [...sizes], changedAt}
      awaited.add(part)
    }
    return {leadsTo, awaited: [...awaited], sizes: [...sizes], changedAt}
  }

  /**
   * The same question where nothing but a yes counts: names alone are read, no sizes, and no link is followed.
   * @param path ours, absolute
   */
  async hasLinks(path: string): Promise<boolean | Unseen> {
    const found = await linksBelow(path, this.#patience).catch(unseenOf)
    return 'unknown' in found ? found : found.length > 0
  }

  /** When names in a folder changed last, or a link was made, ms. @param path ours, absolute */
  async changedAt(path: string): Promise<number | Unseen> {
    const found = await this.#patience.ask(path, 'changed', () => lstat(path)).catch(unseenOf)
    if (found === null) return noAnswer
    return 'unknown' in found ? found : found.ctimeMs
  }

  /** @param path ours, absolute @returns the topmost part of it that is not there; `null` = all of it is there */
  async missingPart(path: string): Promise<string | null | Unseen> {
    const found = await this.#patience
      .ask(path, 'missing', async () => ({part: await missingPartOf(path)}))
      .catch(unseenOf)
    if (found === null) return noAnswer
    return 'unknown' in found ? found : found.part
  }

  /** @param folder ours, absolute @returns the names of what lies in it, folded */
  async namesIn(folder: string): Promise<ReadonlySet<string> | Unseen> {
    const names = await this.#patience.ask(folder, 'names', () => readdir(folder)).catch(unseenOf)
    if (names === null) return noAnswer
    return 'unknown' in names ? names : new Set(names.map(folded))
  }

  /**
   * Whoever deletes file by file what he knows to lie below a folder walks through links to other folders, and deletes
   * what is theirs. Links to files go themselves, and links within the folder lead to what goes anyway.
   * @param path ours, absolute @returns such links at or below it; none where nothing is there
   */
  async linksOut(path: string): Promise<readonly string[] | Unseen> {
    try {
      return await linksOut(path, this.#patience)
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? [] : unseenOf(error)
    }
  }
}

/** Itself, if it is one, or those in it at any depth; each folder is waited for by itself. @throws the system's error */
async function linksBelow(
  path: string,
  patience: Patience,
  sizes: Set<Bytes> | null = null,
): Promise<readonly string[] | Unseen> {
  const top = await patience.ask(path, 'links in', () => lstat(path))
  if (top === null) return noAnswer
  if (top.isSymbolicLink()) return [path]
  if (top.isFile()) sizes?.add(top.size)
  const links: string[] = []
  const waiting = top.isDirectory() ? [path] : []
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const at = folder
    const entries = await patience.ask(at, 'links in', () => readdir(at, {withFileTypes: true}))
    if (entries === null) return noAnswer
    for (const entry of entries) {
      if (entry.isSymbolicLink()) links.push(join(folder, entry.name))
      else if (entry.isDirectory()) waiting.push(join(folder, entry.name))
    }
    const files = sizes === null ? [] : entries.filter((entry) => entry.isFile())
    for (let from = 0; from < files.length; from += SIZES_AT_ONCE) {
      const some = files.slice(from, from + SIZES_AT_ONCE).map(({name}) => join(at, name))
      const found = await patience.ask(at, 'sizes in', () => Promise.all(some.map(sizeIfThere)))
      if (found === null) return noAnswer
      for (const size of found) if (size !== null) sizes!.add(size)
    }
  }
  return links
}

/** `null` = it went meanwhile. @throws the system's error */
async function sizeIfThere(path: string): Promise<Bytes | null> {
  const found = await lstat(path).catch(ifMissing)
  return found === false ? null : found.size
}

/**
 * What is missing on the way of a link that leads nowhere.
 * @param known what is missing for sure @returns `null` = nothing is, by its path @throws the system's error
 */
async function awaitedBy(link: string, known: ReadonlySet<string>): Promise<string | null> {
  let at = link
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    at = resolve(await realpath(dirname(at)), await readlink(at))
    for (const part of known) if (at.startsWith(`${part}/`)) return part
    const there = await lstat(at).catch(ifMissing)
    if (there === false) return missingPartOf(at)
    if (!there.isSymbolicLink()) return null
  }
  return null
}

/** @throws the system's error */
async function missingPartOf(path: string): Promise<string | null> {
  let missing: string | null = null
  for (let at = path; ; at = dirname(at)) {
    if ((await stat(at).catch(ifMissing)) !== false || dirname(at) === at) return missing
    missing = at
  }
}

/** @throws the system's error */
async function linksOut(top: string, patience: Patience): Promise<readonly string[] | Unseen> {
  const above = dirname(top)
  const around = await patience.ask(above, 'links out', () => realpath(above))
  if (around === null) return noAnswer
  const links = await linksBelow(top, patience)
  if ('unknown' in links) return links
  const found: string[] = []
  for (const link of links) {
    const folder = await patience.ask(link, 'links out', () => folderBehind(link))
    if (folder === null) return noAnswer
    if (folder !== 'none' && !`${folder}/`.startsWith(`${join(around, basename(top))}/`)) found.push(link)
  }
  return found
}

/** @throws the system's error */
async function folderBehind(link: string): Promise<string> {
  const isFolder = await stat(link).then((it) => it.isDirectory(), ifMissing)
  return isFolder ? realpath(link) : 'none'
}

/** A link that leads nowhere, or to itself. */
function ifMissing(error: unknown): false {
  const code = codeOf(error)
  if (!isMissing(code) && code !== 'ELOOP') throw error
  return false
}

async function placeOf(path: string): Promise<Place | Unseen> {
  if (!isAbsolute(path) || path.includes('\0')) return unseen('notSupported', `${path} is no absolute path.`)
  const missing: string[] = []
  let there = path
  for (;;) {
    try {
      const real = await realpath(there)
      return await placeBelow(real, missing.toReversed())
    } catch (error) {
      // A link that leads nowhere is no folder that something could lie in.
      if (!isMissing(codeOf(error)) || dirname(there) === there) throw error
      missing.push(basename(there))
      there = dirname(there)
    }
  }
}

async function placeBelow(real: string, missing: readonly string[]): Promise<Place> {
  const folders: string[] = []
  let [device, file]: [string, string | null] = ['', null]
  let size: Bytes | undefined
  for (const at of foldersTo(real)) {
    const found = await stat(at, {bigint: true})
    const node = `${found.dev}:${found.ino}`
    if (found.isDirectory()) folders.push(node)
    else if (missing.length === 0) [file, size] = [node, Number(found.size)]
    device = String(found.dev)
  }
  const mount = await mountOf(real)
  const below = partsOf(real).slice(partsOf(mount.point).length)
  return {
    path: [...partsOf(real), ...missing],
    inside: [...partsOf(mount.root), ...below, ...missing],
    device,
    folders,
    file,
    ...(size !== undefined && {size}),
    ...(mount.view !== null && {view: mount.view}),
  }
}

/** `/`, `/data`, `/data/film` */
function foldersTo(path: string): readonly string[] {
  const parts = partsOf(path)
  return Array.from({length: parts.length + 1}, (_, at) => `/${parts.slice(0, at).join('/')}`)
}

/**
 * A path of a machine whose disk we do not see, comparable with others of the same machine by its text alone. `null` = it
 * is relative, or it climbs, so nobody can say where it leads.
 */
export function placeByText(path: string): Place | null {
  const isWindows = /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\)/.test(path)
  if (path.includes('\0') || (!isWindows && !path.startsWith('/'))) return null
  const parts = path.split(isWindows ? /[\\/]/ : '/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return null
  // Windows never tells capitals apart.
  const names = isWindows ? parts.map((part) => part.toLowerCase()) : parts
  return {path: names, inside: names, device: '', folders: [isWindows ? 'windows' : 'unix'], file: null}
}
