/**
 * When something was last used, gathered and written together: a request waits for no write, and losing a minute of it
 * loses nothing.
 */
import type {Clock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'

const WRITE_EVERY_MS = 60_000

export class LastUses<Id extends string> {
  readonly #clock: Clock
  readonly #write: (uses: ReadonlyMap<Id, EpochMs>) => Promise<void>
  readonly #onFault: (error: unknown) => void
  #waiting = new Map<Id, EpochMs>()
  #cancel: (() => void) | null = null

  /** @param onFault the database could not take them; they are tried again with the next ones */
  constructor(
    clock: Clock,
    write: (uses: ReadonlyMap<Id, EpochMs>) => Promise<void>,
    onFault: (error: unknown) => void,
  ) {
    this.#clock = clock
    this.#write = write
    this.#onFault = onFault
  }

  note(id: Id, at: EpochMs): void {
    this.#waiting.set(id, at)
    this.#plan()
  }

  /** What is gone is not written any more. */
  forget(id: Id): void {
    this.#waiting.delete(id)
  }

  /** Writes now; for the end of the program. Never throws. */
  async flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    if (this.#waiting.size === 0) return
    const uses = this.#waiting
    this.#waiting = new Map()
    try {
      await this.#write(uses)
    } catch (error) {
      this.#onFault(error)
      this.#waiting = new Map([...uses, ...this.#waiting])
    }
  }

  #plan(): void {
    this.#cancel ??= this.#clock.after(WRITE_EVERY_MS, () => {
      this.#cancel = null
      void this.flush().then(() => this.#waiting.size > 0 && this.#plan())
    })
  }
}
