/** Kysely over node:sqlite. */
import type {DatabaseSync, SQLInputValue} from 'node:sqlite'
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import {StorageFault} from './faults.ts'
import type {Tables} from './tables.ts'
import {columnValues} from './rows.ts'

/** Takes the lock when a transaction begins, and takes nothing back that SQLite took back already. */
export class EmbeddedDriver extends SqliteDriver {
  /** From then on only transactions write. */
  guarded = false
  readonly #database: DatabaseSync
  #inTransaction = false

  constructor(database: DatabaseSync) {
    super({database: asKysely(database, () => this.#requireTransaction())})
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    this.#mayWrite(true)
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
      this.#inTransaction = true
    } catch (error) {
      this.#mayWrite(false)
      throw error
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
    this.#inTransaction = false
    this.#mayWrite(false)
  }

  override async rollbackTransaction(): Promise<void> {
    this.#inTransaction = false
    if (this.#database.isTransaction) this.#database.exec('rollback')
    this.#mayWrite(false)
  }

  probe(): void {
    this.unguarded(() => this.#database.exec('pragma user_version = 0'))
  }

  /** Outside of transactions. */
  unguarded(work: () => void): void {
    this.#mayWrite(true)
    try {
      work()
    } finally {
      this.#mayWrite(false)
    }
  }

  /**
   * A full disk ends a transaction by itself. Who goes on anyway would write the rest of his work alone. Source:
   * sqlite.org/lang_transaction.html §3.
   */
  #requireTransaction(): void {
    if (!this.#inTransaction || this.#database.isTransaction) return
    throw new StorageFault('storage_unavailable', 'The database gave up the transaction.', true)
  }

  #mayWrite(may: boolean): void {
    if (this.guarded) this.#database.exec(`pragma query_only = ${may ? 0 : 1}`)
  }
}

/** Over a database that somebody else closes. */
export function kyselyOf(database: DatabaseSync): Kysely<Tables> {
  return kyselyWith(new EmbeddedDriver(database))
}

export function kyselyWith(driver: SqliteDriver): Kysely<Tables> {
  const dialect: Dialect = {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createAdapter: () => new TransactionalAdapter(),
  }
  return new Kysely<Tables>({dialect, plugins: [new CamelCasePlugin()]})
}

/** SQLite takes changes of tables back like any others; a half migrated file must not be left behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Statements that are kept prepared; the program says a few dozens all the time. */
const MOST_PREPARED = 100

function asKysely(database: DatabaseSync, before: () => void): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare: (text: string) => {
      before()
      const statement = prepared.get(text) ?? preparedFor(database, text)
      // Used last, forgotten last.
      prepared.delete(text)
      prepared.set(text, statement)
      const [oldest] = prepared.keys()
      if (prepared.size > MOST_PREPARED) prepared.delete(oldest!)
      return statement
    },
  }
}

function preparedFor(database: DatabaseSync, text: string): SqliteStatement {
  const statement = database.prepare(text)
  const values = (parameters: readonly unknown[]) => columnValues(parameters) as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // One of its own: who stops in the middle would leave it half read.
    iterate: (parameters) => database.prepare(text).iterate(...values(parameters)),
  }
}
