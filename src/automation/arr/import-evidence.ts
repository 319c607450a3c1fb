/**
 * What the history of a download comes to: its items, whether a part of it came in, whether all of it is proven to be
 * in the library, and what is worth remembering of that. Source: Sonarr and Radarr; scenarios S26 to S28.
 */
import * as z from 'zod'
import {cameInAsOther, isImport, proofOf, type Seen} from '#arr-client/proof.ts'
import {
  mediaKey,
  mediaKinds,
  type ArrId,
  type HistoryRow,
  type LibraryFile,
  type MediaRef,
  type ProofDoubt,
} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Landing} from '../manager/torrent-subject.ts'
import type {HistorySaying} from './arr-facts.ts'

export interface ImportEvidence extends HistorySaying {
  readonly doubts: readonly ProofDoubt[]
  /** Rows of its history, by which a database that is another one is known. */
  readonly marks: readonly HistoryMark[]
  /** `null` = the Arr did not grab it. */
  readonly grabbedAt: EpochMs | null
  readonly importedAt: EpochMs | null
  readonly failedAt: EpochMs | null
}

/**
 * A row of the history as it was. What is remembered of an Arr belongs to its database: in another one, or in that of
 * last week, the same numbers are other films. Source: Sonarr and Radarr.
 */
export interface HistoryMark {
  readonly id: number
  /** What it is about, by the number that its Arr gave that; `null` = not remembered. */
  readonly media: number | null
  /** `null` = an earlier release did not remember it. */
  readonly at: EpochMs | null
}

/** History rows that are named in a proof. */
const MOST_NAMED = 10
/** The newest of a download tell its database from another one. */
const MOST_MARKS = 12

export function importEvidence(seen: Seen): ImportEvidence {
  const own = seen.history.filter(({downloadId}) => downloadId === seen.downloadId).toSorted(byTime)
  const grabs = own.filter(({event}) => event === 'grabbed')
  const grabbedAt = lastOf(grabs)
  const since = own.filter(({at}) => at >= (grabbedAt ?? 0))
  const imports = since.filter(isImport)
  const proof = proofOf(seen)
  const last = own.findLast(({event}) => decisive.has(event))
  const media = [...grabs, ...imports].flatMap((row) => row.media ?? [])
  return {
    media: [...new Map(media.map((one) => [one.id, one])).values()],
    // Imports without an id are only known to be of this one by what is proven.
    anyImported: imports.length > 0 || proof.evidence.length > 0,
    evidence: proof.proven ? namesOf(proof.evidence) : unlessUnseen(proof.doubts),
    ...(proof.proven && {landed: landedOf(seen, proof.evidence)}),
    ...(proof.proven && grabs.length === 0 && {took: tookOf(seen, proof.evidence)}),
    doubts: proof.doubts,
    last: last?.event ?? null,
    isFailedManually: last?.event === 'failed' && manualFailures.has(last.reason.trim().toLowerCase()),
    cameInAsOther: cameInAsOther(own),
    isPicked: grabs.at(-1)?.interactive,
    marks: own.slice(-MOST_MARKS).map(({id, at, media: it}) => ({id, at, media: it?.id ?? null})),
    client: (grabs.at(-1) ?? imports.at(-1))?.client ?? '',
    grabbedAt,
    importedAt: proof.proven ? lastOf(seen.history.filter(({id}) => proof.evidence.includes(id))) : null,
    failedAt: lastOf(since.filter(({event}) => event === 'failed')),
  }
}

/** What says whose turn it is: of the Arr that waits for it, or of a person who took it. */
const decisive: ReadonlySet<HistoryRow['event']> = new Set<HistoryRow['event']>([
  'grabbed',
  'imported',
  'downloadImported',
  'importIncomplete',
  'failed',
  'ignored',
])

/** What Arrs write when somebody removes a download with a blocklist entry; what they find themselves has other words. */
const manualFailures: ReadonlySet<string> = new Set(['manually marked as failed'])

function byTime(one: HistoryRow, other: HistoryRow): number {
  return one.at - other.at || one.id - other.id
}

/** @returns of the rows that were remembered those that do not stand in this history as they were */
export function missingMarks(
  marks: readonly HistoryMark[],
  history: readonly HistoryRow[],
): readonly HistoryMark[] {
  return marks.filter(
    (mark) => !history.some(({id, at}) => id === mark.id && (mark.at === null || at === mark.at)),
  )
}

/** Not proven; nobody can say so while the queue is all that is missing. */
function unlessUnseen(doubts: readonly ProofDoubt[]): null | undefined {
  return doubts.every(({code}) => code === 'queue_says_nothing') ? undefined : null
}

/** Of files that it has no more, because another release took their place or somebody removed them, no place is told. */
function landedOf({history, files}: Seen, evidence: readonly number[]): readonly Landing[] {
  const present = new Set([...files.values()].flat())
  return history.flatMap(({id, fileId, droppedPath: from, importedPath: to}) => {
    const isThere = evidence.includes(id) && fileId !== null && present.has(fileId)
    return isThere && from !== '' && to !== '' ? [{from, to}] : []
  })
}

/**
 * Where the library has now what came in of a download, or what took the place of that, as its Arr tells it in this
 * moment: files are renamed, moved and replaced by better ones after their import.
 * @param history of the download
 * @param files which files its items have now
 * @param libraryFiles those files
 */
export function landingsNow(
  history: readonly HistoryRow[],
  files: Seen['files'],
  libraryFiles: ReadonlyMap<number, LibraryFile>,
): readonly Landing[] {
  const landings = importsSinceGrab(history).flatMap(({media, fileId, droppedPath: from}) => {
    const present = media === null ? [] : (files.get(mediaKey(media)) ?? [])
    const own = present.filter((id) => id === fileId)
    const isThere = own.length > 0
    const now = (isThere ? own : present).flatMap((id) => libraryFiles.get(id) ?? [])
    if (from === '') return []
    return now.map(({path: to, size}): Landing => ({from, to, size, ...(!isThere && {isOthers: true})}))
  })
  // Of what took the place of several one look tells.
  return [...new Map(landings.map((one) => [one.isOthers ? one.to : `${one.from}\n${one.to}`, one])).values()]
}

/**
 * Is nothing of an album or a book missing that came in of a download? Some file of it is not enough, as it is for a
 * film: each came in by itself. What was replaced as a whole is there.
 */
export function isWhole(
  history: readonly HistoryRow[],
  {kind, id}: MediaRef,
  present: readonly number[],
): boolean {
  if (kind === 'movie' || kind === 'episode') return present.length > 0
  const own = importsSinceGrab(history).flatMap((row) =>
    row.fileId !== null && row.media?.kind === kind && row.media.id === id ? [row.fileId] : [],
  )
  const there = own.filter((file) => present.includes(file))
  return present.length > 0 && (there.length === 0 || there.length === own.length)
}

/** Where the newest import of an item put its file; '' = its Arr does not tell. */
export function lastPlaceOf(history: readonly HistoryRow[], media: MediaRef | null): string {
  const rows = importsSinceGrab(history).filter(
    (row) =>
      row.importedPath !== '' && (media === null || (row.media && mediaKey(row.media) === mediaKey(media))),
  )
  return rows.at(-1)?.importedPath ?? ''
}

function importsSinceGrab(history: readonly HistoryRow[]): readonly HistoryRow[] {
  const rows = history.toSorted(byTime)
  return rows.slice(rows.findLastIndex(({event}) => event === 'grabbed') + 1).filter(isImport)
}

/** The names of the files that came in. */
function tookOf({history}: Seen, evidence: readonly number[]): readonly string[] {
  const names = history.flatMap(({id, droppedPath}) =>
    evidence.includes(id) ? (droppedPath.split(/[/\\]/).at(-1) ?? []) : [],
  )
  return [...new Set(names.filter((name) => name !== ''))]
}

function namesOf(ids: readonly number[]): string {
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : ''
  return `history/${ids.slice(0, MOST_NAMED).join(',')}${more}`
}

function lastOf(rows: readonly HistoryRow[]): EpochMs | null {
  return rows.length === 0 ? null : Math.max(...rows.map(({at}) => at))
}

/* ───────────────────────────── remembering ───────────────────────────── */

const VERSION = 1
const rememberedMedia = z.array(
  z.object({kind: z.enum(mediaKinds), id: z.int(), parentId: z.int().nullable()}),
)
const remembered = z.object({version: z.literal(VERSION), evidence: z.string(), media: rememberedMedia})
const rememberedDetail = z.object({
  version: z.literal(VERSION),
  marks: z.array(z.object({id: z.int(), at: z.number(), media: z.int().nullable()})),
  client: z.string(),
  media: rememberedMedia,
  /** Of the grab that we had it blocklist; absent = of none. */
  blocklistedGrabAt: z.number().nullable().optional(),
})

interface Remembering {
  readonly arrId: ArrId
  readonly downloadId: string
  /** `null` = no server has it, as far as we know. */
  readonly torrent: TorrentKey | null
  readonly at: EpochMs
  /** The grab that we had its Arr blocklist; `null` = none. */
  readonly blocklistedGrabAt: EpochMs | null
}

export function recordOf(
  found: ImportEvidence,
  {arrId, downloadId, torrent, at, blocklistedGrabAt}: Remembering,
): DownloadRecord {
  const {media, evidence, marks, client, grabbedAt, importedAt, failedAt} = found
  return {
    arrId,
    downloadId,
    serverId: torrent?.serverId ?? null,
    hash: torrent?.hash ?? null,
    ownership: grabbedAt === null ? 'adopted' : 'owned',
    mediaIds: media.map(({id}) => id),
    state: evidence ? 'imported' : failedAt === null ? 'waiting' : 'failed',
    grabbedAt,
    importedAt,
    failedAt,
    proof: evidence ? {version: VERSION, evidence, media} : null,
    detail: {version: VERSION, marks, client, media, blocklistedGrabAt},
    updatedAt: at,
  }
}

/** What is left of it when its Arr has another database: that it was grabbed, by whatever number, and no proof. */
export function withoutProof(record: DownloadRecord, at: EpochMs): DownloadRecord {
  return {
    ...record,
    mediaIds: [],
    state: 'waiting',
    importedAt: null,
    proof: null,
    detail: null,
    updatedAt: at,
  }
}

/** What it was for, also of what is not proven: an Arr hides the history of what left its library. */
export function mediaBefore({detail, proof}: Pick<DownloadRecord, 'detail' | 'proof'>): readonly MediaRef[] {
  return rememberedDetail.safeParse(detail).data?.media ?? remembered.safeParse(proof).data?.media ?? []
}

/** The grab that we had its Arr blocklist before a restart; `null` = none. */
export function blocklistedBefore({detail}: Pick<DownloadRecord, 'detail'>): EpochMs | null {
  return rememberedDetail.safeParse(detail).data?.blocklistedGrabAt ?? null
}

/** Rows of its history. Of a proof of an earlier release their numbers alone were remembered. */
export function marksBefore({
  detail,
  proof,
}: Pick<DownloadRecord, 'detail' | 'proof'>): readonly HistoryMark[] {
  const marks = rememberedDetail.safeParse(detail).data?.marks
  return marks ?? marksNamed(remembered.safeParse(proof).data?.evidence ?? '')
}

/** What was proven before a restart; `null` = nothing that can be read. */
export function provenBefore(record: DownloadRecord): ImportEvidence | null {
  const {proof, detail, grabbedAt, importedAt} = record
  const {data} = remembered.safeParse(proof)
  if (!data) return null
  const media: readonly MediaRef[] = data.media
  const more = rememberedDetail.safeParse(detail).data
  return {
    media,
    anyImported: true,
    evidence: data.evidence,
    doubts: [],
    last: 'imported',
    marks: marksBefore(record),
    client: more?.client ?? '',
    grabbedAt,
    importedAt,
    failedAt: null,
  }
}

function marksNamed(evidence: string): readonly HistoryMark[] {
  return [...evidence.replace(/ and .*/, '').matchAll(/\d+/g)].map(([id]) => ({
    id: Number(id),
    at: null,
    media: null,
  }))
}
