/** How much room is left where a path lies: for us, in bytes. Asked of the system, off the main thread. */
import {stat, statfs} from 'node:fs/promises'
import type {Bytes, Share} from '#model/units.ts'
import {noAnswer, unseen, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'

export interface DiskSpace {
  /** What we may still write; the reserve of the administrator is not in it. */
  readonly freeBytes: Bytes
  readonly totalBytes: Bytes
  /** Of all that is not reserved, as `df` says it. */
  readonly usedShare: Share
  /** One number per file system while it is mounted. */
  readonly device: string
}

/** @param path a folder or file that is there */
export async function freeSpace(path: string, patience: Patience): Promise<DiskSpace | Unseen> {
  try {
    const answers = await patience.ask(path, 'space', () =>
      Promise.all([statfs(path, {bigint: true}), stat(path, {bigint: true})]),
    )
    if (answers === null) return noAnswer
    return spaceOf(...answers)
  } catch (error) {
    return unseenOf(error)
  }
}

interface Blocks {
  /** Bytes of a block. */
  readonly bsize: bigint
  readonly blocks: bigint
  readonly bfree: bigint
  readonly bavail: bigint
}

export function spaceOf(
  {bsize, blocks, bfree, bavail}: Blocks,
  {dev}: {readonly dev: bigint},
): DiskSpace | Unseen {
  // Some (overlays of FUSE, /proc) tell nothing: 0 of 0 free is no full disk.
  if (blocks <= 0n || bsize <= 0n) return unseen('notSupported', 'This file system does not report its size.')
  // With the reserve used up, free can be below nothing.
  const available = bavail < 0n || bavail > blocks ? 0n : bavail
  const used = blocks - bfree
  const all = used + available
  return {
    freeBytes: Number(available * bsize),
    totalBytes: Number(blocks * bsize),
    usedShare: all > 0n ? Number((used * 1_000_000n) / all) / 1_000_000 : 1,
    device: String(dev),
  }
}
