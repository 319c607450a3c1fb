import type {Kysely} from 'kysely'

/** The v1 hash of a torrent that is listed under another hash: its server may list it under the v1 hash later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('torrent_facts').addColumn('info_hash_v1', 'text').execute()
}
