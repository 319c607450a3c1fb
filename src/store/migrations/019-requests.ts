import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** What people asked for in request managers, as those listed it last. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'requests')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('title', 'text')
    .addColumn('tmdb_id', whole)
    .addColumn('tvdb_id', whole)
    .addColumn('imdb_id', 'text')
    .addColumn('arr_place', 'text')
    .addColumn('item_id', whole)
    .addColumn('requester', 'text')
    .addColumn('is4k', whole, (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('seasons', 'text', (column) => column.notNull())
    .addColumn('requested_at', whole, (column) => column.notNull())
    .addColumn('seen_at', whole, (column) => column.notNull())
    .addPrimaryKeyConstraint('requests_key', ['source', 'request_id'])
    .execute()
}
