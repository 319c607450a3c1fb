/**
 * What is known of the searches of each unit of a library. What is claimed, and how it ended, is written first, together
 * with the search itself; all else within a second: a crash costs an evaluation.
 */
import type {SearchState, SearchUnit, SearchWish} from '#model/searching.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteSearchStates, putSearchStates} from '#store/repositories/search-states.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

const WRITE_EVERY_MS = 1_000

type Key = Pick<SearchState, 'arrId' | 'unit'>

export class SearchStates {
  readonly #writer: MemoryWriter
  readonly #unwritten: Unwritten<SearchState>
  readonly #byArr = new Map<string, Map<SearchUnit, SearchState>>()

  constructor(writer: MemoryWriter, states: readonly SearchState[]) {
    this.#writer = writer
    this.#unwritten = writer.backlog(WRITE_EVERY_MS, async (db, {put, gone}) => {
      await putSearchStates(db, put)
      await deleteSearchStates(db, gone)
    })
    for (const state of states) this.#of(state.arrId).set(state.unit, state)
  }

  get(arrId: string, unit: SearchUnit): SearchState | undefined {
    return this.#byArr.get(arrId)?.get(unit)
  }

  /** Of this Arr those that are wanted for this reason. */
  *wished(arrId: string, reason: SearchWish): Generator<SearchState> {
    for (const state of this.#byArr.get(arrId)?.values() ?? []) if (state.wish?.reason === reason) yield state
  }

  /** Known at once, written within a second. */
  put(state: SearchState): void {
    this.#of(state.arrId).set(state.unit, state)
    this.#unwritten.put(nameOf(state), state)
  }

  /**
   * Resolves when it is written: in the transaction of whatever else is committed in the same moment. It is known at once,
   * so that nothing else is begun of it meanwhile.
   * @throws {StorageFault} then it is as before
   */
  async commit(state: SearchState): Promise<void> {
    const before = this.get(state.arrId, state.unit)
    this.#of(state.arrId).set(state.unit, state)
    // What waits is older.
    this.#unwritten.drop(nameOf(state))
    try {
      await this.#writer.commit((db) => putSearchStates(db, [state]))
    } catch (error) {
      if (before) this.put(before)
      else this.#remove(state)
      throw error
    }
  }

  /** In another database of its Arr the numbers mean other items: each state goes with what it is about. */
  renumber(arrId: string, unitOf: (foreignId: string) => SearchUnit | null): void {
    const before = [...this.#of(arrId).values()]
    for (const state of before) this.#remove(state)
    for (const state of before) {
      const unit = state.foreignId === null ? null : unitOf(state.foreignId)
      if (unit !== null) this.put({...state, unit})
    }
  }

  /** Forgets what was searched before, is neither held back nor wanted: it begins from the start. */
  expire(before: EpochMs): void {
    for (const states of this.#byArr.values())
      for (const state of states.values()) {
        const {searchedAt, heldAt, wish} = state
        if ((searchedAt ?? 0) < before && heldAt === null && wish === null) this.#remove(state)
      }
  }

  forgetArr(arrId: string): void {
    for (const state of this.#of(arrId).values()) this.#remove(state)
  }

  #remove(state: SearchState): void {
    this.#of(state.arrId).delete(state.unit)
    this.#unwritten.remove(nameOf(state), state)
  }

  #of(arrId: string): Map<SearchUnit, SearchState> {
    const known = this.#byArr.get(arrId) ?? new Map<SearchUnit, SearchState>()
    this.#byArr.set(arrId, known)
    return known
  }
}

function nameOf({arrId, unit}: Key): string {
  return `${unit} ${arrId}`
}
