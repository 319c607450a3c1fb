/** What somebody wants to add: .torrent files and links, in the order they were brought, and which of their files. */
import {useEffect, useRef, useState} from 'react'
import type {FilePriority} from '#model/command.ts'
import {inspectTorrent, type TorrentContent} from '../../api/adding.ts'
import {text} from '../../i18n/text.ts'
import {wordsOf} from '../actions/run-action.ts'
import type {Brought} from '../commands/overlays.ts'
import {linksIn, type PastedLink} from './read-pasted.ts'

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

export interface Items {
  readonly list: readonly AddItem[]
  readonly addFiles: (files: readonly File[]) => void
  /** @returns how many links it found */
  readonly addText: (pasted: string) => number
  readonly remove: (id: string) => void
}

/** What is to be added; files are read as they come. @param brought another object = more of it */
export function useItems(brought: Brought): Items {
  const [list, setList] = useState<readonly AddItem[]>([])
  const number = useRef(0)
  const taken = useRef<Brought | null>(null)
  const change = (id: string, known: Partial<FileItem>) =>
    setList((before) => before.map((it) => (it.id === id && it.kind === 'file' ? {...it, ...known} : it)))
  const read = async ({id, file}: FileItem) => {
    try {
      const {content, message} = await inspectTorrent(file)
      change(id, content ? {content, name: content.name} : {fault: message ?? text('add.unreadable')})
    } catch (error) {
      change(id, {fault: wordsOf(error)})
    }
  }
  const addFiles = (files: readonly File[]) => {
    const fresh = files.map((file) => fileItem(file, `item ${++number.current}`))
    setList((before) => joinedItems(before, fresh))
    for (const item of fresh) void read(item)
  }
  const addText = (pasted: string) => {
    const links = linksIn(pasted).map((link) => linkItem(link, `item ${++number.current}`))
    setList((before) => joinedItems(before, links))
    return links.length
  }
  useEffect(() => {
    if (taken.current === brought) return
    taken.current = brought
    if (brought.files.length > 0) addFiles(brought.files)
    if (brought.links.length > 0) addText(brought.links.join('\n'))
  })
  const remove = (id: string) => setList((before) => before.filter((it) => it.id !== id))
  return {list, addFiles, addText, remove}
}

/* Which files of a torrent are wanted before it starts. Places are those of its own list. */

/** By place; absent = 'normal'. */
export type FileChoice = ReadonlyMap<number, FilePriority>

export const allWanted: FileChoice = new Map()

export function leftOut(choice: FileChoice): ReadonlySet<number> {
  return new Set([...choice].filter(([, priority]) => priority === 'skip').map(([at]) => at))
}

export function withPriority(
  choice: FileChoice,
  places: Iterable<number>,
  priority: FilePriority,
): FileChoice {
  const next = new Map(choice)
  for (const at of places) {
    if (priority === 'normal') next.delete(at)
    else next.set(at, priority)
  }
  return next
}

/** These alone. */
export function onlyThese(content: TorrentContent, places: readonly number[]): FileChoice {
  const kept = new Set(places)
  return new Map(content.files.flatMap((_, at) => (kept.has(at) ? [] : [[at, 'skip'] as const])))
}

/** The commands it takes, by priority; none when all are wanted alike. */
export function byPriority(choice: FileChoice): ReadonlyMap<FilePriority, readonly number[]> {
  const groups = new Map<FilePriority, number[]>()
  for (const [at, priority] of choice) groups.set(priority, [...(groups.get(priority) ?? []), at])
  return groups
}
