/**
 * The database behind everything that must outlive a restart. Repositories are its only readers and writers; what a
 * write belongs to is done whole or not at all.
 */
import {AsyncLocalStorage} from 'node:async_hooks'
import {systemClock, type Clock} from '#lib/clock.ts'
import {
  usualPatience,
  type Db,
  type Engine,
  type EngineDeps,
  type Migrations,
  type StorePatience,
} from './engine.ts'
import {StorageFault, storageFault} from './faults.ts'
import {StoreHealth, type StoreState} from './health.ts'
import {migrations as knownMigrations} from './migrations/migrations.ts'
import {openPostgres} from './postgres.ts'
import {openSqlite} from './sqlite.ts'

export type {Db} from './engine.ts'

export interface StoreOptions {
  /** Hears each change of `state`. */
  readonly onState?: ((state: StoreState) => void) | undefined
  readonly clock?: Clock | undefined
  /** 0 to 1. */
  readonly random?: (() => number) | undefined
  readonly patience?: Partial<StorePatience> | undefined
  /** Of the data folder: let go when the store is closed. */
  readonly lock?: {release(): void} | undefined
  /** The database is new, or was emptied: throws when it should not be. */
  readonly onEmpty?: (() => void) | undefined
  /** Another history of the tables: for tests. */
  readonly migrations?: Migrations | undefined
}

export class Store {
  readonly kind: 'sqlite' | 'postgres'
  readonly #engine: Engine
  readonly #health: StoreHealth
  readonly #within = new AsyncLocalStorage<true>()
  #writing: Promise<unknown> = Promise.resolve()
  readonly #lock: StoreOptions['lock']
  #isClosed = false

  /** @param path of the file; `:memory:` for a test. @throws {StorageFault} naming the file and what helps */
  static sqlite(path: string, options: StoreOptions = {}): Promise<Store> {
    return Store.#open('sqlite', options, (parts) => openSqlite(path, parts))
  }

  /** @param url `postgres://user:password@host:port/database`. @throws {StorageFault} */
  static postgres(url: string, options: StoreOptions = {}): Promise<Store> {
    return Store.#open('postgres', options, (parts) => openPostgres(url, parts))
  }

  static async #open(
    kind: Store['kind'],
    options: StoreOptions,
    open: (parts: EngineDeps) => Promise<Engine>,
  ): Promise<Store> {
    const {clock = systemClock, migrations = knownMigrations} = options
    let store: Store | undefined
    let early: unknown = null
    const engine = await open({
      clock,
      migrations,
      patience: {...usualPatience, ...options.patience},
      onLost: (error) => (store ? store.lost(error) : (early = error)),
      onEmpty: options.onEmpty ?? (() => {}),
    })
    store = new Store(kind, engine, clock, options)
    if (early !== null) store.lost(early)
    return store
  }

  private constructor(kind: Store['kind'], engine: Engine, clock: Clock, options: StoreOptions) {
    this.kind = kind
    this.#engine = engine
    this.#lock = options.lock
    this.#health = new StoreHealth(
      clock,
      kind === 'postgres',
      options.random ?? Math.random,
      () => this.#inTurn(() => engine.probe()),
      options.onState ?? (() => {}),
    )
  }

  get state(): StoreState {
    return this.#health.state
  }

  /** @throws {StorageFault} */
  async read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    this.#requireUsable('read')
    if (!this.#health.isWell) await this.#health.admit('read')
    try {
      const result = await this.#engine.read(work)
      this.#health.succeeded('read')
      return result
    } catch (error) {
      if (isRefusedWrite(error)) throw new TypeError('Only store.write may write.', {cause: error})
      throw this.#health.failed(error, 'read')
    }
  }

  /** One transaction; one after the other. @throws {StorageFault} then nothing of it is written */
  async write<T>(work: (db: Db) => Promise<T>): Promise<T> {
    this.#requireUsable('write')
    if (!this.#health.isWell) await this.#health.admit('write')
    return this.#inTurn(async () => {
      this.#health.requireWell()
      try {
        const result = await this.#engine.transaction((db) => this.#within.run(true, work, db))
        this.#health.succeeded('write')
        return result
      } catch (error) {
        throw this.#health.failed(error, 'write')
      }
    })
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#health.end()
    await this.#writing
    await this.#engine.close()
    this.#lock?.release()
  }

  private lost(error: unknown): void {
    this.#health.failed(error, 'write')
  }

  #requireUsable(what: string): void {
    if (this.#isClosed) throw new StorageFault('storage_unavailable', 'The database is closed.', false)
    // On SQLite it would wait for itself; on PostgreSQL it would not see what was written so far.
    if (this.#within.getStore() === true)
      throw new TypeError(`store.${what} within a store.write: use the db that the work was handed.`)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work)
    this.#writing = done.catch(() => {})
    return done
  }
}

function isRefusedWrite(error: unknown): boolean {
  const fault = storageFault(error)
  return fault instanceof StorageFault && fault.code === 'storage_read_only'
}
