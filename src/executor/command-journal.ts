import type {JournalEntry} from '#journal/entry.ts'
import type {Journal} from '#journal/journal.ts'

interface Follower {
  take(entries: readonly JournalEntry[]): void
}

/** The journal as commands write it: whoever waits for their ends hears of each line once it is on disk. */
export class CommandJournal {
  readonly #journal: Pick<Journal, 'write'>
  readonly #unconfirmed: Follower & {takeUnwritten(entries: readonly JournalEntry[]): void}
  readonly #lateEffects: Follower
  #listener: (entries: readonly JournalEntry[]) => void = () => {}

  constructor(
    journal: Pick<Journal, 'write'>,
    unconfirmed: Follower & {takeUnwritten(entries: readonly JournalEntry[]): void},
    lateEffects: Follower,
  ) {
    this.#journal = journal
    this.#unconfirmed = unconfirmed
    this.#lateEffects = lateEffects
  }

  /** @param listener told of lines that are on disk, before whoever waits for ends */
  onWritten(listener: (entries: readonly JournalEntry[]) => void): void {
    this.#listener = listener
  }

  /** Resolves when the entries are on disk. @throws {StorageFault} what was sent is waited for all the same */
  async write(entries: readonly JournalEntry[]): Promise<void> {
    try {
      await this.#journal.write(entries)
    } catch (error) {
      this.#unconfirmed.takeUnwritten(entries)
      this.#lateEffects.take(entries)
      throw error
    }
    this.#listener(entries)
    this.#unconfirmed.take(entries)
    this.#lateEffects.take(entries)
  }
}
