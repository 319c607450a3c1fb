import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** Bans and refused log-ins; until now in a file of their own. Servers of the file are here too, so it refers to none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await table(db, 'server_health')
    .addColumn('server_id', 'text', (it) => it.primaryKey())
    .addColumn('state', 'text', (it) => it.notNull())
    .addColumn('salt', 'text')
    .addColumn('digest', 'text')
    .addColumn('updated_at', numbers(db).whole, (it) => it.notNull())
    .execute()
}
