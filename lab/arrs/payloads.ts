/** Bodies of webhooks, as real Arrs send them. Source: protocol notes §9.2, §12. */
import type {Arr, ArrClient, Tracked} from './arr.ts'
import {iso} from './asked.ts'
import type {HealthItem} from './health.ts'
import type {MediaFile, Parent, Unit} from './library.ts'
import {qualityName} from './quality.ts'
import type {Release} from './releases.ts'

const languages = [{id: 1, name: 'English'}]

/** What every event names: the item and, below it, its units. */
function mediaPart(arr: Arr, parent: Parent | undefined, units: readonly Unit[]): object {
  if (!parent) return {}
  const {library, dialect} = arr
  const title = library.titleOf(parent)
  const path = library.folderOf(parent)
  if (dialect.family === 'movies') return {movie: moviePart(arr, parent)}
  if (dialect.family === 'series')
    return {series: seriesPart(arr, parent), episodes: units.map((unit) => episodePart(arr, unit))}
  const albums = units.map((unit) => ({id: unit.id, title: library.unitTitle(unit)}))
  if (dialect.family === 'music') return {artist: {id: parent.id, name: title, path}, albums}
  return {author: {id: parent.id, name: title, path}, books: albums}
}

function moviePart({library}: Arr, parent: Parent): object {
  return {
    id: parent.id,
    title: library.titleOf(parent),
    year: library.yearOf(parent),
    releaseDate: `${library.yearOf(parent)}-05-01`,
    folderPath: library.folderOf(parent),
    tmdbId: parent.externalId,
    imdbId: imdbOf(parent),
    overview: 'x',
    genres: [],
    images: [],
    tags: [],
    originalLanguage: languages[0],
  }
}

function remoteMoviePart({library}: Arr, parent: Parent): object {
  return {
    tmdbId: parent.externalId,
    imdbId: imdbOf(parent),
    title: library.titleOf(parent),
    year: library.yearOf(parent),
  }
}

function imdbOf({externalId}: Parent): string {
  return `tt${String(externalId).padStart(7, '0')}`
}

function seriesPart({library, dialect}: Arr, parent: Parent): object {
  const title = library.titleOf(parent)
  return {
    id: parent.id,
    title,
    titleSlug: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    path: library.folderOf(parent),
    tvdbId: parent.externalId,
    tvMazeId: 0,
    tmdbId: 0,
    imdbId: imdbOf(parent),
    ...(dialect.app === 'sonarr5' && {malIds: [], aniListIds: []}),
    type: parent.seriesType,
    year: library.yearOf(parent),
    genres: [],
    images: [],
    tags: [],
    originalLanguage: languages[0],
    ...(dialect.app === 'sonarr5' && {originalCountry: 'usa'}),
  }
}

function episodePart({library}: Arr, unit: Unit): object {
  const aired = iso(unit.airAt)
  return {
    id: unit.id,
    episodeNumber: unit.number,
    seasonNumber: unit.season,
    title: library.unitTitle(unit),
    overview: 'x',
    airDate: aired?.slice(0, 10),
    airDateUtc: aired,
    seriesId: unit.parentId,
    tvdbId: 5_000_000 + library.ordinalOf(unit),
  }
}

export function grabPayload(arr: Arr, release: Release, client: ArrClient): object {
  const parent = arr.library.parent(release.parentId)
  return {
    ...mediaPart(arr, parent, unitsOf(arr, release.unitIds)),
    ...(parent && arr.dialect.family === 'movies' && {remoteMovie: remoteMoviePart(arr, parent)}),
    release: {
      quality: qualityName(arr.dialect, release.qualityId),
      qualityVersion: 1,
      releaseGroup: 'SIM',
      releaseTitle: release.title,
      indexer: release.indexer,
      size: release.size,
      customFormatScore: release.score,
      customFormats: [],
      languages,
      ...(arr.dialect.app !== 'sonarr' && {indexerFlags: []}),
    },
    ...clientPart(client, release.hash),
    customFormatInfo: {customFormats: [], customFormatScore: release.score},
    ...head(arr, 'Grab'),
  }
}

type Brought = MediaFile & {readonly source: string}

/** One file, or the files of one album. */
export function importPayload(
  arr: Arr,
  tracked: Tracked,
  units: readonly Unit[],
  files: readonly Brought[],
  replaced: readonly MediaFile[],
): object {
  const parent = arr.library.parent(units[0]!.parentId)!
  const key = {movies: 'movieFile', series: 'episodeFile', music: 'trackFiles', books: 'bookFiles'}[
    arr.dialect.family
  ]
  const isMany = arr.dialect.family === 'music' || arr.dialect.family === 'books'
  const shown = files.map((file) => ({...filePart(arr, file), sourcePath: file.source}))
  return {
    ...mediaPart(arr, parent, units),
    ...(arr.dialect.family === 'movies' && {remoteMovie: remoteMoviePart(arr, parent)}),
    [key]: isMany ? shown : shown[0],
    isUpgrade: replaced.length > 0,
    ...clientPart(tracked.client, tracked.downloadId),
    ...(replaced.length > 0 && {deletedFiles: replaced.map((old) => filePart(arr, old))}),
    customFormatInfo: {customFormats: [], customFormatScore: tracked.release?.score ?? 0},
    ...releasePart(arr, tracked),
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
    episodeFiles: files.map((file) => filePart(arr, file)),
    ...clientPart(tracked.client, tracked.downloadId),
    ...releasePart(arr, tracked),
    fileCount: files.length,
    sourcePath: tracked.outputPath,
    destinationPath: `${arr.library.folderOf(parent)}/Season ${units[0]!.season}`,
    ...head(arr, 'Download'),
  }
}

export function interactionPayload(arr: Arr, tracked: Tracked): object {
  const parent = tracked.parentId === null ? undefined : arr.library.parent(tracked.parentId)
  return {
    ...mediaPart(arr, parent, unitsOf(arr, tracked.unitIds)),
    downloadInfo: {
      quality: qualityName(arr.dialect, tracked.release?.qualityId ?? 3),
      qualityVersion: 1,
      title: tracked.name,
      size: tracked.size,
    },
    ...clientPart(tracked.client, tracked.downloadId),
    downloadStatus: 'Warning',
    downloadStatusMessages: tracked.messages,
    customFormatInfo: {customFormats: [], customFormatScore: tracked.release?.score ?? 0},
    ...releasePart(arr, tracked),
    ...head(arr, 'ManualInteractionRequired'),
  }
}

export function itemDeletePayload(arr: Arr, parent: Parent): object {
  const isMovie = arr.dialect.family === 'movies'
  return {
    ...(isMovie ? {movie: moviePart(arr, parent)} : {series: seriesPart(arr, parent)}),
    deletedFiles: false,
    ...(isMovie && {movieFolderSize: 0}),
    ...head(arr, isMovie ? 'MovieDelete' : 'SeriesDelete'),
  }
}

export function fileDeletePayload(
  arr: Arr,
  file: MediaFile,
  units: readonly Unit[],
  reason: 'Upgrade' | 'Manual' | 'MissingFromDisk',
): object {
  const isMovie = arr.dialect.family === 'movies'
  return {
    ...mediaPart(arr, arr.library.parent(file.parentId), units),
    [isMovie ? 'movieFile' : 'episodeFile']: filePart(arr, file),
    deleteReason: reason[0]!.toLowerCase() + reason.slice(1),
    ...head(arr, isMovie ? 'MovieFileDelete' : 'EpisodeFileDelete'),
  }
}

/** Only what is told to be red names the address; of what is well again, and by Sonarr, it is not told. */
export function healthPayload(arr: Arr, item: HealthItem, eventType: 'Health' | 'HealthRestored'): object {
  const hasAddress = eventType === 'Health' && arr.dialect.family === 'movies'
  return {
    level: item.type,
    message: item.message,
    type: item.source,
    wikiUrl: item.wikiUrl,
    eventType,
    instanceName: arr.name,
    ...(hasAddress && {applicationUrl: ''}),
  }
}

export function testPayload(arr: Arr): object {
  const {family} = arr.dialect
  if (family === 'movies') {
    return {
      movie: {
        id: 1,
        title: 'Test Title',
        year: 1970,
        releaseDate: '1970-01-01',
        folderPath: 'C:\\testpath',
        tmdbId: 0,
        tags: ['test-tag'],
      },
      remoteMovie: {tmdbId: 1234, imdbId: '5678', title: 'Test title', year: 1970},
      release: {
        quality: 'Test Quality',
        qualityVersion: 1,
        releaseGroup: 'Test Group',
        releaseTitle: 'Test Title',
        indexer: 'Test Indexer',
        size: 9_999_999,
        customFormatScore: 0,
      },
      ...head(arr, 'Test'),
    }
  }
  if (family === 'series') {
    return {
      series: {
        id: 1,
        title: 'Test Title',
        path: 'C:\\testpath',
        tvdbId: 1234,
        tvMazeId: 0,
        tmdbId: 0,
        type: 'standard',
        year: 0,
        tags: ['test-tag'],
      },
      episodes: [{id: 123, episodeNumber: 1, seasonNumber: 1, title: 'Test title', seriesId: 0, tvdbId: 0}],
      ...head(arr, 'Test'),
    }
  }
  const media = family === 'music' ? 'artist' : 'author'
  return {[media]: {id: 1, title: 'Test Title', path: 'C:\\testpath'}, ...head(arr, 'Test')}
}

function head(arr: Arr, eventType: string): object {
  return {eventType, instanceName: arr.name, applicationUrl: ''}
}

function clientPart(client: ArrClient, downloadId: string): object {
  return {downloadClient: client.name, downloadClientType: clientType(client), downloadId}
}

/** The kind of client, in the words of the Arrs. */
export function clientType({implementation}: Pick<ArrClient, 'implementation'>): string {
  return {QBittorrent: 'qBittorrent', RTorrent: 'rTorrent'}[implementation] ?? implementation
}

function filePart(arr: Arr, file: MediaFile): object {
  return {
    id: file.id,
    relativePath: file.relativePath,
    path: file.path,
    quality: qualityName(arr.dialect, file.qualityId),
    qualityVersion: 1,
    releaseGroup: 'SIM',
    sceneName: file.sceneName ?? undefined,
    ...(arr.dialect.family === 'movies' && {indexerFlags: '0'}),
    size: file.size,
    dateAdded: new Date(file.addedAt).toISOString(),
    languages,
    mediaInfo: {
      audioChannels: 1,
      audioCodec: 'AAC',
      audioLanguages: [],
      height: 1080,
      width: 1920,
      subtitles: [],
      videoCodec: 'x264',
      videoDynamicRange: '',
      videoDynamicRangeType: '',
    },
  }
}

/** Of what it grabbed: no more than this. */
function releasePart(arr: Arr, tracked: Tracked): object {
  const {release, addedAt, unitIds} = tracked
  if (!release || addedAt === null) return {}
  const releaseType = unitIds.length > 1 ? 'seasonPack' : 'singleEpisode'
  return {
    release: {
      releaseTitle: release.title,
      indexer: release.indexer,
      size: release.size,
      ...(arr.dialect.app !== 'sonarr' && {indexerFlags: []}),
      ...(arr.dialect.family === 'series' && {releaseType}),
    },
  }
}

/** As its indexer called it; else as its server does. */
export function releaseName({release, addedAt, name}: Tracked): string {
  return release && addedAt !== null ? release.title : withoutExtension(name)
}

export function withoutExtension(name: string): string {
  return name.replace(/\.(mkv|mp4|avi|m4v|ts|flac|mp3|m4a|epub|mobi)$/i, '')
}

export function unitsOf(arr: Arr, ids: readonly number[]): Unit[] {
  return ids.flatMap((id) => arr.library.unit(id) ?? [])
}
