/** Once a day: what is older than the settings say goes, and what never got an end gets one. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Clock} from '#lib/clock.ts'
import {pruneJournal} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import type {Journal} from './journal.ts'

const DAY = 86_400_000
/** What rules did or only said without destroying anything; there is much of it. */
const BRIEF_DAYS = 30
/** After the start, when there is less to do. */
const FIRST_MS = 10 * 60_000
/** Lines of one transaction: some 5 ms. */
const PORTION = 500

export class JournalRetention {
  readonly #journal: Pick<Journal, 'settleBefore'>
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  /** How long entries are kept; asked again each time. */
  readonly #days: () => number
  readonly #log: {warn(about: object, text: string): void}
  #cancel: () => void = () => {}
  #working: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(
    journal: Pick<Journal, 'settleBefore'>,
    store: Pick<Store, 'write'>,
    clock: Clock,
    days: () => number,
    log: {warn(about: object, text: string): void},
  ) {
    this.#journal = journal
    this.#store = store
    this.#clock = clock
    this.#days = days
    this.#log = log
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
    this.#cancel = this.#clock.after(ms, () => {
      this.#working = this.keep()
      this.#plan(DAY)
    })
  }

  /** Once, now. Never rejects: what fails is tried again tomorrow. */
  async keep(): Promise<void> {
    const now = this.#clock.now()
    try {
      await this.#journal.settleBefore(now - DAY, now)
      const before = {at: now - this.#days() * DAY, brief: now - BRIEF_DAYS * DAY}
      let gone = PORTION
      while (gone === PORTION && !this.#isStopped) {
        gone = await this.#store.write((db) => pruneJournal(db, before, PORTION))
        await nextTurn()
      }
    } catch (error) {
      this.#log.warn(
        {err: error},
        'old entries of the journal could not be removed; it is tried again tomorrow',
      )
    }
  }
}
