/** What is mounted where, as the system lists it. Source: proc(5), `/proc/pid/mountinfo`. */
import {readFileSync} from 'node:fs'
import {readFile, realpath} from 'node:fs/promises'

interface Mount {
  readonly point: string
  /** Of the point, as `partsOf` gives them. */
  readonly parts: readonly string[]
  /** What of its file system is mounted there. */
  readonly root: string
  /** The file system itself takes no writes, whoever mounts it; a mount that is read-only for us alone does not count. */
  readonly isReadOnly: boolean
  /** What may be seen elsewhere, too, by other numbers; `null` = a disk of its own. */
  readonly view: View | null
}

/** A file system that shows files of others: the numbers that it gives them mean nothing beside those elsewhere. */
export interface View {
  /** union: of folders of this machine. network: of another machine, or of whatever a program shows. */
  readonly kind: 'union' | 'network'
  /** Its own number: the same wherever it is mounted. */
  readonly device: string
}

const LIST = '/proc/self/mountinfo'

const unions = /^(?:overlay|aufs|unionfs|ecryptfs|shiftfs|fuse(?:\..*)?)$/
/** Programs that show another machine; what any other one shows may be of this one. */
const remotes =
  /^(?:nfs.*|cifs|smb.*|9p|virtiofs|ceph|lustre|afs|vboxsf|prl_fs|drvfs|fuse\.(?:sshfs|rclone|glusterfs|s3fs|davfs.*|curlftpfs|vmhgfs.*))$/

/**
 * One file may have two numbers in two mounts: one of both shows files of others, even if it is a share of a disk of this
 * machine. `null` = a disk.
 */
export function mayShowTwice(one: View | null, other: View | null): boolean {
  return one?.device !== other?.device
}

/** The same, but a network and a disk of ours count as two: else what is on one holds up whatever is on the other. */
export function mayShowSame(one: View | null, other: View | null): boolean {
  if (!mayShowTwice(one, other)) return false
  return one?.kind === 'union' || other?.kind === 'union' || (one !== null && other !== null)
}

/** @param type as the system calls it @param device number of the file system */
export function viewOf(type: string, device: string): View | null {
  if (remotes.test(type)) return {kind: 'network', device}
  return unions.test(type) ? {kind: 'union', device} : null
}

/**
 * The innermost that it lies in. Where the system has no such list, each file system counts as mounted whole.
 * @param path real @param text of the list, for tests
 */
export async function mountOf(path: string, text?: string): Promise<Mount> {
  return innermost(path, mountsOf(text ?? (await readFile(LIST, 'utf8').catch(() => ''))))
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

/** Where other disks, or parts of them, are mounted below a folder of ours. */
export async function mountPointsBelow(folder: string): Promise<readonly string[]> {
  const there = await realpath(folder).catch(() => null)
  if (there === null) return []
  const around = partsOf(there)
  return mountsOf(await readFile(LIST, 'utf8').catch(() => ''))
    .filter(({parts}) => parts.length > around.length && around.every((part, at) => part === parts[at]))
    .map(({point}) => point)
}

export function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '')
}

function innermost(path: string, all: readonly Mount[]): Mount {
  const parts = partsOf(path)
  let found: Mount = {point: '/', parts: [], root: '/', isReadOnly: false, view: null}
  for (const mount of all) {
    // The last one that was mounted at a point hides those before it.
    const isAround = mount.parts.every((part, at) => part === parts[at])
    if (isAround && mount.parts.length >= found.parts.length) found = mount
  }
  return found
}

/** The list as it was read last: it is asked for with every figure of room, and hardly ever another one. */
let last: {readonly text: string; readonly mounts: readonly Mount[]} = {text: '', mounts: []}

function mountsOf(text: string): readonly Mount[] {
  if (last.text !== text) last = {text, mounts: readMounts(text)}
  return last.mounts
}

/**
 * The third field is the number of the file system, the fourth the root, the fifth the mount point; its type follows a
 * field of one dash, and the last one has its options.
 */
function readMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const [, , device, root, point] = fields
    if (device === undefined || root === undefined || point === undefined) return []
    const isReadOnly = fields.at(-1)!.split(',').includes('ro')
    const type = fields[fields.indexOf('-', 5) + 1] ?? ''
    const there = unescaped(point)
    const view = viewOf(type, device)
    return [{point: there, parts: partsOf(there), root: unescaped(root), isReadOnly, view}]
  })
}

/** Spaces and the like are written as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
