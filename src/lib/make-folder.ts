/**
 * Folders that are made with those above them. Node's own way (`recursive`) asks without end where a file system answers
 * "no such file or folder" to whatever is made in it, as /proc does and automounted folders may; nothing stops it then,
 * no signal either. Source: Node 26.10.
 */
import {mkdirSync, statSync} from 'node:fs'
import {mkdir, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

/**
 * Makes a folder and those above it that are missing.
 *
 * @param mode of each that is made
 * @returns the topmost folder that was made; `null` = all were there
 * @throws {NodeJS.ErrnoException} it cannot be made, or a file is in its place
 */
export function makeFolderSync(path: string, mode = 0o777): string | null {
  const missing: string[] = []
  for (let at = path; !isFolderSync(at); at = dirname(at)) missing.push(at)
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, mode)
    } catch (error) {
      if (!isThere(error) || !isFolderSync(folder)) throw error
    }
  }
  return missing.at(-1) ?? null
}

/** The same, without holding up others. */
export async function makeFolder(path: string, mode = 0o777): Promise<string | null> {
  const missing: string[] = []
  for (let at = path; !(await isFolder(at)); at = dirname(at)) missing.push(at)
  for (const folder of missing.toReversed()) {
    try {
      await mkdir(folder, mode)
    } catch (error) {
      if (!isThere(error) || !(await isFolder(folder))) throw error
    }
  }
  return missing.at(-1) ?? null
}

/** `false` = nothing is there. @throws {NodeJS.ErrnoException} a file is there, or it cannot be looked at */
function isFolderSync(path: string): boolean {
  try {
    return mustBeFolder(path, statSync(path).isDirectory())
  } catch (error) {
    return isMissing(path, error)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return mustBeFolder(path, (await stat(path)).isDirectory())
  } catch (error) {
    return isMissing(path, error)
  }
}

function mustBeFolder(path: string, isFolderThere: boolean): true {
  if (isFolderThere) return true
  throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), {code: 'ENOTDIR', path})
}

/** The root of a disk is looked at last: where it is missing, nothing can be made. */
function isMissing(path: string, error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return false
  throw error
}

/** Another one made it in this moment. */
function isThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST'
}
