/** Bodies of webhooks. Source: protocol notes §9.2. */
import type {Arr, Tracked} from './arr.ts'
import type {MediaFile, Parent, Unit} from './library.ts'
import type {Release} from './releases.ts'

/** What every event names: the item and, below it, its units. */
function mediaPart(arr: Arr, parent: Parent | undefined, units: readonly Unit[]): object {
  if (!parent) return {}
  const {library, dialect} = arr
  const title = library.titleOf(parent)
  const path = library.folderOf(parent)
  if (dialect.family === 'movies') {
    const year = library.yearOf(parent)
    return {movie: {id: parent.id, title, year, folderPath: path, tmdbId: parent.externalId, tags: []}}
  }
  if (dialect.family === 'series') {
    return {
      series: {id: parent.id, title, path, tvdbId: parent.externalId, type: parent.seriesType, tags: []},
      episodes: units.map((unit) => ({
        id: unit.id,
        seriesId: parent.id,
        seasonNumber: unit.season,
        episodeNumber: unit.number,
        title: library.unitTitle(unit),
        airDateUtc: new Date(unit.airAt).toISOString(),
      })),
    }
  }
  const albums = units.map((unit) => ({id: unit.id, title: library.unitTitle(unit)}))
  if (dialect.family === 'music') return {artist: {id: parent.id, name: title, path}, albums}
  return {author: {id: parent.id, name: title, path}, books: albums}
}

export function grabPayload(arr: Arr, release: Release, clientName: string): object {
  return {
    ...mediaPart(arr, arr.library.parent(release.parentId), unitsOf(arr, release.unitIds)),
    release: releasePart(release),
    downloadClient: clientName,
    downloadClientType: 'qBittorrent',
    downloadId: release.hash,
    customFormatInfo: {customFormats: [], customFormatScore: release.score},
    ...head(arr, 'Grab'),
  }
}

/** One file, or the files of one album. */
export function importPayload(
  arr: Arr,
  tracked: Tracked,
  units: readonly Unit[],
  files: readonly (MediaFile & {source: string})[],
  replaced: readonly MediaFile[],
): object {
  const file = (one: MediaFile & {source: string}): object => ({
    id: one.id,
    relativePath: one.relativePath,
    path: one.path,
    size: one.size,
    sourcePath: one.source,
    quality: 'WEBDL-1080p',
    qualityVersion: 1,
    dateAdded: new Date(one.addedAt).toISOString(),
  })
  const key = {movies: 'movieFile', series: 'episodeFile', music: 'trackFiles', books: 'bookFiles'}[
    arr.dialect.family
  ]
  const many = arr.dialect.family === 'music' || arr.dialect.family === 'books'
  return {
    ...mediaPart(arr, arr.library.parent(units[0]!.parentId), units),
    [key]: many ? files.map(file) : file(files[0]!),
    isUpgrade: replaced.length > 0,
    deletedFiles: replaced.map((old) => ({id: old.id, path: old.path})),
    ...(tracked.release && {release: releasePart(tracked.release)}),
    downloadClient: tracked.client.name,
    downloadClientType: 'qBittorrent',
    downloadId: tracked.downloadId,
    ...head(arr, 'Download'),
  }
}

/** The whole download is in: Sonarr alone. */
export function importCompletePayload(
  arr: Arr,
  tracked: Tracked,
  units: readonly Unit[],
  files: readonly MediaFile[],
): object {
  const parent = arr.library.parent(units[0]!.parentId)!
  return {
    ...mediaPart(arr, parent, units),
    episodeFiles: files.map((file) => ({
      id: file.id,
      relativePath: file.relativePath,
      path: file.path,
      size: file.size,
    })),
    sourcePath: tracked.outputPath,
    destinationPath: arr.library.folderOf(parent),
    downloadId: tracked.downloadId,
    downloadClient: tracked.client.name,
    downloadClientType: 'qBittorrent',
    ...head(arr, 'Download'),
  }
}

export function interactionPayload(arr: Arr, tracked: Tracked): object {
  const parent = tracked.parentId === null ? undefined : arr.library.parent(tracked.parentId)
  return {
    ...mediaPart(arr, parent, unitsOf(arr, tracked.unitIds)),
    downloadInfo: {quality: 'WEBDL-1080p', qualityVersion: 1, title: tracked.title, size: tracked.size},
    downloadClient: tracked.client.name,
    downloadClientType: 'qBittorrent',
    downloadId: tracked.downloadId,
    downloadStatus: 'Warning',
    downloadStatusMessages: [{title: tracked.title, messages: tracked.warning}],
    ...(tracked.release && {release: releasePart(tracked.release)}),
    ...head(arr, 'ManualInteractionRequired'),
  }
}

export function testPayload(arr: Arr): object {
  const media = {movies: 'movie', series: 'series', music: 'artist', books: 'author'}[arr.dialect.family]
  return {[media]: {id: 1, title: 'Test Title', path: 'C:\\testpath'}, ...head(arr, 'Test')}
}

function head(arr: Arr, eventType: string): object {
  return {eventType, instanceName: arr.name, applicationUrl: ''}
}

function releasePart(release: Release): object {
  return {
    quality: 'WEBDL-1080p',
    qualityVersion: 1,
    releaseGroup: 'SIM',
    releaseTitle: release.title,
    indexer: release.indexer,
    size: release.size,
    customFormatScore: release.score,
    customFormats: [],
    indexerFlags: [],
  }
}

export function unitsOf(arr: Arr, ids: readonly number[]): Unit[] {
  return ids.flatMap((id) => arr.library.unit(id) ?? [])
}
