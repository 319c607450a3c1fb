/** Opens a database as a side of a copy: without bringing its tables up to date, and without keeping anybody out. */
import {randomBytes} from 'node:crypto'
import {statSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'
import {Kysely, sql} from 'kysely'
import type {Migrations} from '../engine.ts'
import {StorageFault, storageFault} from '../faults.ts'
import {doneMigrations, migrate, refuseNewer} from '../migrate.ts'
import {patientPostgres, postgresPlace, requireUrl} from '../postgres.ts'
import {kyselyOf} from '../sqlite-driver.ts'
import {connect, MEMORY} from '../sqlite-file.ts'
import type {Tables} from '../tables.ts'
import {PostgresSide} from './postgres-side.ts'
import {PORTION, referredFirst, type PlainTables, type Row, type Side} from './side.ts'

const CONNECT_MS = 10_000

/** A file of SQLite, or an address of PostgreSQL. */
export type Place = {readonly path: string} | {readonly url: string}

/** For people: without user and password. */
export function nameOf(place: Place): string {
  return 'path' in place ? place.path : postgresPlace(place.url)
}

/** What `--to` names. @throws {StorageFault} when it is neither */
export function placeOf(text: string, resolvePath: (path: string) => string): Place {
  if (!/^[a-z]+:\/\//i.test(text)) return {path: resolvePath(text)}
  requireUrl(text, '--to')
  return {url: text}
}

interface Source {
  readonly side: Side
  /** What it went through, in order; empty for a new database. */
  readonly done: readonly string[]
}

/**
 * Works on everything as of one moment, while others go on writing.
 * @throws {StorageFault} also when it is of a newer Commodarr, or of somebody else
 */
export async function readingFrom<T>(
  place: Place,
  known: Migrations,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  return 'path' in place ? readingFile(place.path, known, work) : readingPostgres(place.url, known, work)
}

async function readingFile<T>(
  path: string,
  known: Migrations,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const database = readOnly(path)
  try {
    database.exec('begin')
    const db = kyselyOf(database)
    const done = await doneMigrations(db, 'sqlite')
    requireOurs(done, known, path)
    const ours = await tablesAsOf(known, done.at(-1)!)
    return await work({side: new SqliteSide(plain(db), ours), done})
  } catch (error) {
    throw ofPlace(path, error)
  } finally {
    database.close()
  }
}

/** @throws {StorageFault} when there is none, or it is no database */
export function readOnly(path: string): DatabaseSync {
  const there = statSync(path, {throwIfNoEntry: false})
  if (there === undefined) throw new StorageFault('storage_unavailable', `There is no file ${path}.`, false)
  // SQLite says of one that its disk fails.
  if (there.isDirectory())
    throw new StorageFault('storage_unavailable', `${path} is a folder; a file is needed.`, false)
  try {
    const database = new DatabaseSync(path, {readOnly: true, timeout: 5_000})
    database.prepare('select count(*) from sqlite_master').get()
    return database
  } catch (error) {
    throw ofPlace(path, error)
  }
}

async function readingPostgres<T>(
  url: string,
  known: Migrations,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const connection = patientPostgres(url, newName(), CONNECT_MS, {withLock: false})
  try {
    return await connection
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (db) => {
        const done = await doneMigrations(db, 'postgres')
        requireOurs(done, known, postgresPlace(url))
        const ours = await tablesAsOf(known, done.at(-1)!)
        return work({side: new PostgresSide(plain(db), ours), done})
      })
  } catch (error) {
    throw storageFault(error)
  } finally {
    await connection.destroy()
  }
}

/** Whether there are tables of ours; none are made. @throws {StorageFault} when nobody answers there */
export async function holdsOurTables(url: string): Promise<boolean> {
  requireUrl(url)
  const connection = patientPostgres(url, newName(), CONNECT_MS, {withLock: false})
  try {
    return (await connection.connection().execute((db) => doneMigrations(db, 'postgres'))).length > 0
  } catch (error) {
    throw storageFault(error)
  } finally {
    await connection.destroy()
  }
}

/**
 * The only one who uses it, in one transaction: all of the work is done, or nothing.
 * @throws {StorageFault} storage_busy, when a Commodarr uses it
 */
export async function owningPostgres<T>(url: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const connection = patientPostgres(url, newName(), CONNECT_MS, {withLock: true})
  try {
    return await connection.transaction().execute(work)
  } catch (error) {
    throw storageFault(error)
  } finally {
    await connection.destroy()
  }
}

/** While the work runs no Commodarr can start on it; a file is locked with its folder. @throws {StorageFault} storage_busy */
export async function keepingOut<T>(place: Place, work: () => Promise<T>): Promise<T> {
  if ('path' in place) return work()
  const connection = patientPostgres(place.url, newName(), CONNECT_MS, {withLock: true})
  try {
    return await connection.connection().execute(work)
  } catch (error) {
    throw storageFault(error)
  } finally {
    await connection.destroy()
  }
}

/** Fills a new file with tables as of the migration `last`, and with what `work` puts there. */
export async function makingFile<T>(
  path: string,
  known: Migrations,
  last: string,
  work: (side: Side) => Promise<T>,
): Promise<T> {
  const ours = await tablesAsOf(known, last)
  return migrated(path, known, last, (db) => work(new SqliteSide(plain(db), ours)))
}

/** Names of our tables as of the migration `last`. */
export function tablesAsOf(known: Migrations, last: string): Promise<string[]> {
  return migrated(MEMORY, known, last, async (db) => {
    const tables = await db.withoutPlugins().introspection.getTables()
    return tables.map(({name}) => name)
  })
}

async function migrated<T>(
  path: string,
  known: Migrations,
  last: string,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const {database} = connect(path)
  try {
    return await kyselyOf(database)
      .transaction()
      .execute(async (db) => {
        await migrate(db, known, last)
        return work(db)
      })
  } finally {
    database.close()
  }
}

export function plain(db: Kysely<Tables>): Kysely<PlainTables> {
  return db.withoutPlugins() as unknown as Kysely<PlainTables>
}

/** @throws {StorageFault} */
export async function requireNoTables(db: Kysely<Tables>, names: readonly string[]): Promise<void> {
  const {rows} = await sql<{name: string}>`select table_name as name from information_schema.tables
    where table_schema = current_schema()`.execute(db)
  const taken = rows.map(({name}) => name).filter((name) => names.includes(name))
  if (taken.length === 0) return
  throw new StorageFault(
    'storage_unavailable',
    `There are tables of another program (${taken.join(', ')}). Give Commodarr a database of its own.`,
    false,
  )
}

function requireOurs(done: readonly string[], known: Migrations, name: string): void {
  refuseNewer(done, known, name)
  if (done.length === 0) {
    throw new StorageFault('storage_unavailable', `${name} is no database of Commodarr.`, false)
  }
}

function ofPlace(path: string, error: unknown): unknown {
  const fault = storageFault(error)
  if (!(fault instanceof StorageFault) || fault.message.includes(path)) return fault
  return new StorageFault(fault.code, `${path}: ${fault.message}`, fault.passing, error)
}

function newName(): string {
  return `commodarr-${randomBytes(6).toString('hex')}`
}

export class SqliteSide implements Side {
  readonly db: Kysely<PlainTables>
  readonly #ours: ReadonlySet<string>

  /** @param ours names of the tables that count; there may be others */
  constructor(db: Kysely<PlainTables>, ours: readonly string[]) {
    this.db = db
    this.#ours = new Set(ours)
  }

  async tables(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await this.db.introspection.getTables()
    const tables = found.filter(({name}) => this.#ours.has(name))
    const {rows} = await sql<{from: string; to: string}>`select m.name as "from", f."table" as "to"
      from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`.execute(this.db)
    const columns = new Map(tables.map(({name, columns}) => [name, columns.map((column) => column.name)]))
    return new Map(referredFirst([...columns.keys()], rows).map((name) => [name, columns.get(name)!]))
  }

  async *rows(table: string): AsyncGenerator<readonly Row[]> {
    for (let after = -Infinity; ;) {
      const last = after === -Infinity ? sql`-9223372036854775808` : sql`${after}`
      const {rows} = await sql<Row & {_row: number}>`select rowid as _row, * from ${sql.table(table)}
        where rowid > ${last} order by rowid limit ${PORTION}`.execute(this.db)
      if (rows.length === 0) return
      after = rows.at(-1)!._row
      yield rows.map(({_row, ...row}) => row)
    }
  }

  async lastNumber(table: string): Promise<number | null> {
    if (!(await this.#isNumbering())) return null
    const asked = sql<{seq: number}>`select seq from sqlite_sequence where name = ${table}`
    return (await asked.execute(this.db)).rows[0]?.seq ?? null
  }

  async setLastNumber(table: string, last: number): Promise<void> {
    if (!(await this.#isNumbering())) return
    await sql`delete from sqlite_sequence where name = ${table}`.execute(this.db)
    await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(this.db)
  }

  /** SQLite makes the table with the first AUTOINCREMENT. */
  async #isNumbering(): Promise<boolean> {
    const asked = sql`select 1 from sqlite_master where name = 'sqlite_sequence'`
    return (await asked.execute(this.db)).rows.length > 0
  }
}
