/**
 * What an Arr says of a torrent, all rows of its download taken together: a pack is several rows of one torrent, and
 * what holds one of them back holds back all. Source: scenario S28.
 */
import {classOfText, sentencesOf} from '#arr-client/reject-class.ts'
import {
  asDownloadId,
  mediaKey,
  type ArrId,
  type ArrKind,
  type DownloadId,
  type HistoryEvent,
  type MediaRef,
  type QueueDownload,
  type QueueRow,
  type TakenBy,
  type TrackedState,
} from '#model/arr.ts'
import type {ManagedRow} from '#model/manager.ts'
import {isInCategory} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrFacts} from '../manager/torrent-subject.ts'

/** The part of `ArrReplica` that is read here. */
export interface QueueReader {
  /** `null` = it cannot be read now. */
  readonly queue: object | null
  readonly downloads: ReadonlyMap<string, QueueDownload>
  readonly readAt: EpochMs | null
  /** Something is new since a minute or longer that is not read yet. */
  readonly isBehind: boolean
}

/** What is known of the items of a download; absent = not looked up yet. */
export type LibrarySaying = Pick<
  ArrFacts,
  | 'monitored'
  | 'hasFile'
  | 'inLibrary'
  | 'cutoffMet'
  | 'score'
  | 'fileScore'
  | 'minScore'
  | 'worseThanFile'
  | 'requested'
>

const nothingOfLibrary: LibrarySaying = {
  monitored: undefined,
  hasFile: undefined,
  inLibrary: undefined,
  cutoffMet: undefined,
  score: undefined,
  fileScore: undefined,
  minScore: undefined,
  worseThanFile: undefined,
  requested: undefined,
}

/** What is known of a download by what happened to it, also after it left the queue. */
export interface HistorySaying extends Pick<
  ArrFacts,
  'anyImported' | 'evidence' | 'landed' | 'took' | 'unseen'
> {
  readonly media: readonly MediaRef[]
  /** What happened to it last, as far as it tells whose it is; `null` = nothing, absent = not known (any more). */
  readonly last?: HistoryEvent | null | undefined
  /** A person marked it as failed; absent = not known (any more). */
  readonly isFailedManually?: boolean | undefined
  /** Other items came in than it was grabbed for; absent = not known (any more). */
  readonly cameInAsOther?: boolean | undefined
  /** A person picked its release in the Arr; absent = not known (any more), or it grabbed none. */
  readonly isPicked?: boolean | undefined
  /** As the Arr calls it, by its last grab; '' = not told. */
  readonly client?: string | undefined
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
  readonly library: (media: readonly MediaRef[], rows: readonly QueueRow[]) => LibrarySaying | null
  readonly history: (downloadId: DownloadId) => HistorySaying | null
  /** That it gives to torrents itself; `null` = not known yet. */
  readonly categories: readonly string[] | null
  /** Categories of the same torrent on other servers: it knows downloads by their hash alone. */
  readonly copies: readonly string[]
  /** Its queue is whole: after a start it is empty for a while, and then without a word of what was said before. */
  readonly isSettled: boolean
  /** Its commands that touch files and have not ended; `undefined` = not known. */
  readonly fileWork: readonly string[] | undefined
}

/** @returns what it says, also where that is "not in my queue" */
export function arrSaying(
  {arrId, kind, reader, library, history, categories, copies, isSettled, fileWork}: Speaking,
  row: ManagedRow,
): ArrFacts {
  const ids = downloadIdsOf(row)
  const download = ids.flatMap((id) => reader.downloads.get(id) ?? [])[0] ?? null
  const past = ids.map(history).find((saying) => saying !== null) ?? null
  const media = download && download.media.length > 0 ? download.media : (past?.media ?? [])
  const ofLibrary = (media.length > 0 ? library(media, download?.rows ?? []) : null) ?? nothingOfLibrary
  const uses = (category: string) => categories?.some((name) => isInCategory(category, name))
  const isNamed = download !== null || past === null || past.last !== null
  const isCopy = isNamed && copies.length > 0 && (!uses(row.category) || copies.some((it) => uses(it)))
  // Of two that are both where it puts torrents nobody knows which it means.
  const usesCategory = isCopy && uses(row.category) ? undefined : uses(row.category)
  const isListed = download !== null || (reader.queue !== null && isSettled ? false : undefined)
  const isInQueue = isCopy ? undefined : isListed
  const anyImported = isInPart(download) ? true : past?.anyImported
  const messages = download ? messagesOf(download, anyImported) : []
  const isUnmonitored = ofLibrary.monitored === false && ofLibrary.inLibrary === true
  const taken = takenBy({past, isInQueue, usesCategory, isUnmonitored}) ?? (isCopy ? 'copied' : null)
  const client = download?.rows[0]?.client ?? past?.client
  return {
    arrId,
    kind,
    isTrusted: reader.queue !== null && reader.readAt !== null && !reader.isBehind,
    at: reader.readAt ?? 0,
    inQueue: isSettled && !isCopy ? download !== null : isInQueue,
    queueStatus:
      download?.rows.find(({status}) => status !== 'completed')?.status ?? download?.rows[0]?.status,
    tracked: download ? trackedTogether(download) : undefined,
    messages: isSettled || messages.length > 0 ? messages : undefined,
    media: media.map(mediaKey),
    usesCategory,
    anyImported,
    evidence: past?.evidence,
    ...(past?.landed && {landed: past.landed}),
    ...(past?.took && {took: past.took}),
    ...(past?.unseen && {unseen: past.unseen}),
    ...(taken && {taken}),
    ...(client && {client}),
    ...(fileWork && {fileWork}),
    pickedByHand: past?.isPicked,
    ...ofLibrary,
    score: download ? scoreOf(download) : ofLibrary.score,
  }
}

/** The lowest of its rows; `undefined` = one of them has none, or no item is known that could ask for one. */
function scoreOf({rows, media}: Pick<QueueDownload, 'rows' | 'media'>): number | undefined {
  const scores = rows.flatMap(({score}) => score ?? [])
  return media.length > 0 && scores.length === rows.length ? Math.min(...scores) : undefined
}

interface Standing {
  readonly past: Pick<HistorySaying, 'last' | 'isFailedManually' | 'cameInAsOther'> | null
  /** `undefined` = the queue cannot be read now. */
  readonly isInQueue: boolean | undefined
  readonly usesCategory: boolean | undefined
  readonly isUnmonitored: boolean
}

/** The newest event says whose it is: what an Arr grabbed and does not have any more somebody took from it. */
function takenBy({past, isInQueue, usesCategory, isUnmonitored}: Standing): TakenBy | null {
  const last = past?.last
  if (last === 'ignored') return 'ignored'
  if (last === 'failed' && past?.isFailedManually) return 'blocklisted'
  if (past?.cameInAsOther) return 'imported_as_other'
  if (last === 'grabbed' && isInQueue === false && usesCategory === false) return 'recategorized'
  return (last === 'grabbed' || isInQueue) && isUnmonitored ? 'unmonitored' : null
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
