/** Ends that somebody waits for: of a quarantine, of a hold. A new one is in force when it is written. */
import type {Clock} from '#lib/clock.ts'
import {Countdowns} from '#lib/countdowns.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {amendExpiry, deleteExpiry, moveExpiry, putExpiry} from '#store/repositories/rule-memory.ts'
import type {MemoryWriter} from './writer.ts'

export class Deadlines {
  readonly #writer: MemoryWriter
  readonly #records = new Map<string, DeadlineRecord>()
  readonly #countdowns: Countdowns

  constructor(writer: MemoryWriter, clock: Clock, records: readonly DeadlineRecord[]) {
    this.#writer = writer
    this.#countdowns = new Countdowns(clock, (names, ms) => this.#move(names, ms))
    for (const record of records) this.#remember(record, true)
  }

  of(kind: string, subject: string): DeadlineRecord | null {
    return this.#records.get(nameOf(kind, subject)) ?? null
  }

  ofKind(kind: string): readonly DeadlineRecord[] {
    return [...this.#records.values()].filter((it) => it.kind === kind)
  }

  /** In place of those that the subjects had of these kinds. @throws {StorageFault} then those still stand */
  async set(...records: readonly DeadlineRecord[]): Promise<void> {
    await this.#writer.commit((db) => putExpiry(db, records))
    for (const record of records) this.#remember(record)
  }

  /** Another detail of the same end, which stays where it is whatever the wall clock says now. @throws {StorageFault} */
  async amend(record: DeadlineRecord, detail: unknown): Promise<void> {
    const name = nameOf(record.kind, record.subject)
    await this.#writer.commit((db) => amendExpiry(db, {...record, detail}))
    // It may have been cancelled meanwhile, or its end moved.
    const now = this.#records.get(name)
    if (now) this.#records.set(name, {...now, detail})
  }

  /** They were kept, or are not waited for any more. @throws {StorageFault} then they still stand */
  async cancel(kind: string, ...subjects: readonly string[]): Promise<void> {
    await this.#writer.commit((db) => deleteExpiry(db, kind, subjects))
    for (const subject of subjects) {
      this.#records.delete(nameOf(kind, subject))
      this.#countdowns.drop(nameOf(kind, subject))
    }
  }

  isOver(kind: string, subject: string): boolean {
    return this.#countdowns.isOver(nameOf(kind, subject))
  }

  /** Those that are over, until they are cancelled. */
  due(): readonly DeadlineRecord[] {
    return this.#countdowns.due().map((name) => this.#records.get(name)!)
  }

  /** ms until the next one is over; `null` = there is none. */
  next(): number | null {
    return this.#countdowns.next()
  }

  #remember(record: DeadlineRecord, isOld = false): void {
    const name = nameOf(record.kind, record.subject)
    this.#records.set(name, record)
    this.#countdowns.begin(name, record.dueAt, isOld)
  }

  /** The clock was put right. What cannot be written now has its former end at the next start. */
  #move(names: readonly string[], ms: number): void {
    const moved = names.map((name) => {
      const record = this.#records.get(name)!
      return {...record, dueAt: record.dueAt + ms}
    })
    for (const record of moved) this.#records.set(nameOf(record.kind, record.subject), record)
    this.#writer.commit((db) => moveExpiry(db, moved)).catch(() => {})
  }
}

function nameOf(kind: string, subject: string): string {
  return `${kind} ${subject}`
}
