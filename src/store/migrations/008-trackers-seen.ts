import type {Kysely} from 'kysely'

/** Under which trackers a torrent was listed: its server may list it under others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('torrent_facts')
    .addColumn('trackers_seen', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
}
