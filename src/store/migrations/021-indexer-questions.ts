import type {Kysely} from 'kysely'

/** How often a search asks each of the indexers that Arrs share. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('search_runs')
    .addColumn('asked', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
}
