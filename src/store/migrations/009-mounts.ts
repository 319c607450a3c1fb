import type {Kysely} from 'kysely'
import {numbers, table} from './columns.ts'

/** Which disk was at each of our paths, so that after a restart an empty folder is not taken for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {whole} = numbers(db)
  await table(db, 'mounts')
    .addColumn('path', 'text', (it) => it.primaryKey())
    .addColumn('device', 'text', (it) => it.notNull())
    .addColumn('inode', 'text', (it) => it.notNull())
    .addColumn('file_system', 'text', (it) => it.notNull())
    .addColumn('total_bytes', whole, (it) => it.notNull())
    .addColumn('had_files', whole, (it) => it.notNull())
    .addColumn('seen_at', whole, (it) => it.notNull())
    .execute()
}
