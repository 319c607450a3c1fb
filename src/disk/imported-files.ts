/**
 * Does a file lie where an Arr says that it put it, and is it the one of the download? A hard link is known by device
 * and inode. A copy is known by its size and by a few pieces of its content: a disk that filled up, or a program that
 * was killed, leaves files of the right size with holes. Head and end are left out, as tags are written there. The same
 * bytes under another name of the folder count: libraries are renamed. What lies in the download itself, or is one name
 * with it through links and mounts of folders, is no second copy. Source: Sonarr and Radarr.
 */
import {open, readdir, realpath, stat, type FileHandle} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import type {Bytes} from '#model/units.ts'
import {noAnswer, unseenOf, type Unseen} from './fs-errors.ts'
import {mayShowTwice, mountOf} from './mount-table.ts'
import type {Patience} from './patience.ts'
import {folded} from './places.ts'

/** More files of a folder are not looked at. */
const MOST_SIBLINGS = 500
/** Bytes of each piece that is compared. */
const PIECE = 16_384
/** Where the pieces begin, in quarters of a file. */
const QUARTERS = [1, 2, 3] as const

interface ImportedFile {
  /** Of the torrent, in our paths: what goes with its data. `null` = it is not seen, or a folder of many torrents. */
  readonly content: string | null
  /** Of the torrent, in our paths; `null` = we do not see it, or another download brought what lies there. */
  readonly source: string | null
  /** Of the library, in our paths. */
  readonly destination: string
  /** As its Arr has it in its database; `null` = it does not tell. */
  readonly size: Bytes | null
}

/** there: it is. missing: nothing of it lies there. other: another file lies there. own: it goes with the torrent's data. */
type ImportedFileState = 'there' | 'missing' | 'other' | 'own'

/**
 * Looks now; nothing is kept.
 * @param mounted the mount that a real path lies in; another one for tests
 */
export async function lookForImported(
  file: ImportedFile,
  patience: Patience,
  mounted: MountOf = mountOf,
): Promise<ImportedFileState | Unseen> {
  try {
    return (await patience.ask(file.destination, 'landed', () => look(file, mounted))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

/** Whether both are names of the same bytes; `null` = it cannot be seen now. */
export async function isOneFile(one: string, other: string, patience: Patience): Promise<boolean | null> {
  try {
    return await patience.ask(other, 'landed', async () => {
      const [a, b] = await Promise.all([markOf(one), markOf(other)])
      return a && b && a.node === b.node
    })
  } catch {
    return null
  }
}

type MountOf = (path: string) => ReturnType<typeof mountOf>

interface Mark {
  readonly path: string
  readonly node: string
  /** Names of these bytes. */
  readonly links: bigint
  readonly size: bigint
}

async function look(
  {content, source, destination, size}: ImportedFile,
  mounted: MountOf,
): Promise<ImportedFileState> {
  const wanted = source === null ? null : await markOf(source)
  const there = await markOf(destination)
  if (there && !(await isIt(wanted, there, size))) return 'other'
  const found = there ?? (wanted && (await besideOf(wanted, destination)))
  if (!found) return 'missing'
  const isOwn =
    (content !== null && (await liesIn(found, content, mounted))) ||
    (wanted && (await isOneName(wanted, found, mounted)))
  return isOwn ? 'own' : 'there'
}

/** By the numbers of the folders around it, which links and mounts share; or the same name there is it, seen twice. */
async function liesIn(found: Mark, content: string, mounted: MountOf): Promise<boolean> {
  const top = await nodeOfFolder(content)
  if (top === null) return false
  const real = await realpath(found.path)
  for (let at = dirname(real); ; at = dirname(at)) {
    if ((await nodeOfFolder(at)) === top) return true
    const there = await markOf(join(content, relative(at, real)))
    if (there && (await isSame(there, found)) && (await isSeenTwice(there, found, mounted))) return true
    if (at === dirname(at)) return false
  }
}

/** Of bytes that have one name there is no second one, whatever leads to it. A hard link is a name of its own. */
async function isOneName(one: Mark, other: Mark, mounted: MountOf): Promise<boolean> {
  if (one.node !== other.node) return isSeenTwice(one, other, mounted)
  return other.links <= 1n || (await nameOf(one)) === (await nameOf(other))
}

/**
 * A union or a share shows the same bytes by another number, and by the same name. What lies right where something is
 * mounted lies elsewhere in a folder of any name; of what lies deeper the folder has the same name, too.
 */
async function isSeenTwice(one: Mark, other: Mark, mounted: MountOf): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((mark) => seenIn(mark, mounted)))
  if (!mayShowTwice(a!.view, b!.view) || a!.name !== b!.name) return false
  return a!.isTop || b!.isTop || a!.folder === b!.folder
}

async function seenIn({path}: Mark, mounted: MountOf) {
  const real = await realpath(path)
  const {view, point} = await mounted(real)
  const folder = dirname(real)
  // A file may be mounted alone: it has the name of its mount point then, and no folder.
  const isTop = folder === point || real === point
  return {view, isTop, folder: folded(basename(folder)), name: folded(basename(real))}
}

/** The folder that it lies in, by its number, and its name there. */
async function nameOf({path}: Mark): Promise<string> {
  const real = await realpath(path)
  return `${await nodeOfFolder(dirname(real))}/${basename(real)}`
}

/** `null` = it is no folder, or not there. */
async function nodeOfFolder(path: string): Promise<string | null> {
  const seen = await stat(path, {bigint: true}).catch((error: unknown) => {
    if (unseenOf(error).unknown === 'missing') return null
    throw error
  })
  return seen?.isDirectory() ? `${seen.dev}/${seen.ino}` : null
}

/** Of what is empty nothing came in, whatever else is empty. */
async function isIt(wanted: Mark | null, there: Mark, size: Bytes | null): Promise<boolean> {
  if (there.size === 0n) return false
  if (wanted !== null) return isSame(wanted, there)
  return size === null || size === 0 || there.size === BigInt(size)
}

/** `null` = it lies under no name there. */
async function besideOf(wanted: Mark, destination: string): Promise<Mark | null> {
  const folder = dirname(destination)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.slice(0, MOST_SIBLINGS)) {
    const sibling = await markOf(join(folder, name))
    if (sibling && sibling.size > 0n && (await isSame(wanted, sibling))) return sibling
  }
  return null
}

async function isSame(one: Mark, other: Mark): Promise<boolean> {
  if (one.node === other.node) return true
  return one.size === other.size && haveSamePieces(one, other)
}

async function haveSamePieces(one: Mark, other: Mark): Promise<boolean> {
  await using a = await open(one.path)
  await using b = await open(other.path)
  for (const quarter of QUARTERS) {
    const at = Number((one.size * BigInt(quarter)) / 4n)
    if (!(await pieceOf(a, at)).equals(await pieceOf(b, at))) return false
  }
  return true
}

async function pieceOf(file: FileHandle, at: number): Promise<Buffer> {
  const piece = Buffer.alloc(PIECE)
  const {bytesRead} = await file.read(piece, 0, PIECE, at)
  return piece.subarray(0, bytesRead)
}

/** `null` = there is no file. */
async function markOf(path: string): Promise<Mark | null> {
  try {
    const seen = await stat(path, {bigint: true})
    return seen.isFile() ? {path, node: `${seen.dev}/${seen.ino}`, links: seen.nlink, size: seen.size} : null
  } catch (error) {
    if (unseenOf(error).unknown === 'missing') return null
    throw error
  }
}
