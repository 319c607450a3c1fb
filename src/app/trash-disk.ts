/** Where the files of a torrent lie on our own disks, and who else lies there, for the trash. */
import {lstat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {recycleArea, type RecycleFile, type RecycleRoot} from '#disk/recycle.ts'
import {toOurs, toServer} from '#disk/path-mapping.ts'
import {codeOf} from '#disk/unseen.ts'
import type {OurFiles, TrashDisk} from '#executor/trash/trash-disk.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {ownersAt} from './lookups/content-owners.ts'
import type {LookUpParts} from './lookups/looks.ts'
import {isUnknown} from './lookups/seen.ts'
import {pathsOfFiles} from './lookups/torrent-paths.ts'

export type TrashDiskParts = Pick<LookUpParts, 'fleet' | 'servers' | 'server' | 'disk' | 'details'>

export function trashDisk(parts: TrashDiskParts): TrashDisk {
  return {
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

async function filesOf(key: TorrentKey, {fleet, disk, details}: TrashDiskParts): Promise<OurFiles> {
  const torrent = fleet.get(key)
  if (!torrent) return {why: 'Its server does not tell of it any more.'}
  const {mappings} = disk(key.serverId)
  if (mappings.length === 0)
    return {why: 'Its server does not share its disk with us: no folders are mapped.'}
  const listed = await asked(() => details.files(key))
  if ('why' in listed) return listed
  const paths = pathsOfFiles(torrent, listed.files, listed.files, mappings)
  if (isUnknown(paths)) return {why: paths.detail}
  try {
    const files = (await Promise.all(paths.value.map(seen))).filter((file) => file !== null)
    const [first] = files
    if (!first) return {why: 'None of its files is there.'}
    const folder = folderOf(torrent, listed.files, mappings)
    return {files, folder, roots: await rootsOf(first, folder, mappings)}
  } catch (error) {
    return {why: `Its files can not be looked at (${codeOf(error)}).`}
  }
}

async function asked(
  ask: () => Promise<readonly TorrentFile[]>,
): Promise<{readonly files: readonly TorrentFile[]} | {readonly why: string}> {
  try {
    return {files: await ask()}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {why: error.message}
  }
}

/** `null` = it is not there: not every file was downloaded. */
async function seen(path: string): Promise<RecycleFile | null> {
  try {
    const {dev, ino, size} = await lstat(path, {bigint: true})
    return {path, device: String(dev), inode: String(ino), size: Number(size)}
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** The folder that is its alone; `null` = its files lie among those of others. */
function folderOf(
  {contentPath}: Pick<TorrentRecord, 'contentPath'>,
  files: readonly TorrentFile[],
  mappings: readonly PathMapping[],
): string | null {
  const top = files[0]?.path.split('/', 1)[0]
  const hasTop = files.every(({path}) => path.startsWith(`${top}/`))
  return hasTop && contentPath?.endsWith(`/${top}`) ? toOurs(contentPath, mappings) : null
}

/** The topmost folder of its disk within the mapped one, outside of what is its own: disks may be mounted below it. */
async function rootsOf(
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
