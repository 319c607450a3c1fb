import type {Kysely} from 'kysely'
import {numbers} from './columns.ts'

/** When a torrent was found under trackers that nobody saw it get. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('torrent_facts').addColumn('trackers_found_at', numbers(db).whole).execute()
}
