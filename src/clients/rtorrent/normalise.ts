/**
 * From rTorrent's columns to the normalised torrent. Pure. Bytes and bytes/s need no conversion here; times are Unix
 * seconds of the daemon's clock. Source: normalised model §2, §3 (rT column); rTorrent RPC sheet §4, §5.
 */
import {trimEnd} from '#lib/trim-end.ts'
import type {FilePriority} from '#model/command.ts'
import type {CategorySource} from '#model/server.ts'
import {
  popularityOf,
  ratioOf,
  type Priority,
  type TorrentPatch,
  type TorrentState,
  type TrackerStatus,
} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {NO_CATEGORY} from '../no-category.ts'
import {epochFromUnix} from '../port.ts'
import {saysNoAnswer} from '../tracker-words.ts'
import {readComment, readLabels, trackerUrls, type NativeRow} from './codec.ts'
import type {Limits} from './throttles.ts'

export interface NormaliseContext {
  /** The daemon's clock, Unix seconds. */
  readonly now: number
  readonly categorySource: CategorySource
  /** As the server writes it; '' = unknown. */
  readonly defaultDirectory: string
  /** When we first saw this life of the torrent: the last resort for `addedAt`. */
  readonly firstSeenAt: EpochMs
  /** Its first bytes came or went since its last whole row, and nobody saw a rate of it. */
  readonly beganToMove: boolean
  /** Limits of a throttle group; `undefined` = not known. */
  readonly throttle: (name: string) => Limits | undefined
  /** What its trackers did when we last asked for them; a complaint in the message outranks it. */
  readonly trackerStatus: TrackerStatus
}

/** Everything a whole row says. */
export function patchFromRow(row: NativeRow, hash: InfoHash, context: NormaliseContext): TorrentPatch {
  return {
    hash,
    name: row.name ?? '',
    infoHashV1: hash,
    infoHashV2: null,
    ...stateFields(row, row.trackers === '' ? 'none' : context.trackerStatus),
    ...figures(row),
    ...times(row, context),
    ...place(row, context),
    ...settings(row, context),
    ...(row.trackers !== undefined && trackerHosts(trackerUrls(row.trackers))),
  }
}

/** What the hot tick says; `row` is completed with what never changes (size, chunks, metadata). */
export function hotPatch(
  row: NativeRow,
  hash: InfoHash,
  now: number,
  trackerStatus: TrackerStatus,
): TorrentPatch {
  const moves = Boolean(row.upRate || row.downRate)
  return {
    hash,
    ...stateFields(row, trackerStatus),
    ...figures(row),
    // Times that tick go along only where something moves anyway. Upstream keeps no last activity: it is ours.
    ...(moves && {seedingTime: seedingTimeOf(row, now), lastActivityAt: activeAt(now)}),
  }
}

/** Its rates fell to 0: rTorrent's rates span a minute, so all other figures are those of its last row. */
export function stillPatch(hash: InfoHash, wasComplete: boolean): TorrentPatch {
  return {hash, downSpeed: 0, upSpeed: 0, eta: null, state: wasComplete ? 'stalledUp' : 'stalledDown'}
}

/* ───────────────────────────── state ───────────────────────────── */

/** First match wins; the order is the sheet's. */
export function stateOf(row: NativeRow): {state: TorrentState; nativeState: string} {
  if (row.hashing && !row.isHashChecking) return {state: 'checking', nativeState: 'hash_queued'}
  if (row.isHashChecking) return {state: 'checking', nativeState: 'hash_checking'}
  if (row.isMeta && row.state) return {state: 'metadata', nativeState: 'meta'}
  if (row.hashingFailed) return {state: 'error', nativeState: 'hashing_failed'}
  const nativeState = nativeRunState(row)
  // What runs is well: its message may be of before, as rTorrent takes none back [run 0.9.8].
  if (nativeState !== 'started' && isOwnError(row.message ?? '')) return {state: 'error', nativeState}
  if (nativeState !== 'started') return {state: 'stopped', nativeState}
  if (row.isComplete || row.isPartlyDone) return {state: row.upRate ? 'seeding' : 'stalledUp', nativeState}
  return {state: row.downRate ? 'downloading' : 'stalledDown', nativeState}
}

/** It is active, or will be after its check: what a failed one stopped, or somebody paused, counts as started alone. */
export function willRun({
  state,
  isActive,
  hashing,
}: Pick<NativeRow, 'state' | 'isActive' | 'hashing'>): boolean {
  return Boolean(isActive || (state && hashing))
}

function nativeRunState(row: NativeRow): string {
  if (!row.state) return row.isOpen ? 'stopped' : 'closed'
  if (!row.isOpen) return 'not_open'
  return row.isActive ? 'started' : 'paused'
}

const trackerMessage = /^Tracker: \[(.*)\]$/s
const noise = /^Tried all trackers\.?$/

/** Errors of trackers have a form of their own and do not stop a torrent. */
function isOwnError(message: string): boolean {
  return message !== '' && !trackerMessage.test(message)
}

/** The tracker's words, '' when it has no complaint worth the name. */
export function trackerComplaint(message: string): string {
  const words = trackerMessage.exec(message)?.[1] ?? ''
  return noise.test(words) ? '' : words
}

/** What a complaint means; rTorrent has no other word for a tracker that did not answer. */
export function complaintStatus(complaint: string): 'error' | 'unreachable' {
  return saysNoAnswer(complaint) ? 'unreachable' : 'error'
}

/** @param complaint '' = its message has none, or is about something else: rTorrent keeps one for everything */
function trackerFields(complaint: string, asked: TrackerStatus) {
  const trackerStatus = complaint === '' ? asked : complaintStatus(complaint)
  return {trackerStatus, ...trackerTrouble(trackerStatus)}
}

export function trackerTrouble(status: TrackerStatus): {trackerProblem: boolean} {
  return {trackerProblem: status === 'error' || status === 'unreachable'}
}

function stateFields(row: NativeRow, trackerStatus: TrackerStatus) {
  const {state, nativeState} = stateOf(row)
  const message = row.message ?? ''
  const complaint = trackerComplaint(message)
  return {
    state,
    nativeState,
    complete: isComplete(row),
    forceStart: null,
    queuedCheck: nativeState === 'hash_queued',
    message,
    hasMetadata: !row.isMeta,
    taskProgress: row.isHashChecking && row.chunks ? Math.min(1, (row.chunksHashed ?? 0) / row.chunks) : null,
    trackerMessage: complaint,
    ...trackerFields(complaint, trackerStatus),
  }
}

/** A magnet reports nothing missing: it is complete only when it knows what there is. */
function isComplete(row: NativeRow): boolean {
  return !row.isMeta && Boolean(row.isComplete || row.isPartlyDone)
}

/* ───────────────────────────── figures ───────────────────────────── */

function figures(row: NativeRow) {
  const {size, completed, amountLeft} = amounts(row)
  // Kept over restarts; what was there before the torrent, and a check found, is not among it.
  const downloaded = row.downTotal ?? 0
  const uploaded = row.upTotal ?? 0
  return {
    size,
    completed,
    amountLeft,
    progress: size === undefined || completed === undefined || size === 0 ? undefined : completed / size,
    downSpeed: row.downRate ?? 0,
    upSpeed: row.upRate ?? 0,
    downloaded,
    uploaded,
    ratio: ratioOf(uploaded, downloaded, row.completed),
    seedsConnected: row.seedsConnected,
    peersConnected: row.leechesConnected,
    piecesHave: row.isMeta ? undefined : row.chunksDone,
    eta: etaOf(row, amountLeft),
  }
}

/** Wanted is what we hold and what is still wanted; before the first check nothing is wanted yet, so it is all. */
function amounts(row: NativeRow): {size?: number; completed?: number; amountLeft?: number} {
  if (row.isMeta) return {}
  const total = row.size ?? 0
  const completed = Math.min(row.completed ?? 0, total)
  if (isComplete(row)) return {size: completed, completed, amountLeft: 0}
  const missing = (row.chunksWanted ?? 0) * (row.chunkSize ?? 0)
  const size = missing > 0 ? Math.min(total, completed + missing) : total
  return {size, completed, amountLeft: size - completed}
}

function etaOf(row: NativeRow, amountLeft: number | undefined): Seconds | null {
  if (!row.downRate || !amountLeft) return null
  return Math.ceil(amountLeft / row.downRate)
}

/* ───────────────────────────── times ───────────────────────────── */

function times(row: NativeRow, context: NormaliseContext) {
  const addTime = Number.parseInt(row.addTime ?? '', 10)
  const addedAt = epochFromUnix(addTime) ?? epochFromUnix(row.started ?? 0) ?? context.firstSeenAt
  const seedingTime = seedingTimeOf(row, context.now)
  const ratio = ratioOf(row.upTotal, row.downTotal, row.completed)
  return {
    addedAt,
    completedAt: epochFromUnix(row.finished ?? 0),
    createdAt: epochFromUnix(row.created ?? 0),
    seedingTime,
    popularity: popularityOf(ratio, seedingTime),
    ...lastActivity(row, context),
  }
}

/**
 * Upstream keeps none; but who never got nor gave a byte never was active. Who moved between two looks, and stood still
 * at both, was active a moment ago: left at "never", he would count as still since he was added.
 */
function lastActivity(
  row: NativeRow,
  {now, beganToMove}: NormaliseContext,
): {lastActivityAt?: EpochMs | null | undefined} {
  if (row.lastActive !== undefined) return {lastActivityAt: epochFromUnix(row.lastActive)}
  if (!hasMoved(row)) return {lastActivityAt: null}
  return beganToMove ? {lastActivityAt: activeAt(now)} : {}
}

/** It got or gave a byte once, or nobody tells. */
export function hasMoved(row: NativeRow): boolean {
  return [row.upTotal, row.downTotal, row.bytesDone, row.completed].some((bytes) => bytes !== 0)
}

/** In steps of ten seconds, so that not every look changes it. @param now Unix seconds */
function activeAt(now: number): EpochMs {
  return Math.floor(now / 10) * 10_000
}

/**
 * rTorrent keeps none: since it finished, while it runs; up to its last stop, when it does not. Stops in between are
 * not seen, so this may be too much, never too little.
 */
function seedingTimeOf(row: NativeRow, now: number): Seconds | undefined {
  if (!isComplete(row)) return 0
  if (!row.finished) return undefined
  const end = row.state ? now : (row.stateChanged ?? 0)
  return Math.max(0, end - row.finished)
}

/* ───────────────────────────── place ───────────────────────────── */

function place(row: NativeRow, context: NormaliseContext) {
  const {savePath, contentPath} = pathsOf(row)
  const {category, tags} = labelsOf(row, savePath, context)
  const isUntold =
    savePath === undefined && row.isPlaceUnknown === true && context.categorySource.from === 'path'
  return {savePath, contentPath, tags, ...(!isUntold && {category})}
}

/** Of a row whose name or place was found out after it was told. */
export function straightPatch(row: NativeRow, hash: InfoHash, context: NormaliseContext): TorrentPatch {
  const {savePath, contentPath, category} = place(row, context)
  const isFolder = context.categorySource.from === 'path' && category !== undefined
  return {hash, name: row.name ?? '', savePath, contentPath, ...(isFolder && {category})}
}

/**
 * A magnet's row lies in the session folder (0.16.17): that is not where its data will be. `d.base_path` is of the time
 * when the files were opened last (0.9.8 and 0.16.17): of what was closed, and placed elsewhere since, it is the old
 * place, so the folder decides.
 */
export function pathsOf(row: NativeRow): {savePath: string | undefined; contentPath: string | undefined} {
  if (row.isMeta) return {savePath: undefined, contentPath: undefined}
  if (row.isPlaceUnknown) return {savePath: row.knownFolder, contentPath: undefined}
  const [directory, basePath] = [row.directory ?? '', row.basePath || undefined]
  if (directory === '') return {savePath: undefined, contentPath: basePath}
  if (row.isMultiFile) return {savePath: parentOf(directory), contentPath: trimEnd(directory, '/')}
  const fileName = basePath?.slice(basePath.lastIndexOf('/') + 1) ?? row.name ?? ''
  return {savePath: directory, contentPath: `${trimEnd(directory, '/')}/${fileName}`}
}

function parentOf(path: string): string {
  return trimEnd(path, '/').replace(/\/[^/]*$/, '') || '/'
}

/** Category and tags as the server's setting says where they stand. */
function labelsOf(
  row: NativeRow,
  savePath: string | undefined,
  {categorySource, defaultDirectory}: NormaliseContext,
) {
  const labels = readLabels(row.label ?? '')
  return splitLabels(labels, categorySource, () => firstFolderBelow(defaultDirectory, savePath))
}

export function splitLabels(
  labels: readonly string[],
  source: CategorySource,
  folder: () => string,
): {category: string; tags: string[]} {
  if (source.from === 'path') return {category: folder(), tags: tagsOf(labels)}
  if (source.from === 'label') {
    const [first = '', ...tags] = labels
    return {category: first === NO_CATEGORY ? '' : first, tags: tagsOf(tags)}
  }
  const own = labels.find((label) => label.startsWith(source.prefix))
  return {
    category: own?.slice(source.prefix.length) ?? '',
    tags: tagsOf(labels.filter((label) => label !== own)),
  }
}

function tagsOf(labels: readonly string[]): string[] {
  return [...new Set(labels.filter((label) => label !== ''))]
}

export function joinLabels(category: string, tags: readonly string[], source: CategorySource): string[] {
  if (source.from === 'path') return [...tags]
  if (source.from === 'label')
    return category === '' && tags.length > 0 ? [NO_CATEGORY, ...tags] : [category, ...tags]
  return category === '' ? [...tags] : [source.prefix + category, ...tags]
}

function firstFolderBelow(root: string, path: string | undefined): string {
  const base = trimEnd(root, '/')
  if (base === '' || path === undefined || !path.startsWith(`${base}/`)) return ''
  return path.slice(base.length + 1).split('/')[0] ?? ''
}

/* ───────────────────────────── settings ───────────────────────────── */

const priorities: readonly Priority[] = ['off', 'low', 'normal', 'high']

function settings(row: NativeRow, context: NormaliseContext) {
  const limits = context.throttle(row.throttle ?? '')
  return {
    sizeTotal: row.isMeta ? undefined : row.size,
    pieceSize: row.isMeta ? undefined : row.chunkSize,
    pieceCount: row.isMeta ? undefined : row.chunks,
    fileCount: row.isMeta ? undefined : row.fileCount,
    isPrivate: row.isPrivate === undefined || row.isMeta ? undefined : row.isPrivate === 1,
    priority: priorities[row.priority ?? 2],
    // The .torrent's own comment is not to be had; this one is ruTorrent's.
    comment: readComment(row.comment ?? '') || undefined,
    nativeRatio: row.nativeRatio === undefined ? undefined : row.nativeRatio / 1000,
    downLimit: limits?.down,
    upLimit: limits?.up,
    queuePosition: null,
    // The mode now, and the mode it will seed in.
    superSeeding: row.connection === 'initial_seed' || row.seedMode === 'initial_seed',
    autoManaged: null,
    sequential: row.sequential === undefined ? null : row.sequential === 1,
    incompletePath: null,
    completedPath: null,
  }
}

/* ───────────────────────────── trackers ───────────────────────────── */

/** Hosts of enabled trackers, the primary first. */
export function trackerHosts(urls: readonly string[]) {
  const hosts = [...new Set(urls.map(hostOf).filter((host) => host !== ''))]
  return {trackerHost: hosts[0] ?? '', trackerHosts: hosts}
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/** Priorities of files by the numbers of `f.priority`: 0 off, 1 normal, 2 high. */
export const filePriorities = ['skip', 'normal', 'high'] as const satisfies readonly FilePriority[]

/** −1 = it has no such priority. */
export function filePriorityNumber(priority: FilePriority): number {
  return (filePriorities as readonly FilePriority[]).indexOf(priority)
}

export function filePriorityOf(number: number): FilePriority {
  return filePriorities[number] ?? 'normal'
}
