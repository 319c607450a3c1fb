/** Actions of several steps that are not finished: after a restart each goes on from the step it had begun. */
import type {SagaRecord} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {pruneSagas, putSaga} from '#store/repositories/sagas.ts'
import type {MemoryWriter} from './writer.ts'

type SagaStep = Pick<SagaRecord, 'step' | 'version' | 'state'>

export class SagaRepository {
  readonly #writer: MemoryWriter
  readonly #open = new Map<string, SagaRecord>()
  /** Their end is being written: a step behind it would open them again. */
  readonly #ending = new Set<string>()

  constructor(writer: MemoryWriter, records: readonly SagaRecord[]) {
    this.#writer = writer
    for (const record of records) this.#open.set(record.id, record)
  }

  /** All that are not finished, oldest first. */
  unfinished(): readonly SagaRecord[] {
    return [...this.#open.values()]
  }

  /** `null` = there is none, or it is finished. */
  of(id: string): SagaRecord | null {
    return this.#open.get(id) ?? null
  }

  /** `null` = nothing of this kind is under way with it. */
  about(kind: string, subject: string): SagaRecord | null {
    return this.unfinished().find((saga) => saga.kind === kind && saga.subject === subject) ?? null
  }

  /** Its first step may be done when this resolves. @throws {StorageFault} then it has not begun */
  async begin(saga: Omit<SagaRecord, 'updatedAt' | 'endedAt' | 'outcome'>): Promise<SagaRecord> {
    return this.#put({...saga, updatedAt: saga.startedAt, endedAt: null, outcome: null})
  }

  /** The step may be done when this resolves. @throws {StorageFault} then it is still at the one before */
  async step(id: string, step: SagaStep, now: EpochMs): Promise<SagaRecord> {
    const saga = this.#required(id)
    if (this.#ending.has(id)) throw new TypeError(`The saga ${id} is over.`)
    return this.#put({...saga, ...step, updatedAt: now})
  }

  /** @param outcome what became of it, done or not. @throws {StorageFault} then it is not finished */
  async end(id: string, outcome: string, now: EpochMs): Promise<void> {
    const saga = this.#required(id)
    this.#ending.add(id)
    try {
      await this.#put({...saga, outcome, updatedAt: now, endedAt: now})
    } finally {
      this.#ending.delete(id)
    }
  }

  /** Forgets those that ended before `at`. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneSagas(db, at))
  }

  async #put(saga: SagaRecord): Promise<SagaRecord> {
    await this.#writer.commit((db) => putSaga(db, saga))
    if (saga.endedAt === null) this.#open.set(saga.id, saga)
    else this.#open.delete(saga.id)
    return saga
  }

  #required(id: string): SagaRecord {
    const saga = this.#open.get(id)
    if (saga === undefined) throw new TypeError(`There is no unfinished saga ${id}.`)
    return saga
  }
}
