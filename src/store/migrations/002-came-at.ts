import type {Kysely} from 'kysely'
import {numbers} from './columns.ts'

/** When a torrent came before our eyes: what its server says of its age is believed no farther back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('torrent_facts').addColumn('came_at', numbers(db).whole).execute()
}
