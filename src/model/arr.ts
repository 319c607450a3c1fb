/**
 * What the Arrs (Radarr, Sonarr, Lidarr, Readarr, Whisparr) say, in one set of words for all of them. Where an Arr says
 * something that we do not know yet, the word is `unknown`.
 */
import type {ArrDownloadClient} from './arr-service.ts'
import type {Branded} from './torrent-key.ts'
import type {Bytes, EpochMs} from './units.ts'

export const arrKinds = ['radarr', 'sonarr', 'lidarr', 'readarr', 'whisparr'] as const
export type ArrKind = (typeof arrKinds)[number]

export function isArrKind(kind: string): kind is ArrKind {
  return (arrKinds as readonly string[]).includes(kind)
}

/** A stable name of one configured Arr. From the configuration file it is the section name itself (`Radarr-4K`). */
export type ArrId = Branded<string, 'ArrId'>

export function asArrId(text: string): ArrId {
  return text as ArrId
}

/**
 * The URL base of an Arr: '' or with its leading slash. People copy addresses from a browser or from the settings of other
 * programs, which end in a slash, or in what stands below the base: its API.
 * @param path of an address
 */
export function urlBaseIn(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  const api = parts.findIndex(
    (part, at) => part.toLowerCase() === 'api' && /^(v\d{1,2})?$/i.test(parts[at + 1] ?? ''),
  )
  const own = api < 0 ? parts : parts.slice(0, api)
  return own.map((part) => `/${part}`).join('')
}

/** What is searched for and imported: the smallest thing that a history row names. */
export const mediaKinds = ['movie', 'episode', 'album', 'book'] as const
export type MediaKind = (typeof mediaKinds)[number]

export interface MediaRef {
  readonly kind: MediaKind
  /** The Arr's own; 0 = only the series, artist or author is known. */
  readonly id: number
  /** Its series, artist or author; `null` for movies. */
  readonly parentId: number | null
}

/** `movie/17`: for map keys within one Arr. */
export function mediaKey({kind, id}: Pick<MediaRef, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}

/** The id in a `mediaKey`; `null` = only the series, artist or author is known. */
export function mediaIdIn(key: string): number | null {
  const id = Number(key.slice(key.indexOf('/') + 1))
  return Number.isInteger(id) && id > 0 ? id : null
}

/** The kind in a `mediaKey`; `null` = none that there is. */
export function mediaKindIn(key: string): MediaKind | null {
  const kind = key.slice(0, key.indexOf('/'))
  return mediaKinds.find((it) => it === kind) ?? null
}

/** Why something is searched again: of one grab there is one search, whoever gave it up. */
export function failureOf(downloadId: string, grabbedAt: EpochMs): string {
  return `${downloadId} ${grabbedAt}`
}

/** Upper case, as the Arrs write and compare it. */
export type DownloadId = Branded<string, 'DownloadId'>

/** @returns `null` for none: releases that wait, rows whose id was lost. */
export function asDownloadId(text: string): DownloadId | null {
  return text === '' ? null : (text.toUpperCase() as DownloadId)
}

export interface ArrStatus {
  readonly kind: ArrKind
  /** As it calls itself: Radarr, Sonarr, … */
  readonly app: string
  /** As its owner called it; '' = as the app. */
  readonly name: string
  readonly version: string
  /** Of its API that we use: v1, v3, v5. */
  readonly apiVersion: string
  readonly inContainer: boolean
  readonly startedAt: EpochMs | null
}

/** What this app and version can do. */
export interface ArrCapabilities {
  /** Hands a torrent its post-import category on removal from the queue. */
  readonly changeCategory: boolean
  /** Keeps in its history why somebody removed a row from the queue. */
  readonly removalMessage: boolean
  /** Rejections come with machine codes. */
  readonly rejectionCodes: boolean
  /** Has a state of its own for imports that wait for a person. */
  readonly importBlocked: boolean
  /** `wanted/missing` and `wanted/cutoff`. */
  readonly wanted: boolean
  /** Searches whole seasons. */
  readonly seasonSearch: boolean
}

export const trackedStates = [
  'downloading',
  'importPending',
  'importing',
  'imported',
  'importBlocked',
  'importFailed',
  'failedPending',
  'failed',
  'ignored',
  'unknown',
] as const
/** How far an Arr got with a download. */
export type TrackedState = (typeof trackedStates)[number]

export const queueStatuses = [
  'queued',
  'paused',
  'downloading',
  'completed',
  'failed',
  'warning',
  'delay',
  'downloadClientUnavailable',
  'fallback',
  'unknown',
] as const
/** What the torrent server told the Arr. */
type QueueStatus = (typeof queueStatuses)[number]

export interface QueueMessage {
  readonly title: string
  readonly messages: readonly string[]
}

/** One row of an Arr's queue. A pack is several of them (Sonarr's v5 API: one with several media). */
export interface QueueRow {
  /** Stable over restarts of the Arr. */
  readonly id: number
  /** `null` = not handed to a client yet (delay profile). */
  readonly downloadId: DownloadId | null
  /** Empty = the Arr could not match it. */
  readonly media: readonly MediaRef[]
  readonly title: string
  readonly quality: string
  /** Of the release; `null` = not known. */
  readonly qualityModel: QualityModel | null
  /** `null` = not told. Of a row that the Arr could not match it says nothing. */
  readonly score: number | null
  /** Of the whole download, also in each row of a pack. */
  readonly size: Bytes
  readonly sizeLeft: Bytes
  readonly status: QueueStatus
  readonly state: TrackedState
  readonly trouble: 'ok' | 'warning' | 'error' | 'unknown'
  readonly messages: readonly QueueMessage[]
  /** Of the torrent server, in the language of the Arr's pages: for people alone. */
  readonly errorMessage: string
  readonly protocol: 'torrent' | 'usenet' | 'unknown'
  /** Name of the download client as configured in the Arr. */
  readonly client: string
  readonly indexer: string
  /** As the Arr sees it; '' = not known yet. */
  readonly outputPath: string
  readonly addedAt: EpochMs | null
  readonly doneAt: EpochMs | null
  readonly hasPostImportCategory: boolean
}

/**
 * A finished download that the Arr does not import by itself. A row may alternate between importBlocked and
 * importPending with a warning at each refresh, so both are the one condition. Source: Sonarr and Radarr.
 */
export function isStuck({state, trouble}: Pick<QueueRow, 'state' | 'trouble'>): boolean {
  if (state === 'importBlocked' || state === 'importFailed') return true
  return state === 'importPending' && (trouble === 'warning' || trouble === 'error')
}

/** All rows of one download together. */
export interface QueueDownload {
  readonly downloadId: DownloadId
  readonly rows: readonly QueueRow[]
  readonly media: readonly MediaRef[]
}

export interface QueueCounters {
  readonly total: number
  /** Matched with nothing. */
  readonly unmatched: number
  readonly hasErrors: boolean
  readonly hasWarnings: boolean
}

export const historyEvents = [
  'grabbed',
  'imported',
  'downloadImported',
  'importIncomplete',
  'failed',
  'fileDeleted',
  'fileRenamed',
  'fileRetagged',
  'ignored',
  'folderImported',
  'unknown',
] as const
/** imported: one file came in. downloadImported: Lidarr and Readarr say that all of a download did. */
export type HistoryEvent = (typeof historyEvents)[number]

export interface HistoryRow {
  readonly id: number
  readonly at: EpochMs
  readonly event: HistoryEvent
  /** `null` where the Arr lost it (Sonarr 4 with packs). */
  readonly downloadId: DownloadId | null
  readonly media: MediaRef | null
  readonly title: string
  /** imported: of the file in the library. */
  readonly fileId: number | null
  /** imported: where it lay, as the Arr saw it; '' = not said. */
  readonly droppedPath: string
  /** imported: where it lies now. */
  readonly importedPath: string
  /** grabbed: somebody chose this release by hand. */
  readonly interactive: boolean
  /** grabbed: as the indexer told it, upper case. */
  readonly torrentHash: DownloadId | null
  readonly client: string
  readonly indexer: string
  /** failed: why; fileDeleted: Upgrade, Manual, MissingFromDisk. */
  readonly reason: string
}

/** A release that a rule had blocklisted, as far as an Arr tells it from others. */
export interface BlockedRelease {
  readonly title: string
  /** `movie/17`; empty = not known. */
  readonly items: readonly string[]
  /** By the clock of the Arr: what was blocklisted before was another grab. */
  readonly grabbedAt: EpochMs
}

/** A release that an Arr does not grab again. Which download it was the Arrs do not tell. */
export interface BlocklistRow {
  readonly id: number
  readonly at: EpochMs | null
  readonly title: string
  /** The Arr's own ids of movies, episodes, albums or books. */
  readonly items: readonly number[]
}

/**
 * What is wanted and what is there: a movie, series, episode, artist, album, author or book. Small, as there may be
 * half a million: what does not apply is `null`.
 */
/** What a download client did not take from an Arr, as its log has it. */
export interface RefusedGrab {
  readonly at: EpochMs
  /** Name of the release. */
  readonly title: string
  /** '' = it does not say. */
  readonly why: string
}

/** What an Arr has a poster of: ids of one kind say nothing about those of another. An episode has that of its series. */
export const posterKinds = ['movie', 'series', 'episode', 'artist', 'album', 'author', 'book'] as const

export interface PosterOf {
  readonly kind: (typeof posterKinds)[number]
  readonly id: number
}

export interface LibraryItem {
  readonly kind: MediaKind | 'series' | 'artist' | 'author'
  readonly id: number
  readonly parentId: number | null
  readonly title: string
  readonly monitored: boolean
  /** `null` for series, artists and authors: see `missing`. */
  readonly hasFile: boolean | null
  readonly fileId: number | null
  /** Files that are wanted and not there; `null` = not counted. */
  readonly missing: number | null
  /** Of movies: it can be had by now, by the Arr's own rule. */
  readonly available: boolean | null
  readonly seasonNumber: number | null
  readonly number: number | null
  readonly year: number | null
  readonly releasedAt: EpochMs | null
  readonly addedAt: EpochMs | null
  readonly searchedAt: EpochMs | null
  readonly profileId: number | null
  readonly tags: readonly number[]
  readonly tmdbId: number | null
  readonly tvdbId: number | null
  readonly imdbId: string | null
  /** Of an artist or author, of MusicBrainz or Goodreads; '' = none is known, or it is something else. */
  readonly foreignId: string
  /** The quality of its file is below the profile's cut-off. */
  readonly belowCutoff: boolean | null
  /** Of its file; lists of movies do not have it. */
  readonly score: number | null
  /** Of its file; `null` = not known, or it has none or several. */
  readonly fileQuality: QualityModel | null
  /** Of a movie, series, artist or author, as the Arr writes it; '' = none is told, or it is an item below one. */
  readonly folder: string
  /** Of the file of a movie; '' = it has none, none is told, or it is no movie. */
  readonly filePath: string
}

/** A file of the library. */
export interface LibraryFile {
  readonly id: number
  /** Its movie, series, artist or author. */
  readonly ownerId: number
  /** Its album or book. */
  readonly mediaId: number | null
  readonly path: string
  readonly size: Bytes
  readonly belowCutoff: boolean
  /** Readarr's have none. */
  readonly score: number | null
  /** `null` = not known. */
  readonly quality: QualityModel | null
}

/** What an Arr finds in a folder when it looks now. */
export interface FolderFile {
  readonly name: string
  readonly size: Bytes
}

/**
 * What an Arr says that it has was not seen where it should lie, so nobody knows whether it still is: the disk of a
 * library may be away while the database of the Arr knows all of its files.
 */
export interface LibraryDoubt {
  /** Of the library, as the Arr names it; '' = it does not tell where the file lies. */
  readonly folder: string
  /** The first that was not found; `null` = the folder itself is not there. */
  readonly file: string | null
  /**
   * absent: it is not there. other: another file lies there. lost: the Arr knows of no file any more where one came in.
   * disk: our own look shows another disk or an empty one. readOnly: our own look shows a disk that takes no writes.
   * mapping: the path mapping that we would look by leads elsewhere. own: it is the file of the torrent itself.
   */
  readonly why?: 'other' | 'lost' | 'disk' | 'readOnly' | 'mapping' | 'own'
}

/** Why it is doubted, for people. */
export function doubtWords({folder, file, why}: LibraryDoubt): string {
  if (why === 'other')
    return `Its Arr has ${file} in its library, and the file there is not the one that its Arr put there.`
  if (why === 'own')
    return `${file} in the library of its Arr is the file of the torrent itself, and would go with its data. Have it imported into another folder, or remove the torrent without data.`
  if (why === 'lost')
    return `Its Arr put ${file} into its library, and has no file there any more: this may be the last copy.`
  if (why === 'disk') return `The disk of the library folder ${folder} is not the one that was there.`
  if (why === 'mapping') return `The path mapping for the library folder ${folder} leads elsewhere.`
  if (why === 'readOnly') return `The disk of the library folder ${folder} is read-only.`
  if (file !== null) return `Its Arr has ${file} in its library, and it is not there.`
  if (folder === '') return 'Its Arr does not report where its file is.'
  return `The folder ${folder} of its library is not there.`
}

/** Where an Arr keeps its library, and what it calls the folders of torrent servers. */
export interface LibraryFolders {
  /** Its root folders, as it writes them. */
  readonly roots: readonly string[]
  readonly mappings: readonly RemotePathMapping[]
}

/** What an Arr keeps for itself, as it writes the paths. */
export interface KeptFolders {
  /** Its root folders, and its recycle bin. */
  readonly own: readonly string[]
  /** Where what it waits for lies. */
  readonly waiting: readonly string[]
  /** Of its movies, series, artists or authors, as far as it was asked for them. */
  readonly items: readonly string[]
}

/**
 * Why the data of a torrent is a library, or may be. has: files of the library lie in it. silent: it lies in, or around, a
 * folder of the library of an Arr that does not say now what it has there. unheard: an Arr has never said where its library
 * is. unread: something else was not to be had.
 */
export type LibraryClaim =
  /** As the Arr writes it; '' = it is nobody's business. */
  | {readonly is: 'has'; readonly path: string}
  | {readonly is: 'silent'; readonly folder: string}
  | {readonly is: 'unheard'}
  | {readonly is: 'unread'; readonly why: string}

/** Why it is left alone, and what ends that, for people. */
export function claimWords(claim: LibraryClaim): string {
  switch (claim.is) {
    case 'has': {
      const what = claim.path === '' ? 'Files' : claim.path
      return `${what} in the library of an Arr would go with its data. Remove the torrent without data, or keep one of them in another folder.`
    }
    case 'silent': {
      const where =
        claim.folder === '' ? 'a folder of the library' : `${claim.folder}, a folder of the library`
      return `Its data is in ${where} of an Arr that does not answer what it has there. It waits until that Arr answers, or is switched off.`
    }
    case 'unheard':
      return 'An Arr has not answered yet where its library is, and it may be where its data is. It waits until that Arr answers, or is switched off.'
    case 'unread':
      return `It has to be known whether the library of an Arr is in its data. ${claim.why}`
  }
}

/**
 * How a person took a download out of the hands of its Arr, and of ours. ignored: told it to let it be. blocklisted:
 * removed it from the queue of its Arr with a blocklist entry, and left it on its server. recategorized:
 * moved it where it does not look. imported_as_other: imported it by hand, as something else than it was grabbed for.
 * unmonitored: nothing of it is wanted any more. copied: the same torrent is on another server as well, and
 * nothing says that this is the one that its Arr put there.
 */
export type TakenBy =
  | 'ignored'
  | 'blocklisted'
  | 'recategorized'
  | 'imported_as_other'
  | 'unmonitored'
  | 'copied'

export interface QualityProfile {
  readonly id: number
  readonly name: string
  readonly upgradeAllowed: boolean
  readonly minScore: number
  readonly cutoffScore: number
  /** A mark of all else in it by which its Arr decides: allowed qualities, cut-off, formats. Absent = not read yet. */
  readonly contents?: string
}

/** With which quality is better than which. */
export interface RankedProfile extends QualityProfile {
  /** Qualities by their numbers, the worst first; those of one group count as equal. */
  readonly order: readonly (readonly number[])[]
}

/** What an Arr calls the quality of a release or a file. */
export interface QualityModel {
  /** Its number: `QualityProfile.order` tells which is better. */
  readonly id: number
  /** Of two of one quality the larger is better: PROPER, REPACK, REAL. */
  readonly revision: number
}

export interface RootFolder {
  readonly path: string
  readonly accessible: boolean
  readonly freeSpace: Bytes | null
}

/** What its disks have left for its library, as an Arr sees them. */
export interface LibraryRoom {
  readonly roots: readonly RootFolder[]
  /** It imports nothing that would leave less, MiB. */
  readonly minimumFreeMiB: number
}

/** What the torrent server of this host calls `remotePath` the Arr calls `localPath`. */
export interface RemotePathMapping {
  readonly host: string
  readonly remotePath: string
  readonly localPath: string
}

/** Whether a path of an Arr or a server is one of Windows: `C:\…`, `\\server\share`. */
export function isWindows(path: string): boolean {
  return /^[a-z]:([\\/]|$)/i.test(path) || path.startsWith('\\\\')
}

export interface ArrTag {
  readonly id: number
  readonly label: string
}

/** What an Arr has clients for. */
export interface ClientsOfArr {
  /** With what only the Arr decides about them; in its own order. */
  readonly torrent: ArrClientSettings[]
  /** Of all, those for usenet too: its health checks name any of them. */
  readonly names: readonly string[]
}

/** A download client with what only its Arr decides. */
export interface ArrClientSettings extends ArrDownloadClient {
  readonly id: number
  /** Under which its downloads are put; '' = none. */
  readonly category: string
  /** To which it moves them once they are imported; '' = they stay. */
  readonly importedCategory: string
  /** Where it has them put, on the server; '' = where the server puts everything. */
  readonly directory: string
  /** They wait on the server until somebody starts them. */
  readonly addsStopped: boolean
  /** The Arr itself deletes torrent and data when it has seeded enough. */
  readonly removesCompleted: boolean
  readonly removesFailed: boolean
  readonly tags: readonly number[]
}

/** What of a download client is changed from here. */
export type ArrClientChange = Partial<
  Pick<ArrClientSettings, 'category' | 'addsStopped' | 'removesCompleted' | 'removesFailed'>
>

export interface ArrIndexer {
  readonly id: number
  readonly name: string
  readonly protocol: 'torrent' | 'usenet' | 'unknown'
  readonly automaticSearch: boolean
  /** Does not grab a blocklisted hash again; `null` = this app has no such option. */
  readonly rejectsBlocklisted: boolean | null
}

/** Whom an Arr tells what it does. */
export interface ArrNotification {
  readonly id: number
  readonly name: string
  readonly implementation: string
  /** Of webhooks; '' = none. */
  readonly url: string
}

export interface DownloadHandling {
  readonly importsCompleted: boolean
  readonly searchesAfterFailure: boolean
  readonly searchesAfterInteractiveFailure: boolean
}

export interface MediaManagement {
  readonly hardLinks: boolean
  /** '' = none. */
  readonly recycleBin: string
  readonly minimumFreeMiB: number
}

export interface ArrHealthItem {
  /** The check's class: RemotePathMappingCheck, … */
  readonly source: string
  readonly level: 'ok' | 'notice' | 'warning' | 'error' | 'unknown'
  /** In the language of the Arr's pages: for people alone. */
  readonly message: string
  /** Where its makers say more, http or https; '' = nowhere. */
  readonly wikiUrl: string
}

/** A check of an Arr, with what we leave alone there while it is like this. */
export interface ArrCheck extends ArrHealthItem {
  /** Of its torrents, by rules; `null` = nothing. */
  readonly holds: 'removals' | 'searches' | null
  /** Whom alone it is about, as far as its words name them; absent = all that the Arr has. */
  readonly about?: CheckSubject
}

/**
 * Download clients by their names, or folders of the library, both as the Arr calls them. others: its clients that are
 * not meant; one of neither had another name when it grabbed something, and may be meant.
 */
export type CheckSubject =
  | {readonly clients: readonly string[]; readonly others: readonly string[]}
  | {readonly folders: readonly string[]}

/** What an Arr is asked to do. */
export type ArrWish =
  | {readonly what: 'refreshDownloads' | 'processDownloads' | 'rssSync' | 'checkHealth'}
  | {readonly what: 'search'; readonly ids: readonly number[]}
  | {readonly what: 'searchSeason'; readonly parentId: number; readonly seasonNumber: number}
  /** All of a series, artist or author. */
  | {readonly what: 'searchAll'; readonly parentId: number}
  | {
      readonly what: 'scanDownload'
      /** As the Arr sees it. */
      readonly path: string
      readonly downloadId: DownloadId
      readonly mode: ImportMode
    }
  | {readonly what: 'import'; readonly files: readonly ImportCandidate[]; readonly mode: ImportMode}
  | {readonly what: 'rescan' | 'refresh'; readonly id: number}

/** copy: hard link or copy, and the torrent goes on seeding. auto moves what the Arr takes for finished. */
export type ImportMode = 'auto' | 'copy' | 'move'

export interface ArrCommand {
  readonly id: number
  readonly name: string
  readonly status:
    | 'queued'
    | 'started'
    | 'completed'
    | 'failed'
    | 'aborted'
    | 'cancelled'
    | 'orphaned'
    | 'unknown'
  /** A command may be completed and have achieved nothing. */
  readonly result: 'successful' | 'unsuccessful' | 'indeterminate' | 'unknown'
  readonly message: string
  /** Why it failed, the first line of what the Arr says; '' = it did not, or says nothing. */
  readonly failure: string
  readonly queuedAt: EpochMs | null
  readonly endedAt: EpochMs | null
}

export interface Rejection {
  /** Of Sonarr's v5 API; `null` = this one gives no codes. */
  readonly code: string | null
  readonly text: string
  readonly permanent: boolean
}

export const releaseClasses = [
  'quality',
  'score',
  'existing',
  'queue',
  'history',
  'size',
  'language',
  'blocklisted',
  'seeders',
  'terms',
  'wrong',
  'delay',
  'not_aired',
  'other',
] as const
/** Why an Arr does not take a release. */
export type ReleaseClass = (typeof releaseClasses)[number]

/**
 * A release that an indexer has, as an Arr evaluates it. Where it lies is left out: such addresses hold secrets, and so may
 * its `guid`, which goes back to its Arr alone.
 */
export interface FoundRelease {
  readonly guid: string
  readonly indexerId: number
  /** Name of its indexer; '' = the Arr does not say. */
  readonly indexer: string
  readonly title: string
  readonly size: Bytes
  /** Seconds since it was published, when it was read. */
  readonly age: number
  /** `null` = not known, or of Usenet. */
  readonly seeders: number | null
  readonly leechers: number | null
  /** As the Arr calls it; '' = it could not tell. */
  readonly quality: string
  readonly languages: readonly string[]
  /** Of its custom formats together. */
  readonly score: number
  /** Names of the custom formats that it matches. */
  readonly formats: readonly string[]
  readonly protocol: 'torrent' | 'usenet' | 'unknown'
  /** It would be taken. */
  readonly approved: boolean
  /** Its place in what the Arr would rather have, the lowest first. */
  readonly weight: number
  readonly rejections: readonly Pick<Rejection, 'code' | 'text'>[]
}

/** A file of a download as the Arr would import it. */
export interface ImportCandidate {
  readonly path: string
  readonly size: Bytes
  readonly media: readonly MediaRef[]
  readonly downloadId: DownloadId | null
  readonly rejections: readonly Rejection[]
  /** What the Arr wants back with the wish to import it. */
  readonly sendBack: Readonly<Record<string, unknown>>
}

/** Of what was grabbed, as the Arr wants it back with a file that it could not tell it of. */
export type GrabbedQuality = Readonly<Record<'quality' | 'languages', unknown>>

/** Every flag is said: the Arr's own defaults delete data. */
export interface QueueRemoval {
  /** The Arr deletes the torrent and its data. */
  readonly removeFromClient: boolean
  readonly blocklist: boolean
  /** The Arr does not search by itself. */
  readonly skipRedownload: boolean
  readonly changeCategory: boolean
  /** Why, for who reads the history of the Arr; where it takes none it is left out. */
  readonly message?: string
}

export const rejectClasses = [
  'not_upgrade',
  'already_imported',
  'sample',
  'sample_unknown',
  'no_files',
  'archive',
  'dangerous',
  'unmatched_title',
  'matched_by_id',
  'unknown_item',
  'partial',
  'unexpected_item',
  'unsupported_content',
  'title_pending',
  'scene_pending',
  'locked',
  'free_space',
  'no_audio',
  'path',
  'not_ours',
  'music_match',
  'root_folder',
  'import_failed',
  'ambiguous',
  'error',
  'unknown',
] as const
/** Why an Arr does not import something. */
export type RejectClass = (typeof rejectClasses)[number]

/**
 * Whatever else is said: a disk, a folder, a lock or a thing that is yet to come stands in the way, and another release
 * would be met by the same.
 */
export const holdingClasses: readonly RejectClass[] = [
  'root_folder',
  'import_failed',
  'path',
  'free_space',
  'locked',
  'title_pending',
  'scene_pending',
]

/** Whether an import is proven; only `yes` may cost a torrent its data. */
export interface Proof {
  readonly proven: boolean
  /** What is missing; empty when proven. */
  readonly doubts: readonly ProofDoubt[]
  /** The history rows that speak for it: their ids. */
  readonly evidence: readonly number[]
}

export interface ProofDoubt {
  readonly code:
    | 'never_grabbed'
    | 'not_imported'
    | 'failed_later'
    | 'ignored'
    | 'grabbed_again'
    | 'import_incomplete'
    | 'file_missing'
    | 'file_unknown'
    | 'still_in_queue'
    | 'queue_says_nothing'
  readonly media: MediaRef | null
}
