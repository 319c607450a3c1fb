/**
 * Every search of an Arr that is known here, with its end: why it was made, what the Arr said, what came of it. Begun by
 * `Searched`, in the transaction that claims the search, so that none is missing after a crash.
 */
import type {Clock} from '#lib/clock.ts'
import type {RefusedGrab} from '#model/arr.ts'
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import type {SearchesQuery, SearchesWindow} from '#model/searches.ts'
import type {EpochMs} from '#model/units.ts'
import {
  addRefusedReleases,
  endSearchRun,
  pruneSearchRuns,
  querySearchRuns,
  readOpenSearchRuns,
  readSearchRun,
  readSearchRunsOf,
} from '#store/repositories/search-runs.ts'
import type {Store} from '#store/store.ts'
import type {MemoryWriter} from './writer.ts'

/** Some 60 MB in the database. */
const MOST = 200_000
/** An Arr whose download client refuses everything has hundreds a day. */
const MOST_REFUSED_OF_ARR = 1_000

export class SearchRuns {
  readonly #writer: MemoryWriter
  readonly #store: Pick<Store, 'read'>
  readonly #clock: Pick<Clock, 'now'>

  constructor(writer: MemoryWriter, store: Pick<Store, 'read'>, clock: Pick<Clock, 'now'>) {
    this.#writer = writer
    this.#store = store
    this.#clock = clock
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

  /** `null` = there is none (any more), or its Arr chose it without us. @throws {StorageFault} */
  get(searchId: string): Promise<SearchRun | null> {
    return this.#store.read((db) => readSearchRun(db, searchId))
  }

  /** Of several Arrs. @throws {StorageFault} */
  query(query: SearchesQuery): Promise<SearchesWindow> {
    return this.#store.read((db) => querySearchRuns(db, query))
  }

  /** @throws {StorageFault} */
  async end(searchId: string, end: SearchEnd): Promise<void> {
    await this.#writer.commit((db) => endSearchRun(db, searchId, end))
  }

  /**
   * What download clients refused of an Arr that chose it without us: each release once, of an Arr the last thousand,
   * and none that a search of ours tells of.
   * @throws {StorageFault}
   */
  async addRefused(arrId: string, releases: readonly RefusedGrab[]): Promise<void> {
    const now = this.#clock.now()
    // The clock of an Arr may be wrong: what is of the future would stay for ever.
    const known = releases.map((release) => ({...release, at: Math.min(release.at, now)}))
    await this.#writer.commit((db) =>
      addRefusedReleases(db, arrId, {releases: known, most: MOST_REFUSED_OF_ARR}),
    )
  }

  /**
   * Forgets what was asked before, and of more than are kept the oldest; what an Arr chose without us when it was refused
   * last before its own time.
   * @throws {StorageFault}
   */
  async expire(times: {readonly before: EpochMs; readonly refusedBefore: EpochMs}): Promise<void> {
    await this.#writer.commit((db) => pruneSearchRuns(db, {...times, most: MOST}))
  }
}
