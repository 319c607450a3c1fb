import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** Arrs whose searches a person paused. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'search_pauses')
    .addColumn('arr_id', 'text', (column) => column.primaryKey())
    .addColumn('since', whole, (column) => column.notNull())
    .addColumn('until', whole)
    .execute()
}
