import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** Releases that were given up, of each item of an Arr: several within a short time are a loop. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'given_up')
    .addColumn('arr_id', 'text', (column) => column.notNull())
    .addColumn('item', 'text', (column) => column.notNull())
    .addColumn('download_id', 'text', (column) => column.notNull())
    .addColumn('grabbed_at', whole, (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('at', whole, (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('resumed_at', whole)
    .addPrimaryKeyConstraint('given_up_key', ['arr_id', 'item', 'download_id', 'grabbed_at'])
    .execute()
}
