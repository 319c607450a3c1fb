/**
 * Does a file lie where an Arr says that it put it? The same bytes under another name of the folder count: libraries are
 * renamed. Source: protocols/arr.md §6.4, P4.
 */
import {readdir, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {noAnswer, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'

/** More files of a folder are not looked at. */
const MOST_SIBLINGS = 500

interface Mark {
  readonly node: string
  readonly size: bigint
}

/**
 * @param source of the torrent, in our paths; when it is not there any more, that something which is not empty lies at
 *   the destination is all that can be said
 * @returns `false` = nothing of it lies there
 */
export async function hasImportedFiles(
  source: string,
  destination: string,
  patience: Patience,
): Promise<boolean | Unseen> {
  try {
    return (await patience.ask(destination, 'landed', () => look(source, destination))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

async function look(source: string, destination: string): Promise<boolean> {
  const [wanted, there] = [await markOf(source), await markOf(destination)]
  if (there) return wanted === null ? there.size > 0n : isSame(wanted, there)
  if (wanted === null) return false
  const folder = dirname(destination)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.slice(0, MOST_SIBLINGS)) {
    const sibling = await markOf(join(folder, name))
    if (sibling && isSame(wanted, sibling)) return true
  }
  return false
}

/** A hard link, or a copy of the same size. Of what is empty nothing came in, whatever else is empty. */
function isSame(one: Mark, other: Mark): boolean {
  return one.size > 0n && (one.node === other.node || one.size === other.size)
}

/** `null` = there is no file. */
async function markOf(path: string): Promise<Mark | null> {
  try {
    const seen = await stat(path, {bigint: true})
    return seen.isFile() ? {node: `${seen.dev}/${seen.ino}`, size: seen.size} : null
  } catch (error) {
    if (unseenOf(error).unknown === 'missing') return null
    throw error
  }
}
