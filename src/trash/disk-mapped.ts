/** Where the files of a torrent lie on our own disks, and who else lies there, for the trash. */
import {access, constants, lstat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {recycleArea, type RecycleFile, type RecycleRoot} from '#disk/recycle.ts'
import {toOurs, toServer} from '#disk/path-mapping.ts'
import {codeOf} from '#disk/unseen.ts'
import type {NoTrash, OurFiles, TrashDisk} from './trash-disk.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {ownersAt} from '#ownership/content-owners.ts'
import type {LookUpParts} from '#lookups/looks.ts'
import {isUnknown} from '#lookups/seen.ts'
import {ownFolderOf, pathsOfFiles} from '#lookups/torrent-paths.ts'

export type TrashDiskParts = Pick<
  LookUpParts,
  'fleet' | 'servers' | 'server' | 'disk' | 'details' | 'patience' | 'clock'
>

export function trashDisk(parts: TrashDiskParts): TrashDisk {
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
  {fleet, disk}: TrashDiskParts,
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
function folderLooks({patience, clock}: TrashDiskParts): (folder: string) => Promise<string | null> {
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

async function filesOf(key: TorrentKey, {fleet, disk, details}: TrashDiskParts): Promise<OurFiles> {
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
