/** What was taken over from the older program. */
import type {InheritedItem, MovedCounts, MovedDatabase} from '#model/qbitrr-migration.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'

/** In the order in which they came. */
export async function readMovedDatabases(db: Db): Promise<readonly MovedDatabase[]> {
  const rows = await db.selectFrom('movedDatabases').selectAll().orderBy('movedAt').orderBy('path').execute()
  return rows.map(({counts, ...row}) => ({...row, counts: {...none, ...(jsonOf(counts) as object)}}))
}

export async function putMovedDatabase(db: Db, {counts, ...row}: MovedDatabase): Promise<void> {
  await putAll(db, 'movedDatabases', ['path'], [{...row, counts: JSON.stringify(counts)}])
}

export async function readInheritedItems(db: Db): Promise<readonly InheritedItem[]> {
  const rows = await db.selectFrom('inheritedItems').selectAll().orderBy('arrId').orderBy('item').execute()
  return rows.map((row) => ({...row, requested: row.requested === 1}))
}

/** @param items each item of an Arr once */
export async function putInheritedItems(db: Db, items: readonly InheritedItem[]): Promise<void> {
  const rows = items.map((item) => ({...item, requested: item.requested ? 1 : 0}))
  await putAll(db, 'inheritedItems', ['arrId', 'item'], rows)
}

const none: MovedCounts = {torrents: 0, searched: 0, requested: 0, profiles: 0, leftOut: 0}
