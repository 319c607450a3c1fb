/** Which disk a test writes to: the proof may keep temporary folders in memory, where the project does not lie. */
import {existsSync, mkdtempSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const isOnDiskOf = (path: string, it: string) => existsSync(it) && statSync(it).dev === statSync(path).dev

/** Gives a folder that is on another disk than a path, or `null` where there is none. */
export const otherDiskThan = (path: string): string | null =>
  ['/dev/shm', '/var/tmp'].find((it) => existsSync(it) && !isOnDiskOf(path, it)) ?? null

/** Where this is false, a test of temporary folders and another disk cannot be run. */
export const hasTwoDisks = otherDiskThan(tmpdir()) !== null

/** Gives a new folder on another disk than temporary folders, or among them where there is none; the caller removes it. */
export function newFolderOnOtherDisk(prefix: string): string {
  return mkdtempSync(join(otherDiskThan(tmpdir()) ?? tmpdir(), prefix))
}

/** Gives a new folder on the disk of a path, where hard links of it can be made, or `null`; the caller removes it. */
export function newFolderOnDiskOf(path: string, prefix: string): string | null {
  const parent = [tmpdir(), '/var/tmp'].find((it) => isOnDiskOf(path, it))
  return parent === undefined ? null : mkdtempSync(join(parent, prefix))
}
