import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** What was taken over from the older program, and of its items what no other table holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'moved_databases')
    .addColumn('path', 'text', (it) => it.primaryKey())
    .addColumn('fingerprint', 'text', (it) => it.notNull())
    .addColumn('bytes', whole, (it) => it.notNull())
    .addColumn('modified_at', whole, (it) => it.notNull())
    .addColumn('moved_at', whole, (it) => it.notNull())
    .addColumn('counts', 'text', (it) => it.notNull())
    .execute()
  await table(db, 'inherited_items')
    .addColumn('arr_id', 'text', (it) => it.notNull())
    .addColumn('item', 'text', (it) => it.notNull())
    .addColumn('requested', whole, (it) => it.notNull())
    .addColumn('original_profile_id', whole)
    .addColumn('temporary_profile_id', whole)
    .addColumn('switched_at', whole)
    .addPrimaryKeyConstraint('inherited_items_key', ['arr_id', 'item'])
    .execute()
}
