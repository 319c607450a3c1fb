import {asArrId, type ArrId} from '#model/arr.ts'
import {
  availabilities,
  libraryDoubts,
  libraryKinds,
  seriesTypes,
  type KeptRow,
  type LibraryKey,
  type LibrarySettings,
  type LibraryState,
} from '#model/library.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {LibraryItemTable} from '../tables.ts'

/** A row as it was read, with the hash by which its reader knows it again. */
export interface StoredRow {
  readonly row: KeptRow
  readonly hash: number
}

/** @param rows each thing once */
export async function putLibraryItems(db: Db, rows: readonly StoredRow[]): Promise<void> {
  await putAll(db, 'libraryItems', ['arrId', 'kind', 'itemId'], rows.map(tableRow))
}

/** @param keys of one Arr; some hundred at most */
export async function deleteLibraryItems(db: Db, arrId: ArrId, keys: readonly LibraryKey[]): Promise<void> {
  for (const [kind, some] of Map.groupBy(keys, (key) => key.kind)) {
    await db
      .deleteFrom('libraryItems')
      .where('arrId', '=', arrId)
      .where('kind', '=', kind)
      .where(
        'itemId',
        'in',
        some.map(({id}) => id),
      )
      .execute()
  }
}

/** All that is kept of an Arr. */
export async function deleteLibrary(db: Db, arrId: ArrId): Promise<void> {
  await db.deleteFrom('libraryItems').where('arrId', '=', arrId).execute()
  await db.deleteFrom('libraryArrs').where('arrId', '=', arrId).execute()
}

/**
 * In the order of their keys, some at a time.
 * @param after the last one of the portion before; `null` = from the first on
 */
export async function readLibraryItems(
  db: Db,
  arrId: ArrId,
  after: LibraryKey | null,
  limit: number,
): Promise<readonly StoredRow[]> {
  const all = db.selectFrom('libraryItems').selectAll().where('arrId', '=', arrId)
  const left =
    after === null
      ? all
      : all.where((it) => it(it.refTuple('kind', 'itemId'), '>', it.tuple(after.kind, after.id)))
  const rows = await left.orderBy('kind').orderBy('itemId').limit(limit).execute()
  return rows.map(storedRow)
}

export async function putLibraryState(db: Db, arrId: ArrId, state: LibraryState): Promise<void> {
  const {readAt, doubtful, settings} = state
  const row = {arrId, readAt, doubtful, settings: settings && JSON.stringify(settings)}
  await putAll(db, 'libraryArrs', ['arrId'], [row])
}

/** Of all Arrs of which anything is kept. */
export async function readLibraryStates(db: Db): Promise<ReadonlyMap<ArrId, LibraryState>> {
  const rows = await db.selectFrom('libraryArrs').selectAll().execute()
  const withItems = await db.selectFrom('libraryItems').select('arrId').distinct().execute()
  const unread: LibraryState = {readAt: null, doubtful: 'unread', settings: null}
  return new Map([
    ...withItems.map(({arrId}): [ArrId, LibraryState] => [asArrId(arrId), unread]),
    ...rows.map(({arrId, readAt, doubtful, settings}): [ArrId, LibraryState] => [
      asArrId(arrId),
      {
        readAt,
        // What cannot be read says nothing of what is absent.
        doubtful: doubtful === null ? null : (libraryDoubts.find((it) => it === doubtful) ?? 'unread'),
        // It is read again at each start: until then it is as it was written.
        settings: settings === null ? null : ((jsonOf(settings) as LibrarySettings | undefined) ?? null),
      },
    ]),
  ])
}

function tableRow({row, hash}: StoredRow): LibraryItemTable {
  const {id, monitored, belowCutoff, tags, ...same} = row
  return {
    ...same,
    itemId: id,
    monitored: monitored ? 1 : 0,
    belowCutoff: belowCutoff === null ? null : belowCutoff ? 1 : 0,
    tags: JSON.stringify(tags),
    rowHash: hash,
  }
}

function storedRow(stored: LibraryItemTable): StoredRow {
  const {itemId, monitored, belowCutoff, rowHash, ...same} = stored
  const tags = jsonOf(stored.tags)
  const row: KeptRow = {
    ...same,
    arrId: asArrId(stored.arrId),
    kind: libraryKinds.find((it) => it === stored.kind) ?? 'movie',
    id: itemId,
    minimumAvailability: availabilities.find((it) => it === stored.minimumAvailability) ?? '',
    seriesType: seriesTypes.find((it) => it === stored.seriesType) ?? '',
    monitored: monitored === 1,
    belowCutoff: belowCutoff === null ? null : belowCutoff === 1,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'number') : [],
  }
  return {row, hash: rowHash}
}
