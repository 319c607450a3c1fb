import type {JournalEntry} from '#journal/entry.ts'
import type {Journal} from '#journal/journal.ts'

interface Follower {
  take(entries: readonly JournalEntry[]): void
}

interface CommandJournalDeps {
  readonly journal: Pick<Journal, 'write'>
  readonly unconfirmed: Follower & {takeUnwritten(entries: readonly JournalEntry[]): void}
  readonly lateEffects: Follower
}

/** The journal as commands write it: whoever waits for their ends hears of each line once it is on disk. */
export class CommandJournal {
  readonly #parts: CommandJournalDeps
  #listener: (entries: readonly JournalEntry[]) => void = () => {}

  constructor(parts: CommandJournalDeps) {
    this.#parts = parts
  }

  /** @param listener told of lines that are on disk, before whoever waits for ends */
  onWritten(listener: (entries: readonly JournalEntry[]) => void): void {
    this.#listener = listener
  }

  /** Resolves when the entries are on disk. @throws {StorageFault} what was sent is waited for all the same */
  async write(entries: readonly JournalEntry[]): Promise<void> {
    const {journal, unconfirmed, lateEffects} = this.#parts
    try {
      await journal.write(entries)
    } catch (error) {
      unconfirmed.takeUnwritten(entries)
      lateEffects.take(entries)
      throw error
    }
    this.#listener(entries)
    unconfirmed.take(entries)
    lateEffects.take(entries)
  }
}
