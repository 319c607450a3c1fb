/**
 * Brings files to another file system in two steps, so that nothing is deleted that was not copied: `copyTree` copies and
 * notes what it copied, `removeCopied` deletes exactly that, as long as it is as it was, and the folders that are empty
 * then. What somebody puts there or changes meanwhile stays.
 */
import type {BigIntStats} from 'node:fs'
import {constants} from 'node:fs'
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
  utimes,
} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {makeFolder} from '#lib/make-folder.ts'
import {isFileError} from './free-space.ts'

/** A file or link, as it was before it was copied. */
interface CopiedFile {
  readonly path: string
  readonly before: BigIntStats
}

export interface Copied {
  readonly files: readonly CopiedFile[]
  /** The deepest first. */
  readonly folders: readonly string[]
}

/**
 * @param to nothing lies there
 * @throws a file error, or an `Error` where something is neither file, link nor folder: then nothing may be deleted
 */
export async function copyTree(from: string, to: string): Promise<Copied> {
  const files: CopiedFile[] = []
  const folders: string[] = []
  await copyInto(from, to, {files, folders})
  return {files, folders}
}

async function copyInto(
  from: string,
  to: string,
  copied: {readonly files: CopiedFile[]; readonly folders: string[]},
): Promise<void> {
  const before = await lstat(from, {bigint: true})
  if (before.isDirectory()) {
    await mkdir(to)
    for (const name of await readdir(from)) await copyInto(join(from, name), join(to, name), copied)
    await chmod(to, Number(before.mode & 0o7777n))
    await utimes(to, before.atime, before.mtime)
    copied.folders.push(from)
    return
  }
  if (before.isSymbolicLink()) await symlink(await readlink(from), to)
  else if (before.isFile()) {
    await copyFile(from, to, constants.COPYFILE_EXCL)
    await utimes(to, before.atime, before.mtime)
  } else throw new Error(`${from} is neither a file nor a folder.`)
  copied.files.push({path: from, before})
}

/** Files and links of a folder, however deep, by their paths in it. @throws a file error */
export async function filesIn(folder: string, at = ''): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await readdir(join(folder, at), {withFileTypes: true})) {
    const path = at === '' ? entry.name : `${at}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await filesIn(folder, path)))
    else found.push(path)
  }
  return found
}

/**
 * Brings these files, and nothing beside them, from one folder to another: all of them or none. The folders that are empty
 * then go.
 * @param to nothing lies there
 * @param paths of the files in the folder; each is there
 * @returns paths that stay at the old place, as they changed meanwhile
 * @throws a file error; then all of them are where they were
 */
export async function bringFiles(
  from: string,
  to: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const brought: string[] = []
  try {
    for (const path of paths) {
      await makeFolder(dirname(join(to, path)))
      await rename(join(from, path), join(to, path))
      brought.push(path)
    }
  } catch (error) {
    for (const path of brought) await rename(join(to, path), join(from, path))
    await dropEmptied(to, paths)
    if (!isFileError(error, 'EXDEV')) throw error
    return copyFiles(from, to, paths)
  }
  await dropEmptied(from, paths)
  return []
}

/** To another file system: copied whole before what was copied goes. */
async function copyFiles(from: string, to: string, paths: readonly string[]): Promise<readonly string[]> {
  const files: CopiedFile[] = []
  try {
    for (const path of paths) {
      await makeFolder(dirname(join(to, path)))
      await copyInto(join(from, path), join(to, path), {files, folders: []})
    }
  } catch (error) {
    // A full disk: what was copied by then is whole at the old place.
    for (const path of paths.slice(0, files.length)) await unlink(join(to, path))
    await dropEmptied(to, paths)
    throw error
  }
  const left = await removeCopied({files, folders: []})
  await dropEmptied(from, paths)
  return left
}

/** The deepest first; one that holds anything stays. */
async function dropEmptied(from: string, paths: readonly string[]): Promise<void> {
  const folders = new Set([''])
  for (const path of paths) for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at)
  for (const folder of [...folders].toSorted((a, b) => b.length - a.length))
    await rmdir(join(from, folder)).catch((error: unknown) => {
      if (!isFileError(error)) throw error
    })
}

/** @returns paths that are still there: changed since, new, or not to be deleted */
export async function removeCopied({files, folders}: Copied): Promise<string[]> {
  const left: string[] = []
  for (const {path, before} of files) {
    try {
      if (isSame(await lstat(path, {bigint: true}), before)) await unlink(path)
      else left.push(path)
    } catch (error) {
      if (!isFileError(error)) throw error
      if (!isFileError(error, 'ENOENT')) left.push(path)
    }
  }
  const known = new Set([...left, ...folders])
  for (const folder of folders) {
    try {
      await rmdir(folder)
    } catch (error) {
      if (!isFileError(error)) throw error
      if (!isFileError(error, 'ENOENT')) left.push(...(await newIn(folder, known)))
    }
  }
  return left
}

function isSame(now: BigIntStats, before: BigIntStats): boolean {
  return (
    now.dev === before.dev &&
    now.ino === before.ino &&
    now.size === before.size &&
    now.mtimeNs === before.mtimeNs
  )
}

async function newIn(folder: string, known: ReadonlySet<string>): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name)).filter((path) => !known.has(path))
  } catch (error) {
    if (!isFileError(error)) throw error
    return [folder]
  }
}
