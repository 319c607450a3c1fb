import type {Kysely} from 'kysely'

/** What was made with a key does no more than that key could. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['rules', 'preset_modes', 'arrs'])
    await db.schema.alterTable(table).addColumn('ceiling', 'text').execute()
}
