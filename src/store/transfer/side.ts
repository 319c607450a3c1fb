/** One side of a copy from database to database: tables as they are, without knowing what they mean. */
import type {Kysely} from 'kysely'

export type Row = Readonly<Record<string, unknown>>
export type PlainTables = Record<string, Record<string, unknown>>

export interface Side {
  /** Within one transaction, or on a database that nobody else has. */
  readonly db: Kysely<PlainTables>
  /** Names of tables and of their columns; those that others refer to come first. */
  tables(): Promise<ReadonlyMap<string, readonly string[]>>
  /** All rows, so many at a time, of one moment. */
  rows(table: string): AsyncGenerator<readonly Row[]>
  /** The last number given to a row; `null` = its rows are not numbered by the database, or there was none yet. */
  lastNumber(table: string): Promise<number | null>
  setLastNumber(table: string, last: number): Promise<void>
}

export interface TableCount {
  readonly table: string
  readonly rows: number
}

/** Rows fetched and written at a time. */
export const PORTION = 500

/**
 * Sorts so that no table comes before one that it refers to.
 * @param references pairs of who refers and to whom
 */
export function referredFirst(
  names: readonly string[],
  references: readonly {readonly from: string; readonly to: string}[],
): string[] {
  const sorted: string[] = []
  const visit = (name: string, path: readonly string[]) => {
    if (sorted.includes(name)) return
    if (path.includes(name)) throw new Error(`Tables refer to each other in a circle: ${path.join(', ')}.`)
    for (const {from, to} of references) if (from === name && to !== name) visit(to, [...path, name])
    sorted.push(name)
  }
  for (const name of names) visit(name, [])
  return sorted.filter((name) => names.includes(name))
}
