import type {Insertable} from 'kysely'
import type {Db} from './engine.ts'
import type {Tables} from './tables.ts'

/** Rows of one statement: some 5 ms of everybody's time in SQLite. */
const ROWS_PER_UPSERT = 250

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
  for (const portion of portions(rows, ROWS_PER_UPSERT)) {
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

/** The value that a column of JSON holds; `undefined` = it holds none. For rows that nothing but a page depends on. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Texts by their name, of a column that holds none as `null`; what cannot be read is none. */
export function textsIn(column: string | null): Record<string, string> {
  const value = column === null ? null : jsonOf(column)
  const isTexts = typeof value === 'object' && value !== null
  return isTexts && Object.values(value).every((it) => typeof it === 'string')
    ? (value as Record<string, string>)
    : {}
}

export function textOfTexts(texts: Readonly<Record<string, string>>): string | null {
  return Object.keys(texts).length > 0 ? JSON.stringify(texts) : null
}

/** Rows in one statement: SQLite takes 32,766 values in all, and a long statement blocks everybody. */
const ROWS_PER_INSERT = 500

/** Any number of rows, in their order, as many statements as it takes. Part of the caller's transaction. */
export async function insertAll<T extends keyof Tables>(
  db: Db,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  for (const portion of portions(rows)) await db.insertInto(table).values(portion).execute()
}

export function* portions<T>(rows: readonly T[], size = ROWS_PER_INSERT): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/*
 * What may go into a column, the same for both databases. They differ in what they do with the rest (NaN becomes NULL in
 * SQLite, a NUL ends the statement in PostgreSQL, a number beyond 2^53 makes a row that nobody can read), so it does not
 * get that far.
 */

/** @throws {TypeError} {RangeError} mistakes of ours */
export function columnValues(parameters: readonly unknown[]): (string | number | boolean | null)[] {
  return parameters.map(columnValue)
}

function columnValue(value: unknown): string | number | boolean | null {
  // Only Kysely's own questions to PostgreSQL hold booleans; no column of ours takes one.
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
  if (typeof value !== 'number')
    throw new TypeError(`A column takes text, numbers and null, not ${typeof value}.`)
  return exactNumber(value)
}

/** Whole numbers and floats up to 2^53, where every whole number has its own value. @throws {RangeError} */
export function exactNumber(value: number | string): number {
  const number = Number(value)
  if (Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number
  throw new RangeError(`${value} is not a number below 2^53.`)
}

/**
 * What `lower(column) like … escape '\\'` finds a piece of a text by, in any case. One letter may be several, or another
 * one, where it is written otherwise: databases fold only plain letters alike.
 */
export function patternOf(text: string): string {
  const escaped = text.normalize('NFC').replaceAll(/[\\%_]/g, String.raw`\$&`)
  return `%${escaped.replaceAll(/[^\x01-\x7f]+/g, '%').toLowerCase()}%`
}
