/** Whole databases from place to place, between SQLite and PostgreSQL in every direction. */
import {chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {sql, type Kysely} from 'kysely'
import type {EpochMs} from '#model/units.ts'
import {backupPath, copyDatabase, finished, syncFolder} from '../backups.ts'
import type {Migrations} from '../engine.ts'
import {StorageFault} from '../faults.ts'
import {doneMigrations, migrate, refuseNewer} from '../migrate.ts'
import {migrations as knownMigrations} from '../migrations/migrations.ts'
import {giveToOwnerOfFolder} from '../owner.ts'
import type {Tables} from '../tables.ts'
import {copyTables, countRows, requireSame} from './copy.ts'
import {
  makingFile,
  nameOf,
  owningPostgres,
  plain,
  readingFrom,
  readOnly,
  requireNoTables,
  tablesAsOf,
  type Place,
} from './places.ts'
import {PostgresSide} from './postgres-side.ts'
import type {TableCount} from './side.ts'

/**
 * Writes a whole, checked copy as a SQLite file. The program may run meanwhile: the copy is as of one moment.
 * @throws {StorageFault} there is no file then
 */
export async function backUp(
  from: Place,
  file: string,
  known: Migrations = knownMigrations,
): Promise<readonly TableCount[]> {
  if (existsSync(file)) throw new StorageFault('storage_read_only', `${file} is there already.`, false)
  let counts: readonly TableCount[] = []
  if ('path' in from) {
    await readingFrom(from, known, async () => {})
    const source = readOnly(from.path)
    try {
      await copyDatabase(source, file)
    } finally {
      source.close()
    }
    counts = await readingFrom({path: file}, known, ({side}) => countRows(side))
  } else {
    await finished(file, async (part) => {
      counts = await copyInto(part, from, known)
    })
  }
  return counts
}

interface Replacement {
  readonly counts: readonly TableCount[]
  /** A SQLite file with what was there before; `null` = nothing was. */
  readonly kept: string | null
}

interface ReplacementOrder {
  readonly from: Place
  readonly to: Place
  /** Also when there is something already. */
  readonly replaces: boolean
  /** Folder for what was there. */
  readonly keepIn: string
  readonly now: EpochMs
  readonly known?: Migrations
}

/**
 * Puts everything from one place in the place of what the other holds. Nobody else may use the target; who calls sees
 * to it for a file, for PostgreSQL its lock does.
 * @throws {StorageFault} the target is as it was then
 */
export async function replaceDatabase(order: ReplacementOrder): Promise<Replacement> {
  return 'path' in order.to ? replaceFile(order, order.to.path) : replacePostgres(order, order.to.url)
}

/* ───────────────────────────── into a file ───────────────────────────── */

async function replaceFile(order: ReplacementOrder, path: string): Promise<Replacement> {
  const {from, replaces, keepIn, now, known = knownMigrations} = order
  const isThere = existsSync(path) && statSync(path).size > 0
  if (isThere && !replaces) await requireEmpty({path}, known)
  const fresh = `${path}.new`
  rmSync(fresh, {force: true})
  const counts = await backUp(from, fresh, known)
  await requireAllOf(from, counts, fresh, known)
  const kept = isThere ? backupPath(keepIn, 'before-restore', now) : null
  if (kept !== null) setAside(path, kept)
  // Of a database that is not there any more: it would be taken for a part of the new one.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, {force: true})
  renameSync(fresh, path)
  syncFolder(dirname(path))
  return {counts, kept}
}

/** Nobody writes to the source meanwhile. @throws {StorageFault} there is no new file then */
async function requireAllOf(
  from: Place,
  counts: readonly TableCount[],
  fresh: string,
  known: Migrations,
): Promise<void> {
  try {
    const before = await readingFrom(from, known, ({side}) => countRows(side))
    for (const {table, rows} of before) {
      requireSame(table, rows, counts.find((count) => count.table === table)?.rows ?? 0)
    }
  } catch (error) {
    rmSync(fresh, {force: true})
    throw error
  }
}

/** The file stays where it is until the new one takes its name: whenever this is cut short, there is one. */
function setAside(path: string, kept: string): void {
  const isOneFile = intoOneFile(path)
  try {
    linkSync(path, kept)
  } catch {
    // Some file systems know no links.
    copyFileSync(path, kept)
  }
  if (!isOneFile && existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${kept}-wal`)
  chmodSync(kept, 0o600)
  giveToOwnerOfFolder(kept)
}

/** False when it is too damaged for that; then its log is kept beside it, which SQLite would throw away. */
function intoOneFile(path: string): boolean {
  try {
    readOnly(path).close()
    const database = new DatabaseSync(path, {timeout: 5_000})
    try {
      database.exec('pragma journal_mode = delete')
      return true
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

/* ───────────────────────────── into PostgreSQL ───────────────────────────── */

async function replacePostgres(order: ReplacementOrder, url: string): Promise<Replacement> {
  const {from, to, replaces, keepIn, now, known = knownMigrations} = order
  return owningPostgres(url, async (db) => {
    const before = await doneMigrations(db, 'postgres')
    refuseNewer(before, known, nameOf(to))
    const ours = await tablesAsOf(known, before.at(-1) ?? Object.keys(known).at(-1)!)
    let kept: string | null = null
    if (before.length === 0) await requireNoTables(db, ours)
    else {
      const rows = total(await countRows(new PostgresSide(plain(db), ours)))
      if (rows > 0 && !replaces) throw notEmpty(to, rows)
      if (rows > 0) {
        kept = backupPath(keepIn, 'before-restore', now)
        await backUp(to, kept, known)
      }
      await dropTables(db, ours)
    }
    const counts = await readingFrom(from, known, async ({side, done}) => {
      await migrate(db, known, done.at(-1))
      const asOf = await tablesAsOf(known, done.at(-1)!)
      return copyTables(side, new PostgresSide(plain(db), asOf))
    })
    return {counts, kept}
  })
}

async function dropTables(db: Kysely<Tables>, names: readonly string[]): Promise<void> {
  const all = [...names, 'kysely_migration', 'kysely_migration_lock'].map((name) => sql.table(name))
  await sql`drop table ${sql.join(all)}`.execute(db)
}

/* ───────────────────────────── both ───────────────────────────── */

/** @returns the rows of each table */
function copyInto(file: string, from: Place, known: Migrations): Promise<readonly TableCount[]> {
  return readingFrom(from, known, ({side, done}) =>
    makingFile(file, known, done.at(-1)!, (target) => copyTables(side, target)),
  )
}

/** @throws {StorageFault} */
async function requireEmpty(place: Place, known: Migrations): Promise<void> {
  const rows = total(await readingFrom(place, known, ({side}) => countRows(side)))
  if (rows > 0) throw notEmpty(place, rows)
}

function notEmpty(place: Place, rows: number): StorageFault {
  return new StorageFault(
    'storage_unavailable',
    `${nameOf(place)} holds ${rows} rows already. With --force they are set aside and replaced.`,
    false,
  )
}

function total(counts: readonly TableCount[]): number {
  return counts.reduce((sum, {rows}) => sum + rows, 0)
}
