/** Rows of a library, for the richest app of each family. Source: protocol notes §7. */
import {hasBegun, isAvailable, type Arr} from './arr.ts'
import {iso, type Speaking} from './asked.ts'
import type {Description} from './description.ts'
import type {Family} from './dialects.ts'
import type {MediaFile, Parent, Unit} from './library.ts'
import {fileScore, formatsOf, isBelowCutoff} from './profiles.ts'
import {qualityModel, qualityOf} from './quality.ts'
import {formatResource, languages} from './rows-format.ts'

interface FamilyRows {
  /** Names of its resources. */
  readonly parentIs: string
  readonly unitIs: string
  readonly fileIs: string
  parent(arr: Arr, parent: Parent): object
  unit(arr: Arr, unit: Unit): object
  file(arr: Arr, file: MediaFile): object
}

const movies: FamilyRows = {
  parentIs: 'MovieResource',
  unitIs: 'MovieResource',
  fileIs: 'MovieFileResource',
  parent: (arr, parent) => movie(arr, parent),
  unit: (arr, unit) => movie(arr, arr.library.parent(unit.parentId)!),
  file: (arr, file) => ({
    ...fileRow(arr, file),
    movieId: file.parentId,
    edition: '',
    originalFilePath: file.relativePath,
    mediaInfo,
  }),
}

function movie(arr: Arr, parent: Parent): object {
  const {library} = arr
  const unit = library.unit(parent.unitIds[0]!)!
  const file = library.filesOf(parent)[0]
  return {
    ...parentRow(arr, parent),
    minimumAvailability: parent.minimumAvailability,
    ...releasePart(arr, parent, unit),
    year: library.yearOf(parent),
    studio: 'A Studio',
    hasFile: file !== undefined,
    website: '',
    movieFileId: file?.id ?? 0,
    isAvailable: isAvailable(arr, parent),
    runtime: 100,
    popularity: 1.5,
    ratings: {tmdb: {votes: 10, value: 7.1, type: 'user'}},
    tmdbId: parent.externalId,
    imdbId: `tt${String(parent.externalId).padStart(7, '0')}`,
    keywords: [],
    sizeOnDisk: file?.size ?? 0,
    lastSearchTime: iso(unit.lastSearchAt),
    originalLanguage: languages[0],
    secondaryYearSourceId: 0,
    folderName: library.folderOf(parent),
    youTubeTrailerId: '',
    alternateTitles: [],
    statistics: {
      movieFileCount: file ? 1 : 0,
      sizeOnDisk: file?.size ?? 0,
      releaseGroups: file ? ['SIM'] : [],
    },
    ...(file && {
      movieFile: {...movies.file(arr, file), customFormats: undefined, customFormatScore: undefined},
    }),
  }
}

/** Its dates, and how far they are. Without any it is out since the day of its unit, or it is not. */
function releasePart(arr: Arr, {releases, available}: Parent, {airAt}: Unit): object {
  const now = arr.time.now()
  if (releases === null) {
    const at = available ? iso(airAt) : null
    const dates = {inCinemas: at, physicalRelease: at, digitalRelease: at, releaseDate: at}
    return {status: available ? 'released' : 'announced', ...(at !== null && dates)}
  }
  const {inCinemas, digital, physical} = releases
  const home = Math.min(digital ?? Infinity, physical ?? Infinity)
  const isInCinemas = inCinemas !== undefined && inCinemas <= now
  return {
    status: home <= now ? 'released' : isInCinemas ? 'inCinemas' : 'announced',
    inCinemas: iso(inCinemas ?? null),
    physicalRelease: iso(physical ?? null),
    digitalRelease: iso(digital ?? null),
    releaseDate: iso(home === Infinity ? (inCinemas ?? null) : home),
  }
}

const series: FamilyRows = {
  parentIs: 'SeriesResource',
  unitIs: 'EpisodeResource',
  fileIs: 'EpisodeFileResource',
  parent(arr, parent) {
    const {library} = arr
    const units = library.unitsOf(parent)
    const numbers = [...new Set(units.map((unit) => unit.season))].sort((one, other) => one - other)
    return {
      ...parentRow(arr, parent),
      status: 'continuing',
      ended: false,
      year: library.yearOf(parent),
      ...airingOf(arr, units),
      originalLanguage: languages[0],
      originalCountry: 'usa',
      ratings: {votes: 1, value: 5},
      languageProfileId: 1,
      seasonFolder: true,
      network: 'N',
      useSceneNumbering: false,
      runtime: 45,
      tvdbId: parent.externalId,
      tmdbId: parent.externalId + 7,
      tvRageId: 0,
      tvMazeId: 0,
      seriesType: parent.seriesType,
      alternateTitles: [],
      monitorNewItems: 'all',
      imdbId: '',
      airTime: '20:00',
      malIds: [],
      aniListIds: [],
      seasons: numbers.map((seasonNumber) => ({
        seasonNumber,
        monitored: parent.monitored && !parent.unmonitoredSeasons.includes(seasonNumber),
        statistics: episodeCounts(
          arr,
          units.filter((unit) => unit.season === seasonNumber),
        ),
      })),
      statistics: {seasonCount: numbers.filter((number) => number > 0).length, ...episodeCounts(arr, units)},
    }
  },
  unit(arr, unit) {
    const day = iso(unit.airAt)
    return {
      id: unit.id,
      seriesId: unit.parentId,
      tvdbId: 5_000_000 + arr.library.ordinalOf(unit),
      episodeFileId: unit.slots[0] ?? 0,
      seasonNumber: unit.season,
      episodeNumber: unit.number,
      title: arr.library.unitTitle(unit),
      overview: 'x',
      airDate: day?.slice(0, 10),
      airDateUtc: day,
      releaseDate: day?.slice(0, 10),
      runtime: 45,
      lastSearchTime: iso(unit.lastSearchAt),
      hasFile: arr.library.has(unit),
      monitored: unit.monitored,
      unverifiedSceneNumbering: false,
    }
  },
  file: (arr, file) => ({
    ...fileRow(arr, file),
    seriesId: file.parentId,
    seasonNumber: arr.library.unit(file.unitIds[0]!)?.season ?? 1,
    releaseType: file.unitIds.length > 1 ? 'multiEpisode' : 'singleEpisode',
    mediaInfo,
  }),
}

function airingOf(arr: Arr, units: readonly Unit[]): object {
  const dates = datesOf(units)
  return {
    ...nearest(arr, units),
    ...(dates.length > 0 && {firstAired: iso(Math.min(...dates)), lastAired: iso(Math.max(...dates))}),
  }
}

function datesOf(units: readonly Unit[]): number[] {
  return units.flatMap(({airAt}) => airAt ?? [])
}

/** The last on air, of those that are looked after or there, and the next. */
function nearest(arr: Arr, units: readonly Unit[]): object {
  const past = units.filter((unit) => hasBegun(arr, unit) && (unit.monitored || arr.library.has(unit)))
  const next = units.filter((unit) => unit.airAt !== null && !hasBegun(arr, unit) && unit.monitored)
  return {
    ...(past.length > 0 && {previousAiring: iso(Math.max(...datesOf(past)))}),
    ...(next.length > 0 && {nextAiring: iso(Math.min(...datesOf(next)))}),
  }
}

function episodeCounts(arr: Arr, units: readonly Unit[]): object {
  const have = units.filter((unit) => arr.library.has(unit))
  const counted = units.filter((unit) => (unit.monitored && hasBegun(arr, unit)) || arr.library.has(unit))
  const files = have.flatMap((unit) => arr.library.filesOfUnit(unit))
  return {
    ...nearest(arr, units),
    episodeFileCount: have.length,
    episodeCount: counted.length,
    totalEpisodeCount: units.length,
    monitoredEpisodeCount: units.filter(({monitored}) => monitored).length,
    sizeOnDisk: files.reduce((sum, file) => sum + file.size, 0),
    releaseGroups: have.length > 0 ? ['SIM'] : [],
    releaseTypes: have.length > 0 ? ['singleEpisode'] : [],
    episodeFileQualities: [...new Set(files.map(({qualityId}) => qualityId))].map((id) =>
      qualityOf(arr.dialect, id),
    ),
    percentOfEpisodes: counted.length === 0 ? 0 : (100 * have.length) / counted.length,
  }
}

const music: FamilyRows = {
  parentIs: 'ArtistResource',
  unitIs: 'AlbumResource',
  fileIs: 'TrackFileResource',
  parent: (arr, parent) => ({
    ...parentRow(arr, parent),
    status: 'continuing',
    ended: false,
    artistName: arr.library.titleOf(parent),
    artistType: 'Group',
    foreignArtistId: musicId(parent.externalId),
    tadbId: 0,
    discogsId: 0,
    disambiguation: '',
    links: [],
    metadataProfileId: 1,
    monitorNewItems: 'all',
    statistics: {albumCount: parent.unitIds.length, ...trackCounts(arr, arr.library.unitsOf(parent))},
  }),
  unit: (arr, unit) => ({
    id: unit.id,
    title: arr.library.unitTitle(unit),
    disambiguation: '',
    overview: '',
    links: [],
    artistId: unit.parentId,
    foreignAlbumId: musicId(900_000 + arr.library.ordinalOf(unit)),
    monitored: unit.monitored,
    anyReleaseOk: true,
    profileId: arr.library.parent(unit.parentId)!.qualityProfileId,
    duration: 2_400_000,
    albumType: 'Album',
    secondaryTypes: [],
    mediumCount: 1,
    ratings: {votes: 0, value: 0},
    genres: [],
    releaseDate: iso(unit.airAt),
    releases: [],
    media: [],
    images: [],
    lastSearchTime: iso(unit.lastSearchAt),
    statistics: trackCounts(arr, [unit]),
  }),
  file: (arr, file) => ({...fileRow(arr, file), artistId: file.parentId, albumId: file.unitIds[0]}),
}

function trackCounts(arr: Arr, units: readonly Unit[]): object {
  const slots = units.flatMap((unit) => unit.slots)
  const have = slots.filter((file) => file !== 0).length
  const size = units
    .flatMap((unit) => arr.library.filesOfUnit(unit))
    .reduce((sum, file) => sum + file.size, 0)
  return {
    trackFileCount: have,
    trackCount: slots.length,
    totalTrackCount: slots.length,
    sizeOnDisk: size,
    percentOfTracks: slots.length === 0 ? 0 : (100 * have) / slots.length,
  }
}

const books: FamilyRows = {
  parentIs: 'AuthorResource',
  unitIs: 'BookResource',
  fileIs: 'BookFileResource',
  parent: (arr, parent) => ({
    ...parentRow(arr, parent),
    authorMetadataId: parent.id,
    status: 'continuing',
    ended: false,
    metadataProfileId: 1,
    links: [],
    authorName: arr.library.titleOf(parent),
    foreignAuthorId: String(parent.externalId),
    statistics: bookCounts(arr, arr.library.unitsOf(parent)),
  }),
  unit: (arr, unit) => ({
    id: unit.id,
    title: arr.library.unitTitle(unit),
    authorId: unit.parentId,
    monitored: unit.monitored,
    foreignBookId: String(900_000 + arr.library.ordinalOf(unit)),
    anyEditionOk: true,
    releaseDate: iso(unit.airAt),
    pageCount: 300,
    genres: [],
    images: [],
    links: [],
    grabbed: false,
    statistics: bookCounts(arr, [unit]),
  }),
  file: (arr, file) => ({...fileRow(arr, file), authorId: file.parentId, bookId: file.unitIds[0]}),
}

function bookCounts(arr: Arr, units: readonly Unit[]): object {
  const have = units.filter((unit) => arr.library.has(unit)).length
  return {
    bookFileCount: have,
    bookCount: units.length,
    totalBookCount: units.length,
    sizeOnDisk: 0,
    percentOfBooks: units.length === 0 ? 0 : (100 * have) / units.length,
  }
}

const familyRows: Readonly<Record<Family, FamilyRows>> = {movies, series, music, books}

type Showing = Pick<Speaking, 'arr' | 'description'>

/** A film, series, artist or author, as this API shows it. */
export function parentResource({arr, description}: Showing, parent: Parent): object {
  const {family} = arr.dialect
  const rows = familyRows[family]
  const row = description.shown(rows.parentIs, rows.parent(arr, parent))
  if (family === 'movies' && 'movieFile' in row) {
    const file = shownFile(description, 'MovieFileResource', row.movieFile as object)
    // Its formats and their score have to be asked for with the file.
    return {...row, movieFile: {...file, customFormats: undefined, customFormatScore: undefined}}
  }
  return family === 'series' ? shownSeries(description, row) : row
}

/** Counts differ between the APIs. */
function shownSeries(description: Description, row: Readonly<Record<string, unknown>>): object {
  const counts = description.shown('SeriesStatisticsResource', row.statistics as object)
  const seasons = (row.seasons as readonly {readonly statistics: object}[]).map((season) => ({
    ...season,
    statistics: description.shown('SeasonStatisticsResource', season.statistics),
  }))
  return {...row, statistics: counts, seasons}
}

/** A film, episode, album or book. */
export function unitResource({arr, description}: Showing, unit: Unit, withFile = false): object {
  if (arr.dialect.family === 'movies')
    return parentResource({arr, description}, arr.library.parent(unit.parentId)!)
  const rows = familyRows[arr.dialect.family]
  const row = description.shown(rows.unitIs, rows.unit(arr, unit))
  const [file] = withFile ? arr.library.filesOfUnit(unit) : []
  return file ? {...row, episodeFile: fileResource({arr, description}, file)} : row
}

export function fileResource({arr, description}: Showing, file: MediaFile): object {
  const rows = familyRows[arr.dialect.family]
  const formats = formatsOf(arr, file.sceneName ?? '').map((one) => formatResource(description, one))
  return shownFile(description, rows.fileIs, {...rows.file(arr, file), customFormats: formats})
}

function shownFile(description: Description, resource: string, row: object): object {
  const shown = description.shown(resource, row)
  if (!('mediaInfo' in shown)) return shown
  return {...shown, mediaInfo: description.shown('MediaInfoResource', mediaInfo)}
}

/** Of every video. */
const mediaInfo = {
  audioBitrate: 128_000,
  audioChannels: 2,
  audioCodec: 'AAC',
  audioLanguages: 'eng',
  audioStreamCount: 1,
  videoBitDepth: 8,
  videoBitrate: 5_000_000,
  videoCodec: 'x264',
  videoFps: 24,
  videoDynamicRange: '',
  videoDynamicRangeType: '',
  resolution: '1920x1080',
  runTime: '40:00',
  scanType: 'Progressive',
  subtitles: '',
  audioStreams: [],
  subtitleStreams: [],
}

/** Of films, series, artists and authors. */
function parentRow(arr: Arr, parent: Parent): object {
  const title = arr.library.titleOf(parent)
  const path = arr.library.folderOf(parent)
  const slug = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return {
    id: parent.id,
    title,
    originalTitle: title,
    sortTitle: title.toLowerCase(),
    path,
    titleSlug: slug,
    cleanTitle: slug.replaceAll('-', ''),
    sortName: title.toLowerCase(),
    overview: `All about ${title}.`,
    qualityProfileId: parent.qualityProfileId,
    monitored: parent.monitored,
    tags: parent.tags,
    rootFolderPath: arr.rootFolders[0],
    added: iso(parent.addedAt),
    images: [],
    genres: [],
  }
}

function fileRow(arr: Arr, file: MediaFile): object {
  return {
    id: file.id,
    path: file.path,
    relativePath: file.relativePath,
    size: file.size,
    languages,
    dateAdded: iso(file.addedAt),
    sceneName: file.sceneName,
    releaseGroup: 'SIM',
    indexerFlags: 0,
    quality: qualityModel(arr.dialect, file.qualityId),
    customFormatScore: fileScore(arr, file),
    qualityWeight: 1,
    qualityCutoffNotMet: isBelowCutoff(arr, file.parentId, file.qualityId),
  }
}

function musicId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}
