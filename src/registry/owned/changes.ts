/**
 * Changes that people make: one at a time, as what was read before still holds when it is written; each with its journal
 * entry, whole or not at all; and who is refused one is written down, too.
 */
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {withRepeated, type AuditEvent, type RefusalNotes, type RepeatedRefusal} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'

export class Changes {
  readonly clock: Clock
  readonly #store: Pick<Store, 'write'>
  readonly #log: {error(about: object, text: string): void}
  readonly #refusals: RefusalNotes
  readonly #turns = new Semaphore(1)

  constructor(
    store: Pick<Store, 'write'>,
    clock: Clock,
    log: {error(about: object, text: string): void},
    refusals: RefusalNotes,
  ) {
    this.#store = store
    this.clock = clock
    this.#log = log
    this.#refusals = refusals
  }

  /** One after the other. Not to be nested. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work)
  }

  /**
   * In its turn, for somebody. Who is refused what he sees is worth knowing of; what he does not see is not there, and
   * not worth a line.
   * @param event what was refused, as it is called then
   */
  async attempt<T>(event: () => AuditEvent, work: () => Promise<T>): Promise<T> {
    try {
      return await this.inTurn(work)
    } catch (error) {
      if (error instanceof CommodarrError && error.code === 'forbidden') {
        const refused = event()
        const kind = {...refused, code: error.code}
        await this.#noteRefused(refused, error, (note) => this.#refusals.note(kind, note))
      }
      throw error
    }
  }

  /** Within a turn. @throws {StorageFault} then nothing of it was done */
  async write(event: AuditEvent, work: (db: Db, now: EpochMs) => Promise<unknown>): Promise<void> {
    const now = this.clock.now()
    await this.#store.write(async (db) => {
      await work(db, now)
      await appendEvent(db, event, now)
    })
  }

  /** An entry alone. @throws {StorageFault} */
  note(event: AuditEvent): Promise<void> {
    return this.write(event, async () => {})
  }

  /**
   * Done elsewhere, in the file or at an Arr. The entry comes first: nothing is done there that nobody can read of later.
   * That it was refused is written behind it.
   */
  async announced<T>(event: AuditEvent, work: () => Promise<T>): Promise<T> {
    await this.note(event)
    try {
      return await work()
    } catch (error) {
      if (error instanceof CommodarrError) await this.#noteRefused(event, error, (note) => note(null))
      throw error
    }
  }

  /** Never rejects. */
  async #noteRefused(
    event: AuditEvent,
    {code, message}: CommodarrError,
    write: (note: (repeated: RepeatedRefusal | null) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const refused = {...event, refused: {code, message}}
    await write((repeated) => this.note(withRepeated(refused, repeated))).catch((fault: unknown) =>
      this.#log.error({err: fault}, 'a refusal could not be written down'),
    )
  }
}
