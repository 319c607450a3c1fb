/** What somebody wants to add: .torrent files and links, in the order they were brought. Pure. */
import type {TorrentContent} from '../../api/adding.ts'
import type {PastedLink} from './read-pasted.ts'

export interface FileItem {
  readonly kind: 'file'
  readonly id: string
  readonly file: File
  readonly name: string
  /** `null` = it is being read, or cannot be: then there is a fault. */
  readonly content: TorrentContent | null
  readonly fault: string | null
}

interface LinkItem {
  readonly kind: 'magnet' | 'url'
  readonly id: string
  readonly link: string
  readonly name: string
  readonly hash: string | null
}

export type AddItem = FileItem | LinkItem

export function fileItem(file: File, id: string): FileItem {
  return {kind: 'file', id, file, name: file.name, content: null, fault: null}
}

export function linkItem({kind, link, hash, name}: PastedLink, id: string): LinkItem {
  return {kind, id, link, hash, name: name || hash || link}
}

/** What servers would name it by; `null` = not known. */
export function hashOfItem(item: AddItem): string | null {
  return item.kind === 'file' ? (item.content?.info_hash ?? null) : item.hash
}

/** The new ones behind those that are there, each torrent once. */
export function joinedItems(items: readonly AddItem[], more: readonly AddItem[]): readonly AddItem[] {
  const known = new Set(items.map(markOf))
  return [...items, ...more.filter((it) => !known.has(markOf(it)))]
}

function markOf(item: AddItem): string {
  const {kind} = item
  if (kind === 'file') return `file ${item.file.name} ${item.file.size} ${item.file.lastModified}`
  return item.hash ?? item.link
}

/** Those that can be sent: a file that cannot be read cannot. */
export function sendable(items: readonly AddItem[]): readonly AddItem[] {
  return items.filter((it) => it.kind !== 'file' || it.fault === null)
}

/** Bytes that are known to come; files that were left out do not. @param left per item, places of files */
export function sizeOfItems(
  items: readonly AddItem[],
  left: ReadonlyMap<string, ReadonlySet<number>> = new Map(),
): {readonly bytes: number; readonly isWhole: boolean} {
  let bytes = 0
  let isWhole = true
  for (const item of sendable(items)) {
    if (item.kind !== 'file' || item.content === null) isWhole = false
    else bytes += wantedOf(item.content, left.get(item.id))
  }
  return {bytes, isWhole}
}

function wantedOf({size, files}: TorrentContent, left: ReadonlySet<number> = new Set()): number {
  let skipped = 0
  for (const at of left) skipped += files[at]?.size ?? 0
  return size - skipped
}
