import type {Kysely} from 'kysely'

/** The folder of a file that a rule removed: its share is counted of that folder alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('spent').addColumn('folder', 'text').execute()
}
