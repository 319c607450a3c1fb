/** Sonarr by its v5 API: one queue row for each download, codes of rejections, other names of settings. */
import {z} from 'zod'
import type {MediaRef} from '#model/arr.ts'
import type {Dialect} from './dialect.ts'
import {count, countOrNull, ids, listOf, text} from './fields.ts'
import {sonarrV5Reading} from './library-rows.ts'
import {addedField, postImportField, queueFields, queueRow} from './queue-rows.ts'
import {handling, rejectionWithCode, releaseOfParts} from './shapes.ts'
import {episodeApp, episodeCandidate, episodeCandidateFields, sonarrEpisode, sonarrSeries} from './sonarr.ts'

export const sonarrV5: Dialect = {
  ...episodeApp,
  kind: 'sonarr',
  prefix: '/api/v5',
  can: {
    changeCategory: true,
    removalMessage: true,
    rejectionCodes: true,
    importBlocked: true,
    wanted: true,
    seasonSearch: true,
  },
  // Sub-resources are named to be had.
  queueQuery: {},
  queueRow: z
    .object({
      ...queueFields,
      ...postImportField,
      ...addedField,
      seriesId: countOrNull,
      episodeIds: ids,
      sizeLeft: count,
    })
    .transform((it) => {
      const media = it.episodeIds.map((id): MediaRef => ({kind: 'episode', id, parentId: it.seriesId}))
      return queueRow(it, media, it.sizeLeft)
    }),
  library: [{path: '/series', shape: sonarrSeries}],
  itemsOf: (seriesId) => ({
    path: '/episode',
    query: {seriesId, includeSubresources: ['episodeFile']},
    shape: z.array(sonarrEpisode),
  }),
  wantedQuery: {missing: {includeSpecials: true}, cutoff: {}},
  reading: sonarrV5Reading,
  wantedItem: sonarrEpisode,
  release: releaseOfParts,
  importQuery: (downloadId) => ({downloadIds: [downloadId], filterExistingFiles: false}),
  importCandidate: z
    .object({
      ...episodeCandidateFields,
      rejections: listOf(rejectionWithCode),
      indexerFlags: count,
      releaseType: text,
    })
    .transform(episodeCandidate),
  notification: '/connection',
  settings: '/settings',
  handling,
}
