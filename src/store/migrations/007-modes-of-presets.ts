import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** Rules that come from the configuration are not kept here; whether somebody switched one of them off is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'preset_modes')
    .addColumn('rule_id', 'text', (it) => it.primaryKey())
    .addColumn('mode', 'text', (it) => it.notNull())
    .addColumn('changed_at', whole, (it) => it.notNull())
    .addColumn('changed_by', 'text')
    .execute()
}
