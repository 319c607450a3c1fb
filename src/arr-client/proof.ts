/**
 * Is the import of this download proven? Only then may a torrent lose its data; whatever is missing, or could not be
 * seen, is a doubt, and a doubt keeps it.
 *
 *   P1  for every media that was grabbed, the newest of {grabbed, imported, incomplete, failed, ignored} is an import; of
 *       what nobody grabbed, because somebody added it by hand, for every media that was imported from it
 *   P2  the Arr still has the file that came of it, or one that replaced it
 *   P3  the queue was read whole and has no row of the download but imported ones; it means nothing while the Arr
 *       does not handle completed downloads
 *
 * P4, that the file lies at its destination where that can be seen, is looked at right before a removal, by who sees
 * disks (`automation/facts/imported-files-check.ts`).
 *
 * Sonarr 4 wrote imports of packs without a download id (its issue 8475); such rows count when what they took lay below
 * the content of the torrent.
 * Source: Sonarr and Radarr.
 */
import {
  mediaKey,
  type DownloadId,
  type HistoryRow,
  type MediaRef,
  type Proof,
  type ProofDoubt,
  type QueueRow,
} from '#model/arr.ts'
import {below} from './path-mapping.ts'

export interface Seen {
  readonly downloadId: DownloadId
  /** Where the torrent's content lies, as the Arr sees it; `null` = not known. */
  readonly contentPath: string | null
  /** Of the download and of its media, in any order. Other rows do no harm. */
  readonly history: readonly HistoryRow[]
  /** Which files the media have now, by `mediaKey`. */
  readonly files: ReadonlyMap<string, readonly number[]>
  /** `null` = it could not be read whole. */
  readonly queue: readonly QueueRow[] | null
  /** The Arr handles completed downloads. */
  readonly importsCompleted: boolean
}

export function isImport({event}: HistoryRow): boolean {
  return event === 'imported' || event === 'downloadImported'
}

export function proofOf(seen: Seen): Proof {
  const rows = seen.history.filter((row) => isOfDownload(row, seen)).sort(byTime)
  const media = mediaOf(rows.filter(({downloadId}) => downloadId !== null))
  const proofs = media.map((one) => proofOfMedia(one, rows, seen))
  const doubts = [
    ...(media.length === 0 ? [doubt('never_grabbed')] : []),
    ...proofs.flatMap((one) => one.doubts),
    ...queueDoubts(seen),
  ]
  const evidence = [...new Set(proofs.flatMap((one) => one.evidence))].sort((one, other) => one - other)
  return {proven: doubts.length === 0, doubts, evidence}
}

function isOfDownload(row: HistoryRow, {downloadId, contentPath}: Seen): boolean {
  if (row.downloadId !== null) return row.downloadId === downloadId
  return (
    row.event === 'imported' &&
    row.droppedPath !== '' &&
    contentPath !== null &&
    below(contentPath, row.droppedPath) !== null
  )
}

/** Rows of one media that tell how far it is. */
const decisive = new Set<HistoryRow['event']>(['grabbed', 'failed', 'importIncomplete', 'ignored'])

/**
 * What a download was to bring: the items it was grabbed for; of what nobody grabbed, those that came in from it.
 * @param own rows that name the download
 */
export function mediaOf(own: readonly HistoryRow[]): readonly MediaRef[] {
  const isGrab = ({event}: HistoryRow): boolean => event === 'grabbed'
  const media = own.filter(own.some(isGrab) ? isGrab : isImport).flatMap((row) => row.media ?? [])
  return [...new Map(media.map((one) => [mediaKey(one), one])).values()]
}

/**
 * Other items came in than it was grabbed for, as a person imported it by hand: its Arr lets go of it, and nobody can say
 * what becomes of those that it was grabbed for.
 * @param own rows that name the download, oldest first
 */
export function cameInAsOther(own: readonly HistoryRow[]): boolean {
  const lastGrab = own.findLastIndex(({event}) => event === 'grabbed')
  if (lastGrab < 0) return false
  const grabbed = new Map(mediaOf(own).map((one) => [mediaKey(one), one]))
  const cameIn = new Set(
    own
      .slice(lastGrab + 1)
      .filter(isImport)
      .flatMap(({media}) => (media ? [mediaKey(media)] : [])),
  )
  const isMissed = [...grabbed].some(
    ([key, one]) => !cameIn.has(key) && decisiveRows(one, own).at(-1)?.event === 'grabbed',
  )
  return isMissed && [...cameIn].some((key) => !grabbed.has(key))
}

function decisiveRows(media: MediaRef, rows: readonly HistoryRow[]): readonly HistoryRow[] {
  return rows.filter(
    (row) =>
      row.media !== null &&
      mediaKey(row.media) === mediaKey(media) &&
      (isImport(row) || decisive.has(row.event)),
  )
}

/** P1 and P2 for one of them. */
function proofOfMedia(
  media: MediaRef,
  rows: readonly HistoryRow[],
  seen: Seen,
): {doubts: readonly ProofDoubt[]; evidence: readonly number[]} {
  const own = decisiveRows(media, rows)
  const newest = own.at(-1)!
  if (!isImport(newest)) return {doubts: [doubt(whyNot(newest, own), media)], evidence: []}
  const grabAt = own.findLastIndex(({event}) => event === 'grabbed')
  const imports = own.slice(grabAt + 1).filter(isImport)
  const evidence = imports.map(({id}) => id)
  const code = fileDoubt(media, imports, seen)
  return {doubts: code === null ? [] : [doubt(code, media)], evidence}
}

function whyNot(newest: HistoryRow, own: readonly HistoryRow[]): ProofDoubt['code'] {
  if (newest.event === 'failed') return 'failed_later'
  if (newest.event === 'ignored') return 'ignored'
  if (newest.event === 'importIncomplete') return 'import_incomplete'
  return own.some(isImport) ? 'grabbed_again' : 'not_imported'
}

function fileDoubt(media: MediaRef, imports: readonly HistoryRow[], seen: Seen): ProofDoubt['code'] | null {
  const present = seen.files.get(mediaKey(media)) ?? []
  const files = imports.flatMap(({fileId}) => (fileId === null ? [] : [fileId]))
  if (files.length === 0) return 'file_unknown'
  const isSingle = media.kind === 'movie' || media.kind === 'episode'
  // A movie may have come in twice, the later file in place of the earlier one; an album keeps all.
  const needed = isSingle ? files.slice(-1) : files
  if (needed.every((id) => present.includes(id))) return null
  return isSingle && wasReplaced(media, imports.at(-1)!, present, seen.history) ? null : 'file_missing'
}

/** By another download's import, later than ours, whose file is there. */
function wasReplaced(
  media: MediaRef,
  ours: HistoryRow,
  present: readonly number[],
  history: readonly HistoryRow[],
): boolean {
  return history.some(
    (row) =>
      row.event === 'imported' &&
      row.media !== null &&
      mediaKey(row.media) === mediaKey(media) &&
      byTime(ours, row) < 0 &&
      row.fileId !== null &&
      present.includes(row.fileId),
  )
}

function queueDoubts({queue, downloadId, importsCompleted}: Seen): ProofDoubt[] {
  if (queue === null || !importsCompleted) return [doubt('queue_says_nothing')]
  const waits = queue.some((row) => row.downloadId === downloadId && row.state !== 'imported')
  return waits ? [doubt('still_in_queue')] : []
}

/** Rows of one moment are in the order they were written. */
function byTime(one: HistoryRow, other: HistoryRow): number {
  return one.at - other.at || one.id - other.id
}

function doubt(code: ProofDoubt['code'], media: MediaRef | null = null): ProofDoubt {
  return {code, media}
}
