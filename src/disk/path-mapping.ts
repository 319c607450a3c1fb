/**
 * A server's paths and ours. Servers run on other machines and in containers, on Unix or Windows; mappings say which of
 * their folders are which of ours. Paths are compared by whole parts; on Windows in any case, with both separators.
 */
import {withoutBlanksAround} from '#lib/trim-end.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'

/** Where our own file system has it; `null` = no mapping says so. The longest mapping wins. */
export function toOurs(path: string, mappings: readonly PathMapping[]): string | null {
  return mapped(parse(path), mappings, serverSide, ourSide)
}

/** The way back, for what a server is to be told. */
export function toServer(path: string, mappings: readonly PathMapping[]): string | null {
  return mapped(parse(path), mappings, ourSide, serverSide)
}

const serverSide = ({server}: PathMapping): string => server
const ourSide = ({ours}: PathMapping): string => ours

/** A mapping, and why the files below it are not those of its server, for people; absent = nothing speaks against it. */
export interface CheckedMapping extends PathMapping {
  readonly contradicted?: string
}

/** Of the mapping that says where we have a path: the longest one. `null` = none does. */
export function mappingAt<M extends PathMapping>(path: string, mappings: readonly M[]): M | null {
  const place = parse(path)
  return place && (longestFor(place, mappings, ({server}) => server)?.pair ?? null)
}

/**
 * Why what we see at a path proves nothing, for people. Whoever protects files goes on to use the mapping anyway.
 * @param path as the server writes it
 */
export function contradictionAt(path: string, mappings: readonly CheckedMapping[]): string | null {
  return mappingAt(path, mappings)?.contradicted ?? null
}

interface Seen {
  /** As `toOurs`. */
  readonly ours: string | null
  /** As `contradictionAt`. */
  readonly contradicted: string | null
}

/**
 * `toOurs` and `contradictionAt` for tens of thousands of paths in a row: each folder is read once, and a plain name in it
 * only set behind it.
 */
export function pathReader(mappings: readonly CheckedMapping[]): (path: string) => Seen {
  const folders = new Map<string, Seen>()
  const ends = new Set(mappings.map(({server}) => parseFolder(server)?.parts.at(-1)))
  return (path) => {
    const at = path.lastIndexOf('/')
    const name = path.slice(at + 1)
    // A mapping may be of the very file, and what is not plain is read as a whole.
    if (at < 1 || !path.startsWith('/') || !isPlainName(name) || ends.has(name)) return readAt(path, mappings)
    const folder = path.slice(0, at)
    let seen = folders.get(folder)
    if (seen === undefined) folders.set(folder, (seen = readAt(folder, mappings)))
    const {ours, contradicted} = seen
    if (ours === null) return seen
    return ours === '/' || !ours.startsWith('/')
      ? readAt(path, mappings)
      : {ours: `${ours}/${name}`, contradicted}
  }
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0')
}

function readAt(path: string, mappings: readonly CheckedMapping[]): Seen {
  const place = parse(path)
  const ours = mapped(place, mappings, serverSide, ourSide)
  const mapping = place && longestFor(place, mappings, serverSide)?.pair
  return {ours, contradicted: mapping?.contradicted ?? null}
}

/** What says on which disk a server works. */
export interface ServerDisk {
  /** One name per machine (`links/machines.ts`). */
  readonly machine: string
  /** A name that people gave: servers of one name share a disk, those of two names do not. `null` = none given. */
  readonly storage: string | null
  readonly mappings: readonly CheckedMapping[]
  /** The member whose own the server is; absent or `null` = it is the house's. */
  readonly owner?: string | null
}

/**
 * May it keep anything from what the other one removes? A member's server says what its owner likes, so it keeps things
 * from his own servers alone, unless an administrator mapped folders of it or called its disk like that of the other.
 * The house keeps its bytes from everybody. Source: docs/decisions/035.
 */
export function hasSay({owner = null, mappings, storage}: ServerDisk, over: ServerDisk): boolean {
  if (owner === null || owner === over.owner) return true
  return mappings.length > 0 || (storage !== null && storage === over.storage)
}

/**
 * shared: both may see the same files, by a folder of ours, a name that people gave, or the machine. apart: people said
 * so. unknown: two addresses may be one machine, or two machines with one disk.
 */
export type DiskRelation = 'shared' | 'apart' | 'unknown'

/**
 * Folders of ours that both are mapped to say yes against all else: a missed owner costs data, a false one a question.
 * Source: docs/decisions/028.
 */
export function diskRelation(a: ServerDisk, b: ServerDisk): DiskRelation {
  const common = a.mappings.some((one) => b.mappings.some((other) => overlap(one.ours, other.ours)))
  if (common) return 'shared'
  if (a.storage !== null && b.storage !== null) return a.storage === b.storage ? 'shared' : 'apart'
  return a.machine === b.machine ? 'shared' : 'unknown'
}

/** Same place, or one inside the other. A path that cannot be read overlaps with everything. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [parse(a), parse(b)]
  if (one === null || other === null) return true
  return restBelow(one, other) !== null || restBelow(other, one) !== null
}

/** Absolute on some system, and leads to one place: it does not climb, and holds no control characters. */
export function isPlainPath(path: string): boolean {
  return parse(path) !== null && !hasControl(path)
}

/** Whether the path is the folder or lies below it; a path that cannot be read lies nowhere. */
export function isWithin(path: string, folder: string): boolean {
  const [place, around] = [parse(path), parse(folder)]
  return place !== null && around !== null && restBelow(place, around) !== null
}

/** A whole file system, a drive, or a share with all that lies on it. A path that cannot be read is none. */
export function isRoot(path: string): boolean {
  const place = parse(path)
  return place !== null && place.parts.length <= (place.root === '//' ? 2 : 0)
}

/**
 * The folder where servers usually have a disk mounted, by the text of the path alone: `/data/torrents` of
 * `/data/torrents/films`. `null` = not known, or the server has but one disk.
 */
export function diskFolderOf(path: unknown): string | null {
  if (typeof path !== 'string') return null
  const parts = path.split(/[/\\]/).filter((part) => part !== '')
  return parts.length < 2 ? null : `/${parts.slice(0, 2).join('/')}`
}

/** Whether a text holds characters that are none: they end lines, arguments and names at places of their own. */
export function hasControl(text: string): boolean {
  return /[\0-\x1f\x7f]/.test(text)
}

/** A client or system may cut off what it ends in, so it would be another folder than the one that was compared. */
export function isCutAtEnd(folder: string): boolean {
  const parts = folder.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
  const last = parts.at(-1) ?? ''
  if (withoutBlanksAround(`/${last}`) !== `/${last}`) return true
  // Windows cuts dots and blanks off each part.
  return isOfWindows(folder) && parts.some((part) => /[. ]$/.test(part))
}

/** It begins with a drive, or is a share. */
export function isOfWindows(folder: string): boolean {
  return /^(?:[A-Za-z]:|\\\\)/.test(folder)
}

interface Parsed {
  /** `/`, `c:`, `//` (a share). */
  readonly root: string
  readonly parts: readonly string[]
  readonly windows: boolean
}

type Side = (mapping: PathMapping) => string

function mapped(
  place: Parsed | null,
  mappings: readonly PathMapping[],
  fromOf: Side,
  toOf: Side,
): string | null {
  const best = place && longestFor(place, mappings, fromOf, (mapping) => parseFolder(toOf(mapping)) !== null)
  const to = best && parseFolder(toOf(best.pair))
  if (!to || !best.rest.every((part) => isPartOf(part, to.windows))) return null
  return written({...to, parts: [...to.parts, ...best.rest]})
}

/** Of the folders that a place lies in the longest one that counts, and what of the place lies below it. */
function longestFor<P>(
  place: Parsed,
  pairs: readonly P[],
  folderOf: (pair: P) => string,
  counts: (pair: P) => boolean = () => true,
): {readonly pair: P; readonly rest: readonly string[]} | null {
  let best: {readonly pair: P; readonly rest: readonly string[]} | null = null
  for (const pair of pairs) {
    const folder = parseFolder(folderOf(pair))
    const rest = folder && restBelow(place, folder)
    const isLonger = rest && (best === null || rest.length < best.rest.length)
    if (isLonger && counts(pair)) best = {pair, rest}
  }
  return best
}

/** Folders of mappings are few, and are compared with every path. */
const MOST_FOLDERS = 1_000
const parsedFolders = new Map<string, Parsed | null>()

function parseFolder(folder: string): Parsed | null {
  const known = parsedFolders.get(folder)
  if (known !== undefined) return known
  if (parsedFolders.size >= MOST_FOLDERS) parsedFolders.clear()
  const parsed = parse(folder)
  parsedFolders.set(folder, parsed)
  return parsed
}

/** `null` = not absolute, or it climbs, so nobody can say where it leads. */
function parse(path: string): Parsed | null {
  if (path.includes('\0')) return null
  const windows = /^(?:[A-Za-z]:[\\/]|[A-Za-z]:$|\\\\)/.test(path)
  if (!windows && !path.startsWith('/')) return null
  const parts = path.split(windows ? /[\\/]/ : '/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return null
  if (!windows) return {root: '/', parts, windows}
  if (path.startsWith('\\\\')) return {root: '//', parts, windows}
  return {root: parts[0]!.toLowerCase(), parts: parts.slice(1), windows}
}

/** What of `place` lies below `folder`; empty = it is the folder itself, `null` = it does not lie there. */
function restBelow(place: Parsed, folder: Parsed): readonly string[] | null {
  if (place.root !== folder.root || place.parts.length < folder.parts.length) return null
  const same = place.windows
    ? (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
    : (a: string, b: string) => a === b
  return folder.parts.every((part, i) => same(part, place.parts[i]!))
    ? place.parts.slice(folder.parts.length)
    : null
}

/** A name of a Unix server may be several parts, or a stream, on Windows. */
function isPartOf(part: string, windows: boolean): boolean {
  return windows ? !/[\\/:]/.test(part) : !part.includes('/')
}

function written({root, parts, windows}: Parsed): string {
  if (!windows) return `/${parts.join('/')}`
  const joined = parts.join('\\')
  return root === '//' ? `\\\\${joined}` : `${root.toUpperCase()}\\${joined}`
}

/** The folder that the paths of the files start in; `null` = it was renamed in a way that its names do not tell. */
export function folderOfFiles(contentPath: string, files: readonly TorrentFile[]): string | null {
  const content = plain(contentPath)
  const [first] = files
  if (first === undefined) return null
  // A torrent of one file, perhaps in folders of its own, is that file.
  if (files.length === 1 && content.endsWith(`/${first.path}`))
    return content.slice(0, -first.path.length - 1)
  const top = topOf(first.path)
  const hasTop = first.path !== top && files.every(({path}) => topOf(path) === top)
  // Added without the folder of its name: its data lies in the folder among that of others.
  if (!hasTop) return files.length > 1 ? content : null
  return content.endsWith(`/${top}`) ? content.slice(0, -top.length - 1) : null
}

function topOf(path: string): string {
  const at = path.indexOf('/')
  return at < 0 ? path : path.slice(0, at)
}

/** With slashes alone, and none at the end. Elsewhere than on Windows a backslash is a letter. */
function plain(path: string): string {
  const slashed = /^(?:[A-Za-z]:|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path
  return slashed.replace(/\/+$/, '')
}
