/**
 * Where the data of a torrent lies for two servers, by our own look at their disks: what shall be where for the other
 * one, whether it can be linked, and whether there is room for a copy. What we do not see of either is not done.
 */
import type {DiskSpace} from '#disk/free-space.ts'
import {layFiles, standingFolder, type LaidFile} from '#disk/lay-files.ts'
import {toOurs, toServer} from '#disk/path-mapping.ts'
import type {Unseen} from '#disk/unseen.ts'
import type {CopyDisk, CopyPlan, CopyWay} from './copy-disk.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {FleetReader, TorrentReader} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {Bytes} from '#model/units.ts'
import {isUnknown} from '#lookups/seen.ts'
import {pathsOfFiles} from '#lookups/torrent-paths.ts'

export interface CopyDiskParts {
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'files'>
  readonly mappings: (id: ServerId) => readonly PathMapping[]
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly space: (path: string) => Promise<DiskSpace | Unseen>
  /** What has to stay free on any disk. */
  readonly reserve: () => Bytes
  /** When the program ends, what is being copied ends half, and is begun anew. */
  readonly signal: AbortSignal
}

export function copyDisk(parts: CopyDiskParts): CopyDisk {
  return {
    planFor: (source, target, path, promised) => planFor(source, target, path, promised, parts),
    lay: (source, target, way) => lay(source, target, way, parts),
  }
}

async function planFor(
  source: TorrentKey,
  target: ServerId,
  path: string | null,
  promised: Bytes,
  parts: CopyDiskParts,
): Promise<CopyPlan | {readonly why: string}> {
  const {fleet, mappings, space, reserve} = parts
  const torrent = fleet.get(source)
  const from = torrent?.savePath ? toOurs(torrent.savePath, mappings(source.serverId)) : null
  if (!torrent || from === null) return {why: unseen('its server')}
  const savePath = path ?? toServer(from, mappings(target))
  if (savePath === null)
    return {
      why: 'None of the folders that the other server shares with us is where its data lies: say its path there.',
    }
  const to = toOurs(savePath, mappings(target))
  if (to === null) return {why: unseen('the other server')}
  const [here, there] = [await space(from), await space(to)]
  if ('unknown' in here) return {why: `Where its data lies: ${here.detail}`}
  if ('unknown' in there) return {why: `Where its data shall be: ${there.detail}`}
  if (from === to) return {savePath, way: 'place', bytes: 0}
  if (here.device === there.device) return {savePath, way: 'links', bytes: 0}
  const bytes = torrent.size
  if (bytes === undefined) return {why: 'Its server does not say how large it is.'}
  const needed = bytes + promised + reserve()
  if (there.freeBytes < needed) {
    const room = `${there.freeBytes} bytes are free, and ${needed} are needed`
    return {why: `There is no room for it on the other server: ${room}.`}
  }
  return {savePath, way: 'copies', bytes}
}

function unseen(whose: string): string {
  return `No path mapping says where we see its data on ${whose}: it can not be brought there, nor looked at.`
}

async function lay(
  source: TorrentKey,
  target: TorrentKey,
  way: CopyWay,
  parts: CopyDiskParts,
): Promise<void> {
  const [from, to] = await Promise.all([seenOf(source, parts), seenOf(target, parts)])
  const files = from.files.map(({path, size}, at): LaidFile => {
    const other = to.files[at]
    if (other?.size !== size || from.files.length !== to.files.length) throw otherFiles()
    return {from: path, to: other.path, size}
  })
  const folder = toOurs(to.torrent.savePath ?? '', parts.mappings(target.serverId))
  const believed = folder === null ? null : await parts.space(folder)
  if (folder === null || believed === null || 'unknown' in believed)
    throw new CommodarrError('disk_failed', `The disk of ${target.serverId} can not be seen now.`)
  const {path: root, device} = await standingFolder(folder)
  const as = way === 'copies' ? 'copies' : 'links'
  await layFiles({root, device, files, as, signal: parts.signal})
}

interface SeenFiles {
  readonly torrent: TorrentRecord
  /** Ours, in the order of the torrent file. */
  readonly files: readonly {readonly path: string; readonly size: Bytes}[]
}

/** @throws {CommodarrError} */
async function seenOf(key: TorrentKey, {fleet, details, mappings}: CopyDiskParts): Promise<SeenFiles> {
  const torrent = fleet.get(key)
  if (!torrent) throw new CommodarrError('torrent_not_found', `${key.serverId} does not tell of it any more.`)
  const all = (await details.files(key)).toSorted((a, b) => a.index - b.index)
  const paths = pathsOfFiles(torrent, all, all, mappings(key.serverId))
  if (isUnknown(paths)) throw new CommodarrError('path_refused', paths.detail)
  return {torrent, files: all.map(({size}, at) => ({path: paths.value[at]!, size}))}
}

function otherFiles(): CommodarrError {
  return new CommodarrError('bad_argument', 'It lists other files for it than its own server does.')
}
