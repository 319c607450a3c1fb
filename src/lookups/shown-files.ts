/**
 * One file of a torrent for a person: opened where our own disk has it, or asked about by ffprobe. Only what is complete,
 * and only where what lies there is as large as its server says: anything else is another file, or a copy of it that is
 * not complete.
 */
import {OpenedFile} from '#disk/opened-file.ts'
import type {CheckedMapping, ServerDisk} from '#disk/path-mapping.ts'
import type {Patience} from '#disk/patience.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {TorrentFile} from '#model/details.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported, TorrentNotFound} from '#model/errors.ts'
import type {TorrentReader} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {isUnknown} from './fact-result.ts'
import {pathsOfFiles} from './torrent-paths.ts'

export interface ShownFilesDeps {
  readonly fleet: Pick<Fleet, 'get'>
  readonly details: Pick<TorrentReader, 'files'>
  readonly disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>
  readonly patience: Patience
}

/** Where a file lies: a folder of ours that the configuration names, and the way down from it. */
export interface ShownFile {
  readonly file: TorrentFile
  readonly root: string
  readonly below: string
}

/**
 * @param index as in the list of files
 * @throws {CommodarrError} torrent_not_found, bad_argument, command_refused, not_supported; whatever its server says
 */
export async function shownFile(
  key: TorrentKey,
  index: number,
  {fleet, details, disk}: ShownFilesDeps,
): Promise<ShownFile> {
  const torrent = fleet.get(key)
  if (torrent === null) throw new TorrentNotFound({...key})
  const files = await details.files(key)
  const file = files.find((it) => it.index === index)
  if (file === undefined) {
    const most = Math.max(...files.map((it) => it.index))
    throw new BadArgument(`index: ${index} is none of its ${files.length} files; 0 to ${most} are.`, {index})
  }
  if (file.progress < 1) throw new CommandRefused(`${file.path} is not complete.`, {index})
  const {mappings} = disk(key.serverId)
  const paths = pathsOfFiles(torrent, files, [file], mappings)
  if (isUnknown(paths)) throw new NotSupported(paths.detail, {index})
  const place = placeBelow(paths.value[0]!, mappings)
  if (place === null) throw new NotSupported('No path mapping says where we see this file.', {index})
  return {file, ...place}
}

/** @throws {CommodarrError} as `shownFile`; path_refused, disk_failed */
export async function openShownFile(
  key: TorrentKey,
  index: number,
  deps: ShownFilesDeps,
): Promise<{readonly file: TorrentFile; readonly opened: OpenedFile}> {
  const {file, root, below} = await shownFile(key, index, deps)
  const opened = await deps.patience.ask(`${root}/${below}`, 'open', () => OpenedFile.below(root, below))
  if (opened === null) throw new CommodarrError('disk_failed', 'The disk does not answer.', {index})
  if (opened.size === file.size) return {file, opened}
  await opened.close()
  throw new CommodarrError(
    'path_refused',
    `The file has ${opened.size} bytes here, and ${file.size} on its server.`,
    {index},
  )
}

/** By the longest mapped folder around it. */
function placeBelow(
  path: string,
  mappings: readonly CheckedMapping[],
): {readonly root: string; readonly below: string} | null {
  const roots = mappings.map(({ours}) => ours.replace(/\/+$/, '')).filter((it) => path.startsWith(`${it}/`))
  const [root] = roots.toSorted((one, other) => other.length - one.length)
  return root === undefined || root === '' ? null : {root, below: path.slice(root.length + 1)}
}
