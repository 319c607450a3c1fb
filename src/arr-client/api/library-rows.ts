/**
 * Rows of the library, from the resources of the apps: of lists, of one answer and of the live channel alike, as all of
 * them have the same shape. A series tells of its seasons, too.
 * Source: OpenAPI descriptions of the apps; recordings of Radarr and Sonarr.
 */
import {z} from 'zod'
import {availabilities, seasonId, seriesTypes, type LibraryRow} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'
import {count, countOrNull, flag, id, ids, instant, listOf, qualityName, text} from './fields.ts'
import {positive} from './items.ts'
import type {Query} from './http-client.ts'

/** What one element of an answer tells of. */
type RowsShape = z.ZodType<readonly LibraryRow[]>

interface RowsQuestion {
  readonly path: string
  readonly query?: Query
  /** The list comes in pages. */
  readonly isPaged?: boolean
  /** It is no list, but one of them. */
  readonly isOne?: boolean
  readonly shape: RowsShape
}

/** How the library of an app is read. */
export interface LibraryReading {
  /** All of it, one list after the other. What comes twice is the same thing, and the first row has the most to say of it. */
  readonly lists: (now: EpochMs) => readonly RowsQuestion[]
  /** A movie; all episodes of a series; `null` = what the lists and messages have of it is all there is. */
  readonly more: ((id: number) => RowsQuestion) | null
  /** By the name of a message on the live channel: what its resource tells of. */
  readonly messages: Readonly<Record<string, RowsShape>>
}

const blank: Omit<LibraryRow, 'kind' | 'id'> = {
  parentId: null,
  seasonNumber: null,
  number: null,
  title: '',
  year: null,
  tmdbId: null,
  tvdbId: null,
  imdbId: null,
  foreignId: '',
  inCinemasAt: null,
  digitalAt: null,
  physicalAt: null,
  releasedAt: null,
  runtimeMinutes: 0,
  minimumAvailability: '',
  seriesType: '',
  addedAt: null,
  monitored: false,
  fileId: null,
  have: 0,
  due: 0,
  size: 0,
  quality: '',
  belowCutoff: null,
  score: null,
  profileId: null,
  tags: [],
  searchedAt: null,
}

/** An Arr is somebody's, and what it calls things is kept. */
const [LONGEST_TITLE, LONGEST_NAME, MOST_TAGS] = [300, 60, 50]

export function libraryRow(known: Pick<LibraryRow, 'kind' | 'id'> & Partial<LibraryRow>): LibraryRow {
  const {title, quality, foreignId, tags, ...row} = {...blank, ...known}
  return {
    ...row,
    title: title.slice(0, LONGEST_TITLE),
    quality: quality.slice(0, LONGEST_NAME),
    foreignId: foreignId.slice(0, LONGEST_NAME),
    tags: tags.length > MOST_TAGS ? tags.slice(0, MOST_TAGS) : tags,
  }
}

/** One of the words that are known, in any case; '' = another one. */
function oneOf<W extends string>(words: readonly W[]) {
  const known = new Map(words.map((word) => [word.toLowerCase(), word]))
  return text.transform((written): W => known.get(written.toLowerCase()) ?? ('' as W))
}

const fileFields = {
  id,
  size: count,
  quality: qualityName,
  qualityCutoffNotMet: flag,
  // Only where files are asked for; lists of movies leave it out.
  customFormatScore: countOrNull,
}
const mediaFile = z.object(fileFields).nullable().catch(null)
type MediaFile = z.infer<typeof mediaFile>

/** What is known of something by its one file. */
function byFile(file: MediaFile): Partial<LibraryRow> {
  if (file === null) return {have: 0, fileId: null}
  return {
    have: 1,
    fileId: file.id,
    size: file.size,
    quality: file.quality,
    belowCutoff: file.qualityCutoffNotMet,
    score: file.customFormatScore,
  }
}

const movieFields = {
  id,
  title: text,
  year: countOrNull,
  tmdbId: countOrNull,
  imdbId: text,
  inCinemas: instant,
  digitalRelease: instant,
  physicalRelease: instant,
  runtime: count,
  minimumAvailability: oneOf(availabilities),
  added: instant,
  monitored: flag,
  qualityProfileId: countOrNull,
  tags: ids,
  hasFile: flag,
  movieFile: mediaFile,
}
type MovieFields = z.infer<z.ZodObject<typeof movieFields>>

function movieRow(it: MovieFields & {readonly lastSearchTime?: EpochMs | null}): readonly LibraryRow[] {
  const row = libraryRow({
    kind: 'movie',
    id: it.id,
    title: it.title,
    year: positive(it.year),
    tmdbId: positive(it.tmdbId),
    imdbId: it.imdbId || null,
    inCinemasAt: it.inCinemas,
    digitalAt: it.digitalRelease,
    physicalAt: it.physicalRelease,
    runtimeMinutes: it.runtime,
    minimumAvailability: it.minimumAvailability,
    addedAt: it.added,
    monitored: it.monitored,
    due: 1,
    profileId: it.qualityProfileId,
    tags: it.tags,
    searchedAt: it.lastSearchTime ?? null,
    ...byFile(it.movieFile),
    // A message may leave out the file that there is.
    have: it.hasFile ? 1 : 0,
  })
  return [row]
}

function movieReading(shape: RowsShape): LibraryReading {
  return {
    // Covers of fifty thousand movies are looked up on the disk otherwise.
    lists: () => [{path: '/movie', query: {excludeLocalCovers: true}, shape}],
    more: (id) => ({path: `/movie/${id}`, isOne: true, shape}),
    messages: {movie: shape},
  }
}

export const radarrReading = movieReading(
  z.object({...movieFields, lastSearchTime: instant}).transform(movieRow),
)
/** Whisparr v3 does not say when it searched. */
export const sceneMovieReading = movieReading(z.object(movieFields).transform(movieRow))

const counted = {episodeFileCount: count, episodeCount: count, sizeOnDisk: count}
const seriesCounts = z.object(counted).nullable().catch(null)
const seasonCounts = z
  .object({...counted, nextAiring: instant, previousAiring: instant})
  .nullable()
  .catch(null)

function byEpisodes(counts: z.infer<typeof seriesCounts>): Partial<LibraryRow> {
  if (counts === null) return {}
  return {have: counts.episodeFileCount, due: counts.episodeCount, size: counts.sizeOnDisk}
}

const seriesFields = {
  id,
  title: text,
  year: countOrNull,
  tvdbId: countOrNull,
  runtime: count,
  added: instant,
  monitored: flag,
  qualityProfileId: countOrNull,
  tags: ids,
  nextAiring: instant,
  previousAiring: instant,
  statistics: seriesCounts,
  seasons: listOf(z.object({seasonNumber: z.number().int(), monitored: flag, statistics: seasonCounts})),
}
type SeriesFields = z.infer<z.ZodObject<typeof seriesFields>>

function seriesRows(
  it: SeriesFields & {
    readonly tmdbId?: number | null
    readonly imdbId?: string
    readonly seriesType?: LibraryRow['seriesType']
  },
): readonly LibraryRow[] {
  const series = libraryRow({
    kind: 'series',
    id: it.id,
    title: it.title,
    year: positive(it.year),
    tvdbId: positive(it.tvdbId),
    tmdbId: positive(it.tmdbId ?? null),
    imdbId: it.imdbId || null,
    // Scenes are known by their day.
    seriesType: it.seriesType ?? 'daily',
    runtimeMinutes: it.runtime,
    addedAt: it.added,
    monitored: it.monitored,
    profileId: it.qualityProfileId,
    tags: it.tags,
    ...byEpisodes(it.statistics),
    releasedAt: it.nextAiring ?? it.previousAiring,
  })
  const seasons = it.seasons.map(({seasonNumber, monitored, statistics}) =>
    libraryRow({
      kind: 'season',
      id: seasonId(it.id, seasonNumber),
      parentId: it.id,
      seasonNumber,
      title: it.title,
      monitored,
      ...byEpisodes(statistics),
      releasedAt: statistics && (statistics.nextAiring ?? statistics.previousAiring),
    }),
  )
  return [series, ...seasons]
}

const episodeFields = {
  id,
  seriesId: countOrNull,
  title: text,
  seasonNumber: countOrNull,
  runtime: count,
  monitored: flag,
  hasFile: flag,
  episodeFileId: countOrNull,
  episodeFile: mediaFile,
}
type EpisodeFields = z.infer<z.ZodObject<typeof episodeFields>>

function episodeRows(
  it: EpisodeFields & {
    readonly number: number | null
    readonly airsAt: EpochMs | null
    readonly lastSearchTime?: EpochMs | null
  },
): readonly LibraryRow[] {
  const row = libraryRow({
    kind: 'episode',
    id: it.id,
    parentId: it.seriesId,
    seasonNumber: it.seasonNumber,
    number: it.number,
    title: it.title,
    releasedAt: it.airsAt,
    runtimeMinutes: it.runtime,
    monitored: it.monitored,
    due: 1,
    searchedAt: it.lastSearchTime ?? null,
    ...byFile(it.episodeFile),
    have: it.hasFile ? 1 : 0,
    fileId: it.hasFile ? positive(it.episodeFileId) : null,
  })
  return [row]
}

const HOUR_MS = 3_600_000
/** What aired in the last day comes first in searches; of what is to come the next two days are shown. */
const [BEFORE_MS, AHEAD_MS] = [24 * HOUR_MS, 48 * HOUR_MS]

/** All that is in that list is. */
function belowCutoff(shape: RowsShape): RowsShape {
  return shape.transform((rows) => rows.map((row) => ({...row, belowCutoff: true})))
}

interface SeriesApp {
  readonly series: RowsShape
  readonly episode: RowsShape
  readonly seriesQuery: Query
  /** For what a file is like, too. */
  readonly withFile: Query
  readonly moreQuery: Query
}

/** What is below the cut-off comes first: it has the most to say of an episode. */
function seriesReading({series, episode, seriesQuery, withFile, moreQuery}: SeriesApp): LibraryReading {
  const wanted = (what: 'missing' | 'cutoff', query: Query): RowsQuestion => ({
    path: `/wanted/${what}`,
    query: {...query, monitored: true},
    isPaged: true,
    shape: what === 'cutoff' ? belowCutoff(episode) : episode,
  })
  return {
    lists: (now) => [
      {path: '/series', query: seriesQuery, shape: series},
      wanted('cutoff', withFile),
      wanted('missing', {}),
      {
        path: '/calendar',
        query: {
          start: new Date(now - BEFORE_MS).toISOString(),
          end: new Date(now + AHEAD_MS).toISOString(),
          ...withFile,
        },
        shape: episode,
      },
    ],
    more: (seriesId) => ({path: '/episode', query: {seriesId, ...moreQuery}, shape: episode}),
    messages: {series, episode},
  }
}

const sonarrShapes = {
  series: z
    .object({...seriesFields, tmdbId: countOrNull, imdbId: text, seriesType: oneOf(seriesTypes)})
    .transform(seriesRows),
  episode: z
    .object({...episodeFields, episodeNumber: countOrNull, airDateUtc: instant, lastSearchTime: instant})
    .transform((it) => episodeRows({...it, number: it.episodeNumber, airsAt: it.airDateUtc})),
}

export const sonarrReading = seriesReading({
  ...sonarrShapes,
  seriesQuery: {includeSeasonImages: false},
  withFile: {includeEpisodeFile: true},
  moreQuery: {includeEpisodeFile: true},
})

/** Sub-resources are named to be had. */
const withSubresource = {includeSubresources: ['episodeFile']}
export const sonarrV5Reading = seriesReading({
  ...sonarrShapes,
  seriesQuery: {},
  withFile: withSubresource,
  moreQuery: withSubresource,
})

/** Scenes of Whisparr v2 have a day and no number. */
export const sceneReading = seriesReading({
  series: z.object(seriesFields).transform(seriesRows),
  episode: z
    .object({...episodeFields, releaseDate: instant})
    .transform((it) => episodeRows({...it, number: null, airsAt: it.releaseDate})),
  seriesQuery: {includeSeasonImages: false},
  withFile: {includeEpisodeFile: true},
  moreQuery: {},
})

/** Missing files of an album are counted by its tracks. */
const trackCounts = z
  .object({trackFileCount: count, trackCount: count, sizeOnDisk: count})
  .nullable()
  .catch(null)

const artistRow: RowsShape = z
  .object({
    id,
    artistName: text,
    foreignArtistId: text,
    added: instant,
    monitored: flag,
    qualityProfileId: countOrNull,
    tags: ids,
    statistics: trackCounts,
  })
  .transform((it) => [
    libraryRow({
      kind: 'artist',
      id: it.id,
      title: it.artistName,
      foreignId: it.foreignArtistId,
      addedAt: it.added,
      monitored: it.monitored,
      profileId: it.qualityProfileId,
      tags: it.tags,
      ...byTracks(it.statistics),
    }),
  ])

function byTracks(counts: z.infer<typeof trackCounts>): Partial<LibraryRow> {
  if (counts === null) return {}
  return {have: counts.trackFileCount, due: counts.trackCount, size: counts.sizeOnDisk}
}

const album: RowsShape = z
  .object({
    id,
    artistId: countOrNull,
    title: text,
    foreignAlbumId: text,
    monitored: flag,
    releaseDate: instant,
    lastSearchTime: instant,
    statistics: trackCounts,
  })
  .transform((it) => [
    libraryRow({
      kind: 'album',
      id: it.id,
      parentId: it.artistId,
      title: it.title,
      foreignId: it.foreignAlbumId,
      monitored: it.monitored,
      releasedAt: it.releaseDate,
      searchedAt: it.lastSearchTime,
      ...byTracks(it.statistics),
    }),
  ])

/** Of albums and books only the list of what is below the cut-off says which are. */
function wholesReading(
  container: {readonly name: 'artist' | 'author'; readonly shape: RowsShape},
  item: {readonly name: 'album' | 'book'; readonly shape: RowsShape},
  withoutContainer: Query,
): LibraryReading {
  return {
    lists: () => [
      {path: `/${container.name}`, shape: container.shape},
      {
        path: '/wanted/cutoff',
        query: {...withoutContainer, monitored: true},
        isPaged: true,
        shape: belowCutoff(item.shape),
      },
      {path: `/${item.name}`, shape: item.shape},
    ],
    more: null,
    messages: {[container.name]: container.shape, [item.name]: item.shape},
  }
}

export const musicReading = wholesReading(
  {name: 'artist', shape: artistRow},
  {name: 'album', shape: album},
  {includeArtist: false},
)

const bookCounts = z
  .object({bookFileCount: count, bookCount: count, sizeOnDisk: count})
  .nullable()
  .catch(null)

const authorRow: RowsShape = z
  .object({
    id,
    authorName: text,
    foreignAuthorId: text,
    added: instant,
    monitored: flag,
    qualityProfileId: countOrNull,
    tags: ids,
    statistics: bookCounts,
  })
  .transform((it) => [
    libraryRow({
      kind: 'author',
      id: it.id,
      title: it.authorName,
      foreignId: it.foreignAuthorId,
      addedAt: it.added,
      monitored: it.monitored,
      profileId: it.qualityProfileId,
      tags: it.tags,
      have: it.statistics?.bookFileCount ?? 0,
      due: it.statistics?.bookCount ?? 0,
      size: it.statistics?.sizeOnDisk ?? 0,
    }),
  ])

const book: RowsShape = z
  .object({
    id,
    authorId: countOrNull,
    title: text,
    foreignBookId: text,
    monitored: flag,
    releaseDate: instant,
    added: instant,
    statistics: bookCounts,
  })
  .transform((it) => [
    libraryRow({
      kind: 'book',
      id: it.id,
      parentId: it.authorId,
      title: it.title,
      foreignId: it.foreignBookId,
      monitored: it.monitored,
      releasedAt: it.releaseDate,
      addedAt: it.added,
      // It may come as several files.
      have: (it.statistics?.bookFileCount ?? 0) > 0 ? 1 : 0,
      due: 1,
      size: it.statistics?.sizeOnDisk ?? 0,
    }),
  ])

export const bookReading = wholesReading(
  {name: 'author', shape: authorRow},
  {name: 'book', shape: book},
  {includeAuthor: false},
)
