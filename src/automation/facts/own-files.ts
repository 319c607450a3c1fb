/** Which files a torrent has in a folder that others use, too: one without a folder of its own has nothing else. */
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'

/**
 * @param listed its files, from the server
 * @returns paths as its server writes them; `null` = all that lies in its content path is its own
 * @throws {CommodarrError} nobody can say which files it has
 */
export async function ownFiles(
  {contentPath, savePath}: Pick<TorrentRecord, 'contentPath' | 'savePath'>,
  listed: () => Promise<readonly TorrentFile[]>,
): Promise<readonly string[] | null> {
  if (contentPath === undefined || contentPath !== savePath) return null
  const separator = contentPath.includes('\\') && !contentPath.startsWith('/') ? '\\' : '/'
  const folder = contentPath.replace(/[\\/]+$/, '')
  return (await listed()).map(({path}) => `${folder}${separator}${path}`)
}
