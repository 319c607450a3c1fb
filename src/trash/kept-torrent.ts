/**
 * All that makes a torrent, as its server told it when it was set aside, and what it differs in when it is there again.
 * A .torrent file alone brings back another one: with the names of whoever made it, all files wanted, no limits.
 */
import {withoutBlanksAround} from '#lib/trim-end.ts'
import type {AddTorrent, FilePriority, TorrentCommand} from '#model/command.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import {isRunning, type Limit, type Priority, type TorrentRecord} from '#model/torrent.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds} from '#model/units.ts'

/** `null` and absent as in the normalised torrent: none on purpose, not told. */
export interface KeptTorrent {
  readonly name: string
  /** Of its torrent file, in their order: as they are called on the disk. */
  readonly files: readonly KeptFile[]
  readonly trackers: readonly KeptTracker[]
  readonly incompletePath?: string | null
  readonly complete: boolean
  readonly completed?: Bytes
  readonly size?: Bytes
  readonly isForced: boolean
  readonly downLimit?: BytesPerSecond | null
  readonly upLimit?: BytesPerSecond | null
  readonly ratioLimit?: Limit
  readonly seedTimeLimit?: Limit
  readonly idleLimit?: Limit
  readonly priority?: Priority
  readonly sequential?: boolean | null
  readonly firstLast?: boolean | null
  readonly superSeeding?: boolean | null
  readonly autoManaged?: boolean | null
  readonly comment?: string
  /** No server can be told these; people can. */
  readonly addedAt?: EpochMs
  readonly completedAt?: EpochMs | null
  readonly seedingTime?: Seconds
  readonly uploaded?: Bytes
  readonly downloaded?: Bytes
}

interface KeptFile {
  /** As in `TorrentFile`. */
  readonly path: string
  readonly size: Bytes
  readonly priority: FilePriority
}

interface KeptTracker {
  readonly url: string
  readonly tier: number
  readonly isOff: boolean
}

/** @param torrent read a moment ago @param files `[]` without metadata */
export function keptTorrent(
  torrent: TorrentRecord,
  files: readonly TorrentFile[],
  trackers: readonly Tracker[],
): KeptTorrent {
  return {
    ...plainFieldsOf(torrent),
    name: torrent.name,
    complete: torrent.complete,
    isForced: torrent.forceStart === true,
    files: files
      .toSorted((a, b) => a.index - b.index)
      .map(({path, size, priority}) => ({path, size, priority})),
    trackers: trackers
      // Some servers list DHT and the like among them.
      .filter(({url}) => URL.canParse(url))
      .toSorted((a, b) => a.tier - b.tier)
      .map(({url, tier, status}) => ({url, tier, isOff: status === 'disabled'})),
  }
}

const plainFields = [
  'incompletePath',
  'completed',
  'size',
  'downLimit',
  'upLimit',
  'ratioLimit',
  'seedTimeLimit',
  'idleLimit',
  'priority',
  'sequential',
  'firstLast',
  'superSeeding',
  'autoManaged',
  'comment',
  'addedAt',
  'completedAt',
  'seedingTime',
  'uploaded',
  'downloaded',
] as const satisfies readonly (keyof TorrentRecord & keyof KeptTorrent)[]

/** What its server does not tell is absent. */
function plainFieldsOf(torrent: TorrentRecord): Pick<KeptTorrent, (typeof plainFields)[number]> {
  return Object.fromEntries(
    plainFields.flatMap((field) => (torrent[field] === undefined ? [] : [[field, torrent[field]]])),
  )
}

/* ───────────────────────────── names ───────────────────────────── */

type Layout = NonNullable<AddTorrent['contentLayout']>

/** How its files are called by a server that adds it again, and how that is to lay them out. */
export interface AddedAs {
  readonly layout: Layout
  /** In the order of its torrent file. */
  readonly paths: readonly string[]
}

/**
 * Of the layouts that a server can be told the one that leaves least to rename.
 * @param paths of its torrent file @param canLayOut its server lays out as it is told
 */
export function addedAs(
  {files}: Pick<KeptTorrent, 'files'>,
  paths: readonly string[],
  canLayOut: boolean,
): AddedAs {
  const original: AddedAs = {layout: 'original', paths}
  const [first = ''] = paths
  const isSingle = paths.length === 1 && !first.includes('/')
  const others: AddedAs[] = isSingle
    ? [{layout: 'subfolder', paths: [`${withoutEnding(first)}/${first}`]}]
    : [{layout: 'noSubfolder', paths: paths.map((path) => path.slice(path.indexOf('/') + 1))}]
  const alike = ({paths: as}: AddedAs) => as.filter((path, at) => path === files[at]?.path).length
  const [best] = canLayOut ? [original, ...others].toSorted((a, b) => alike(b) - alike(a)) : [original]
  return best!
}

/**
 * Does every server call a file on its disk as the torrent file does? Control characters, what some systems refuse, and
 * names too long for a disk become others on some servers, and accents are written in two ways.
 */
export function isNameForAll(path: string): boolean {
  return path === path.normalize('NFC') && path.split('/').every((part) => isPlainName(part))
}

function isPlainName(name: string): boolean {
  return (
    Buffer.byteLength(name) <= MOST_NAME_BYTES &&
    !/[\p{C}"*:<>?\\|\uFFFD]|^[ .]|[ .]$/u.test(name) &&
    !/^(?:aux|con|nul|prn|com\d|lpt\d)(?:\.|$)/i.test(name)
  )
}

/** Servers cut names off earlier than disks do (255 bytes), as they may append an ending. */
const MOST_NAME_BYTES = 200

function withoutEnding(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

/**
 * What has to be renamed, in this order, so that files that are called so are called as they were. Folders as a whole
 * where all that is in them went the same way; nothing is called as something else is called at that moment.
 */
export function renames(now: readonly string[], before: readonly string[]): readonly TorrentCommand[] {
  const commands: TorrentCommand[] = []
  const paths = [...now]
  for (let depth = 0; ; depth++) {
    const folders = Map.groupBy(paths.keys(), (at) => folderAt(paths[at]!, depth))
    folders.delete(null)
    if (folders.size === 0) break
    for (const [folder, inside] of folders) {
      const to = commonFolder(inside, before, depth)
      if (to === null || to === folder || parentOf(to) !== parentOf(folder!)) continue
      if (paths.some((path) => overlaps(path, to))) continue
      commands.push({verb: 'renameFolder', args: {from: folder!, to}})
      for (const at of inside) paths[at] = to + paths[at]!.slice(folder!.length)
    }
  }
  const open = new Set([...paths.keys()].filter((at) => paths[at] !== before[at]))
  const call = (at: number, to: string) => {
    commands.push({verb: 'renameFile', args: {from: paths[at]!, to}})
    paths[at] = to
  }
  const aside = new Set<number>()
  while (open.size > 0) {
    const free = [...open].find(
      (at) => !paths.some((path, other) => other !== at && overlaps(path, before[at]!)),
    )
    const next = free ?? [...open].find((at) => !aside.has(at))!
    if (free === undefined) aside.add(next)
    else open.delete(next)
    // Where they take each other's names, one steps aside, out of all folders.
    const [top] = paths[next]!.split('/')
    call(next, free === undefined ? `${withoutBlanksAround(top!)}.${next}.renamed` : before[next]!)
  }
  return commands
}

/** They cannot both be there. */
function overlaps(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

/** The folder that a path lies in, so many parts deep; `null` = it lies less deep. */
function folderAt(path: string, depth: number): string | null {
  const parts = path.split('/')
  return parts.length > depth + 1 ? parts.slice(0, depth + 1).join('/') : null
}

/** Where all of them lay; `null` = not in one. */
function commonFolder(inside: readonly number[], before: readonly string[], depth: number): string | null {
  const folders = new Set(inside.map((at) => folderAt(before[at]!, depth)))
  const [only = null, ...others] = folders
  return others.length === 0 ? only : null
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/* ───────────────────────────── the rest ───────────────────────────── */

/** What to tell its server so that it is as it was; nothing of what either of them does not know. */
export function differences(before: KeptTorrent, now: KeptTorrent): readonly TorrentCommand[] {
  return [...ofFiles(before, now), ...ofTrackers(before, now), ...ofTorrent(before, now)]
}

/** Before its data is looked at: what is not wanted need not be there. */
export function ofFiles(before: KeptTorrent, now: KeptTorrent): readonly TorrentCommand[] {
  if (before.files.length !== now.files.length) return []
  const other = [...before.files.entries()].filter(([at, {priority}]) => now.files[at]!.priority !== priority)
  const byPriority = Map.groupBy(other, ([, {priority}]) => priority)
  return [...byPriority].map(([priority, some]) => ({
    verb: 'setFilePriority',
    args: {files: some.map(([at]) => at), priority},
  }))
}

function ofTrackers(before: KeptTorrent, now: KeptTorrent): readonly TorrentCommand[] {
  const on = ({trackers}: KeptTorrent) => trackers.filter(({isOff}) => !isOff)
  const [had, has] = [new Set(on(before).map(({url}) => url)), new Set(on(now).map(({url}) => url))]
  const missing = on(before).filter(({url}) => !has.has(url))
  const tiers = [...Map.groupBy(missing, ({tier}) => tier).values()].map((some) => some.map(({url}) => url))
  const urls = [...[...has].filter((url) => !had.has(url)), ...below(on(before), on(now))]
  return [
    ...(tiers.length > 0 ? [{verb: 'addTrackers', args: {tiers}} as const] : []),
    ...(urls.length > 0 ? [{verb: 'removeTrackers', args: {urls}} as const] : []),
  ]
}

/**
 * Of those that stand in other tiers' places, the lower ones: taken away they are missing, and come again below the rest.
 * Numbers of tiers say nothing: servers count them as they like.
 */
function below(before: readonly KeptTracker[], now: readonly KeptTracker[]): readonly string[] {
  const tierNow = new Map(now.map(({url, tier}) => [url, tier]))
  const both = before.filter(({url}) => tierNow.has(url))
  const isTurned = (upper: KeptTracker, lower: KeptTracker) =>
    upper.tier < lower.tier && tierNow.get(upper.url)! > tierNow.get(lower.url)!
  const turned = both.filter((lower) => both.some((upper) => isTurned(upper, lower)))
  const from = Math.min(...turned.map(({tier}) => tier))
  return both.filter(({tier}) => tier >= from).map(({url}) => url)
}

function ofTorrent(before: KeptTorrent, now: KeptTorrent): readonly TorrentCommand[] {
  const changed = (field: keyof KeptTorrent): boolean =>
    before[field] !== undefined && now[field] !== undefined && before[field] !== now[field]
  const flag = (field: 'sequential' | 'firstLast' | 'superSeeding' | 'autoManaged'): boolean =>
    changed(field) && before[field] !== null && now[field] !== null
  const speed = {
    ...(changed('downLimit') && {down: before.downLimit}),
    ...(changed('upLimit') && {up: before.upLimit}),
  }
  const share = {
    ...(changed('ratioLimit') && {ratio: before.ratioLimit}),
    ...(changed('seedTimeLimit') && {seedingTime: before.seedTimeLimit}),
    ...(changed('idleLimit') && {idleTime: before.idleLimit}),
  }
  return [
    ...(changed('name') ? [{verb: 'rename', args: {name: before.name}} as const] : []),
    ...(Object.keys(speed).length > 0 ? [{verb: 'setSpeedLimits', args: speed} as const] : []),
    ...(Object.keys(share).length > 0 ? [{verb: 'setShareLimits', args: share} as const] : []),
    ...(changed('priority') ? [{verb: 'setPriority', args: {priority: before.priority!}} as const] : []),
    ...(flag('sequential') ? [{verb: 'setSequential', args: {on: before.sequential!}} as const] : []),
    ...(flag('firstLast') ? [{verb: 'setFirstLast', args: {on: before.firstLast!}} as const] : []),
    ...(flag('superSeeding') ? [{verb: 'setSuperSeeding', args: {on: before.superSeeding!}} as const] : []),
    ...(changed('comment') ? [{verb: 'setComment', args: {comment: before.comment!}} as const] : []),
    // Last: from then on its server moves it where its category says.
    ...(flag('autoManaged') ? [{verb: 'setAutoManaged', args: {on: before.autoManaged!}} as const] : []),
  ]
}

/** Its server found of it what was there; of what was not whole pieces may be lost that were not either. */
export function hasItsData(before: KeptTorrent, now: TorrentRecord): boolean {
  if (before.complete) return now.complete
  const {completed = 0, size = 0} = before
  return (now.completed ?? 0) >= completed - Math.max(size * PIECES_SHARE, PIECES_BYTES)
}

const PIECES_SHARE = 0.05
const PIECES_BYTES = 32 * 1024 * 1024

/** For people, of what could not be made as it was. */
export const spokenVerbs: Readonly<Partial<Record<TorrentCommand['verb'], string>>> = {
  rename: 'its name',
  setCategory: 'its category',
  addTags: 'its tags',
  renameFile: 'names of files',
  renameFiles: 'names of files',
  renameFolder: 'names of folders',
  setFilePriority: 'which files are wanted',
  addTrackers: 'its trackers',
  removeTrackers: 'its trackers',
  setSpeedLimits: 'its speed limits',
  setShareLimits: 'its share limits',
  setPriority: 'its priority',
  setSequential: 'its order of pieces',
  setFirstLast: 'its order of pieces',
  setSuperSeeding: 'super seeding',
  setComment: 'its comment',
  setAutoManaged: 'automatic management',
}

/** It is to run as it ran. */
export function startOf(
  {isForced}: KeptTorrent,
  ran: boolean,
  now: Pick<TorrentRecord, 'state'>,
): TorrentCommand | null {
  if (!ran || isRunning(now.state)) return null
  return {verb: isForced ? 'forceStart' : 'start', args: {}}
}
