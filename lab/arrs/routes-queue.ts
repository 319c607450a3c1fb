/** The queue, the blocklist and what happened: read, removed from, marked as failed. Source: protocol notes §3, §4. */
import {isShown, type Arr} from './arr.ts'
import {
  badValue,
  bodyOf,
  deleted,
  each,
  invalid,
  isTrue,
  notFound,
  numbers,
  ok,
  page,
  thrown,
  type Asked,
  type Reply,
  type Routes,
} from './asked.ts'
import {grab} from './grab.ts'
import type {HistoryRow} from './records.ts'
import {reportQueue} from './refresh.ts'
import {markFailed, removeDownload, type RemovalWishes} from './removal.ts'
import {parentResource} from './rows-library.ts'
import {
  blocklistResource,
  historyResource,
  queueCounters,
  queueEntries,
  type QueueEntry,
} from './rows-queue.ts'

function list(asked: Asked): Reply {
  const {arr, query, api} = asked
  const unknown = isTrue(query, arr.dialect.unknownParam, api === 'v5')
  const parents = numbers(query, `${arr.dialect.parentKey}s`)
  const found = queueEntries(asked).filter(
    ({isKnown, parentId}) =>
      (isKnown || unknown) && (parents.length === 0 || parents.includes(parentId ?? 0)),
  )
  return page(asked, found, {sortKey: 'timeleft', rowsAre: 'descending', row: ({row}) => row, clamps: true})
}

/** Everything, unknown items included. */
function details(asked: Asked): Reply {
  const {arr, query} = asked
  const {parentKey, unitKey} = arr.dialect
  const parent = query.get(parentKey)
  const units = numbers(query, `${unitKey}s`)
  const found = queueEntries(asked).filter(
    ({parentId, unitIds}) =>
      (parent === null || parentId === Number(parent)) &&
      (units.length === 0 || unitIds.some((id) => units.includes(id))),
  )
  return ok(found.map(({row}) => row))
}

async function removeOne(asked: Asked): Promise<Reply> {
  const [entry] = found(asked, asked.ids)
  if (!entry) return notFound
  return (await remove(asked.arr, [entry], wishesOf(asked))) ?? deleted(asked)
}

/** One id that is not there, and nothing is done. */
async function removeMany(asked: Asked): Promise<Reply> {
  const ids = (bodyOf(asked).ids ?? []) as number[]
  const entries = found(asked, ids)
  if (entries.length < ids.length) return notFound
  return (await remove(asked.arr, entries, wishesOf(asked))) ?? (asked.api === 'v5' ? deleted(asked) : ok({}))
}

function found(asked: Asked, ids: readonly number[]): QueueEntry[] {
  const entries = queueEntries(asked)
  return ids.flatMap((id) => entries.find((entry) => entry.id === id) ?? [])
}

function wishesOf({query, arr}: Asked): RemovalWishes {
  return {
    removeFromClient: isTrue(query, 'removeFromClient', true),
    blocklist: isTrue(query, 'blocklist'),
    skipRedownload: isTrue(query, 'skipRedownload'),
    changeCategory: arr.dialect.hasChangeCategory && isTrue(query, 'changeCategory'),
    message: query.get('message'),
  }
}

/** @returns what speaks against it */
async function remove(
  arr: Arr,
  entries: readonly QueueEntry[],
  wishes: RemovalWishes,
): Promise<Reply | null> {
  for (const {id, downloadId} of entries) {
    const pending = arr.pending.get(id)
    if (pending) {
      arr.pending.delete(id)
      if (wishes.blocklist) arr.blocklist.add(blocked(arr, pending.release))
      continue
    }
    const tracked = arr.queue.get(downloadId ?? '')
    // A row of the same download took it along.
    if (!tracked) continue
    if (wishes.removeFromClient && !tracked.client.enable) {
      return invalid('removeFromClient', `Unable to find download client ${tracked.client.name}`)
    }
    await removeDownload(arr, tracked, wishes)
  }
  return null
}

function blocked(
  arr: Arr,
  release: {
    parentId: number
    unitIds: readonly number[]
    title: string
    qualityId: number
    indexer: string
    hash: string
  },
) {
  return {
    at: arr.time.now(),
    parentId: release.parentId,
    unitIds: release.unitIds,
    sourceTitle: release.title,
    qualityId: release.qualityId,
    indexer: release.indexer,
    message: 'Pending release blocklisted',
    hash: release.hash,
  }
}

/** Only what waits for its delay or its torrent server. */
async function grabOne(asked: Asked): Promise<Reply> {
  const {arr, ids} = asked
  const pending = arr.pending.get(ids[0]!)
  if (!pending) return notFound
  arr.pending.delete(ids[0]!)
  await grab(arr, pending.release, pending.source)
  return ok({})
}

function history(asked: Asked): Reply {
  const {arr, query} = asked
  const wanted = numbers(query, 'eventType')
  // Names are for history/since.
  const name = query.getAll('eventType').find((given) => Number.isNaN(Number(given)))
  if (name !== undefined) return badValue(asked, 'eventType', name)
  const downloadId = query.get('downloadId')
  const parents = numbers(query, `${arr.dialect.parentKey}s`)
  const unit = arr.dialect.unitKey === null ? null : query.get(arr.dialect.unitKey)
  const isAsked = (row: HistoryRow): boolean =>
    (wanted.length === 0 || wanted.includes(arr.dialect.events[row.event] ?? 0)) &&
    (parents.length === 0 || parents.includes(row.parentId)) &&
    (unit === null || row.unitId === Number(unit))
  // The id is compared as it is written.
  const all = downloadId === null ? [...arr.history.newest()] : arr.history.of(downloadId).toReversed()
  const rows = all.filter((row) => isShown(arr, row) && isAsked(row))
  return page(asked, rows, {
    sortKey: 'date',
    rowsAre: 'descending',
    row: (row) => historyResource(asked, row),
  })
}

function historySince(asked: Asked): Reply {
  const date = Date.parse(asked.query.get('date') ?? '')
  if (Number.isNaN(date)) return invalid('date', 'The value is not valid.')
  const event = asked.query.get('eventType')?.toLowerCase()
  const rows: HistoryRow[] = []
  for (const row of asked.arr.history.newest()) {
    if (row.at < date) break
    if (!isShown(asked.arr, row)) continue
    if (event === undefined || row.event.toLowerCase() === event) rows.push(row)
  }
  return ok(each(rows.toReversed(), (row) => historyResource(asked, row)))
}

function historyOfItem(asked: Asked): Reply {
  const {arr, query} = asked
  const id = Number(query.get(arr.dialect.parentKey))
  const rows = [...arr.history.newest()].filter((row) => row.parentId === id && isShown(arr, row))
  return ok(rows.map((row) => historyResource(asked, row)))
}

function blocklist(asked: Asked): Reply {
  const {arr} = asked
  const itemOf = (id: number) => {
    const parent = arr.library.parent(id)
    return parent && withoutCounts(parentResource(asked, parent))
  }
  return page(asked, arr.blocklist.rows.toReversed(), {
    sortKey: 'date',
    rowsAre: 'descending',
    row: (row) => blocklistResource(asked, row, itemOf(row.parentId)),
  })
}

/** As it is in the database, without what is counted or follows from other tables. */
function withoutCounts(item: {readonly seasons?: readonly object[]}): object {
  const counted = {
    rootFolderPath: undefined,
    statistics: undefined,
    hasFile: undefined,
    sizeOnDisk: undefined,
    previousAiring: undefined,
    lastAired: undefined,
    movieFile: undefined,
  }
  const {seasons} = item
  if (seasons === undefined) return {...item, ...counted}
  const bare = seasons.map((season) => ({...season, statistics: undefined}))
  return {...item, ...counted, alternateTitles: undefined, seasons: bare}
}

/** It knows no `skipRedownload`. */
function failed(asked: Asked): Reply {
  const {arr} = asked
  const id = asked.ids[0]!
  const row = arr.history.get(id)
  if (!row) {
    const table = {
      movies: 'MovieHistory',
      series: 'EpisodeHistory',
      music: 'EntityHistory',
      books: 'EntityHistory',
    }
    return thrown(404, `${table[arr.dialect.family]} with ID ${id} does not exist`)
  }
  markFailed(arr, row.downloadId ?? '', {skipRedownload: false})
  reportQueue(arr)
  return ok({})
}

export const queueRoutes: Routes = {
  'GET queue': list,
  'GET queue/details': details,
  'GET queue/status': (asked) => ok(queueCounters(asked)),
  'DELETE queue/{id}': removeOne,
  'DELETE queue/bulk': removeMany,
  'POST queue/grab/{id}': grabOne,
  'GET history': history,
  'GET history/since': historySince,
  'POST history/failed/{id}': failed,
  'GET history/movie': historyOfItem,
  'GET history/series': historyOfItem,
  'GET history/artist': historyOfItem,
  'GET history/author': historyOfItem,
  'GET blocklist': blocklist,
  'DELETE blocklist/{id}': (asked) => (asked.arr.blocklist.remove(asked.ids[0]!) ? deleted(asked) : notFound),
}
