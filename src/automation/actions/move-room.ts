/**
 * Whether the data of a torrent has room at another place of its server. Our own look counts first, where a mapping
 * says what we see of it; else what its server says of that place. What nobody can say is no.
 */
import type {DiskSpace} from '#disk/free-space.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {contradictionAt, toOurs, type JudgedMapping} from '#disk/path-mapping.ts'
import type {FleetReader, ServerReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {MovesUnderWay} from './moves-under-way.ts'

export interface MoveRoomDeps {
  readonly fleet: Pick<FleetReader, 'get'>
  readonly mappings: (key: TorrentKey) => readonly JudgedMapping[]
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly space: (path: string) => Promise<DiskSpace | Unseen>
  readonly servers: Pick<ServerReader, 'freeSpace'>
  /** What has to stay free on any disk. */
  readonly reserve: () => Bytes
  readonly moves: MovesUnderWay
}

/**
 * Where there is room it is kept for this move until its end is seen.
 *
 * @param path as its server writes it
 * @returns why it can not be moved there; `null` = it can
 * @throws {CommodarrError} its server does not answer
 */
export async function roomForMove(
  key: TorrentKey,
  path: string,
  parts: MoveRoomDeps,
): Promise<string | null> {
  const torrent = parts.fleet.get(key)
  if (!torrent?.savePath) return 'Its server does not report where its data is.'
  const bytes = torrent.size
  if (bytes === undefined) return 'Its server does not say how large it is.'
  const room = await roomAt(key, torrent.savePath, path, parts)
  if (room === null)
    return `The free space in ${path} is unknown: map that folder of its server, and check that the folder exists.`
  const {count: _, bytes: promised} = parts.moves.around(key.serverId)
  const needed = bytes + promised + parts.reserve()
  if (room !== 'same disk' && room < needed)
    return `There is no room for it in ${path}: ${room} bytes are free, and ${needed} are needed.`
  parts.moves.begin({key, path, bytes: room === 'same disk' ? 0 : bytes})
  return null
}

type SavePath = NonNullable<TorrentRecord['savePath']>

/** `null` = nobody can say. */
async function roomAt(
  key: TorrentKey,
  from: SavePath,
  to: string,
  {mappings, space, servers}: MoveRoomDeps,
): Promise<Bytes | 'same disk' | null> {
  const [source, target] = [from, to].map((path) => toOurs(path, mappings(key)))
  if (!target) return (await servers.freeSpace(key.serverId, to)).freeSpace ?? null
  if (contradictionAt(to, mappings(key)) !== null) return null
  const there = await space(target)
  if ('unknown' in there) return null
  const here = source && contradictionAt(from, mappings(key)) === null ? await space(source) : null
  return here && !('unknown' in here) && here.device === there.device ? 'same disk' : there.freeBytes
}
