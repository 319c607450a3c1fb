/**
 * Does a file lie where an Arr says that it put it, and is it the one of the download? A hard link is known by device
 * and inode. A copy is known by its size and by a few pieces of its content: a disk that filled up, or a program that
 * was killed, leaves files of the right size with holes. Head and end are left out, as tags are written there. The same
 * bytes under another name of the folder count: libraries are renamed. Source: Sonarr and Radarr.
 */
import {open, readdir, stat, type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Bytes} from '#model/units.ts'
import {noAnswer, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'

/** More files of a folder are not looked at. */
const MOST_SIBLINGS = 500
/** Bytes of each piece that is compared. */
const PIECE = 16_384
/** Where the pieces begin, in quarters of a file. */
const QUARTERS = [1, 2, 3] as const

export interface ImportedFile {
  /** Of the torrent, in our paths; `null` = we do not see it, or another download brought what lies there. */
  readonly source: string | null
  /** Of the library, in our paths. */
  readonly destination: string
  /** As its Arr has it in its database; `null` = it does not tell. */
  readonly size: Bytes | null
}

/** there: it is. missing: nothing of it lies there. other: another file lies there. */
export type ImportedFileState = 'there' | 'missing' | 'other'

/** Looks now; nothing is kept. */
export async function lookForImported(
  file: ImportedFile,
  patience: Patience,
): Promise<ImportedFileState | Unseen> {
  try {
    return (await patience.ask(file.destination, 'landed', () => look(file))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

interface Mark {
  readonly path: string
  readonly node: string
  readonly size: bigint
}

async function look({source, destination, size}: ImportedFile): Promise<ImportedFileState> {
  const wanted = source === null ? null : await markOf(source)
  const there = await markOf(destination)
  if (there) return (await isIt(wanted, there, size)) ? 'there' : 'other'
  return wanted !== null && (await isBeside(wanted, destination)) ? 'there' : 'missing'
}

/** Of what is empty nothing came in, whatever else is empty. */
async function isIt(wanted: Mark | null, there: Mark, size: Bytes | null): Promise<boolean> {
  if (there.size === 0n) return false
  if (wanted !== null) return isSame(wanted, there)
  return size === null || size === 0 || there.size === BigInt(size)
}

async function isBeside(wanted: Mark, destination: string): Promise<boolean> {
  const folder = dirname(destination)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.slice(0, MOST_SIBLINGS)) {
    const sibling = await markOf(join(folder, name))
    if (sibling && sibling.size > 0n && (await isSame(wanted, sibling))) return true
  }
  return false
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
    return seen.isFile() ? {path, node: `${seen.dev}/${seen.ino}`, size: seen.size} : null
  } catch (error) {
    if (unseenOf(error).unknown === 'missing') return null
    throw error
  }
}
