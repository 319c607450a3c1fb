/** Whisparr: v2 is a Sonarr without numbers of episodes, v3 a Radarr. Both know fewer fields than what they came from. */
import {z} from 'zod'
import type {Dialect} from './dialect.ts'
import {count, instant, listOf} from './fields.ts'
import {episodeItem, episodeItemFields, movieFields, movieItem, seriesFields, seriesItem} from './items.ts'
import {sceneMovieReading, sceneReading} from './library-rows.ts'
import {episodeFields, mediaList, mediaOf, movieField, queueFields, queueRow} from './queue-rows.ts'
import {fileOfMovies, movieApp, movieCandidate, movieCandidateFields, movieFiles} from './radarr.ts'
import {handlingWithoutInteractive, rejection} from './shapes.ts'
import {episode, episodeApp, episodeCandidate, episodeCandidateFields} from './sonarr.ts'

const can = {
  changeCategory: false,
  removalMessage: false,
  rejectionCodes: false,
  importBlocked: false,
} as const

/** Scenes have a day and no number. */
const scene = z
  .object({...episodeItemFields, releaseDate: instant})
  .transform(({releaseDate, ...it}) => episodeItem({...it, airDateUtc: releaseDate}))

export const whisparrV2: Dialect = {
  ...episodeApp,
  kind: 'whisparr',
  prefix: '/api/v3',
  can: {...can, wanted: true, seasonSearch: true},
  queueQuery: {includeSeries: false, includeEpisode: false},
  queueRow: z
    .object({...queueFields, ...episodeFields, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(episode(it)), it.sizeleft)),
  library: [
    {
      path: '/series',
      query: {includeSeasonImages: false},
      shape: z.object(seriesFields).transform(seriesItem),
    },
  ],
  itemsOf: (seriesId) => ({path: '/episode', query: {seriesId}, shape: z.array(scene)}),
  wantedQuery: {missing: {includeSeries: false}, cutoff: {includeSeries: false, includeEpisodeFile: false}},
  reading: sceneReading,
  wantedItem: scene,
  importQuery: (downloadId) => ({downloadId, filterExistingFiles: false}),
  importCandidate: z
    .object({...episodeCandidateFields, rejections: listOf(rejection)})
    .transform(episodeCandidate),
  handling: handlingWithoutInteractive,
}

const movie = z.object(movieFields).transform(movieItem)

export const whisparrV3: Dialect = {
  ...movieApp,
  kind: 'whisparr',
  can: {...can, wanted: false, seasonSearch: false},
  queueRow: z
    .object({...queueFields, ...movieField, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(mediaOf('movie', it.movieId, null)), it.sizeleft)),
  library: [{path: '/movie', query: {excludeLocalCovers: true}, shape: movie}],
  reading: sceneMovieReading,
  wantedItem: movie,
  files: (movieId) => ({path: '/moviefile', query: {movieId}, shape: movieFiles}),
  // It takes one movie at a time.
  filesOf: (movieIds) =>
    movieIds.map((movieId) => ({path: '/moviefile', query: {movieId}, shape: fileOfMovies})),
  importCandidate: z.object(movieCandidateFields).transform(movieCandidate),
}
