/** Once a day: what is older than the settings say goes, and what never got an end gets one. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Clock} from '#lib/clock.ts'
import {pruneJournal} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import type {Journal} from './journal.ts'

interface RetentionDeps {
  readonly journal: Pick<Journal, 'settleBefore'>
  readonly store: Pick<Store, 'write'>
  readonly clock: Clock
  /** How long entries are kept; asked again each time. */
  readonly days: () => number
  readonly log: {warn(about: object, text: string): void}
}

const DAY = 86_400_000
/** What rules did or only said without destroying anything; there is much of it. */
const BRIEF_DAYS = 30
/** After the start, when there is less to do. */
const FIRST_MS = 10 * 60_000
/** Lines of one transaction: some 5 ms. */
const PORTION = 500

export class JournalRetention {
  readonly #parts: RetentionDeps
  #cancel: () => void = () => {}
  #working: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: RetentionDeps) {
    this.#parts = parts
  }

  start(): void {
    this.#plan(FIRST_MS)
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#working
  }

  #plan(ms: number): void {
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#working = this.keep()
      this.#plan(DAY)
    })
  }

  /** Once, now. Never rejects: what fails is tried again tomorrow. */
  async keep(): Promise<void> {
    const {journal, store, clock, days, log} = this.#parts
    const now = clock.now()
    try {
      await journal.settleBefore(now - DAY, now)
      const before = {at: now - days() * DAY, brief: now - BRIEF_DAYS * DAY}
      let gone = PORTION
      while (gone === PORTION && !this.#isStopped) {
        gone = await store.write((db) => pruneJournal(db, before, PORTION))
        await nextTurn()
      }
    } catch (error) {
      log.warn({err: error}, 'old entries of the journal could not be removed; it is tried again tomorrow')
    }
  }
}
