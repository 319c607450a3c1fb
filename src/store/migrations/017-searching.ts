import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** What is known of the searches of each unit of a library, and in which unit something was searched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'search_state')
    .addColumn('arr_id', 'text', (column) => column.notNull())
    .addColumn('unit', 'text', (column) => column.notNull())
    .addColumn('foreign_id', 'text')
    .addColumn('search_id', 'text')
    .addColumn('searched_at', whole)
    .addColumn('reason', 'text')
    .addColumn('round', whole, (column) => column.notNull())
    .addColumn('result', 'text')
    .addColumn('rests_until', whole)
    .addColumn('empties', whole, (column) => column.notNull())
    .addColumn('failures', whole, (column) => column.notNull())
    .addColumn('world', 'text')
    .addColumn('held_at', whole)
    .addColumn('wish', 'text')
    .addColumn('wished_at', whole)
    .addPrimaryKeyConstraint('search_state_key', ['arr_id', 'unit'])
    .execute()
  await db.schema.alterTable('search_runs').addColumn('unit', 'text').execute()
  await db.schema.alterTable('search_runs').addColumn('indexers', whole).execute()
  await db.schema
    .alterTable('search_runs')
    .addColumn('rejects', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
}
