/** Rows leave the queue, downloads fail. Source: protocol notes §3.6. */
import type {Arr, ArrClient, Tracked} from './arr.ts'
import type {Unit} from './library.ts'
import {clientType, unitsOf} from './payloads.ts'
import type {HistoryRow} from './records.ts'
import {reportQueue} from './refresh.ts'

export interface RemovalWishes {
  readonly removeFromClient: boolean
  readonly blocklist: boolean
  readonly skipRedownload: boolean
  readonly changeCategory: boolean
  /** Why, in the words of who removes it: Sonarr 5 alone takes them. */
  readonly message?: string | null
}

/** What DELETE queue does to one download: the whole torrent, whichever of its rows was named. */
export async function removeDownload(arr: Arr, tracked: Tracked, wishes: RemovalWishes): Promise<void> {
  if (wishes.removeFromClient) {
    await arr.time.outside(tracked.client.backend.remove(tracked.downloadId))
    arr.stats.deletes.push(tracked.downloadId)
  } else if (wishes.changeCategory && tracked.client.postImportCategory !== '') {
    await arr.time.outside(
      tracked.client.backend.setCategory(tracked.downloadId, tracked.client.postImportCategory),
    )
  }
  const isFailed = wishes.blocklist && markFailed(arr, tracked.downloadId, wishes)
  if (isFailed && !wishes.removeFromClient) await removeFailed(arr, tracked)
  if (!wishes.removeFromClient && !wishes.blocklist && !wishes.changeCategory) ignore(arr, tracked)
  arr.queue.delete(tracked.downloadId)
  reportQueue(arr)
}

/**
 * The Arr's own removal of what failed: what its client lets go of (stopped, its goal reached), and is told to. Source:
 * Radarr's DownloadEventHub, which hears of every failure, also of one that somebody only marked.
 */
async function removeFailed(arr: Arr, {client, downloadId}: Tracked): Promise<void> {
  const always = arr.faults.domain('secondManagerDeletes') !== null
  if (!always && !(client.removeFailedDownloads && (await isLetGo(arr, client, downloadId)))) return
  await arr.time.outside(client.backend.remove(downloadId))
  arr.stats.deletes.push(downloadId)
}

async function isLetGo(arr: Arr, {backend}: ArrClient, downloadId: string): Promise<boolean> {
  const torrents = await arr.time.outside(backend.list())
  return torrents.some(({hash, seedingDone}) => hash === downloadId && seedingDone)
}

/**
 * The download failed, says somebody. Without a *grabbed* row nothing happens, and nobody is told that.
 * @returns whether it was known
 */
export function markFailed(
  arr: Arr,
  downloadId: string,
  {skipRedownload, message = null}: Pick<RemovalWishes, 'skipRedownload' | 'message'>,
): boolean {
  const grabs = arr.history.of(downloadId).filter((row) => row.event === 'grabbed')
  if (grabs.length === 0) return false
  const first = grabs[0]!
  const unitIds = [...new Set(grabs.map((row) => row.unitId))]
  const text = message ?? 'Manually marked as failed'
  for (const unitId of unitIds) arr.history.add(failedRow(arr, {...first, unitId}, downloadId, text))
  arr.blocklist.add({
    at: arr.time.now(),
    parentId: first.parentId,
    unitIds,
    sourceTitle: first.sourceTitle,
    qualityId: first.qualityId,
    indexer: first.data.indexer ?? '',
    message: text,
    hash: downloadId,
  })
  arr.stats.blocklisted(downloadId)
  if (!skipRedownload) searchAgain(arr, downloadId, unitsOf(arr, unitIds))
  return true
}

/** Without a row in the queue nobody knows which client it was. */
function failedRow(arr: Arr, grab: HistoryRow, downloadId: string, message: string): Omit<HistoryRow, 'id'> {
  const {parentId, unitId, qualityId, score, sourceTitle, data} = grab
  return {
    at: arr.time.now(),
    event: 'downloadFailed',
    downloadId,
    sourceTitle,
    parentId,
    unitId,
    qualityId,
    score,
    data: {
      downloadClient: data.downloadClient,
      downloadClientName: arr.queue.has(downloadId) ? data.downloadClientName : null,
      message,
      releaseGroup: 'SIM',
      size: data.size,
      indexer: data.indexer,
    },
  }
}

/** The Arr's own search for what failed, if its settings want it. */
function searchAgain(arr: Arr, downloadId: string, units: readonly Unit[]): void {
  if (!arr.settings.autoRedownloadFailed || arr.faults.domain('autoRedownloadOff')) return
  if (arr.interactive.has(downloadId) && !arr.settings.autoRedownloadFailedFromInteractiveSearch) return
  const {name, args} = redownload(arr, units)
  arr.commands.post(name, args, 'unspecified')
}

function redownload(arr: Arr, units: readonly Unit[]): {name: string; args: Record<string, unknown>} {
  const parent = arr.library.parent(units[0]!.parentId)!
  const ids = units.map((unit) => unit.id)
  if (arr.dialect.family === 'movies') return {name: 'MoviesSearch', args: {movieIds: [parent.id]}}
  if (arr.dialect.family === 'series') {
    const season = arr.library.unitsOf(parent).filter((unit) => unit.season === units[0]!.season)
    const whole = ids.length > 1 && season.every((unit) => ids.includes(unit.id))
    return whole
      ? {name: 'SeasonSearch', args: {seriesId: parent.id, seasonNumber: units[0]!.season}}
      : {name: 'EpisodeSearch', args: {episodeIds: ids}}
  }
  const all = ids.length > 1 && ids.length === parent.unitIds.length
  if (arr.dialect.family === 'books') {
    return all
      ? {name: 'AuthorSearch', args: {authorId: parent.id}}
      : {name: 'BookSearch', args: {bookIds: ids}}
  }
  return all
    ? {name: 'ArtistSearch', args: {artistId: parent.id}}
    : {name: 'AlbumSearch', args: {albumIds: ids}}
}

/** Nothing was wished: history says it is ignored, and it stays away. What nobody matched comes back. */
function ignore(arr: Arr, {client, downloadId, name, release, size, unitIds}: Tracked): void {
  for (const unit of unitsOf(arr, unitIds)) {
    arr.history.add({
      at: arr.time.now(),
      event: 'downloadIgnored',
      downloadId,
      sourceTitle: name,
      parentId: unit.parentId,
      unitId: unit.id,
      qualityId: release?.qualityId ?? 3,
      score: 0,
      data: {
        downloadClient: clientType(client),
        downloadClientName: client.name,
        message: 'Manually ignored',
        releaseGroup: 'SIM',
        size: String(size),
        indexer: release?.indexer,
      },
    })
  }
}
