/**
 * The files below a folder, one after the other. Nothing behind a link, on another disk, or in a folder that we or a
 * file system keep for ourselves; what is neither a file nor a folder does not count.
 */
import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {EpochMs} from '#model/units.ts'
import {codeOf, noAnswer, unseen, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'
import {recycleArea, type RecycleFile} from './recycle.ts'

export interface FoundFile extends RecycleFile {
  readonly changedAt: EpochMs
  /** Names of these bytes in all, as the file system counts them. */
  readonly links: number
}

/** What lies in one folder, without what lies below. Paths are whole. */
export interface FolderContent {
  readonly files: readonly FoundFile[]
  readonly folders: readonly string[]
}

interface WalkDeps {
  readonly patience: Patience
  readonly signal: AbortSignal
  /** In a folder at a time; the walk waits for it. `false` = enough. */
  readonly found: (files: readonly FoundFile[], folder: string) => boolean | Promise<boolean>
}

/** Not looked into, wherever they lie. */
const closed: ReadonlySet<string> = new Set([
  recycleArea,
  '.unwanted',
  'lost+found',
  '@eaDir',
  '#recycle',
  '$RECYCLE.BIN',
  'System Volume Information',
  '.snapshot',
  '.snapshots',
  '.zfs',
])
/** Files of one folder that are asked for at a time. */
const AT_ONCE = 32

/** @returns why not all of it could be seen; `null` = it was, or `found` had enough */
export async function walkFolder(folder: string, parts: WalkDeps): Promise<Unseen | null> {
  try {
    const top = await parts.patience.ask(folder, 'walk', () => lstat(folder, {bigint: true}))
    if (top === null) return noAnswer
    if (!top.isDirectory()) return unseen('notSupported', 'It is no folder, or a link to one.')
    return await walk(folder, String(top.dev), parts)
  } catch (error) {
    if (codeOf(error) === '') throw error
    return unseenOf(error)
  }
}

/** One folder alone, by the same rules. */
export async function listFolder(folder: string, patience: Patience): Promise<FolderContent | Unseen> {
  try {
    const top = await patience.ask(folder, 'list', () => lstat(folder, {bigint: true}))
    if (top === null) return noAnswer
    if (!top.isDirectory()) return unseen('notSupported', 'It is no folder, or a link to one.')
    return (await patience.ask(folder, 'list', () => look(folder, String(top.dev)))) ?? noAnswer
  } catch (error) {
    if (codeOf(error) === '') throw error
    return unseenOf(error)
  }
}

/** @throws the system's error; the reason of the signal */
async function walk(
  top: string,
  device: string,
  {patience, signal, found}: WalkDeps,
): Promise<Unseen | null> {
  const waiting = [top]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted()
    const looked = await patience.ask(folder, 'walk', () => look(folder, device))
    if (looked === null) return noAnswer
    waiting.push(...looked.folders)
    if (!(await found(looked.files, folder))) return null
  }
  return null
}

async function look(folder: string, device: string): Promise<FolderContent> {
  const entries = await readdir(folder, {withFileTypes: true})
  const open = entries.filter((it) => it.isFile() || (it.isDirectory() && !closed.has(it.name)))
  const files: FoundFile[] = []
  const folders: string[] = []
  for (let at = 0; at < open.length; at += AT_ONCE) {
    const seen = await Promise.all(open.slice(at, at + AT_ONCE).map(({name}) => lookAt(join(folder, name))))
    for (const one of seen) {
      if (one === null || one.device !== device) continue
      if ('size' in one) files.push(one)
      else folders.push(one.path)
    }
  }
  return {files, folders}
}

/** `null` = it went, is something else by now, or its name is none that can be asked for. */
async function lookAt(path: string): Promise<FoundFile | Pick<FoundFile, 'path' | 'device'> | null> {
  try {
    const seen = await lstat(path, {bigint: true})
    const place = {path, device: String(seen.dev)}
    if (seen.isDirectory()) return place
    if (!seen.isFile()) return null
    return {
      ...place,
      inode: String(seen.ino),
      size: Number(seen.size),
      changedAt: Number(seen.mtimeMs),
      links: Number(seen.nlink),
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
