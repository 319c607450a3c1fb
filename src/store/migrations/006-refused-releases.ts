import type {Kysely} from 'kysely'

/** What searches found, and no download client took. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('search_runs')
    .addColumn('refused', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
}
