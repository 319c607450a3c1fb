import type {Kysely} from 'kysely'

/** What servers counted of a torrent that was moved from them: its tracker adds that to what is counted now. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('torrent_facts').addColumn('counted_before', 'text').execute()
}
