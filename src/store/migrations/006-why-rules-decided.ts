import type {Kysely} from 'kysely'
import {index, numbers, table} from './columns.ts'

/** Why rules did what they did, what brought it about, and how often the same verdict came. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await db.schema.alterTable('journal').addColumn('rule_id', 'text').execute()
  await db.schema.alterTable('journal').addColumn('cause_id', 'text').execute()
  await db.schema.alterTable('journal').addColumn('decided', 'text').execute()
  await db.schema
    .alterTable('journal')
    .addColumn('is_brief', whole, (it) => it.notNull().defaultTo(0))
    .execute()
  await index(db, 'journal', 'is_brief', 'at')
  await table(db, 'verdicts')
    .addColumn('journal_id', 'text', (it) => it.primaryKey())
    .addColumn('rule_id', 'text', (it) => it.notNull())
    .addColumn('subject', 'text', (it) => it.notNull())
    .addColumn('said', 'text', (it) => it.notNull())
    .addColumn('count', whole, (it) => it.notNull())
    .addColumn('first_at', whole, (it) => it.notNull())
    .addColumn('last_at', whole, (it) => it.notNull())
    .execute()
  await index(db, 'verdicts', 'last_at')
}
