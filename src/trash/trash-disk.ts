/** What the trash is handed of our own disks: where a torrent's files lie, and who else needs what lies there. */
import {access, constants, lstat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {OwnerOf} from '#disk/erase.ts'
import {codeOf} from '#disk/fs-errors.ts'
import {toOurs, toServer} from '#disk/path-mapping.ts'
import {
  recycleArea,
  type RecycleFile,
  type RecyclePlan,
  type RecycleRoot,
  type RecycleWish,
} from '#disk/recycle.ts'
import type {LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {ownFolderOf, pathsOfFiles} from '#lookups/torrent-paths.ts'
import type {AddTorrent} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {ownersAt} from '#ownership/content-owners.ts'

/** `why` = it can not be told, or its server does not share its disk with us; for people. */
export type OurFiles =
  | Pick<RecycleWish, 'roots' | 'files' | 'folder'>
  | {readonly why: string; /** None of its files is where they belong. */ readonly isNothing?: true}

/** Why files can not be set aside; for people. */
export interface NoTrash {
  readonly why: string
  /** What is configured says so, and not only how things are at the moment. */
  readonly isSettled: boolean
}

export interface TrashDisk {
  /** As far as it can be said without asking its server; `null` = nothing stands in the way. */
  noTrash(key: TorrentKey): Promise<NoTrash | null>
  filesOf(key: TorrentKey): Promise<OurFiles>
  /** @param contentPath as its server wrote it. Unknown owners are owners. */
  ownerOf(key: TorrentKey, contentPath: string): OwnerOf
}

/** All that brings a torrent back. */
export interface ResumeFacts {
  readonly savePath: string | null
  readonly category: string | null
  readonly tags: readonly string[]
  /** As its server wrote it; '' = it did not tell. */
  readonly contentPath: string
  /** Of its files; `null` = they were not set aside. */
  readonly plan: RecyclePlan | null
  /** Of the deed that set it aside. */
  readonly journalId: string
  /** It was not stopped; absent = an older program did not keep it. */
  readonly isRunning?: boolean
  /** Of its own; absent as `isRunning`. */
  readonly limits?: KeptLimits
  /** Announce addresses of what its server gives no torrent file of, in their order; absent as `isRunning`. */
  readonly trackers?: readonly string[]
}

/** What is not as its server has it for all. */
type KeptLimits = Pick<AddTorrent, 'downLimit' | 'upLimit' | 'ratioLimit' | 'seedingTimeLimit'>

/** Of the shape of `ResumeFacts`. */
export const RESUME_VERSION = 1

/** Where a torrent has no limit of its own, nothing: not every server can be told so when it adds one. */
export function limitsOf(torrent: TorrentRecord): KeptLimits {
  const {downLimit: down, upLimit: up, ratioLimit: ratio, seedTimeLimit: seedTime} = torrent
  return {
    ...(down && {downLimit: down}),
    ...(up && {upLimit: up}),
    ...(typeof ratio === 'number' && {ratioLimit: ratio}),
    ...(typeof seedTime === 'number' && {seedingTimeLimit: seedTime}),
  }
}

export function bytesOf(plan: RecyclePlan | null): Bytes {
  return plan?.files.reduce((sum, {size}) => sum + size, 0) ?? 0
}

export type TrashDiskDeps = Pick<
  LookUpDeps,
  'fleet' | 'servers' | 'server' | 'disk' | 'details' | 'patience' | 'clock'
>

/** Where the files of a torrent lie on our own disks, and who else lies there, for the trash. */
export function trashDisk(parts: TrashDiskDeps): TrashDisk {
  const whyNotIn = folderLooks(parts)
  return {
    noTrash: (key) => noTrash(key, parts, whyNotIn),
    filesOf: (key) => filesOf(key, parts),
    ownerOf: (key, contentPath) => async (path) => {
      const {mappings} = parts.disk(key.serverId)
      // What lies in the recycle area already belongs to whoever lies in there, and to nobody of where it came from.
      const place = path.includes(`/${recycleArea}/`) ? toServer(path, mappings) : contentPath
      if (place === null) return 'a server whose folders are not known here any more'
      const owners = ownersAt(key, place, parts)
      if (isUnknown(owners)) return 'a torrent that nobody can name now'
      // Its name may be nobody's business: who reads it sees other servers than this one.
      return owners.value.length === 0 ? null : 'another torrent'
    },
  }
}

async function noTrash(
  key: TorrentKey,
  {fleet, disk}: TrashDiskDeps,
  whyNotIn: (folder: string) => Promise<string | null>,
): Promise<NoTrash | null> {
  const torrent = fleet.get(key)
  const {mappings} = disk(key.serverId)
  if (mappings.length === 0) return {why: unshared, isSettled: true}
  // Where nobody knows where its data lies the guards say what becomes of it.
  if (!torrent?.contentPath) return null
  const ours = toOurs(torrent.contentPath, mappings)
  if (ours === null)
    return {why: 'Its folder is none of those that its server shares with us.', isSettled: true}
  const why = await whyNotIn(dirname(ours))
  if (why === '') return null
  return {why: why ?? 'The disk of its files does not answer.', isSettled: false}
}

const unshared = 'Its server does not share its disk with us: no folders are mapped.'

/** As long as one dialog looks at thousands of torrents, their folders are few. */
const FRESH_MS = 2_000
const MOST_FOLDERS = 1_000

/** '' = files may be taken out of it; `null` = its disk does not answer. */
function folderLooks({patience, clock}: TrashDiskDeps): (folder: string) => Promise<string | null> {
  const seen = new Map<string, {readonly at: number; readonly why: Promise<string | null>}>()
  return (folder) => {
    const last = seen.get(folder)
    if (last && clock.monotonic() - last.at < FRESH_MS) return last.why
    if (seen.size >= MOST_FOLDERS) seen.clear()
    const why = patience.ask(`trash ${folder}`, () => whyNotOutOf(folder))
    seen.set(folder, {at: clock.monotonic(), why})
    return why
  }
}

async function whyNotOutOf(folder: string): Promise<string> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return ''
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
    return isMissing
      ? 'The folder of its files is not there on our own disks.'
      : `Commodarr may not write where its files lie (${codeOf(error)}).`
  }
}

async function filesOf(key: TorrentKey, {fleet, disk, details}: TrashDiskDeps): Promise<OurFiles> {
  const torrent = fleet.get(key)
  if (!torrent) return {why: 'Its server does not tell of it any more.'}
  const {mappings} = disk(key.serverId)
  if (mappings.length === 0) return {why: unshared}
  const listed = await asked(() => details.files(key))
  if ('why' in listed) return listed
  const paths = pathsOfFiles(torrent, listed.files, listed.files, mappings)
  if (isUnknown(paths)) return {why: paths.detail}
  try {
    const files = (await Promise.all(paths.value.map(seenAsNamed))).filter((file) => file !== null)
    const [first] = files
    if (!first) return {why: 'None of its files is there.', isNothing: true}
    const folder = ownFolderOf(torrent, listed.files, mappings)
    const beside = await piecesBeside(torrent, dirname(folder ?? first.path), mappings)
    return {files: [...files, ...beside], folder, roots: await rootsOf(first, folder, mappings)}
  } catch (error) {
    return {why: `Its files can not be looked at (${codeOf(error)}).`}
  }
}

/** @throws what is no fault of its server */
export async function asked(
  ask: () => Promise<readonly TorrentFile[]>,
): Promise<{readonly files: readonly TorrentFile[]} | {readonly why: string}> {
  try {
    return {files: await ask()}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {why: error.message}
  }
}

/** What servers may append to the name of a file that is not complete: qBittorrent, Transmission. */
const unfinished = ['', '.!qB', '.part'] as const

/** `null` = it is not there: not every file was downloaded. */
async function seenAsNamed(path: string): Promise<RecycleFile | null> {
  for (const ending of unfinished) {
    const file = await seen(`${path}${ending}`)
    if (file) return file
  }
  return null
}

/** Pieces that reach into files that are not wanted, where qBittorrent keeps them: beside the data. */
async function piecesBeside(
  {key, savePath}: Pick<TorrentRecord, 'key' | 'savePath'>,
  folder: string,
  mappings: readonly PathMapping[],
): Promise<readonly RecycleFile[]> {
  if (!savePath || toOurs(savePath, mappings) !== folder) return []
  const file = await seen(join(folder, `.${key.hash}.parts`))
  return file ? [file] : []
}

/** `null` = there is no file. */
async function seen(path: string): Promise<RecycleFile | null> {
  try {
    const found = await lstat(path, {bigint: true})
    if (found.isDirectory()) return null
    const {dev, ino, size} = found
    return {path, device: String(dev), inode: String(ino), size: Number(size)}
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** The topmost folder of its disk within the mapped one, outside of what is its own: disks may be mounted below it. */
export async function rootsOf(
  {path, device}: RecycleFile,
  folder: string | null,
  mappings: readonly PathMapping[],
): Promise<RecycleRoot[]> {
  const top = mappings
    .map(({ours}) => ours.replace(/\/+$/, ''))
    .filter((ours) => path.startsWith(`${ours}/`))
    .sort((a, b) => b.length - a.length)[0]
  if (top === undefined) return []
  let root: string | null = null
  for (let at = dirname(folder ?? path); at.startsWith(top); at = dirname(at)) {
    const {dev} = await lstat(at, {bigint: true})
    if (String(dev) !== device) break
    root = at
  }
  return root === null ? [] : [{path: root, device}]
}
