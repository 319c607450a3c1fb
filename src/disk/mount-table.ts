/** What is mounted where, as the system lists it. Source: proc(5), `/proc/pid/mountinfo`. */
import {readFileSync} from 'node:fs'
import {readFile, realpath} from 'node:fs/promises'

interface Mount {
  readonly point: string
  /** What of its file system is mounted there. */
  readonly root: string
  /** The file system itself takes no writes, whoever mounts it; a mount that is read-only for us alone does not count. */
  readonly isReadOnly: boolean
}

const LIST = '/proc/self/mountinfo'

/**
 * The innermost that it lies in. Where the system has no such list, each file system counts as mounted whole.
 * @param path real
 */
export async function mountOf(path: string): Promise<Mount> {
  return innermost(path, mountsOf(await readFile(LIST, 'utf8').catch(() => '')))
}

/**
 * Does the disk of a path take no writes from anybody, mostly since it failed? By the text of the path alone, as
 * `mountPointByText`; where the system has no such list, `false`.
 * @param text of the list, for tests
 */
export function isReadOnlyDisk(path: string, text = listNow()): boolean {
  return innermost(path, mountsOf(text)).isReadOnly
}

/** The same by the text of a path alone, which asks no disk, and no thread that waits for one. */
export function mountPointByText(path: string): string {
  return innermost(path, mountsOf(listNow())).point
}

function listNow(): string {
  try {
    return readFileSync(LIST, 'utf8')
  } catch {
    // Another system: it has no such list.
    return ''
  }
}

/**
 * Where each of these is mounted: what is mounted there twice, or a part of it elsewhere, is one disk by its number, and
 * no file can be renamed from one mount to another.
 * @param path ours, and there
 */
export async function mountPoints(): Promise<(path: string) => Promise<string>> {
  const all = mountsOf(await readFile(LIST, 'utf8').catch(() => ''))
  return async (path) => innermost(await realpath(path), all).point
}

export function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '')
}

function innermost(path: string, all: readonly Mount[]): Mount {
  const parts = partsOf(path)
  let found: Mount = {point: '/', root: '/', isReadOnly: false}
  for (const mount of all) {
    const point = partsOf(mount.point)
    // The last one that was mounted at a point hides those before it.
    const isAround = point.every((part, at) => part === parts[at])
    if (isAround && point.length >= partsOf(found.point).length) found = mount
  }
  return found
}

/** The fourth field is the root, the fifth the mount point; the last one has the options of the file system. */
function mountsOf(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , , root, point] = line.split(' ')
    if (root === undefined || point === undefined) return []
    const isReadOnly = line.split(' ').at(-1)!.split(',').includes('ro')
    return [{point: unescaped(point), root: unescaped(root), isReadOnly}]
  })
}

/** Spaces and the like are written as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
