/**
 * Folders from which a server adds torrents itself, by its own settings: qBittorrent's `scan_dirs` by folder, Transmission's
 * `watch-dir` while it is on. Pure.
 */
export function watchedFoldersIn(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const {scan_dirs: scanned, 'watch-dir': watched, 'watch-dir-enabled': isOn} = settings
  if (typeof watched === 'string' && watched !== '' && isOn === true) return [watched]
  if (typeof scanned !== 'object' || scanned === null) return []
  const folders: readonly unknown[] = Array.isArray(scanned) ? scanned : Object.keys(scanned)
  return folders.filter((it): it is string => typeof it === 'string' && it !== '')
}
