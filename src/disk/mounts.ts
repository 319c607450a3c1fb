/**
 * Is the disk still there? A path whose disk was unmounted is often an empty folder on another one, with the other
 * one's free space: believed, it would look as if every file were gone and the disk nearly full.
 * Source: rules.md §5 `mount`, safety scenario 8.
 */
import {opendir, stat, statfs} from 'node:fs/promises'
import type {Bytes} from '#model/units.ts'
import {noAnswer, unseen, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'

/** What tells one disk from another at a path. */
interface DiskMark {
  /** Of the system, while it is mounted: after a restart of the machine the same disk may have another one. */
  readonly device: string
  /** The same over restarts: number of the folder itself, kind and size of its file system. */
  readonly inode: string
  readonly fileSystem: string
  readonly totalBytes: Bytes
}

/** What is kept of a path over restarts. */
export interface RememberedMount extends DiskMark {
  /** It had files when we last looked. */
  readonly hadFiles: boolean
}

interface SeenMount extends DiskMark {
  readonly empty: boolean
}

export type MountVerdict =
  | {readonly mounted: true; readonly remember: RememberedMount}
  | {
      readonly mounted: 'unknown'
      readonly reason: 'otherDevice' | 'missing' | 'unreadable' | 'emptied'
      readonly detail: string
    }

/**
 * What was remembered is never changed by a look that is in doubt: only a person says that a disk was replaced, or a
 * folder emptied on purpose, by forgetting it (`remembered` = `null`).
 */
export function judgeMount(remembered: RememberedMount | null, seen: SeenMount | Unseen): MountVerdict {
  if ('unknown' in seen) {
    const reason = seen.unknown === 'missing' ? 'missing' : 'unreadable'
    return {mounted: 'unknown', reason, detail: seen.detail}
  }
  const {empty, ...mark} = seen
  if (remembered && !isSameDisk(remembered, mark)) {
    const detail = `Another disk is there (device ${mark.device}, it was ${remembered.device}).`
    return {mounted: 'unknown', reason: 'otherDevice', detail}
  }
  if (!remembered && empty) {
    return {mounted: 'unknown', reason: 'emptied', detail: 'It is empty, and nobody has seen it with files.'}
  }
  if (remembered?.hadFiles && empty) {
    return {mounted: 'unknown', reason: 'emptied', detail: 'It is empty, and it had files.'}
  }
  return {mounted: true, remember: {...mark, hadFiles: !empty}}
}

/** The empty folder below an unmounted disk has another number, mostly on a file system of another size. */
function isSameDisk(one: DiskMark, other: DiskMark): boolean {
  if (one.device === other.device) return true
  const isSameSystem = one.fileSystem === other.fileSystem && one.totalBytes === other.totalBytes
  return one.inode === other.inode && isSameSystem
}

/** Reads one entry of the folder, no more. */
export async function lookAtMount(path: string, patience: Patience): Promise<SeenMount | Unseen> {
  try {
    return (await patience.ask(path, 'mount', () => look(path))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

async function look(path: string): Promise<SeenMount | Unseen> {
  const {dev, ino} = await stat(path, {bigint: true})
  const {type, blocks, bsize} = await statfs(path, {bigint: true})
  const folder = await opendir(path, {bufferSize: 1})
  try {
    const empty = (await folder.read()) === null
    const after = await stat(path, {bigint: true})
    if (after.dev !== dev) return unseen('unreadable', 'A disk was mounted or unmounted just now.')
    return {
      device: String(dev),
      inode: String(ino),
      fileSystem: String(type),
      totalBytes: Number(blocks * bsize),
      empty,
    }
  } finally {
    await folder.close()
  }
}
