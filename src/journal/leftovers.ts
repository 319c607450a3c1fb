import type {Clock} from '#lib/clock.ts'
import type {JournalEntry} from './entry.ts'
import type {Journal} from './journal.ts'

/**
 * What earlier lives of the program left open in the journal, settled once. Where that cannot be written at the start,
 * what this life has begun since stays as it is.
 */
export class JournalLeftovers {
  readonly #journal: Pick<Journal, 'settleLeftovers' | 'settleBefore'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #startedAt: number
  #isFirst = true
  #listener: (entries: readonly JournalEntry[]) => void = () => {}

  /** Call at the start, before this life writes anything. */
  constructor(journal: Pick<Journal, 'settleLeftovers' | 'settleBefore'>, clock: Pick<Clock, 'now'>) {
    this.#journal = journal
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  /** @param listener called with entries whose end is unknown, once that is written */
  onUnconfirmed(listener: (entries: readonly JournalEntry[]) => void): void {
    this.#listener = listener
  }

  /** Done whole or not at all, and again then. @throws {StorageFault} */
  async settle(): Promise<void> {
    const isFirst = this.#isFirst
    this.#isFirst = false
    // Later on only what was begun before is an earlier life's.
    const {unconfirmed} = isFirst
      ? await this.#journal.settleLeftovers(this.#startedAt)
      : await this.#journal.settleBefore(this.#startedAt, this.#clock.now())
    this.#listener(unconfirmed)
  }
}
