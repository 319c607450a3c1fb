/**
 * Every search of an Arr that is known here, with its end: why it was made, what the Arr said, what came of it. Begun by
 * `Searched`, in the transaction that claims the search, so that none is missing after a crash.
 */
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {
  endSearchRun,
  pruneSearchRuns,
  readOpenSearchRuns,
  readSearchRunsOf,
} from '#store/repositories/search-runs.ts'
import type {Store} from '#store/store.ts'
import type {MemoryWriter} from './writer.ts'

/** Some 60 MB in the database. */
const MOST = 200_000

export class SearchRuns {
  readonly #writer: MemoryWriter
  readonly #store: Pick<Store, 'read'>

  constructor(writer: MemoryWriter, store: Pick<Store, 'read'>) {
    this.#writer = writer
    this.#store = store
  }

  /** Those that are not known to be over, oldest first. @throws {StorageFault} */
  open(): Promise<readonly SearchRun[]> {
    return this.#store.read(readOpenSearchRuns)
  }

  /**
   * Of one Arr, newest first; of the millisecond of the last one all, also over the limit.
   * @param before asked before this moment; `null` = now
   * @throws {StorageFault}
   */
  of(
    arrId: string,
    page: {readonly before: EpochMs | null; readonly limit: number},
  ): Promise<readonly SearchRun[]> {
    return this.#store.read((db) => readSearchRunsOf(db, arrId, page))
  }

  /** @throws {StorageFault} */
  async end(searchId: string, end: SearchEnd): Promise<void> {
    await this.#writer.commit((db) => endSearchRun(db, searchId, end))
  }

  /** Forgets what was asked before, and of more than are kept the oldest. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneSearchRuns(db, at, MOST))
  }
}
