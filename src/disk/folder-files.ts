/**
 * The files below a folder, one after the other. Nothing behind a link, on another disk, or in a folder that we or a
 * file system keep for ourselves; what is neither a file nor a folder does not count.
 */
import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {EpochMs} from '#model/units.ts'
import {lookAt} from './file-looks.ts'
import {codeOf, noAnswer, unseen, unseenBy, unseenOf, type Unseen} from './fs-errors.ts'
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

/** @returns why not all of it could be seen; `null` = it was, or `found` had enough */
export async function walkFolder(
  folder: string,
  patience: Patience,
  signal: AbortSignal,
  /** In a folder at a time; the walk waits for it. `false` = enough. */
  found: (files: readonly FoundFile[], folder: string) => boolean | Promise<boolean>,
): Promise<Unseen | null> {
  try {
    const top = await patience.ask(folder, 'walk', () => lstat(folder, {bigint: true}))
    if (top === null) return noAnswer
    if (!top.isDirectory()) return unseen('notSupported', 'It is no folder, or a link to one.')
    return await walk(folder, String(top.dev), patience, signal, found)
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
    return await look(folder, String(top.dev), patience, 'list')
  } catch (error) {
    if (codeOf(error) === '') throw error
    return unseenOf(error)
  }
}

/** @throws the system's error; the reason of the signal */
async function walk(
  top: string,
  device: string,
  patience: Patience,
  signal: AbortSignal,
  /** In a folder at a time; the walk waits for it. `false` = enough. */
  found: (files: readonly FoundFile[], folder: string) => boolean | Promise<boolean>,
): Promise<Unseen | null> {
  const waiting = [top]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted()
    const looked = await look(folder, device, patience, 'walk', signal)
    if ('unknown' in looked) return looked
    waiting.push(...looked.folders)
    if (!(await found(looked.files, folder))) return null
  }
  return null
}

/** @throws the system's error; the reason of the signal */
async function look(
  folder: string,
  device: string,
  patience: Patience,
  question: string,
  signal?: AbortSignal,
): Promise<FolderContent | Unseen> {
  const read = () => readdir(folder, {withFileTypes: true})
  const entries = await patience.ask(folder, question, read)
  if (entries === null) return noAnswer
  const open = entries.filter((it) => it.isFile() || (it.isDirectory() && !closed.has(it.name)))
  const paths = open.map(({name}) => join(folder, name))
  const looks = await lookAt(paths, patience, question, signal)
  if (looks === null) return noAnswer
  const files: FoundFile[] = []
  const folders: string[] = []
  for (const [at, it] of looks.entries()) {
    const path = paths[at]!
    if ('fault' in it) {
      // It went, or its name is none that can be asked for.
      if (it.fault === 'ENOENT') continue
      return unseenBy(it.fault)
    }
    if (it.device !== device) continue
    const {inode, size, changedAt, links} = it
    if (it.kind === 'folder') folders.push(path)
    else if (it.kind === 'file') files.push({path, device, inode, size, changedAt, links})
  }
  return {files, folders}
}
