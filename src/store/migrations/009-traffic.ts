import type {Kysely} from 'kysely'
import {index, numbers, table} from './columns.ts'

/** What torrents moved, and what the torrents of a tracker moved together: a row for each day, with its hours. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'traffic')
    .addColumn('server_id', 'text', (it) => it.notNull())
    .addColumn('kind', 'text', (it) => it.notNull())
    .addColumn('subject', 'text', (it) => it.notNull())
    .addColumn('at', whole, (it) => it.notNull())
    .addColumn('downloaded', 'text', (it) => it.notNull())
    .addColumn('uploaded', 'text', (it) => it.notNull())
    .addColumn('levels', 'text', (it) => it.notNull())
    .addPrimaryKeyConstraint('traffic_key', ['server_id', 'kind', 'subject', 'at'])
    .execute()
  await index(db, 'traffic', 'server_id', 'kind', 'at')
  await index(db, 'traffic', 'at')
}
