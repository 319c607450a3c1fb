/** Brings the tables to the shape this program knows, all at once or not at all. */
import {sql, type Kysely} from 'kysely'
import {Migrator, type Migration} from 'kysely/migration'
import type {Migrations} from './engine.ts'
import {StorageFault, storageFault, wordsOf} from './faults.ts'
import type {Tables} from './tables.ts'

/** Names of migrations that this database went through, in order; empty for a new one. */
export async function doneMigrations(db: Kysely<Tables>, kind: 'sqlite' | 'postgres'): Promise<string[]> {
  const table =
    kind === 'sqlite'
      ? sql<{
          name: string | null
        }>`select max(name) as name from sqlite_master where name = 'kysely_migration'`
      : sql<{name: string | null}>`select to_regclass('kysely_migration')::text as name`
  const {rows} = await table.execute(db)
  if (rows[0]?.name == null) return []
  const done = await sql<{name: string}>`select name from kysely_migration order by name`.execute(db)
  return done.rows.map(({name}) => name)
}

/** @throws {StorageFault} storage_newer */
export function refuseNewer(done: readonly string[], known: Migrations, place: string): void {
  const newer = done.filter((name) => !(name in known))
  if (newer.length === 0) return
  throw new StorageFault(
    'storage_newer',
    `${place} has changes that this version of Commodarr does not know (${newer.join(', ')}): a newer version used it, ` +
      `or one from before the first release. Start that version, or restore a backup of this one: npm start -- restore FILE.`,
    false,
  )
}

/**
 * @param db a transaction in SQLite (there it begins with the foreign keys off); in PostgreSQL a connection
 * @param last up to and with this one; all when left out
 * @throws {StorageFault} nothing is changed then
 */
export async function migrate(db: Kysely<Tables>, known: Migrations, last?: string): Promise<void> {
  // What the migrator throws in an aborted transaction is about its own lock.
  let failed: unknown = null
  const watched = Object.entries(known).map(([name, migration]): [string, Migration] => [
    name,
    {
      up: async (db) => {
        try {
          await migration.up(db)
        } catch (error) {
          failed ??= {name, error}
          throw error
        }
      },
    },
  ])
  const migrator = new Migrator({db, provider: {getMigrations: async () => Object.fromEntries(watched)}})
  const {error} = last === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(last)
  if (failed === null && error === undefined) return
  throw migrationFault(failed as {name: string; error: unknown} | null, error)
}

function migrationFault(failed: {name: string; error: unknown} | null, error: unknown): unknown {
  const cause = failed?.error ?? error
  const fault = storageFault(cause)
  if (fault instanceof StorageFault) return fault
  const what =
    failed === null ? 'could not be brought up to date' : `could not take the change ${failed.name}`
  return new StorageFault(
    'storage_damaged',
    `The database ${what} and is as it was before: ${wordsOf(cause)}.`,
    false,
    cause,
  )
}
