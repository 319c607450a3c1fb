import type {Insertable} from 'kysely'
import type {Db} from './engine.ts'
import type {Tables} from './tables.ts'

/** Rows in one statement: SQLite takes 32,766 values in all, and a long statement blocks everybody. */
const PORTION = 500

/** Any number of rows, in their order, as many statements as it takes. Part of the caller's transaction. */
export async function insertAll<T extends keyof Tables>(
  db: Db,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  for (const portion of portions(rows)) await db.insertInto(table).values(portion).execute()
}

export function* portions<T>(rows: readonly T[], size = PORTION): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}
