import type {Insertable} from 'kysely'
import type {Db} from './engine.ts'
import {portions} from './portions.ts'
import type {Tables} from './tables.ts'

/** Rows of one statement: some 5 ms of everybody's time in SQLite. */
const PORTION = 250

type Column<T extends keyof Tables> = keyof Tables[T] & string

/**
 * Each in place of the row of the same key, whole. Part of the caller's transaction.
 *
 * @param key columns of the primary key
 * @param rows each key once
 */
export async function putAll<T extends keyof Tables>(
  db: Db,
  table: T,
  key: readonly Column<T>[],
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  for (const portion of portions(rows, PORTION)) {
    const others = Object.keys(portion[0]!).filter((column) => !key.includes(column as Column<T>))
    await db
      .insertInto(table)
      .values(portion)
      .onConflict((it) =>
        it
          .columns(key)
          .doUpdateSet(
            (row) =>
              Object.fromEntries(others.map((name) => [name, row.ref(`excluded.${name}` as never)])) as never,
          ),
      )
      .execute()
  }
}
