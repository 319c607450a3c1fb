import type {Kysely} from 'kysely'
import {index, numbers, table} from './columns.ts'

/** What people say of trackers: what they ask for, how they word it, which limits hold there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'tracker_profiles')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_id', 'text')
    .addColumn('revision', whole, (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_at', whole, (column) => column.notNull())
    .addColumn('updated_at', whole, (column) => column.notNull())
    .execute()
  await index(db, 'tracker_profiles', 'owner_id')
}
