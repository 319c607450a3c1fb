/**
 * The one writer of what is remembered, with two ways in:
 *
 *   commit    what must be written before anybody acts on it        all that wait, in one transaction
 *   backlog   what may be lost for a moment: holds, clocks          gathered, the last word of each row, in portions
 *
 * A backlog is never dropped because the database is away: it waits, is tried again, and somebody is told.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {StorageFault} from '#store/faults.ts'
import type {Db, Store} from '#store/store.ts'
import {Unwritten, type Changes} from './unwritten.ts'

/** @param lost rows of a backlog that no database can take, a mistake of ours; 0 = everything is tried again */
export type FaultListener = (error: unknown, lost: number) => void

interface Waiting {
  readonly work: (db: Db) => Promise<void>
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

interface Backlog {
  readonly unwritten: Pick<Unwritten<unknown>, 'size' | 'take'>
  readonly everyMs: number
  cancel: (() => void) | null
  failures: number
}

/** Calls of one transaction. */
const TOGETHER = 100
/** Rows of one: some 5 ms of everybody's time in SQLite. */
const PORTION = 250

export class MemoryWriter {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  /** 0 to 1. */
  readonly #random: () => number
  readonly #onFault: FaultListener
  readonly #backlogs: Backlog[] = []
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null
  #turn: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(store: Pick<Store, 'write'>, clock: Clock, random: () => number, onFault: FaultListener) {
    this.#store = store
    this.#clock = clock
    this.#random = random
    this.#onFault = onFault
  }

  /**
   * Resolves when it is committed, in the order of the calls.
   * @throws {StorageFault} then nothing of it is written; only with the code `unconfirmed` nobody knows: say it again
   */
  commit(work: (db: Db) => Promise<void>): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({work, done, failed})
      this.#working ??= this.#work()
    })
  }

  /** @param everyMs how long a word waits for others at most, while all is well */
  backlog<Row>(everyMs: number, write: (db: Db, changes: Changes<Row>) => Promise<void>): Unwritten<Row> {
    const unwritten = new Unwritten<Row>(write, () => this.#plan(backlog, everyMs))
    const backlog: Backlog = {unwritten, everyMs, cancel: null, failures: 0}
    this.#backlogs.push(backlog)
    return unwritten
  }

  /** Resolves when all that is waiting now is written. @throws {StorageFault} */
  async flush(): Promise<void> {
    for (const backlog of this.#backlogs) await this.#inTurn(() => this.#write(backlog))
  }

  /** The same for the end of the program; whatever comes later is not written any more. @throws {StorageFault} */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const {cancel} of this.#backlogs) cancel?.()
    await this.#working
    await this.flush()
  }

  async #work(): Promise<void> {
    // Not at once: whoever else writes in this very moment comes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      await this.#writeTogether(this.#waiting.splice(0, TOGETHER))
      await nextTurn()
    }
    this.#working = null
  }

  async #writeTogether(some: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.write(async (db) => {
        for (const {work} of some) await work(db)
      })
    } catch (error) {
      // One of them is wrong; the others shall not suffer for it.
      if (some.length > 1 && !(error instanceof StorageFault)) {
        for (const one of some) await this.#writeTogether([one])
      } else for (const {failed} of some) failed(error)
      return
    }
    for (const {done} of some) done()
  }

  #plan(backlog: Backlog, ms: number): void {
    if (this.#isClosed) return
    backlog.cancel ??= this.#clock.after(ms, () => {
      backlog.cancel = null
      // Its faults are told by itself.
      this.#inTurn(() => this.#write(backlog)).catch(() => {})
    })
  }

  /** One after the other, so that nothing older is ever written over something newer. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #write(backlog: Backlog): Promise<void> {
    for (let left = backlog.unwritten.size; left > 0; left -= PORTION) {
      try {
        await this.#writePortion(backlog.unwritten, PORTION)
      } catch (error) {
        this.#onFault(error, 0)
        backlog.cancel?.()
        backlog.cancel = null
        this.#plan(backlog, this.#waitAfter(++backlog.failures))
        throw error
      }
      await nextTurn()
    }
    backlog.failures = 0
  }

  /** @throws {StorageFault} */
  async #writePortion(unwritten: Backlog['unwritten'], most: number): Promise<void> {
    const portion = unwritten.take(most)
    try {
      await this.#store.write((db) => portion.write(db))
    } catch (error) {
      if (!(error instanceof StorageFault) && portion.size === 1) return this.#onFault(error, 1)
      portion.putBack()
      if (error instanceof StorageFault) throw error
      // One of them is wrong; the others shall not wait for it for ever.
      for (let left = portion.size; left > 0; left--) await this.#writePortion(unwritten, 1)
    }
  }

  #waitAfter(failures: number): number {
    return backoffMs(failures, this.#random(), {firstMs: 2_000, mostMs: 60_000})
  }
}
