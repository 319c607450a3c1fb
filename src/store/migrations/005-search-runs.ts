import type {Kysely} from 'kysely'
import {index, numbers, table} from './columns.ts'

/** What every search was for, and what came of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'search_runs')
    .addColumn('search_id', 'text', (column) => column.primaryKey())
    .addColumn('arr_id', 'text', (column) => column.notNull())
    .addColumn('items', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('command_id', whole)
    .addColumn('asked_at', whole, (column) => column.notNull())
    .addColumn('ended_at', whole)
    .addColumn('outcome', 'text')
    .addColumn('title', 'text')
    .addColumn('said', 'text')
    .addColumn('found', whole)
    .addColumn('grabs', 'text', (column) => column.notNull())
    .execute()
  await index(db, 'search_runs', 'arr_id', 'asked_at')
  await index(db, 'search_runs', 'asked_at')
  await index(db, 'search_runs', 'ended_at')
}
