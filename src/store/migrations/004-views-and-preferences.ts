import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/**
 * What people keep of how they look at things. Whoever has no account shares one set, whose `user_id` is null; there no
 * database minds two rows of one name, but the program does.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'views')
    .addColumn('id', 'text', (it) => it.primaryKey())
    .addColumn('user_id', 'text', (it) => it.references('users.id').onDelete('cascade'))
    .addColumn('name', 'text', (it) => it.notNull())
    .addColumn('name_key', 'text', (it) => it.notNull())
    .addColumn('icon', 'text')
    .addColumn('definition', 'text', (it) => it.notNull())
    .addColumn('position', whole, (it) => it.notNull())
    .addColumn('created_at', whole, (it) => it.notNull())
    .addColumn('updated_at', whole, (it) => it.notNull())
    .addUniqueConstraint('views_name', ['user_id', 'name_key'])
    .execute()
  await table(db, 'preferences')
    .addColumn('user_id', 'text', (it) => it.references('users.id').onDelete('cascade'))
    .addColumn('name', 'text', (it) => it.notNull())
    .addColumn('value', 'text', (it) => it.notNull())
    .addColumn('updated_at', whole, (it) => it.notNull())
    .addUniqueConstraint('preferences_name', ['user_id', 'name'])
    .execute()
}
