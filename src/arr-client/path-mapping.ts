/**
 * The same file as its torrent server and as its Arr name it. A mapping counts for the host that the Arr's download
 * client has, in any case; the first one whose folder holds the path wins. Windows paths compare without case, and
 * each side gets the separators of its own folder.
 * Source: Sonarr and Radarr.
 */
import {isWindows, type RemotePathMapping} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'

/** @returns the path itself where no mapping applies */
export function asArrSees(path: string, host: string, mappings: readonly RemotePathMapping[]): string {
  return mapped(
    path,
    mappingsOf(host, mappings).map((it) => [it.remotePath, it.localPath]),
  )
}

/** @returns the path itself where no mapping applies */
export function asServerSees(path: string, host: string, mappings: readonly RemotePathMapping[]): string {
  return mapped(
    path,
    mappingsOf(host, mappings).map((it) => [it.localPath, it.remotePath]),
  )
}

/** @returns what is left of the path below the folder; '' = the folder itself, `null` = it lies elsewhere */
export function below(folder: string, path: string): string | null {
  const [root, whole] = [withoutEnd(folder), withoutEnd(path)]
  if (root === '') return null
  const fold = isWindows(folder) ? (text: string) => text.replaceAll('\\', '/').toLowerCase() : String
  const [foldedRoot, foldedPath] = [fold(root), fold(whole)]
  if (foldedPath === foldedRoot) return ''
  const base = foldedRoot === '/' ? '/' : `${foldedRoot}/`
  return foldedPath.startsWith(base) ? whole.slice(base.length) : null
}

function mappingsOf(host: string, mappings: readonly RemotePathMapping[]): RemotePathMapping[] {
  return mappings.filter((it) => it.host.toLowerCase() === host.toLowerCase())
}

function mapped(path: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  for (const [from, to] of pairs) {
    const rest = below(from, path)
    if (rest === null) continue
    const root = withoutEnd(to)
    if (rest === '') return root
    const [separator, other] = isWindows(to) ? ['\\', '/'] : ['/', '\\']
    // A backslash is a letter on POSIX, so only what came from Windows is translated.
    const parts = isWindows(to) || isWindows(from) ? rest.replaceAll(other, separator) : rest
    return root === separator ? root + parts : root + separator + parts
  }
  return path
}

/** Without the separator at its end; the root stays. */
function withoutEnd(path: string): string {
  const end = isWindows(path) ? /[\\/]+$/ : /\/+$/
  const text = path.trim().replace(end, '')
  return text === '' && path.trim() !== '' ? '/' : text
}

/**
 * Folders that an Arr keeps for itself, whatever lies there: its libraries, and the bin for what it deletes or replaces.
 * @returns as it writes the paths @throws {CommodarrError}
 */
export async function ownFolders(
  port: Pick<ArrPort, 'rootFolders' | 'mediaManagement'>,
): Promise<readonly string[]> {
  const folders = (await port.rootFolders()).map(({path}) => path)
  const {recycleBin} = await port.mediaManagement()
  return recycleBin === '' ? folders : [...folders, recycleBin]
}

/**
 * The folders of its movies, series, artists or authors, and the files of its movies: what of a library lies in a folder
 * that others use, too.
 * @returns as it writes the paths @throws {CommodarrError}
 */
export async function itemFolders(port: Pick<ArrPort, 'library'>): Promise<readonly string[]> {
  const folders = new Set<string>()
  await port.library(({folder, filePath}) => {
    if (folder !== '') folders.add(folder)
    if (filePath !== '') folders.add(filePath)
  })
  return [...folders]
}
