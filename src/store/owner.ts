import {chownSync, statSync} from 'node:fs'
import {dirname} from 'node:path'

/**
 * Somebody works as root in the folder of another user (a container, `sudo`): what is made there belongs to that user,
 * or his own Commodarr could not use it.
 */
export function giveToOwnerOfFolder(path: string): void {
  if (process.getuid?.() !== 0) return
  const {uid, gid} = statSync(dirname(path))
  if (uid !== 0) chownSync(path, uid, gid)
}
