/** Radarr, and what Whisparr v3 took over from it: movies, each with one file. */
import {z} from 'zod'
import {asDownloadId, type HistoryEvent, type ImportCandidate} from '#model/arr.ts'
import {usual, type Dialect, type MediaFile} from './dialect.ts'
import {count, countOrNull, id, instant, listOf, text, word} from './fields.ts'
import {fileFields, libraryFile, movieFields, movieItem} from './items.ts'
import {radarrReading} from './library-rows.ts'
import {
  addedField,
  historyFields,
  historyRow,
  mediaList,
  mediaOf,
  movieField,
  postImportField,
  queueFields,
  queueRow,
} from './queue-rows.ts'
import {handling, rejection} from './shapes.ts'

const movie = (movieId: number | null) => mediaOf('movie', movieId, null)

const events: Readonly<Record<string, HistoryEvent>> = {
  grabbed: 'grabbed',
  downloadFolderImported: 'imported',
  downloadFailed: 'failed',
  movieFileDeleted: 'fileDeleted',
  movieFileRenamed: 'fileRenamed',
  downloadIgnored: 'ignored',
  movieFolderImported: 'folderImported',
}

const movieHistoryRow = z
  .object({...historyFields, ...movieField, eventType: word(events)})
  .transform((it) => historyRow(it, movie(it.movieId)))

export const movieFiles = z.array(
  z
    .object({...fileFields, movieId: countOrNull, customFormatScore: count})
    .transform((it) => libraryFile(it, it.movieId, it.movieId)),
)

export const fileOfMovies: z.ZodType<MediaFile[]> = z.array(
  z.object({id, movieId: count}).transform((it): MediaFile => ({mediaId: it.movieId, fileId: it.id})),
)

/** Source: OpenAPI ManualImportResource of each app. */
export const movieCandidateFields = {
  path: text,
  folderName: text,
  size: count,
  downloadId: text,
  releaseGroup: text,
  quality: z.unknown().optional(),
  languages: z.unknown().optional(),
  rejections: listOf(rejection),
  movie: z.object({id}).nullable().catch(null),
}
type CandidateFields = z.infer<z.ZodObject<typeof movieCandidateFields>>

export function movieCandidate(it: CandidateFields & {readonly indexerFlags?: number}): ImportCandidate {
  const {path, folderName, quality, languages, releaseGroup, indexerFlags} = it
  return {
    path,
    size: it.size,
    media: mediaList(movie(it.movie?.id ?? null)),
    downloadId: asDownloadId(it.downloadId),
    rejections: it.rejections,
    sendBack: {
      folderName,
      quality,
      languages,
      releaseGroup,
      ...(indexerFlags !== undefined && {indexerFlags}),
    },
  }
}

/** Of both apps. */
export const movieApp = {
  ...usual,
  prefix: '/api/v3',
  media: 'movie',
  queueQuery: {includeMovie: false},
  historyRow: movieHistoryRow,
  historyQuery: (movieId) => ({movieIds: [movieId]}),
  itemsOf: null,
  wantedQuery: {missing: {}, cutoff: {}},
  importQuery: (downloadId) => ({downloadId, filterExistingFiles: false}),
  importFile: ({path, downloadId, media, sendBack}) => ({
    ...sendBack,
    path,
    movieId: media[0]?.id,
    ...(downloadId !== null && {downloadId}),
  }),
  commands: {
    search: ['MoviesSearch', 'movieIds'],
    searchAll: null,
    scan: 'DownloadedMoviesScan',
    // Otherwise its progress is not told on the live channel.
    scanMore: {sendUpdates: true},
    rescan: ['RescanMovie', 'movieId'],
    refresh: (movieId) => ({name: 'RefreshMovie', movieIds: [movieId]}),
  },
  editor: {path: '/movie/editor', ids: 'movieIds'},
  monitor: {path: '/movie/editor', ids: 'movieIds'},
  handling,
} as const satisfies Partial<Dialect>

const radarrMovie = z.object({...movieFields, lastSearchTime: instant}).transform(movieItem)

export const radarr: Dialect = {
  ...movieApp,
  kind: 'radarr',
  can: {
    changeCategory: true,
    removalMessage: false,
    rejectionCodes: false,
    importBlocked: true,
    wanted: true,
    seasonSearch: false,
  },
  queueRow: z
    .object({...queueFields, ...postImportField, ...addedField, ...movieField, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(movie(it.movieId)), it.sizeleft)),
  // Covers of fifty thousand movies are looked up on the disk otherwise.
  library: [{path: '/movie', query: {excludeLocalCovers: true}, shape: radarrMovie}],
  scores: (movieIds) => ({path: '/moviefile', query: {movieId: movieIds}, shape: movieFiles}),
  reading: radarrReading,
  wantedItem: radarrMovie,
  files: (movieId) => ({path: '/moviefile', query: {movieId: [movieId]}, shape: movieFiles}),
  filesOf: (movieIds) => [{path: '/moviefile', query: {movieId: movieIds}, shape: fileOfMovies}],
  importCandidate: z.object({...movieCandidateFields, indexerFlags: count}).transform(movieCandidate),
}
