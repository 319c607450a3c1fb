/** One Arr by its HTTP API: the same for all apps, what differs is in its dialect. */
import {z} from 'zod'
import {
  isWindows,
  type ArrCapabilities,
  type ArrClientChange,
  type ArrClientSettings,
  type ArrCommand,
  type ArrHealthItem,
  type ArrIndexer,
  type ArrNotification,
  type ArrStatus,
  type ArrTag,
  type ArrWish,
  type BlocklistRow,
  type ClientsOfArr,
  type DownloadHandling,
  type DownloadId,
  type FolderFile,
  type FoundRelease,
  type GrabbedQuality,
  type HistoryRow,
  type ImportCandidate,
  type LibraryFile,
  type LibraryItem,
  type MediaManagement,
  type MediaRef,
  type PosterOf,
  type RankedProfile,
  type QueueCounters,
  type QueueRemoval,
  type QueueRow,
  type RefusedGrab,
  type RemotePathMapping,
  type RootFolder,
} from '#model/arr.ts'
import {CommandRefused, CommodarrError, NotSupported, ServerFault} from '#model/errors.ts'
import type {LibraryRow, LibrarySettings} from '#model/library.ts'
import type {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {notAnArr} from './arr-faults.ts'
import {clientChanges} from './client-changes.ts'
import {clientsOfArr} from './download-clients.ts'
import {hugeAnswer, longAnswer, type ArrReader, type ArrRequest, type Query} from './http-client.ts'
import type {Dialect, MediaFile, Question} from './dialect.ts'
import {availabilityDelay, delayProfiles, searchIndexers} from './library-settings.ts'
import type {ArrPort, ReleasesOf} from './port.ts'
import {posterLimits, posterPaths} from './posters.ts'
import * as shapes from './shapes.ts'
import {systemStatus, whole, wholes} from './shapes.ts'
import {
  markIn,
  markResource,
  ourWebhookIn,
  skeletonIn,
  urlOf,
  webhookResource,
  webhookState,
  type InstanceMark,
  type WebhookState,
} from './webhook.ts'
import {commandBody} from './wishes.ts'

type Stop = AbortSignal | undefined
type Whole = z.infer<typeof whole>
type Changes = Readonly<Record<string, unknown>>

/** More rows than this in one answer come as the next page. */
const PAGE = 100_000
/** Of rows for which an Arr calculates custom formats one by one. Source: Sonarr and Radarr. */
const PAGE_WITH_FORMATS = 1_000
/** Ids in one address: an address of 8 KB is what proxies still take. */
const IDS_AT_ONCE = 200
/** Of what indexers have of one item: an Arr lists first what it would rather have. */
const MOST_RELEASES = 1_000
/** One download of thousands of files is looked into for a while, and so are indexers. */
const patient = {...longAnswer, requestMs: 300_000}

interface OpenClient extends ArrReader {
  readonly url: string
  close(): Promise<void>
}

export class ArrClient implements ArrPort {
  readonly status: ArrStatus
  readonly #http: OpenClient
  /** By which it is asked: the door, or what asks there. */
  readonly #reader: ArrReader
  readonly #dialect: Dialect

  constructor(http: OpenClient, dialect: Dialect, status: ArrStatus, reader: ArrReader = http) {
    this.#http = http
    this.#reader = reader
    this.#dialect = dialect
    this.status = status
  }

  askedBy(way: (reader: ArrReader) => ArrReader): ArrPort {
    return new ArrClient(this.#http, this.#dialect, this.status, way(this.#reader))
  }

  get url(): string {
    return this.#http.url
  }

  get can(): ArrCapabilities {
    return this.#dialect.can
  }

  get media(): MediaRef['kind'] {
    return this.#dialect.media
  }

  async readStatus(signal?: Stop): Promise<ArrStatus> {
    const it = await this.#ask({path: '/system/status', shape: systemStatus}, {signal})
    return {
      ...this.status,
      app: it.appName,
      name: it.instanceName,
      version: it.version,
      inContainer: it.isDocker,
      startedAt: it.startTime,
    }
  }

  queue(signal?: Stop): Promise<QueueRow[]> {
    const {queueQuery: query, queueRow} = this.#dialect
    const question = {path: '/queue/details', query, shape: z.array(queueRow)}
    return this.#ask(question, {signal, limits: longAnswer, isKept: true})
  }

  queueCounters(signal?: Stop): Promise<QueueCounters> {
    return this.#ask({path: '/queue/status', shape: shapes.queueCounters}, {signal})
  }

  async historySince(at: EpochMs, signal?: Stop): Promise<HistoryRow[]> {
    const rows: HistoryRow[] = []
    const query = {date: new Date(at).toISOString()}
    const {historyRow: shape} = this.#dialect
    await this.#list({path: '/history/since', query, shape}, null, (row) => void rows.push(row), signal)
    return rows.sort((one, other) => one.at - other.at || one.id - other.id)
  }

  grabsSince(at: EpochMs, take: (row: HistoryRow) => void, signal?: Stop): Promise<number> {
    const query = {date: new Date(at).toISOString(), eventType: 'grabbed'}
    return this.#list({path: '/history/since', query, shape: this.#dialect.historyRow}, null, take, signal)
  }

  history(take: (row: HistoryRow) => void, signal?: Stop): Promise<number> {
    return this.#history({}, take, signal)
  }

  async historyOf(downloadId: DownloadId, signal?: Stop): Promise<HistoryRow[]> {
    const rows: HistoryRow[] = []
    await this.#history({downloadId}, (row) => void rows.push(row), signal)
    return rows.sort((one, other) => other.at - one.at || other.id - one.id)
  }

  async historyOfItem(id: number, signal?: Stop): Promise<HistoryRow[]> {
    const rows: HistoryRow[] = []
    const {historyQuery, historyRow: shape} = this.#dialect
    const newest = {sortKey: 'date', sortDirection: 'descending', page: 1, pageSize: PAGE_WITH_FORMATS}
    // An older app takes no notice of the parameter, and would be asked for millions of rows of others.
    const take = (row: HistoryRow) => void (row.media?.id === id && rows.push(row))
    await this.#list(
      {path: '/history', query: {...historyQuery(id), ...newest}, shape},
      'records',
      take,
      signal,
    )
    return rows.sort((one, other) => other.at - one.at || other.id - one.id)
  }

  async library(take: (item: LibraryItem) => void, signal?: Stop): Promise<number> {
    let count = 0
    for (const question of this.#dialect.library) count += await this.#list(question, null, take, signal)
    return count
  }

  async libraryRows(now: EpochMs, take: (row: LibraryRow) => void, signal?: Stop): Promise<void> {
    const takeAll = (rows: readonly LibraryRow[]) => rows.forEach(take)
    for (const {isPaged, ...question} of this.#dialect.reading.lists(now)) {
      if (isPaged === true) await this.#pages(question, takeAll, signal)
      else await this.#list(question, null, takeAll, signal)
    }
  }

  async moreRows(id: number, signal?: Stop): Promise<readonly LibraryRow[]> {
    const question = this.#dialect.reading.more?.(id)
    if (question === undefined) return []
    const {isOne, path, query, shape} = question
    if (isOne === true) return (await this.#reader.read({path: this.#path(path), signal}, shape)) ?? []
    const rows: LibraryRow[] = []
    await this.#list({path, ...(query && {query}), shape}, null, (some) => void rows.push(...some), signal)
    return rows
  }

  rowsIn({
    name,
    resource,
  }: {
    readonly name: string
    readonly resource: unknown
  }): readonly LibraryRow[] | null {
    return this.#dialect.reading.messages[name]?.safeParse(resource).data ?? null
  }

  get scoresAtOnce(): number {
    return this.#dialect.scores === null ? 0 : filesAtOnce(this.status)
  }

  async scoresOf(movieIds: readonly number[], signal?: Stop): Promise<readonly LibraryFile[]> {
    const question = this.#dialect.scores?.(movieIds)
    return question ? this.#ask(question, {signal, limits: longAnswer}) : []
  }

  async librarySettings(signal?: Stop): Promise<LibrarySettings> {
    return {
      profiles: (await this.qualityProfiles(signal)).map(withoutOrder),
      tags: await this.tags(signal),
      delayProfiles: await this.#ask({path: '/delayprofile', shape: delayProfiles}, {signal}),
      indexers: await this.#ask({path: '/indexer', shape: searchIndexers}, {signal, limits: longAnswer}),
      availabilityDelay:
        this.media === 'movie'
          ? await this.#ask({path: this.#settings('indexer'), shape: availabilityDelay}, {signal})
          : 0,
    }
  }

  item(id: number, signal?: Stop): Promise<LibraryItem | null> {
    const [{path, shape}] = this.#dialect.library
    return this.#reader.read({path: this.#path(`${path}/${id}`), signal}, shape)
  }

  async itemBelow(id: number, signal?: Stop): Promise<LibraryItem | null> {
    const path = this.#dialect.itemsOf?.(id).path
    if (path === undefined) return null
    return this.#reader.read({path: this.#path(`${path}/${id}`), signal}, this.#dialect.wantedItem)
  }

  async itemsOf(parentId: number, signal?: Stop): Promise<LibraryItem[]> {
    const question = this.#dialect.itemsOf?.(parentId)
    return question === undefined ? [] : this.#ask(question, {signal, limits: longAnswer})
  }

  async wanted(
    what: 'missing' | 'cutoff',
    {monitored}: {readonly monitored: boolean},
    take: (item: LibraryItem) => void,
    signal?: Stop,
  ): Promise<number> {
    if (!this.can.wanted) throw new NotSupported('This app has no list of what is wanted.')
    const {wantedQuery, wantedItem: shape} = this.#dialect
    return this.#pages(
      {path: `/wanted/${what}`, query: {...wantedQuery[what], monitored}, shape},
      take,
      signal,
    )
  }

  files(ownerId: number, signal?: Stop): Promise<LibraryFile[]> {
    return this.#ask(this.#dialect.files(ownerId), {signal, limits: longAnswer})
  }

  async poster({kind, id}: PosterOf, signal?: Stop): Promise<Buffer | null> {
    try {
      if (kind === 'episode') {
        const series = (await this.itemBelow(id, signal))?.parentId ?? null
        return series === null ? null : await this.poster({kind: 'series', id: series}, signal)
      }
      for (const path of posterPaths({kind, id})) {
        const bytes = await this.#reader.image({path, signal, limits: posterLimits})
        if (bytes !== null && bytes.length > 0) return bytes
      }
    } catch (error) {
      if (!isOfThisAlone(error)) throw error
    }
    return null
  }

  async filesOf(ids: readonly number[], signal?: Stop): Promise<ReadonlyMap<number, readonly number[]>> {
    const files = new Map<number, number[]>(ids.map((id) => [id, []]))
    for (let at = 0; at < ids.length;) {
      const some = ids.slice(at, at + filesAtOnce(this.status))
      at += some.length
      const found = await this.#filesOf(some, signal)
      for (const {mediaId, fileId} of found) files.get(mediaId)?.push(fileId)
    }
    return files
  }

  /**
   * Where one of them is gone an Arr answers for none: each half is asked by itself, until that one is alone.
   * Source: Sonarr and Radarr.
   */
  async #filesOf(ids: readonly number[], signal: Stop): Promise<readonly MediaFile[]> {
    const found = await this.#filesOfAll(ids, signal)
    if (found !== null || ids.length === 1) return found ?? []
    const middle = Math.ceil(ids.length / 2)
    const answers = []
    for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
      answers.push(...(await this.#filesOf(half, signal)))
    }
    return answers
  }

  /** @returns `null` = one of them is gone, or the only one is: what is gone has no file. @throws {CommodarrError} */
  async #filesOfAll(ids: readonly number[], signal: Stop): Promise<readonly MediaFile[] | null> {
    try {
      return await this.#filesOfEach(ids, {signal, takes500: true})
    } catch (error) {
      if (!isFailure(error)) throw error
      if (ids.length > 1 || (await this.#isGone(ids[0]!, signal))) return null
      // It is the Arr that failed.
      return this.#filesOfEach(ids, {signal})
    }
  }

  async #filesOfEach(
    ids: readonly number[],
    more: Pick<ArrRequest, 'signal' | 'takes500'>,
  ): Promise<readonly MediaFile[] | null> {
    const found: MediaFile[] = []
    for (const {path, query, shape} of this.#dialect.filesOf(ids)) {
      const request = {...more, path: this.#path(path), limits: longAnswer, ...(query && {query})}
      const answer = await this.#reader.read(request, shape)
      if (answer === null) return null
      found.push(...answer)
    }
    return found
  }

  async #isGone(id: number, signal: Stop): Promise<boolean> {
    const path = this.#path(`/${this.media}/${id}`)
    return (await this.#reader.read({path, signal}, z.unknown())) === null
  }

  qualityProfiles(signal?: Stop): Promise<RankedProfile[]> {
    return this.#ask({path: '/qualityprofile', shape: shapes.qualityProfiles}, {signal})
  }

  rootFolders(signal?: Stop): Promise<RootFolder[]> {
    return this.#ask({path: '/rootfolder', shape: shapes.rootFolders}, {signal, limits: longAnswer})
  }

  async filesIn(folder: string, signal?: Stop): Promise<readonly FolderFile[] | null> {
    // Without one at its end it would be what somebody types, and the folder around it is meant.
    const path = folder.replace(/[\\/]+$/, '') + (isWindows(folder) ? '\\' : '/')
    const request = {path: this.#path('/filesystem'), query: {path, includeFiles: true}, signal}
    try {
      return await this.#reader.read({...request, limits: longAnswer}, shapes.folderFiles)
    } catch (error) {
      if (saysNotHere(error)) return null
      throw error
    }
  }

  remotePathMappings(signal?: Stop): Promise<RemotePathMapping[]> {
    return this.#ask({path: '/remotepathmapping', shape: shapes.remotePathMappings}, {signal})
  }

  tags(signal?: Stop): Promise<ArrTag[]> {
    return this.#ask({path: '/tag', shape: shapes.tags}, {signal})
  }

  createTag(label: string, signal?: Stop): Promise<ArrTag> {
    return this.#ask({path: '/tag', shape: shapes.tag}, {signal, method: 'POST', body: {label}})
  }

  async downloadClients(signal?: Stop): Promise<ArrClientSettings[]> {
    return (await this.clients(signal)).torrent
  }

  clients(signal?: Stop): Promise<ClientsOfArr> {
    return this.#ask({path: '/downloadclient', shape: clientsOfArr}, {signal})
  }

  indexers(signal?: Stop): Promise<ArrIndexer[]> {
    return this.#ask({path: '/indexer', shape: shapes.indexers}, {signal})
  }

  health(signal?: Stop): Promise<ArrHealthItem[]> {
    return this.#ask({path: '/health', shape: shapes.health}, {signal})
  }

  async refusedGrabs(signal?: Stop): Promise<readonly RefusedGrab[]> {
    const query = {page: 1, pageSize: 100, sortKey: 'time', sortDirection: 'descending', level: 'warn'}
    const {records} = await this.#ask({path: '/log', query, shape: shapes.refusedGrabs}, {signal})
    return records.flatMap((it) => it ?? [])
  }

  downloadHandling(signal?: Stop): Promise<DownloadHandling> {
    return this.#ask({path: this.#settings('downloadclient'), shape: this.#dialect.handling}, {signal})
  }

  mediaManagement(signal?: Stop): Promise<MediaManagement> {
    return this.#ask({path: this.#settings('mediamanagement'), shape: shapes.mediaManagement}, {signal})
  }

  changeDownloadHandling(change: Partial<DownloadHandling>, signal?: Stop): Promise<void> {
    return this.#change(
      this.#settings('downloadclient'),
      null,
      {
        enableCompletedDownloadHandling: change.importsCompleted,
        autoRedownloadFailed: change.searchesAfterFailure,
        autoRedownloadFailedFromInteractiveSearch: change.searchesAfterInteractiveFailure,
      },
      signal,
    )
  }

  changeMediaManagement(change: Partial<MediaManagement>, signal?: Stop): Promise<void> {
    return this.#change(
      this.#settings('mediamanagement'),
      null,
      {
        copyUsingHardlinks: change.hardLinks,
        recycleBin: change.recycleBin,
        minimumFreeSpaceWhenImporting: change.minimumFreeMiB,
      },
      signal,
    )
  }

  changeDownloadClient(id: number, change: ArrClientChange, signal?: Stop): Promise<void> {
    return this.#change('/downloadclient', id, (client) => clientChanges(client, change), signal)
  }

  async rejectBlocklisted(indexerId: number, rejects: boolean, signal?: Stop): Promise<void> {
    const indexer = await this.#ask({path: `/indexer/${indexerId}`, shape: whole}, {signal})
    const fields = (indexer['fields'] as Whole[]).map((field) =>
      String(field['name']).endsWith(shapes.REJECTS_BLOCKLISTED) ? {...field, value: rejects} : field,
    )
    await this.#send({path: `/indexer/${indexerId}`, method: 'PUT', body: {...indexer, fields}, signal})
  }

  command(wish: ArrWish, signal?: Stop): Promise<ArrCommand> {
    const body = commandBody(wish, this.#dialect)
    return this.#ask({path: '/command', shape: shapes.command}, {signal, method: 'POST', body})
  }

  commandState(id: number, signal?: Stop): Promise<ArrCommand | null> {
    return this.#reader.read({path: this.#path(`/command/${id}`), signal}, shapes.command)
  }

  commands(signal?: Stop): Promise<ArrCommand[]> {
    return this.#ask({path: '/command', shape: shapes.commands}, {signal})
  }

  removeFromQueue(rowId: number, removal: QueueRemoval, signal?: Stop): Promise<boolean> {
    return this.#send({path: `/queue/${rowId}`, method: 'DELETE', query: this.#flags(removal), signal})
  }

  removeManyFromQueue(ids: readonly number[], removal: QueueRemoval, signal?: Stop): Promise<boolean> {
    return this.#send({
      path: '/queue/bulk',
      method: 'DELETE',
      query: this.#flags(removal),
      body: {ids},
      signal,
    })
  }

  grabNow(rowId: number, signal?: Stop): Promise<boolean> {
    return this.#send({path: `/queue/grab/${rowId}`, method: 'POST', signal})
  }

  markFailed(historyId: number, signal?: Stop): Promise<boolean> {
    return this.#send({path: `/history/failed/${historyId}`, method: 'POST', signal})
  }

  async blocklist(take: (row: BlocklistRow) => void, signal?: Stop): Promise<number> {
    const query = {sortKey: 'date', sortDirection: 'descending'}
    const rows = new OnceEach(take)
    const question = {path: '/blocklist', query, shape: shapes.blocklistRows[this.media]}
    await this.#pages(question, rows.take, signal, PAGE_WITH_FORMATS)
    return rows.count
  }

  removeFromBlocklist(rowId: number, signal?: Stop): Promise<boolean> {
    return this.#send({path: `/blocklist/${rowId}`, method: 'DELETE', signal})
  }

  importCandidates(downloadId: DownloadId, signal?: Stop): Promise<ImportCandidate[]> {
    const {importQuery, importCandidate} = this.#dialect
    const question = {path: '/manualimport', query: importQuery(downloadId), shape: z.array(importCandidate)}
    return this.#ask(question, {signal, limits: patient})
  }

  async grabbedQuality(downloadId: DownloadId, signal?: Stop): Promise<GrabbedQuality | null> {
    const grabs: GrabbedQuality[] = []
    const query = {downloadId, sortKey: 'date', sortDirection: 'descending'}
    const take = ({eventType, quality, languages}: z.infer<typeof shapes.spokenQualityOfEvent>) => {
      if (eventType === 'grabbed') grabs.push({quality, languages})
    }
    const isSpoken = this.media === 'movie' || this.media === 'episode'
    const shape = isSpoken ? shapes.spokenQualityOfEvent : shapes.qualityOfEvent
    await this.#pages({path: '/history', query, shape}, take, signal, PAGE_WITH_FORMATS)
    return grabs[0] ?? null
  }

  async releases(of: ReleasesOf, signal?: Stop): Promise<FoundRelease[]> {
    const query: Query = 'id' in of ? {[`${this.media}Id`]: of.id} : {...of}
    const found: FoundRelease[] = []
    await this.#reader.stream(
      {path: this.#path('/release'), query, member: null, signal, limits: patient, isOnce: true},
      this.#dialect.release,
      (release) => found.length < MOST_RELEASES && found.push(release),
    )
    return found
  }

  grab({guid, indexerId}: Pick<FoundRelease, 'guid' | 'indexerId'>, signal?: Stop): Promise<boolean> {
    return this.#send({path: '/release', method: 'POST', body: {guid, indexerId}, limits: longAnswer, signal})
  }

  notifications(signal?: Stop): Promise<ArrNotification[]> {
    return this.#ask({path: this.#dialect.notification, shape: shapes.notifications}, {signal})
  }

  async setProfile(ids: readonly number[], profileId: number, signal?: Stop): Promise<void> {
    const {editor} = this.#dialect
    const body = {[editor.ids]: ids, qualityProfileId: profileId}
    await this.#send({path: editor.path, method: 'PUT', body, limits: longAnswer, signal})
  }

  async setMonitored(ids: readonly number[], monitored: boolean, signal?: Stop): Promise<void> {
    const {monitor} = this.#dialect
    const body = {[monitor.ids]: ids, monitored}
    await this.#send({path: monitor.path, method: 'PUT', body, limits: longAnswer, signal})
  }

  async putWebhook(webhook: {readonly url: string; readonly token: Secret}, signal?: Stop): Promise<number> {
    const {notification: path} = this.#dialect
    const skeleton = skeletonIn(
      await this.#ask({path: `${path}/schema`, shape: wholes}, {signal, limits: longAnswer}),
    )
    if (skeleton === null) throw new NotSupported('This app has no webhooks.')
    const ours = await this.#ourWebhook(signal)
    const resource = webhookResource(skeleton, webhook)
    const id = ours?.['id']
    const request =
      typeof id === 'number'
        ? ({method: 'PUT', at: `${path}/${id}`, body: {...resource, id, tags: ours?.['tags'] ?? []}} as const)
        : ({method: 'POST', at: path, body: resource} as const)
    const {at, ...rest} = request
    return (await this.#ask({path: at, shape: created}, {...rest, signal})).id
  }

  async webhookState(
    webhook: {readonly url: string; readonly token: Secret},
    signal?: Stop,
  ): Promise<WebhookState> {
    return webhookState(await this.#ourWebhook(signal), webhook)
  }

  async removeWebhook(url: string, signal?: Stop): Promise<boolean> {
    const {notification: path} = this.#dialect
    const ours = await this.#ourWebhook(signal)
    if (ours === null || typeof ours['id'] !== 'number' || urlOf(ours) !== url) return false
    return this.#send({path: `${path}/${ours['id']}`, method: 'DELETE', signal})
  }

  async instanceMark(
    wanted: (found: InstanceMark | null) => Promise<InstanceMark | null>,
    signal?: Stop,
  ): Promise<InstanceMark | null> {
    const {notification: path} = this.#dialect
    const found = markIn(await this.#ask({path, shape: wholes}, {signal}))
    const mark = await wanted(found?.mark ?? null)
    if (mark === null) return found?.mark ?? null
    const id = found?.entry['id']
    if (found && typeof id === 'number') {
      const body = {...markResource(found.entry, mark), id}
      await this.#send({path: `${path}/${id}`, method: 'PUT', body, signal})
      return found.mark
    }
    const schemas = await this.#ask({path: `${path}/schema`, shape: wholes}, {signal, limits: longAnswer})
    const skeleton = skeletonIn(schemas)
    if (skeleton === null) throw new NotSupported('This app has no webhooks.')
    await this.#send({path, method: 'POST', body: markResource(skeleton, mark), signal})
    return null
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #ourWebhook(signal: Stop): Promise<Readonly<Record<string, unknown>> | null> {
    return ourWebhookIn(await this.#ask({path: this.#dialect.notification, shape: wholes}, {signal}))
  }

  /** For what is always there. */
  async #ask<T>({path, query, shape}: Question<T>, more: Omit<ArrRequest, 'path' | 'query'>): Promise<T> {
    const answer = await this.#reader.read({...more, path: this.#path(path), ...(query && {query})}, shape)
    if (answer === null) throw notAnArr()
    return answer
  }

  #send(request: ArrRequest): Promise<boolean> {
    return this.#reader.send({...request, path: this.#path(request.path)})
  }

  #list<T>(
    {path, query, shape}: Question<T>,
    member: string | null,
    take: (element: T) => void,
    signal: Stop,
  ): Promise<number> {
    return this.#reader.stream(
      {path: this.#path(path), ...(query && {query}), member, signal, limits: hugeAnswer},
      shape,
      take,
    )
  }

  async #history(of: Query, take: (row: HistoryRow) => void, signal: Stop): Promise<number> {
    const query = {...of, sortKey: 'date', sortDirection: 'descending'}
    const rows = new OnceEach(take)
    const question = {path: '/history', query, shape: this.#dialect.historyRow}
    await this.#pages(question, rows.take, signal, PAGE_WITH_FORMATS)
    return rows.count
  }

  async #pages<T>(
    {path, query, shape}: Question<T>,
    take: (row: T) => void,
    signal: Stop,
    pageSize = PAGE,
  ): Promise<number> {
    for (let page = 1, count = 0; ; page++) {
      const question = {path, query: {...query, page, pageSize}, shape}
      const found = await this.#list(question, 'records', take, signal)
      count += found
      if (found < pageSize) return count
    }
  }

  /** Changes what differs and sends the rest back as it was; the Arr keeps the secrets that it masked. */
  async #change(
    path: string,
    id: number | null,
    changes: Changes | ((before: Whole) => Changes),
    signal: Stop,
  ): Promise<void> {
    const before = await this.#ask({path: id === null ? path : `${path}/${id}`, shape: whole}, {signal})
    const change = typeof changes === 'function' ? changes(before) : changes
    const known = Object.entries(change).filter(([, value]) => value !== undefined)
    const missing = known.find(([name]) => !(name in before))
    if (missing) throw new NotSupported(`This app has no setting ${missing[0]}.`)
    const body = {...before, ...Object.fromEntries(known)}
    await this.#send({path: `${path}/${String(before['id'])}`, method: 'PUT', body, signal})
  }

  #flags({removeFromClient, blocklist, skipRedownload, changeCategory, message}: QueueRemoval): Query {
    if (changeCategory && !this.can.changeCategory) {
      throw new NotSupported('This app does not change categories.')
    }
    return {
      removeFromClient,
      blocklist,
      skipRedownload,
      ...(this.can.changeCategory && {changeCategory}),
      ...(this.can.removalMessage && message !== undefined && {message}),
    }
  }

  #settings(name: string): string {
    return `${this.#dialect.settings}/${name}`
  }

  #path(path: string): string {
    return this.#dialect.prefix + path
  }
}

/** Rows by their id: what is written while a list is read moves the last ones of a page to the next. */
class OnceEach<T extends {readonly id: number}> {
  readonly #take: (row: T) => void
  readonly #seen = new Set<number>()

  constructor(take: (row: T) => void) {
    this.#take = take
  }

  get count(): number {
    return this.#seen.size
  }

  readonly take = (row: T): void => {
    if (this.#seen.has(row.id)) return
    this.#seen.add(row.id)
    this.#take(row)
  }
}

const created = z.object({id: z.number().int()})

/** Of how many items files are asked for at once. A Radarr before 5.3.3 looks at the first film alone. Source: Sonarr and Radarr. */
function filesAtOnce({kind, version}: ArrStatus): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const isOld = major < 5 || (major === 5 && (minor < 3 || (minor === 3 && patch < 3)))
  return kind === 'radarr' && isOld ? 1 : IDS_AT_ONCE
}

/** It answered that it failed, as an Arr does that misses one of several. */
/** Too large, a page in its place, refused: it says nothing about what else the Arr is asked for. */
function isOfThisAlone(error: unknown): boolean {
  if (error instanceof CommandRefused) return true
  if (!(error instanceof ServerFault)) return false
  if (error.reason === 'garbled_answer') return true
  const status = error.about['status']
  return (
    ['answer_invalid', 'wrong_server'].includes(error.code) ||
    (error.code === 'server_failed' && typeof status === 'number' && status < 500)
  )
}

function isFailure(error: unknown): boolean {
  return error instanceof CommodarrError && error.about['status'] === 500
}

/** There is no such question here: 404 is known as that before. */
function saysNotHere(error: unknown): boolean {
  return error instanceof CommodarrError && (error.about['status'] === 405 || error.about['status'] === 501)
}

/** As the settings of a library are kept. */
function withoutOrder({id, name, upgradeAllowed, minScore, cutoffScore, contents}: RankedProfile) {
  return {id, name, upgradeAllowed, minScore, cutoffScore, ...(contents !== undefined && {contents})}
}
