import type {Kysely} from 'kysely'
import {numbers} from './columns.ts'

/** Means of coarser spans are weighted by it; until now every row was one sample. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('samples')
    .addColumn('count', numbers(db).whole, (it) => it.notNull().defaultTo(1))
    .execute()
}
