import type {Kysely} from 'kysely'
import {index, numbers, table} from './columns.ts'

/** What has a temporary quality profile in an Arr, had one, or is about to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'profile_switches')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('arr_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('container_id', whole, (column) => column.notNull())
    .addColumn('foreign_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('original_id', whole, (column) => column.notNull())
    .addColumn('original_name', 'text', (column) => column.notNull())
    .addColumn('from_id', whole, (column) => column.notNull())
    .addColumn('from_name', 'text', (column) => column.notNull())
    .addColumn('temporary_id', whole, (column) => column.notNull())
    .addColumn('temporary_name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('since', whole, (column) => column.notNull())
    .addColumn('begun_at', whole, (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('tries', whole, (column) => column.notNull())
    .addColumn('seen_id', whole)
    .execute()
  await index(db, 'profile_switches', 'begun_at')
}
