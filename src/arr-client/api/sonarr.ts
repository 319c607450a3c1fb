/** Sonarr by its v3 API (v3, v4), and what its v5 API and Whisparr v2 share with it: one row for each episode. */
import {z} from 'zod'
import {asDownloadId, type HistoryEvent, type ImportCandidate, type Rejection} from '#model/arr.ts'
import {usual, type Dialect, type MediaFile} from './dialect.ts'
import {count, countOrNull, flag, id, instant, listOf, text, word} from './fields.ts'
import {
  episodeItem,
  episodeItemFields,
  fileFields,
  libraryFile,
  positive,
  seriesFields,
  seriesItem,
} from './items.ts'
import {sonarrReading} from './library-rows.ts'
import {
  addedField,
  episodeFields,
  historyFields,
  historyRow,
  mediaList,
  mediaOf,
  postImportField,
  queueFields,
  queueRow,
} from './queue-rows.ts'
import {handling, rejection} from './shapes.ts'

export const episode = (it: {readonly seriesId: number | null; readonly episodeId: number | null}) =>
  mediaOf('episode', it.episodeId, it.seriesId)

const events: Readonly<Record<string, HistoryEvent>> = {
  grabbed: 'grabbed',
  downloadFolderImported: 'imported',
  downloadFailed: 'failed',
  episodeFileDeleted: 'fileDeleted',
  episodeFileRenamed: 'fileRenamed',
  downloadIgnored: 'ignored',
  seriesFolderImported: 'folderImported',
}

const episodeHistoryRow = z
  .object({...historyFields, ...episodeFields, eventType: word(events)})
  .transform((it) => historyRow(it, episode(it)))

export const sonarrEpisode = z
  .object({...episodeItemFields, episodeNumber: countOrNull, airDateUtc: instant, lastSearchTime: instant})
  .transform(episodeItem)

export const sonarrSeries = z
  .object({...seriesFields, tmdbId: countOrNull, imdbId: text})
  .transform(seriesItem)

const episodeFiles = z.array(
  z
    .object({...fileFields, seriesId: countOrNull, customFormatScore: count})
    .transform((it) => libraryFile(it, it.seriesId, null)),
)

/** An episode says which file it has; several may share one. */
const fileOfEpisodes: z.ZodType<MediaFile[]> = z
  .array(z.object({id, hasFile: flag, episodeFileId: countOrNull}))
  .transform((list) =>
    list.flatMap((it) => {
      const fileId = it.hasFile ? positive(it.episodeFileId) : null
      return fileId === null ? [] : [{mediaId: it.id, fileId}]
    }),
  )

export const episodeCandidateFields = {
  path: text,
  folderName: text,
  size: count,
  downloadId: text,
  releaseGroup: text,
  quality: z.unknown().optional(),
  languages: z.unknown().optional(),
  series: z.object({id}).nullable().catch(null),
  episodes: listOf(z.object({id})),
}
type CandidateFields = z.infer<z.ZodObject<typeof episodeCandidateFields>>

export function episodeCandidate(
  it: CandidateFields & {
    readonly rejections: readonly Rejection[]
    readonly indexerFlags?: number
    readonly releaseType?: string
  },
): ImportCandidate {
  const {path, folderName, quality, languages, releaseGroup, indexerFlags, releaseType} = it
  const parentId = it.series?.id ?? null
  const found = it.episodes.map((one) => one.id)
  return {
    path,
    size: it.size,
    downloadId: asDownloadId(it.downloadId),
    rejections: it.rejections,
    // A series without episodes is known, too.
    media: (found.length > 0 || parentId === null ? found : [0]).map((one) => ({
      kind: 'episode',
      id: one,
      parentId,
    })),
    sendBack: {
      folderName,
      quality,
      languages,
      releaseGroup,
      ...(indexerFlags !== undefined && {indexerFlags}),
      ...(releaseType !== undefined && {releaseType}),
    },
  }
}

/** Of all three. */
export const episodeApp = {
  ...usual,
  media: 'episode',
  historyRow: episodeHistoryRow,
  historyQuery: (episodeId) => ({episodeId}),
  files: (seriesId) => ({path: '/episodefile', query: {seriesId}, shape: episodeFiles}),
  filesOf: (episodeIds) => [{path: '/episode', query: {episodeIds}, shape: fileOfEpisodes}],
  importFile: ({path, downloadId, media, sendBack}) => ({
    ...sendBack,
    path,
    seriesId: media[0]?.parentId,
    episodeIds: media.map((one) => one.id).filter((one) => one > 0),
    ...(downloadId !== null && {downloadId}),
  }),
  commands: {
    search: ['EpisodeSearch', 'episodeIds'],
    searchAll: ['SeriesSearch', 'seriesId'],
    scan: 'DownloadedEpisodesScan',
    rescan: ['RescanSeries', 'seriesId'],
    refresh: (seriesId) => ({name: 'RefreshSeries', seriesId}),
  },
  editor: {path: '/series/editor', ids: 'seriesIds'},
  monitor: {path: '/episode/monitor', ids: 'episodeIds'},
  handling,
} as const satisfies Partial<Dialect>

export const sonarr: Dialect = {
  ...episodeApp,
  kind: 'sonarr',
  prefix: '/api/v3',
  can: {
    changeCategory: true,
    removalMessage: false,
    rejectionCodes: false,
    importBlocked: true,
    wanted: true,
    seasonSearch: true,
  },
  queueQuery: {includeSeries: false, includeEpisode: false},
  queueRow: z
    .object({...queueFields, ...postImportField, ...addedField, ...episodeFields, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(episode(it)), it.sizeleft)),
  library: [{path: '/series', query: {includeSeasonImages: false}, shape: sonarrSeries}],
  itemsOf: (seriesId) => ({
    path: '/episode',
    query: {seriesId, includeEpisodeFile: true},
    shape: z.array(sonarrEpisode),
  }),
  wantedQuery: {missing: {includeSeries: false}, cutoff: {includeSeries: false, includeEpisodeFile: false}},
  reading: sonarrReading,
  wantedItem: sonarrEpisode,
  importQuery: (downloadId) => ({downloadId, filterExistingFiles: false}),
  importCandidate: z
    .object({
      ...episodeCandidateFields,
      rejections: listOf(rejection),
      indexerFlags: count,
      releaseType: text,
    })
    .transform(episodeCandidate),
}
