/** What the store needs of a database; `sqlite.ts` and `postgres.ts` have it. */
import type {Kysely, Transaction} from 'kysely'
import type {Migration} from 'kysely/migration'
import type {Clock} from '#lib/clock.ts'
import {StorageFault, storageFault} from './faults.ts'
import type {Tables} from './tables.ts'

/** What repositories are handed: a connection, or the transaction that their work belongs to. */
export type Db = Kysely<Tables> | Transaction<Tables>

export interface Engine {
  /** Refuses to write. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** One transaction; the store lets only one run at a time. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Writes, and changes nothing: does it take writes? */
  probe(): Promise<void>
  close(): Promise<void>
}

export type Migrations = Readonly<Record<string, Migration>>

export interface EngineDeps {
  readonly clock: Clock
  readonly migrations: Migrations
  readonly patience: StorePatience
  /** A connection broke while nobody used it, or the database takes no writes at its start. */
  readonly onLost: (error: unknown) => void
  /** It has no table of ours yet; what this throws keeps it so. */
  readonly onEmpty: () => void
}

/** How long the database is waited for, ms. */
export interface StorePatience {
  /** For the lock of a SQLite file that another program writes to. */
  readonly busyMs: number
  /** For a connection to PostgreSQL. */
  readonly connectMs: number
  /** For a lock that somebody else holds in PostgreSQL. */
  readonly lockMs: number
  /** For one statement, by PostgreSQL's own clock. */
  readonly statementMs: number
  /** For the answer to one statement, by ours. */
  readonly answerMs: number
  /** For news of a transaction whose end was not heard. */
  readonly doubtMs: number
}

export const usualPatience: StorePatience = {
  busyMs: 2_000,
  connectMs: 5_000,
  lockMs: 5_000,
  statementMs: 15_000,
  answerMs: 20_000,
  doubtMs: 10_000,
}

/**
 * A start is the time to say so. Every other fault may pass while it runs, a full disk for example: it begins with that.
 * @throws {StorageFault} storage_read_only
 */
export async function refuseReadOnly(engine: Engine, {onLost}: Pick<EngineDeps, 'onLost'>): Promise<void> {
  try {
    await engine.probe()
  } catch (error) {
    const fault = storageFault(error)
    if (!(fault instanceof StorageFault) || fault.code === 'storage_read_only') throw fault
    onLost(fault)
  }
}
