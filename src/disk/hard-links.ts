/**
 * Who holds the bytes of a torrent: links are counted by the system, those of known torrents are subtracted. What
 * nobody could count is unknown, never 0. Source: scenarios S20 to S22.
 *
 * A link is a name in a folder; folders are told apart by their own inode, because one folder has many paths (mounts,
 * symbolic links), and a link must not count twice.
 */
import {stat} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import type {Bytes} from '#model/units.ts'
import {lookAt, type FileLook} from './file-looks.ts'
import {isMissing, noAnswer, unseen, unseenBy, unseenOf, type Unseen} from './fs-errors.ts'
import type {Patience} from './patience.ts'

export interface FileLink {
  /** Which bytes: device and inode. */
  readonly node: string
  /** Which name of them: folder (device and inode) and name. */
  readonly link: string
  readonly device: string
  /** Names of these bytes in all. */
  readonly count: number
  /** Room that is free when the last name goes. */
  readonly bytes: Bytes
}

/** Files that are not there hold nothing: not wanted, or not begun. */
export interface LinksRead {
  readonly links: readonly FileLink[]
}

interface ReadOptions {
  readonly patience: Patience
  readonly signal?: AbortSignal | undefined
  /** More are not read: unknown. */
  readonly most?: number
}

/**
 * Of the files of one torrent, in our paths. Thousands are fine: they are looked at in portions.
 *
 * @throws the reason of `signal` when it aborts
 */
export async function readLinks(
  paths: readonly string[],
  {patience, signal, most = 100_000}: ReadOptions,
): Promise<LinksRead | Unseen> {
  if (paths.length > most) return unseen('notSupported', `It has more than ${most} files.`)
  const looks = await lookAt(paths, patience, 'links', signal)
  if (looks === null) return noAnswer
  const folders = new Map<string, string>()
  const links: FileLink[] = []
  for (const [at, look] of looks.entries()) {
    const path = paths[at]!
    if ('fault' in look) {
      if (isMissing(look.fault)) continue
      return unseenBy(look.fault)
    }
    const above = dirname(path)
    const folder = folders.get(above) ?? (await nodeOfFolder(above, patience))
    if (folder === null) continue
    if (typeof folder !== 'string') return folder
    folders.set(above, folder)
    const link = linkOf(path, look, folder)
    if ('unknown' in link) return link
    links.push(link)
  }
  return links.length > 0 ? {links} : unseen('missing', 'None of its files is there.')
}

/** `null` = it is not there. */
async function nodeOfFolder(path: string, patience: Patience): Promise<string | Unseen | null> {
  try {
    const found = await patience.ask(path, 'links', () => stat(path, {bigint: true}))
    return found === null ? noAnswer : `${found.dev}:${found.ino}`
  } catch (error) {
    const seen = unseenOf(error)
    return seen.unknown === 'missing' ? null : seen
  }
}

/** @param folder it lies in, device and inode */
export function linkOf(path: string, look: FileLook, folder: string): FileLink | Unseen {
  const {kind, device, inode, links, size, held} = look
  if (kind !== 'file' && kind !== 'link') return unseen('unreadable', `${path} is no file.`)
  // Shares and FUSE without inode numbers: 0, or the same for all.
  if (!/^[1-9]/.test(inode) || links <= 0)
    return unseen('notSupported', 'This file system has no inode numbers.')
  return {
    node: `${device}:${inode}`,
    link: `${folder}/${basename(path)}`,
    device,
    count: links,
    // No blocks yet (written just now), or not told: then the size is the best that is known.
    bytes: held > 0 && held < size ? held : size,
  }
}

/** Links that torrents other than the one in question hold, by node. */
interface KnownLinks {
  readonly byNode: ReadonlyMap<string, ReadonlySet<string>>
  /** All torrents that may have any were read. */
  readonly complete: boolean
}

/** @param read one answer per other torrent that may lie on the same disk; none of its files there = holds nothing */
export function knownLinks(read: Iterable<LinksRead | Unseen>): KnownLinks {
  const byNode = new Map<string, Set<string>>()
  let complete = true
  for (const one of read) {
    if ('unknown' in one) complete &&= one.unknown === 'missing'
    else for (const {node, link} of one.links) byNode.set(node, (byNode.get(node) ?? new Set()).add(link))
  }
  return {byNode, complete}
}

export interface LinkFacts {
  /** Names of its bytes that no torrent holds, of all its files together. */
  readonly linksOutside: number | Unseen
  /** What is free when this torrent and its files go. */
  readonly exclusiveBytes: Bytes | Unseen
  /** `null` = on several. */
  readonly device: string | null | Unseen
}

export function evaluateLinks(own: LinksRead | Unseen, others: KnownLinks): LinkFacts {
  if ('unknown' in own) return {linksOutside: own, exclusiveBytes: own, device: own}
  const device = [...new Set(own.links.map((link) => link.device))]
  let [outside, exclusive, settled] = [0, 0, true]
  for (const {mine, count, bytes, node} of byNode(own.links)) {
    const theirs = others.byNode.get(node) ?? new Set()
    const known = mine.union(theirs).size
    if (known > count) return contradiction(device)
    if (known < count) settled = false
    outside += count - known
    if (mine.size === count && theirs.size === 0) exclusive += bytes
  }
  const doubt = unseen('unreadable', 'Files of another torrent of this disk could not be read.')
  return {
    // Whoever was not read can only hold some of the links that are left over.
    linksOutside: others.complete || settled ? outside : doubt,
    exclusiveBytes: others.complete || exclusive === 0 ? exclusive : doubt,
    device: device.length === 1 ? device[0]! : null,
  }
}

interface OwnNode {
  readonly node: string
  readonly mine: Set<string>
  readonly count: number
  readonly bytes: Bytes
}

/** A torrent may have one file under two names. */
function byNode(links: readonly FileLink[]): Iterable<OwnNode> {
  const nodes = new Map<string, OwnNode>()
  for (const {node, link, count, bytes} of links) {
    const known = nodes.get(node)
    if (known) known.mine.add(link)
    else nodes.set(node, {node, mine: new Set([link]), count, bytes})
  }
  return nodes.values()
}

/** A file system that counts fewer links than we saw, or a link that was made while we read. */
function contradiction(device: readonly string[]): LinkFacts {
  const doubt = unseen('notSupported', 'The link counts of this file system are not to be relied on.')
  return {linksOutside: doubt, exclusiveBytes: doubt, device: device.length === 1 ? device[0]! : null}
}
