/** The embedded database: one file, one connection, which reads unless a transaction is asked for. */
import {existsSync, rmSync} from 'node:fs'
import type {DatabaseSync} from 'node:sqlite'
import {setTimeout as pause} from 'node:timers/promises'
import {sql, type Kysely} from 'kysely'
import {backupFolder, backupPath, copyDatabase, pruneBackups} from './backups.ts'
import {refuseReadOnly, type Db, type Engine, type EngineDeps, type Migrations} from './engine.ts'
import {StorageFault, storageFault} from './faults.ts'
import {doneMigrations, migrate, refuseNewer} from './migrate.ts'
import {EmbeddedDriver, kyselyWith} from './sqlite-driver.ts'
import {
  atStart,
  checkFile,
  connect,
  identityOf,
  MEMORY,
  prepareFile,
  sameFile,
  shareAgain,
  type Connected,
  type FileIdentity,
} from './sqlite-file.ts'
import type {Tables} from './tables.ts'

/** @throws {StorageFault} naming the file and what helps */
export async function openSqlite(path: string, parts: EngineDeps): Promise<Engine> {
  const isNew = path !== MEMORY && !existsSync(path)
  try {
    if (path !== MEMORY) prepareFile(path)
    const {database, isAlone} = await patiently(parts, () => connect(path))
    try {
      if (path !== MEMORY) checkFile(database, path)
      const driver = new EmbeddedDriver(database)
      const engine = new SqliteEngine({database, isAlone}, driver, path, parts)
      if (path === MEMORY) await raiseInMemory(engine, database, parts)
      else await engine.raise()
      driver.guarded = true
      await refuseReadOnly(engine, parts)
      return engine
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    // An empty one would pass for a database the next time.
    if (isNew) for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, {force: true})
    throw atStart(path, error)
  }
}

/** What a database in memory is after a history of its tables: tests open thousands of them. */
const raised = new WeakMap<Migrations, Uint8Array>()

/** Goes through the whole history once, and begins with what came of it from then on. */
async function raiseInMemory(
  engine: SqliteEngine,
  database: DatabaseSync,
  {migrations, onEmpty}: EngineDeps,
): Promise<void> {
  const bytes = raised.get(migrations)
  if (bytes === undefined) {
    await engine.raise()
    raised.set(migrations, database.serialize())
  } else {
    onEmpty()
    database.deserialize(bytes)
  }
}

class SqliteEngine implements Engine {
  readonly #db: Kysely<Tables>
  readonly #database: DatabaseSync
  readonly #driver: EmbeddedDriver
  readonly #path: string
  readonly #parts: EngineDeps
  readonly #file: FileIdentity | null
  #isAlone: boolean

  constructor({database, isAlone}: Connected, driver: EmbeddedDriver, path: string, parts: EngineDeps) {
    this.#database = database
    this.#isAlone = isAlone
    this.#driver = driver
    this.#path = path
    this.#parts = parts
    this.#file = path === MEMORY ? null : identityOf(path)
    this.#db = kyselyWith(driver)
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return patiently(this.#parts, () => work(this.#db))
  }

  async transaction<T>(work: (db: Db) => Promise<T>): Promise<T> {
    this.#requireFile()
    let began = false
    // A transaction that has begun holds the lock; nothing in it has to wait for another program.
    const result = await patiently(
      this.#parts,
      () =>
        this.#db.transaction().execute((db) => {
          began = true
          return work(db)
        }),
      () => !began,
    )
    this.#share()
    return result
  }

  /** A page of the log must reach the disk: a transaction taken back would stay in memory. */
  async probe(): Promise<void> {
    this.#requireFile()
    this.#driver.probe()
    this.#share()
  }

  /** There is room again: backups may be made while it runs. */
  #share(): void {
    if (!this.#isAlone) return
    try {
      this.#driver.unguarded(() => shareAgain(this.#database))
      this.#isAlone = false
    } catch {
      // Something is being read, or there is hardly room: with the next write.
    }
  }

  /** To the newest shape; a database that is in use gets a backup first. */
  async raise(): Promise<void> {
    const {migrations, clock} = this.#parts
    const done = await doneMigrations(this.#db, 'sqlite')
    refuseNewer(done, migrations, this.#path)
    const pending = Object.keys(migrations).filter((name) => !done.includes(name))
    if (pending.length === 0) return
    if (done.length === 0) this.#parts.onEmpty()
    if (done.length > 0 && this.#path !== MEMORY) {
      const folder = backupFolder(this.#path)
      await copyDatabase(this.#database, backupPath(folder, `before-${pending[0]}`, clock.now()))
      pruneBackups(folder)
    }
    // A table that is rebuilt would take along the rows that refer to it. Source: sqlite.org/lang_altertable.html §7.
    this.#database.exec('pragma foreign_keys = off')
    try {
      const transaction = this.#db.transaction()
      await patiently(this.#parts, () =>
        transaction.execute(async (db) => {
          await migrate(db, migrations)
          await this.#requireReferences(db)
        }),
      )
    } finally {
      this.#database.exec('pragma foreign_keys = on')
    }
  }

  async close(): Promise<void> {
    await this.#db.destroy()
  }

  async #requireReferences(db: Kysely<Tables>): Promise<void> {
    const {rows} = await sql<{table: string}>`pragma foreign_key_check`.execute(db)
    if (rows.length === 0) return
    throw new StorageFault(
      'storage_damaged',
      `The database could not be brought up to date and is as it was before: rows of ${rows[0]!.table} refer to nothing.`,
      false,
    )
  }

  /** Whoever removes or replaces the file under us would have us write into the void. */
  #requireFile(): void {
    if (this.#file === null || sameFile(this.#file, identityOf(this.#path))) return
    throw new StorageFault(
      'storage_unavailable',
      'The file of the database was moved or replaced while Commodarr runs. Bring it back, or start again.',
      true,
    )
  }
}

/** Tries again while another program holds the lock, as long as `mayRepeat`. */
async function patiently<T>(
  {clock, patience}: Pick<EngineDeps, 'clock' | 'patience'>,
  work: () => T | Promise<T>,
  mayRepeat: () => boolean = () => true,
): Promise<T> {
  const giveUpAt = clock.monotonic() + patience.busyMs
  for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
    try {
      return await work()
    } catch (error) {
      const fault = storageFault(error)
      const isBusy = fault instanceof StorageFault && fault.code === 'storage_busy'
      if (!isBusy || !mayRepeat() || clock.monotonic() >= giveUpAt) throw error
      await pause(wait)
    }
  }
}
