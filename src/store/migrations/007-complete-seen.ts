import {sql, type Kysely} from 'kysely'
import {numbers} from './columns.ts'

/** That a torrent was complete: its client may forget it. What was seen seeding was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('torrent_facts').addColumn('complete_seen_at', numbers(db).whole).execute()
  await sql`update torrent_facts set complete_seen_at = coalesce(came_at, first_seen_at)
    where seeding_observed > 0 and gone_at is null`.execute(db)
}
