/**
 * How the applications differ: names, numbers and words, as data. Source: protocol notes §1.1, §3.4, §4, §5.1, §8; of
 * Radarr and Sonarr what real ones answered (`lab/recordings`).
 */

export type ArrApp = 'radarr' | 'sonarr' | 'sonarr5' | 'lidarr' | 'readarr' | 'whisparr2' | 'whisparr3'
export type ApiVersion = 'v1' | 'v3' | 'v5'
/** What a library is made of: films · series of episodes · artists with albums · authors with books. */
export type Family = 'movies' | 'series' | 'music' | 'books'

export interface Dialect {
  readonly app: ArrApp
  readonly appName: string
  readonly family: Family
  readonly version: string
  /** First the current one. */
  readonly apis: readonly ApiVersion[]
  readonly openapi: Readonly<Partial<Record<ApiVersion, string>>>
  /** Command worker threads. */
  readonly threads: number
  readonly categoryField: string
  readonly importedCategoryField: string
  /** Field of a row with the id of the film, series, artist, author. */
  readonly parentKey: string
  /** Field of a row with the id of the episode, album, book; films have none. */
  readonly unitKey: string | null
  readonly parentPath: string
  readonly filePath: string
  readonly unknownParam: string
  /** Event names of history → numbers of `eventType`. */
  readonly events: Readonly<Record<string, number>>
  readonly imported: string
  readonly fileDeleted: string
  readonly hasImportBlocked: boolean
  /** A single refused file blocks its download, too; else it stays importPending, with the reason. */
  readonly blocksSingleRejects: boolean
  /** Status for a command that it does not know. */
  readonly unknownCommand: 400 | 500
  /** What a single item that is not there is answered with, below 404. */
  readonly goneIs: 'problem+json' | 'json'
  readonly hasImportFailed: boolean
  readonly hasChangeCategory: boolean
  readonly hasManualInteraction: boolean
  readonly hasWanted: boolean
  /** Words for where a picture came from. */
  readonly sources: Readonly<Record<'web' | 'bluray' | 'tv' | 'dvd', string>>
  readonly qualityModifier: boolean
  readonly qualityDetails: boolean
  readonly scan: string
}

const radarr: Dialect = {
  app: 'radarr',
  appName: 'Radarr',
  family: 'movies',
  version: '6.1.0.0',
  apis: ['v3'],
  openapi: {v3: 'radarr.json'},
  threads: 2,
  categoryField: 'movieCategory',
  importedCategoryField: 'movieImportedCategory',
  parentKey: 'movieId',
  unitKey: null,
  parentPath: 'movie',
  filePath: 'moviefile',
  unknownParam: 'includeUnknownMovieItems',
  events: {
    unknown: 0,
    grabbed: 1,
    downloadFolderImported: 3,
    downloadFailed: 4,
    movieFileDeleted: 6,
    movieFolderImported: 7,
    movieFileRenamed: 8,
    downloadIgnored: 9,
  },
  imported: 'downloadFolderImported',
  fileDeleted: 'movieFileDeleted',
  hasImportBlocked: true,
  blocksSingleRejects: false,
  unknownCommand: 500,
  goneIs: 'problem+json',
  hasImportFailed: false,
  hasChangeCategory: true,
  hasManualInteraction: true,
  hasWanted: true,
  sources: {web: 'webdl', bluray: 'bluray', tv: 'tv', dvd: 'dvd'},
  qualityModifier: true,
  qualityDetails: true,
  scan: 'DownloadedMoviesScan',
}

const sonarr: Dialect = {
  ...radarr,
  app: 'sonarr',
  appName: 'Sonarr',
  family: 'series',
  version: '4.0.19.2979',
  openapi: {v3: 'sonarr.json'},
  threads: 3,
  categoryField: 'tvCategory',
  importedCategoryField: 'tvImportedCategory',
  parentKey: 'seriesId',
  unitKey: 'episodeId',
  parentPath: 'series',
  filePath: 'episodefile',
  unknownParam: 'includeUnknownSeriesItems',
  goneIs: 'json',
  events: {
    unknown: 0,
    grabbed: 1,
    seriesFolderImported: 2,
    downloadFolderImported: 3,
    downloadFailed: 4,
    episodeFileDeleted: 5,
    episodeFileRenamed: 6,
    downloadIgnored: 7,
  },
  fileDeleted: 'episodeFileDeleted',
  sources: {web: 'web', bluray: 'bluray', tv: 'television', dvd: 'dvd'},
  qualityModifier: false,
  scan: 'DownloadedEpisodesScan',
}

const lidarr: Dialect = {
  ...sonarr,
  app: 'lidarr',
  appName: 'Lidarr',
  family: 'music',
  version: '2.14.5.4836',
  apis: ['v1'],
  openapi: {v1: 'lidarr.json'},
  categoryField: 'musicCategory',
  importedCategoryField: 'musicImportedCategory',
  parentKey: 'artistId',
  unitKey: 'albumId',
  parentPath: 'artist',
  filePath: 'trackfile',
  unknownParam: 'includeUnknownArtistItems',
  events: {
    unknown: 0,
    grabbed: 1,
    artistFolderImported: 2,
    trackFileImported: 3,
    downloadFailed: 4,
    trackFileDeleted: 5,
    trackFileRenamed: 6,
    albumImportIncomplete: 7,
    downloadImported: 8,
    trackFileRetagged: 9,
    downloadIgnored: 10,
  },
  imported: 'trackFileImported',
  fileDeleted: 'trackFileDeleted',
  hasImportFailed: true,
  hasManualInteraction: false,
  qualityDetails: false,
  scan: 'DownloadedAlbumsScan',
}

export const dialects: Readonly<Record<ArrApp, Dialect>> = {
  radarr,
  sonarr,
  sonarr5: {
    ...sonarr,
    app: 'sonarr5',
    version: '5.0.0.128',
    blocksSingleRejects: true,
    unknownCommand: 400,
    apis: ['v5', 'v3'],
    openapi: {v3: 'sonarr.json', v5: 'sonarr-v5.json'},
  },
  lidarr,
  readarr: {
    ...lidarr,
    app: 'readarr',
    appName: 'Readarr',
    family: 'books',
    version: '0.4.18.2805',
    openapi: {v1: 'readarr.json'},
    parentKey: 'authorId',
    unitKey: 'bookId',
    parentPath: 'author',
    filePath: 'bookfile',
    unknownParam: 'includeUnknownAuthorItems',
    events: {
      unknown: 0,
      grabbed: 1,
      bookFileImported: 3,
      downloadFailed: 4,
      bookFileDeleted: 5,
      bookFileRenamed: 6,
      bookImportIncomplete: 7,
      downloadImported: 8,
      bookFileRetagged: 9,
      downloadIgnored: 10,
    },
    imported: 'bookFileImported',
    fileDeleted: 'bookFileDeleted',
    hasImportBlocked: false,
    scan: 'DownloadedBooksScan',
  },
  whisparr2: {
    ...sonarr,
    app: 'whisparr2',
    appName: 'Whisparr',
    version: '2.0.0.987',
    openapi: {v3: 'whisparr.json'},
    hasImportBlocked: false,
    hasChangeCategory: false,
    hasManualInteraction: false,
  },
  whisparr3: {
    ...radarr,
    app: 'whisparr3',
    appName: 'Whisparr',
    version: '3.0.1.1278',
    openapi: {v3: 'whisparr-v3.json'},
    hasImportBlocked: false,
    hasChangeCategory: false,
    hasManualInteraction: false,
    hasWanted: false,
  },
}
