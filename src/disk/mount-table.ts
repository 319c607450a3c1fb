/** What is mounted where, as the system lists it. Source: proc(5), `/proc/pid/mountinfo`. */
import {readFileSync} from 'node:fs'
import {readFile, realpath} from 'node:fs/promises'

interface Mount {
  readonly point: string
  /** What of its file system is mounted there. */
  readonly root: string
}

const LIST = '/proc/self/mountinfo'

/**
 * The innermost that it lies in. Where the system has no such list, each file system counts as mounted whole.
 * @param path real
 */
export async function mountOf(path: string): Promise<Mount> {
  return innermost(path, mountsOf(await readFile(LIST, 'utf8').catch(() => '')))
}

/** The same by the text of a path alone, which asks no disk, and no thread that waits for one. */
export function mountPointByText(path: string): string {
  let text = ''
  try {
    text = readFileSync(LIST, 'utf8')
  } catch {
    // Another system: it has no such list.
  }
  return innermost(path, mountsOf(text)).point
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
  let found: Mount = {point: '/', root: '/'}
  for (const mount of all) {
    const point = partsOf(mount.point)
    // The last one that was mounted at a point hides those before it.
    const isAround = point.every((part, at) => part === parts[at])
    if (isAround && point.length >= partsOf(found.point).length) found = mount
  }
  return found
}

/** The fourth field is the root, the fifth the mount point. */
function mountsOf(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , , root, point] = line.split(' ')
    return root === undefined || point === undefined ? [] : [{point: unescaped(point), root: unescaped(root)}]
  })
}

/** Spaces and the like are written as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
