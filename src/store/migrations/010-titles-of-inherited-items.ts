import type {Kysely} from 'kysely'

/** What an item of the older program is called, so that people find it in their Arr; of those before nobody wrote it down. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('inherited_items').addColumn('title', 'text').execute()
}
