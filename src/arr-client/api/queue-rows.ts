/** Rows of queue and history: what all apps share, to which each adds its media. */
import {z} from 'zod'
import {
  asDownloadId,
  queueStatuses,
  type HistoryEvent,
  type HistoryRow,
  type MediaRef,
  type QueueRow,
  trackedStates,
  type TrackedState,
} from '#model/arr.ts'
import {
  count,
  countOrNull,
  dictionary,
  flag,
  id,
  instant,
  listOf,
  protocol,
  qualityWithName,
  text,
  word,
  wordOf,
} from './fields.ts'

/**
 * How far an Arr got with a download, in one set of words. Radarr and Sonarr say failed where Lidarr and Readarr say
 * downloadFailed; Readarr and Whisparr know no importBlocked, such rows stay importPending with a warning.
 * Source: Sonarr and Radarr; OpenAPI enum TrackedDownloadState of each app.
 */
export const stateWords: Readonly<Record<string, TrackedState>> = {
  ...(Object.fromEntries(trackedStates.map((state) => [state, state])) as Record<TrackedState, TrackedState>),
  downloadFailed: 'failed',
  downloadFailedPending: 'failedPending',
}

/** Of all apps. */
export const queueFields = {
  id,
  downloadId: text,
  title: text,
  quality: qualityWithName,
  customFormatScore: countOrNull,
  size: count,
  status: wordOf(queueStatuses),
  trackedDownloadState: word(stateWords),
  trackedDownloadStatus: wordOf(['ok', 'warning', 'error']),
  statusMessages: listOf(z.object({title: text, messages: listOf(z.string())})),
  errorMessage: text,
  protocol,
  downloadClient: text,
  indexer: text,
  outputPath: text,
  estimatedCompletionTime: instant,
}
type QueueFields = z.infer<z.ZodObject<typeof queueFields>>

/** Not Whisparr's. */
export const postImportField = {downloadClientHasPostImportCategory: flag}

/** Not Readarr's and Whisparr's. */
export const addedField = {added: instant}

export function queueRow(
  it: QueueFields & {readonly added?: number | null; readonly downloadClientHasPostImportCategory?: boolean},
  media: readonly MediaRef[],
  sizeLeft: number,
): QueueRow {
  return {
    id: it.id,
    downloadId: asDownloadId(it.downloadId),
    media,
    title: it.title,
    quality: it.quality.name,
    qualityModel: it.quality.model,
    score: it.customFormatScore,
    size: it.size,
    sizeLeft,
    status: it.status,
    state: it.trackedDownloadState,
    trouble: it.trackedDownloadStatus,
    messages: it.statusMessages,
    errorMessage: it.errorMessage,
    protocol: it.protocol,
    client: it.downloadClient,
    indexer: it.indexer,
    outputPath: it.outputPath,
    addedAt: it.added ?? null,
    doneAt: it.estimatedCompletionTime,
    hasPostImportCategory: it.downloadClientHasPostImportCategory ?? false,
  }
}

export const historyFields = {id, date: instant, downloadId: text, sourceTitle: text, data: dictionary}

interface HistoryFields extends z.infer<z.ZodObject<typeof historyFields>> {
  readonly eventType: HistoryEvent
}

export function historyRow(it: HistoryFields, media: MediaRef | null): HistoryRow {
  const {data} = it
  const fileId = Number(data['fileId'])
  return {
    id: it.id,
    at: it.date ?? 0,
    event: it.eventType,
    downloadId: asDownloadId(it.downloadId),
    media,
    title: it.sourceTitle,
    fileId: Number.isInteger(fileId) && fileId > 0 ? fileId : null,
    droppedPath: data['droppedPath'] ?? '',
    importedPath: data['importedPath'] ?? '',
    interactive: data['releaseSource']?.toLowerCase() === 'interactivesearch',
    torrentHash: asDownloadId(data['torrentInfoHash'] ?? ''),
    // The name as configured came later than the type.
    client: data['downloadClientName'] ?? data['downloadClient'] ?? '',
    indexer: data['indexer'] ?? '',
    reason: data['reason'] ?? data['message'] ?? '',
  }
}

/** `null` where the Arr matched nothing: it leaves the id out or says 0. */
export function mediaOf(
  kind: MediaRef['kind'],
  mediaId: number | null,
  parentId: number | null,
): MediaRef | null {
  return mediaId === null || mediaId === 0 ? null : {kind, id: mediaId, parentId: parentId || null}
}

export function mediaList(one: MediaRef | null): readonly MediaRef[] {
  return one === null ? [] : [one]
}

/** In groups of ids: a movie, a series with an episode, an artist with an album, an author with a book. */
export const movieField = {movieId: countOrNull}
export const episodeFields = {seriesId: countOrNull, episodeId: countOrNull}
export const albumFields = {artistId: countOrNull, albumId: countOrNull}
export const bookFields = {authorId: countOrNull, bookId: countOrNull}
