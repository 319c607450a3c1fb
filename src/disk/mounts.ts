/**
 * Is the disk still there? A path whose disk was unmounted is often an empty folder on another one, with the other
 * one's free space: believed, it would look as if every file were gone and the disk nearly full.
 * Source: scenario S08.
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
  /**
   * When it was seen again after it was away, ms by the duration clock; `away` = not yet. Absent = in this life of the
   * program it was not away. Not kept over restarts.
   */
  readonly returnedAt?: number | 'away'
}

interface SeenMount extends DiskMark {
  readonly empty: boolean
}

export type MountVerdict =
  | {readonly mounted: true; readonly remember: RememberedMount}
  | {
      readonly mounted: 'unknown'
      readonly reason: 'otherDevice' | 'missing' | 'unreadable' | 'emptied' | 'settling'
      readonly detail: string
      /**
       * Of a folder that is empty, and is the very one that had the files: its disk is there, and what is unknown is only
       * where the files went.
       */
      readonly device?: string
    }

/**
 * What was remembered is never changed by a look that is in doubt: only a person says that a disk was replaced, or a
 * folder emptied on purpose, by forgetting it (`remembered` = `null`).
 */
export function checkMount(remembered: RememberedMount | null, seen: SeenMount | Unseen): MountVerdict {
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
    return {mounted: 'unknown', reason: 'emptied', detail: 'It is empty, and has never been seen with files.'}
  }
  if (remembered?.hadFiles && empty) {
    const detail = 'It is empty, and it had files.'
    const isVeryFolder = isSameFolder(remembered, mark) && ofThisMachine.has(mark.fileSystem)
    return {mounted: 'unknown', reason: 'emptied', detail, ...(isVeryFolder && {device: mark.device})}
  }
  return {mounted: true, remember: {...mark, hadFiles: !empty}}
}

/**
 * None of its marks tells a disk by itself. Its number changes with a restart or a new mount, and another disk may have
 * it then; its size changes when it grows, the number of the folder when somebody makes the folder again: two of them
 * have to be the same, on one kind of file system. Where sizes follow from what others write, the folder's is enough.
 */
function isSameDisk(one: DiskMark, other: DiskMark): boolean {
  if (one.fileSystem !== other.fileSystem) return false
  const isSameFolder = one.inode === other.inode
  if (isSameFolder && ofNoFixedSize.has(one.fileSystem)) return true
  const same = [one.device === other.device, isSameFolder, one.totalBytes === other.totalBytes]
  return same.filter((it) => it).length >= 2
}

/** What is mounted over a folder, or was mounted there and went, shows another one. */
function isSameFolder(one: DiskMark, other: DiskMark): boolean {
  return one.device === other.device && one.inode === other.inode
}

/**
 * statfs(2): ext, XFS, Btrfs, tmpfs, F2FS, ZFS, JFS, bcachefs, overlays of containers. Others pass on what lies behind
 * them, which may be away while their own folder is there.
 */
const ofThisMachine: ReadonlySet<string> = new Set(
  [
    0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0x3153464a, 0xca451a4e, 0x794c7630,
  ].map(String),
)

/** statfs(2): ZFS shares room among its datasets, and NFS, SMB and FUSE pass on what lies behind them. */
const ofNoFixedSize: ReadonlySet<string> = new Set(
  [0x2fc12fc1, 0x6969, 0xff534d42, 0xfe534d42, 0x517b, 0x65735546].map(String),
)

/** Reads one entry of the folder, no more. */
export async function lookAtMount(path: string, patience: Patience): Promise<SeenMount | Unseen> {
  try {
    return (await patience.ask(path, 'mount', () => look(path))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

/** The number of the disk that a folder lies on, while it is mounted. Reads nothing of that disk. */
export async function deviceAt(path: string, patience: Patience): Promise<string | Unseen> {
  try {
    const seen = await patience.ask(path, 'device', () => stat(path, {bigint: true}))
    return seen === null ? noAnswer : String(seen.dev)
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
