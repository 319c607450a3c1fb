/**
 * What an Arr says of a torrent, all rows of its download taken together: a pack is several rows of one torrent, and
 * what holds one of them back holds back all. Source: safety-scenarios.md 28.
 */
import {classOfText, sentencesOf} from '#arr-client/reject-class.ts'
import {
  asDownloadId,
  mediaKey,
  type ArrId,
  type ArrKind,
  type DownloadId,
  type MediaRef,
  type QueueDownload,
  type TrackedState,
} from '#model/arr.ts'
import type {ManagedRow} from '#model/manager.ts'
import {categoryKey} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrFacts} from '../manager/torrent-subject.ts'

/** The part of `ArrReplica` that is read here. */
export interface QueueReader {
  /** `null` = it cannot be read now. */
  readonly queue: object | null
  readonly downloads: ReadonlyMap<string, QueueDownload>
  readonly readAt: EpochMs | null
}

/** What is known of the items of a download; absent = not looked up yet. */
export type LibrarySaying = Pick<
  ArrFacts,
  'monitored' | 'hasFile' | 'inLibrary' | 'cutoffMet' | 'score' | 'minScore' | 'requested'
>

const nothingOfLibrary: LibrarySaying = {
  monitored: undefined,
  hasFile: undefined,
  inLibrary: undefined,
  cutoffMet: undefined,
  score: undefined,
  minScore: undefined,
  requested: undefined,
}

/** What is known of a download by what happened to it, also after it left the queue. */
export interface HistorySaying extends Pick<ArrFacts, 'anyImported' | 'evidence' | 'landed' | 'took'> {
  readonly media: readonly MediaRef[]
}

/** What is least finished comes first. */
const leastFinished: readonly TrackedState[] = [
  'unknown',
  'importing',
  'importBlocked',
  'importFailed',
  'importPending',
  'downloading',
  'failedPending',
  'failed',
  'ignored',
  'imported',
]

interface Speaking {
  readonly arrId: ArrId
  readonly kind: ArrKind
  readonly reader: QueueReader
  /** `null` = not looked up yet. */
  readonly library: (media: readonly MediaRef[]) => LibrarySaying | null
  readonly history: (downloadId: DownloadId) => HistorySaying | null
  /** That it gives to torrents itself; `null` = not known yet. */
  readonly categories: readonly string[] | null
}

/** @returns what it says, also where that is "not in my queue" */
export function arrSaying(
  {arrId, kind, reader, library, history, categories}: Speaking,
  row: ManagedRow,
): ArrFacts {
  const ids = downloadIdsOf(row)
  const download = ids.flatMap((id) => reader.downloads.get(id) ?? [])[0] ?? null
  const past = ids.map(history).find((saying) => saying !== null) ?? null
  const media = download && download.media.length > 0 ? download.media : (past?.media ?? [])
  const anyImported = isInPart(download) ? true : past?.anyImported
  const ofLibrary = (media.length > 0 ? library(media) : null) ?? nothingOfLibrary
  return {
    arrId,
    kind,
    isTrusted: reader.queue !== null && reader.readAt !== null,
    at: reader.readAt ?? 0,
    inQueue: download !== null,
    queueStatus:
      download?.rows.find(({status}) => status !== 'completed')?.status ?? download?.rows[0]?.status,
    tracked: download ? trackedTogether(download) : undefined,
    messages: download ? messagesOf(download, anyImported) : [],
    media: media.map(mediaKey),
    usesCategory: categories?.some((name) => categoryKey(name) === categoryKey(row.category)),
    anyImported,
    evidence: past?.evidence,
    ...(past?.landed && {landed: past.landed}),
    ...(past?.took && {took: past.took}),
    ...ofLibrary,
    score: download ? Math.min(...download.rows.map((it) => it.score)) : ofLibrary.score,
  }
}

/** By the hash that the server uses, or the v1 hash of a hybrid torrent, which is what an Arr grabbed. */
export function downloadIdsOf({
  key,
  infoHashV1,
}: Pick<ManagedRow, 'key' | 'infoHashV1'>): readonly DownloadId[] {
  return [...new Set([key.hash, infoHashV1 ?? ''].flatMap((hash) => asDownloadId(hash) ?? []))]
}

function isInPart(download: QueueDownload | null): boolean {
  return download?.rows.some(({state}) => state === 'imported') ?? false
}

function trackedTogether({rows}: QueueDownload): TrackedState | undefined {
  return leastFinished.find((state) => rows.some((row) => row.state === state))
}

/**
 * In the Arr's own words, each once. That not all of it came in an Arr says, too, of a single file that did not: there
 * its other words tell why.
 */
function messagesOf({rows, media}: QueueDownload, anyImported: boolean | undefined): readonly string[] {
  const all = [...new Set(rows.flatMap(sentencesOf))]
  if (media.length > 1 || anyImported === true) return all
  const reasons = all.filter((sentence) => classOfText(sentence) !== 'partial')
  return reasons.length > 0 ? reasons : all
}
