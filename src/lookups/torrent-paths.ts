/** Where the files of a torrent lie in our own file system, by what its server says and by the server's mappings. */
import {folderOfFiles, pathReader, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {unknown, type FactResult, type Unknown} from './fact-result.ts'

export const notMapped: Unknown = unknown(
  'unreadable',
  'No path mapping says where we see this path of the server.',
)

/** Our paths of these files, in their order; unknown, where the files there are not those of the server. */
export function pathsOfFiles(
  {contentPath}: Pick<TorrentRecord, 'contentPath'>,
  all: readonly TorrentFile[],
  files: readonly TorrentFile[],
  mappings: readonly CheckedMapping[],
): FactResult<readonly string[]> {
  if (!contentPath) return unknown('missing', 'Its server does not report where its data is.')
  const folder = folderOfFiles(contentPath, all)
  if (folder === null)
    return unknown('unreadable', 'Cannot determine the file locations from the torrent’s file names.')
  const ours: string[] = []
  const read = pathReader(mappings)
  for (const {path} of files) {
    const seen = read(`${folder}/${path}`)
    if (seen.ours === null) return notMapped
    if (seen.contradicted !== null) return unknown('unreadable', seen.contradicted)
    ours.push(seen.ours)
  }
  return {value: ours}
}

/** Our path of the folder that is its alone; `null` = its files lie among those of others. */
export function ownFolderOf(
  {contentPath}: Pick<TorrentRecord, 'contentPath'>,
  files: readonly TorrentFile[],
  mappings: readonly PathMapping[],
): string | null {
  const top = files[0]?.path.split('/', 1)[0]
  const hasTop = files.every(({path}) => path.startsWith(`${top}/`))
  return hasTop && contentPath?.endsWith(`/${top}`) ? toOurs(contentPath, mappings) : null
}
