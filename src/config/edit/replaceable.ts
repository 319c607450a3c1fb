/** Can this file be replaced by us? Looked at before anybody types; the attempt itself has the last word. */
import {access, constants, readFile, realpath, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

/** What the system says of it. For tests another one. */
export interface FileSystem {
  readonly mayWrite: (folder: string) => Promise<boolean>
  /** Of a file; `null` = it is not there. */
  readonly ownerOf: (file: string) => Promise<number | null>
  /** Where something is mounted; [] = nobody says. */
  readonly mounts: () => Promise<readonly string[]>
  /** Our own user; `null` = the system has none. */
  readonly user: number | null
}

/**
 * The folder takes a new file, nothing is mounted on the old one (a container that is given the file alone), and its
 * owner can be kept.
 */
export async function isReplaceable(path: string, system: FileSystem = thisSystem): Promise<boolean> {
  const file = await realpath(path).catch(() => path)
  const [mayWrite, owner, mounts] = await Promise.all([
    system.mayWrite(dirname(file)),
    system.ownerOf(file),
    system.mounts(),
  ])
  const keepsOwner = owner !== null && (!system.user || owner === system.user)
  return mayWrite && keepsOwner && !mounts.includes(file)
}

const thisSystem: FileSystem = {
  mayWrite: (folder) =>
    access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  ownerOf: (file) =>
    stat(file).then(
      ({uid}) => uid,
      () => null,
    ),
  mounts: async () => {
    // Linux alone has it; elsewhere the attempt tells.
    const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
    return text.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''))
  },
  user: process.getuid?.() ?? null,
}

/** Spaces and the like are octal there. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}
