/** Where the files of a torrent lie in our own file system, by what its server says and by the server's mappings. */
import {toOurs} from '#disk/path-mapping.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {unknown, type FactResult, type Unknown} from './fact-result.ts'

export const notMapped: Unknown = unknown(
  'unreadable',
  'No path mapping says where we see this path of the server.',
)

/** Our paths of these files, in their order. */
export function pathsOfFiles(
  {contentPath}: Pick<TorrentRecord, 'contentPath'>,
  all: readonly TorrentFile[],
  files: readonly TorrentFile[],
  mappings: readonly PathMapping[],
): FactResult<readonly string[]> {
  if (!contentPath) return unknown('missing', 'Its server does not say where its data lies.')
  const folder = folderOfFiles(contentPath, all)
  if (folder === null) return unknown('unreadable', 'Where its files lie can not be told from its names.')
  const ours: string[] = []
  for (const {path} of files) {
    const mapped = toOurs(`${folder}/${path}`, mappings)
    if (mapped === null) return notMapped
    ours.push(mapped)
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

/** The folder that the paths of the files start in; `null` = it was renamed in a way that its names do not tell. */
export function folderOfFiles(contentPath: string, files: readonly TorrentFile[]): string | null {
  const content = plain(contentPath)
  const [first] = files
  if (first === undefined) return null
  // A torrent of one file, perhaps in folders of its own, is that file.
  if (files.length === 1 && content.endsWith(`/${first.path}`))
    return content.slice(0, -first.path.length - 1)
  const top = topOf(first.path)
  const hasTop = first.path !== top && files.every(({path}) => topOf(path) === top)
  // Added without the folder of its name: its data lies in the folder among that of others.
  if (!hasTop) return files.length > 1 ? content : null
  return content.endsWith(`/${top}`) ? content.slice(0, -top.length - 1) : null
}

function topOf(path: string): string {
  return path.split('/', 1)[0]!
}

/** With slashes alone, and none at the end. Elsewhere than on Windows a backslash is a letter. */
function plain(path: string): string {
  const slashed = /^(?:[A-Za-z]:|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path
  return slashed.replace(/\/+$/, '')
}
