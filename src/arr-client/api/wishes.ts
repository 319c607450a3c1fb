/** What an Arr is asked to do → the body of its command. Source: Sonarr and Radarr. */
import type {ArrWish} from '#model/arr.ts'
import {NotSupported} from '#model/errors.ts'
import type {Dialect} from './dialect.ts'

const plain = {
  refreshDownloads: 'RefreshMonitoredDownloads',
  processDownloads: 'ProcessMonitoredDownloads',
  rssSync: 'RssSync',
  checkHealth: 'CheckHealth',
} as const

/** @throws {NotSupported} */
export function commandBody(wish: ArrWish, dialect: Dialect): Readonly<Record<string, unknown>> {
  const {commands} = dialect
  switch (wish.what) {
    case 'search':
      return {name: commands.search[0], [commands.search[1]]: wish.ids}
    case 'searchSeason':
      if (!dialect.can.seasonSearch) throw notThere('seasons')
      return {name: 'SeasonSearch', seriesId: wish.parentId, seasonNumber: wish.seasonNumber}
    case 'searchAll':
      return named(commands.searchAll, wish.parentId, 'search of all that belongs together')
    case 'scanDownload': {
      const {path, downloadId: downloadClientId, mode: importMode} = wish
      return {name: commands.scan, path, downloadClientId, importMode, ...commands.scanMore}
    }
    case 'import':
      return {name: 'ManualImport', files: wish.files.map(dialect.importFile), importMode: wish.mode}
    case 'rescan':
      return named(commands.rescan, wish.id, 'rescan of one')
    case 'refresh':
      return commands.refresh(wish.id)
    default:
      return {name: plain[wish.what]}
  }
}

function named(
  command: readonly [name: string, id: string] | null,
  id: number,
  what: string,
): Readonly<Record<string, unknown>> {
  if (command === null) throw notThere(what)
  return {name: command[0], [command[1]]: id}
}

function notThere(what: string): NotSupported {
  return new NotSupported(`This app has no ${what}.`)
}
