/** Every row of every table from one database into the empty tables of another. */
import {sql} from 'kysely'
import {StorageFault} from '../faults.ts'
import {portions} from '../rows.ts'
import type {Row, Side, TableCount} from './side.ts'

/** Values in one statement, well below the 32,766 of SQLite and the 65,535 of PostgreSQL. */
const MOST_VALUES = 15_000

/**
 * Both sides have the same tables; what else the source holds is not ours and stays there.
 * @returns the rows of each table, counted in the target and the same as in the source
 * @throws {StorageFault}
 */
export async function copyTables(source: Side, target: Side): Promise<TableCount[]> {
  const there = await source.tables()
  const counts: TableCount[] = []
  for (const [table, columns] of await target.tables()) {
    requireColumns(table, columns, there.get(table))
    for await (const rows of source.rows(table)) await insert(target, table, columns, rows)
    const last = await source.lastNumber(table)
    if (last !== null) await target.setLastNumber(table, last)
    counts.push(await compared(table, source, target))
  }
  return counts
}

export async function countRows(side: Side): Promise<TableCount[]> {
  const counts: TableCount[] = []
  for (const table of (await side.tables()).keys()) counts.push({table, rows: await rowsIn(side, table)})
  return counts
}

async function insert(
  target: Side,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  // A column of the source that the target lacks would be lost in silence; such a source was refused.
  const values = rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
  const size = Math.max(1, Math.floor(MOST_VALUES / columns.length))
  for (const portion of portions(values, size)) await target.db.insertInto(table).values(portion).execute()
}

function requireColumns(
  table: string,
  columns: readonly string[],
  there: readonly string[] | undefined,
): void {
  const missing = there === undefined ? [`the table ${table}`] : columns.filter((one) => !there.includes(one))
  const beyond = there?.filter((one) => !columns.includes(one)) ?? []
  if (missing.length + beyond.length === 0) return
  const what = [...missing.map((one) => `${one} is missing`), ...beyond.map((one) => `${one} is not known`)]
  throw new StorageFault(
    'storage_damaged',
    `The database is not what it should be: ${what.join(', ')}.`,
    false,
  )
}

async function compared(table: string, source: Side, target: Side): Promise<TableCount> {
  const [before, after] = [await rowsIn(source, table), await rowsIn(target, table)]
  requireSame(table, before, after)
  return {table, rows: after}
}

/** @throws {StorageFault} */
export function requireSame(table: string, before: number, after: number): void {
  if (before === after) return
  throw new StorageFault(
    'storage_damaged',
    `Of ${before} rows in ${table} ${after} arrived, so nothing was changed.`,
    false,
  )
}

async function rowsIn(side: Side, table: string): Promise<number> {
  const {rows} = await sql<{rows: number}>`select count(*) as rows from ${sql.table(table)}`.execute(side.db)
  return rows[0]!.rows
}
