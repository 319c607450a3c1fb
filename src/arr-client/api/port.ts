/**
 * One Arr, whatever app it is: nobody outside of this folder asks for the kind. Every method throws `ServerFault` (not
 * reached, refused, no answer that makes sense), `CommandRefused` (it said no, with its own words) and `NotSupported`
 * (this app has no such thing); none of them repeats a change by itself.
 */
import type {
  ArrCapabilities,
  ArrClientChange,
  ArrClientSettings,
  ArrCommand,
  ArrHealthItem,
  ArrIndexer,
  ArrNotification,
  ArrStatus,
  ArrTag,
  ArrWish,
  BlocklistRow,
  ClientsOfArr,
  DownloadHandling,
  DownloadId,
  FolderFile,
  FoundRelease,
  GrabbedQuality,
  HistoryRow,
  ImportCandidate,
  LibraryFile,
  LibraryItem,
  MediaManagement,
  MediaRef,
  PosterOf,
  RankedProfile,
  QueueCounters,
  QueueRemoval,
  QueueRow,
  RefusedGrab,
  RemotePathMapping,
  RootFolder,
} from '#model/arr.ts'
import type {LibraryRow, LibrarySettings} from '#model/library.ts'
import type {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'

import type {ArrReader} from './http-client.ts'
import type {InstanceMark, WebhookState} from './webhook.ts'

type Stop = AbortSignal | undefined

/** A movie, episode, album or book; a season of a series. */
export type ReleasesOf = {readonly id: number} | {readonly seriesId: number; readonly seasonNumber: number}

export interface ArrPort {
  /** As it was when the connection was made; `readStatus` asks again. */
  readonly status: ArrStatus
  /** Where it answers: with its URL base, also where the address that was given lacks it. */
  readonly url: string
  readonly can: ArrCapabilities
  /** What it is asked about one by one: movie, episode, album, book. */
  readonly media: MediaRef['kind']
  /** The same Arr over the same connection. @param way by which each request goes to it */
  askedBy(way: (reader: ArrReader) => ArrReader): ArrPort
  readStatus(signal?: Stop): Promise<ArrStatus>

  /** The whole queue, unmatched rows included. */
  queue(signal?: Stop): Promise<QueueRow[]>
  queueCounters(signal?: Stop): Promise<QueueCounters>
  /** Oldest first. Rows of that very moment are included. */
  historySince(at: EpochMs, signal?: Stop): Promise<HistoryRow[]>
  /** What it grabbed since then, one row at a time, in any order. @returns how many */
  grabsSince(at: EpochMs, take: (row: HistoryRow) => void, signal?: Stop): Promise<number>
  /** All of it, newest first, one row at a time. @returns how many */
  history(take: (row: HistoryRow) => void, signal?: Stop): Promise<number>
  /** Newest first. */
  historyOf(downloadId: DownloadId, signal?: Stop): Promise<HistoryRow[]>
  /** Newest first: those among the last thousand entries. @param id of a movie, episode, album or book */
  historyOfItem(id: number, signal?: Stop): Promise<HistoryRow[]>

  /** Movies; series; artists and albums; authors and books. @returns how many */
  library(take: (item: LibraryItem) => void, signal?: Stop): Promise<number>
  /**
   * Rows of all of it: movies; series with their seasons, and episodes that are wanted or air these days; artists and
   * albums; authors and books. What comes twice is the same thing, and the first row has the most to say of it.
   */
  libraryRows(now: EpochMs, take: (row: LibraryRow) => void, signal?: Stop): Promise<void>
  /** Rows of a movie, or of all episodes of a series; none where `libraryRows` has everything. */
  moreRows(id: number, signal?: Stop): Promise<readonly LibraryRow[]>
  /** What a message of the live channel tells of; `null` = nothing of the library, or it makes no sense. */
  rowsIn(message: {readonly name: string; readonly resource: unknown}): readonly LibraryRow[] | null
  /** Of how many movies scores of files are read at once; 0 = they are in its lists, or it has none. */
  readonly scoresAtOnce: number
  /** Custom format scores of the files of these movies. @param movieIds at most `scoresAtOnce` */
  scoresOf(movieIds: readonly number[], signal?: Stop): Promise<readonly LibraryFile[]>
  /** By what it decides about its library: some five questions. */
  librarySettings(signal?: Stop): Promise<LibrarySettings>
  /** A movie, series, artist or author. @returns `null` = it is not in the library (any more) */
  item(id: number, signal?: Stop): Promise<LibraryItem | null>
  /** An episode, album or book by its own id. @returns `null` = it is not in the library (any more); of movies always */
  itemBelow(id: number, signal?: Stop): Promise<LibraryItem | null>
  /** Episodes of a series, albums of an artist, books of an author; none for movies. */
  itemsOf(parentId: number, signal?: Stop): Promise<LibraryItem[]>
  /** The Arr's own list: unaired episodes are not in it, specials and unreleased movies are. @returns how many */
  wanted(
    what: 'missing' | 'cutoff',
    choice: {readonly monitored: boolean},
    take: (item: LibraryItem) => void,
    signal?: Stop,
  ): Promise<number>
  /** @param ownerId of a movie, series, artist or author */
  files(ownerId: number, signal?: Stop): Promise<LibraryFile[]>
  /** As small as the Arr has it. @returns `null` = it has none of it, or something else in its place */
  poster(of: PosterOf, signal?: Stop): Promise<Buffer | null>
  /** The files that these movies, episodes, albums or books have now, by their id. */
  filesOf(ids: readonly number[], signal?: Stop): Promise<ReadonlyMap<number, readonly number[]>>

  qualityProfiles(signal?: Stop): Promise<RankedProfile[]>
  rootFolders(signal?: Stop): Promise<RootFolder[]>
  /**
   * Looks into a folder, as the Arr sees it. Of one that is not there it says what it says of an empty one.
   * @returns `null` = this one does not look into folders
   */
  filesIn(folder: string, signal?: Stop): Promise<readonly FolderFile[] | null>
  remotePathMappings(signal?: Stop): Promise<RemotePathMapping[]>
  tags(signal?: Stop): Promise<ArrTag[]>
  createTag(label: string, signal?: Stop): Promise<ArrTag>
  /** Those for torrents. */
  downloadClients(signal?: Stop): Promise<ArrClientSettings[]>
  clients(signal?: Stop): Promise<ClientsOfArr>
  indexers(signal?: Stop): Promise<ArrIndexer[]>
  health(signal?: Stop): Promise<ArrHealthItem[]>
  /** Among the last hundred troubles in its log; none where it keeps no log. */
  refusedGrabs(signal?: Stop): Promise<readonly RefusedGrab[]>
  downloadHandling(signal?: Stop): Promise<DownloadHandling>
  mediaManagement(signal?: Stop): Promise<MediaManagement>
  changeDownloadHandling(change: Partial<DownloadHandling>, signal?: Stop): Promise<void>
  changeMediaManagement(change: Partial<MediaManagement>, signal?: Stop): Promise<void>
  changeDownloadClient(id: number, change: ArrClientChange, signal?: Stop): Promise<void>
  /** Whether it grabs again what is on the blocklist. */
  rejectBlocklisted(indexerId: number, rejects: boolean, signal?: Stop): Promise<void>

  /** The same wish while one is queued or running gives the one there is. */
  command(wish: ArrWish, signal?: Stop): Promise<ArrCommand>
  /** `null` = forgotten: a day after its end at the latest. */
  commandState(id: number, signal?: Stop): Promise<ArrCommand | null>
  commands(signal?: Stop): Promise<ArrCommand[]>

  /** One row stands for its whole download. @returns false = it is not in the queue any more */
  removeFromQueue(rowId: number, removal: QueueRemoval, signal?: Stop): Promise<boolean>
  /** @returns false = one of them is not there any more, and nothing was done */
  removeManyFromQueue(rowIds: readonly number[], removal: QueueRemoval, signal?: Stop): Promise<boolean>
  /** A release that waits for its delay. @returns false = it waits no more */
  grabNow(rowId: number, signal?: Stop): Promise<boolean>
  /**
   * Blocklists without a queue row; the Arr then searches again if it is set to.
   * @param historyId of the grabbed row
   * @returns false = there is no such row
   */
  markFailed(historyId: number, signal?: Stop): Promise<boolean>
  /** All of it, newest first, one row at a time. @returns how many */
  blocklist(take: (row: BlocklistRow) => void, signal?: Stop): Promise<number>
  /** It may be grabbed again; in the history it has failed anyway. @returns false = there is no such row */
  removeFromBlocklist(rowId: number, signal?: Stop): Promise<boolean>
  /** The files of a download as the Arr would import them, each with what speaks against it. */
  importCandidates(downloadId: DownloadId, signal?: Stop): Promise<ImportCandidate[]>
  /** Of its newest grab; `null` = it was not grabbed. */
  grabbedQuality(downloadId: DownloadId, signal?: Stop): Promise<GrabbedQuality | null>

  /**
   * What its indexers have of it, asked now, each with what speaks against it: that may take minutes. What the Arr would
   * rather have comes first; of more than a thousand those that come first.
   */
  releases(of: ReleasesOf, signal?: Stop): Promise<FoundRelease[]>
  /**
   * Takes one of those of the last half hour, whatever speaks against it.
   * @returns false = it is not there any more, or the Arr cannot tell what it is of
   * @throws {CommodarrError} its indexer did not give it, or its download client did not take it
   */
  grab(release: Pick<FoundRelease, 'guid' | 'indexerId'>, signal?: Stop): Promise<boolean>

  notifications(signal?: Stop): Promise<ArrNotification[]>
  /** @param ids of movies, series, artists or authors */
  setProfile(ids: readonly number[], profileId: number, signal?: Stop): Promise<void>
  /** @param ids of movies, episodes, albums or books */
  setMonitored(ids: readonly number[], monitored: boolean, signal?: Stop): Promise<void>

  /** Registers or renews our webhook; the Arr calls it at once to try it. @returns its id there */
  putWebhook(webhook: {readonly url: string; readonly token: Secret}, signal?: Stop): Promise<number>
  /** How our webhook is there. */
  webhookState(webhook: {readonly url: string; readonly token: Secret}, signal?: Stop): Promise<WebhookState>
  /** Only one that leads there: another one is somebody else's. @returns false = there was none */
  removeWebhook(url: string, signal?: Stop): Promise<boolean>
  /**
   * Which Commodarr says there that it looks after the Arr, and what it is to say from now on.
   * @param wanted of what was found, `null` = none; `null` = it stays as it is
   * @returns what was found
   */
  instanceMark(
    wanted: (found: InstanceMark | null) => Promise<InstanceMark | null>,
    signal?: Stop,
  ): Promise<InstanceMark | null>

  close(): Promise<void>
}
