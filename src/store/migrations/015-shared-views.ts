import type {Kysely} from 'kysely'

/** Who else sees a saved view; none = it is its owner's alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('views').addColumn('shared_with', 'text').execute()
}
