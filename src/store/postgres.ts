/**
 * PostgreSQL, by the address in `DATABASE_URL`. All writes go over one connection, and it holds the lock of the
 * database: whoever can write is the only one, and who lost the connection has to win the lock again first. Reads go
 * over others, which may not write.
 */
import {randomBytes} from 'node:crypto'
import {setTimeout as pause} from 'node:timers/promises'
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type DatabaseConnection,
  type Dialect,
} from 'kysely'
import {refuseReadOnly, type Db, type Engine, type EngineDeps} from './engine.ts'
import {endsConnection, StorageFault, storageFault} from './faults.ts'
import {doneMigrations, migrate, refuseNewer} from './migrate.ts'
import type {Connections, Run} from './postgres-connections.ts'
import type {Tables} from './tables.ts'

const READERS = 3
/** More than fits into what is free in the pages of a table, and random: it cannot be packed. */
const PROBE_BYTES = 192 * 1024

/** @throws {StorageFault} */
export async function openPostgres(url: string, parts: EngineDeps): Promise<Engine> {
  requireUrl(url)
  const engine = new PostgresEngine(url, parts)
  try {
    await engine.raise()
    await refuseReadOnly(engine, parts)
    return engine
  } catch (error) {
    await engine.close()
    throw storageFault(error)
  }
}

/** Where it is, for people: without name and password. */
export function postgresPlace(url: string): string {
  const {hostname, port, pathname} = new URL(url)
  return `PostgreSQL at ${hostname || 'the local socket'}${port && `:${port}`}${pathname}`
}

/** @param given by what it was named, for people. @throws {StorageFault} */
export function requireUrl(url: string, given = 'DATABASE_URL'): void {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return
  throw new StorageFault(
    'storage_unavailable',
    `${given} is no address of PostgreSQL; it looks like postgres://user:password@host:5432/database.`,
    false,
  )
}

/** Loaded with the first connection: most have no such database, and its client takes room. */
function poolOf(...parts: ConstructorParameters<typeof Connections>): () => Promise<Connections> {
  return async () => new (await import('./postgres-connections.ts')).Connections(...parts)
}

class PostgresEngine implements Engine {
  readonly #parts: EngineDeps
  readonly #url: string
  /** Knows our own connections again, also those that we lost and the server did not. */
  readonly #name = `commodarr-${randomBytes(6).toString('hex')}`
  readonly #writer: Kysely<Tables>
  readonly #readers: Kysely<Tables>

  constructor(url: string, parts: EngineDeps) {
    this.#parts = parts
    this.#url = url
    const {patience, onLost} = parts
    const address = {url, name: this.#name}
    const toWrite = async (run: Run) => {
      await run(sessionOf(patience))
      await run(ACKNOWLEDGED)
      await holdLock(run, this.#name)
    }
    const toRead = async (run: Run) => {
      await run(`${sessionOf(patience)}; set default_transaction_read_only = on`)
    }
    this.#writer = kysely(new WriterDriver({pool: poolOf(address, patience, 1, toWrite, onLost)}))
    this.#readers = kysely(new PostgresDriver({pool: poolOf(address, patience, READERS, toRead, onLost)}))
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return work(this.#readers)
  }

  async transaction<T>(work: (db: Db) => Promise<T>): Promise<T> {
    let result: {value: T} | undefined
    try {
      return await this.#writer.transaction().execute(async (db) => {
        result = {value: await work(db)}
        return result.value
      })
    } catch (error) {
      if (!(error instanceof InDoubt)) throw error
      if (await this.#isCommitted(error)) return result!.value
      throw error.cause
    }
  }

  /** Needs room on the disk at once, and gives it back with the transaction. */
  async probe(): Promise<void> {
    const filling = randomBytes(PROBE_BYTES).toString('base64')
    const row = {name: 'probe', value: filling, updatedAt: 0}
    try {
      await this.#writer.transaction().execute(async (db) => {
        await db.insertInto('settings').values(row).execute()
        throw new TakeBack()
      })
    } catch (error) {
      if (!(error instanceof TakeBack)) throw error
    }
  }

  /** To the newest shape. A change of a large table takes as long as it takes. */
  async raise(): Promise<void> {
    const {connectMs} = this.#parts.patience
    const db = patientPostgres(this.#url, this.#name, connectMs, {withLock: true})
    try {
      const {migrations} = this.#parts
      const done = await doneMigrations(db, 'postgres')
      refuseNewer(done, migrations, postgresPlace(this.#url))
      if (done.length === 0) this.#parts.onEmpty()
      await migrate(db, migrations)
    } finally {
      await db.destroy()
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.destroy(), this.#readers.destroy()])
  }

  /** Asks over a new connection until it is told. @throws {StorageFault} unconfirmed */
  async #isCommitted({transaction, cause}: InDoubt): Promise<boolean> {
    const {clock, patience} = this.#parts
    const giveUpAt = clock.monotonic() + patience.doubtMs
    for (;;) {
      const status = await this.#statusOf(transaction).catch(() => null)
      if (status === 'committed' || status === 'aborted') return status === 'committed'
      if (clock.monotonic() >= giveUpAt) throw unconfirmed(cause)
      await pause(200)
    }
  }

  async #statusOf(transaction: string): Promise<string | null> {
    const asked = sql<{status: string | null}>`select txid_status(${transaction}::bigint) as status`
    const {rows} = await asked.execute(this.#writer)
    return rows[0]?.status ?? null
  }
}

/** A connection without limits, for work on whole tables. @param withLock keeps every Commodarr out */
export function patientPostgres(
  url: string,
  name: string,
  connectMs: number,
  {withLock}: {withLock: boolean},
): Kysely<Tables> {
  const prepare = async (run: Run) => {
    await run(sessionOf({lockMs: 60_000, statementMs: 0}))
    await run(ACKNOWLEDGED)
    if (withLock) await holdLock(run, name)
  }
  const pool = poolOf({url, name}, {connectMs, answerMs: 0}, 1, prepare, () => {})
  return kysely(new PostgresDriver({pool}))
}

/** What was answered must survive a crash of the server, whatever it was told for others. */
const ACKNOWLEDGED = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`

/** Of each connection; the last ones have the server notice within a minute that nobody is there any more. */
function sessionOf({lockMs, statementMs}: {lockMs: number; statementMs: number}): string {
  return [
    `set statement_timeout = ${statementMs}`,
    `set lock_timeout = ${lockMs}`,
    `set idle_in_transaction_session_timeout = ${statementMs * 4}`,
    'set extra_float_digits = 3',
    'set tcp_keepalives_idle = 30',
    'set tcp_keepalives_interval = 10',
    'set tcp_keepalives_count = 3',
  ].join('; ')
}

/** Ends the transaction of a probe. */
class TakeBack extends Error {}

/** The transaction was to be committed and no answer came. */
class InDoubt extends Error {
  readonly transaction: string

  constructor(transaction: string, cause: unknown) {
    super('The end of a transaction was not heard.', {cause})
    this.transaction = transaction
  }
}

function unconfirmed(cause: unknown): StorageFault {
  return new StorageFault(
    'unconfirmed',
    'PostgreSQL was lost in the moment of writing: it may have been written.',
    true,
    cause,
  )
}

/** Kysely does not export the class. */
type PostgresConnection = Parameters<PostgresDriver['rollbackTransaction']>[0]

/** Knows each transaction by its number, so that its end can be asked for on another connection. */
class WriterDriver extends PostgresDriver {
  #transaction = ''

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      const begin = CompiledQuery.raw('begin; select txid_current()::text as id')
      const {rows} = await connection.executeQuery<{id: string}>(begin)
      this.#transaction = rows[0]!.id
    } catch (error) {
      // A server that takes no writes has begun it anyway.
      await this.rollbackTransaction(connection as PostgresConnection)
      throw error
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      throw endsConnection(error) ? new InDoubt(this.#transaction, error) : error
    }
  }

  /** On a connection that broke the server does it. */
  override async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => {})
  }
}

function kysely(driver: PostgresDriver): Kysely<Tables> {
  const dialect: Dialect = {
    createDriver: () => driver,
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createAdapter: () => new PostgresAdapter(),
  }
  return new Kysely<Tables>({dialect, plugins: [new CamelCasePlugin()]})
}

/*
 * One Commodarr to a database: an advisory lock that the connection holds which writes. With the connection goes the
 * lock. Source: PostgreSQL docs §13.3.5.
 */

/** "comm" in ASCII; the second half of the key is the schema. */
const FAMILY = 0x636f6d6d
const KEY = `hashtext(coalesce(current_schema(), ''))`
const TRIES = 20
const PAUSE_MS = 100

/**
 * Takes it for the connection that `run` uses, with two seconds' patience for a predecessor that has just ended.
 * @param name of the program, as its connections say it to the server
 * @throws {StorageFault} storage_busy
 */
async function holdLock(run: Run, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const [answer] = await run(`select pg_try_advisory_lock(${FAMILY}, ${KEY}) as held`)
    if (answer?.['held'] === true) return
    const holder = await holderOf(run)
    if (tries >= TRIES) throw heldBy(holder)
    // A connection that we lost and the server did not: nobody speaks over it any more.
    if (holder?.name === name) await run('select pg_terminate_backend($1)', [holder.pid])
    await pause(PAUSE_MS)
  }
}

interface Holder {
  readonly pid: number
  readonly name: string
  readonly address: string
  readonly since: string
}

/** `null` = it has just let go. */
async function holderOf(run: Run): Promise<Holder | null> {
  const [found] = await run(
    `select pid, application_name as name, coalesce(host(client_addr), 'this machine') as address,
       to_char(backend_start, 'YYYY-MM-DD HH24:MI') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = ${FAMILY} and objsubid = 2
       and objid::bigint = (${KEY}::bigint & 4294967295)
       and database = (select oid from pg_database where datname = current_database())`,
  )
  return (found as Holder | undefined) ?? null
}

function heldBy(holder: Holder | null): StorageFault {
  const who = holder === null ? '' : ` (connected from ${holder.address} since ${holder.since})`
  return new StorageFault(
    'storage_busy',
    `Another Commodarr${who} uses this database of PostgreSQL. End it, or give each a database of its own.`,
    true,
  )
}
