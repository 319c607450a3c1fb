/** Arrs whose searches people paused: written before it is said to be so, and kept over restarts. */
import type {Clock} from '#lib/clock.ts'
import type {PausedSearches} from '#model/searches.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteSearchPause, putSearchPause} from '#store/repositories/search-pauses.ts'
import type {MemoryWriter} from './writer.ts'

export class PausedArrs {
  readonly #writer: MemoryWriter
  readonly #clock: Pick<Clock, 'now'>
  readonly #byArr = new Map<string, PausedSearches>()

  constructor(writer: MemoryWriter, clock: Pick<Clock, 'now'>, pauses: readonly PausedSearches[]) {
    this.#writer = writer
    this.#clock = clock
    for (const pause of pauses) this.#byArr.set(pause.arrId, pause)
  }

  /** `null` = it is not paused, or not any more. */
  of(arrId: string): PausedSearches | null {
    const pause = this.#byArr.get(arrId)
    if (pause === undefined) return null
    return pause.until !== null && pause.until <= this.#clock.now() ? null : pause
  }

  /** In force at once. One that is paused already keeps since when. @throws {StorageFault} then it is as before */
  async pause(arrId: string, until: EpochMs | null): Promise<void> {
    const before = this.#byArr.get(arrId)
    const pause = {arrId, since: this.of(arrId)?.since ?? this.#clock.now(), until}
    this.#byArr.set(arrId, pause)
    try {
      await this.#writer.commit((db) => putSearchPause(db, pause))
    } catch (error) {
      if (before) this.#byArr.set(arrId, before)
      else this.#byArr.delete(arrId)
      throw error
    }
  }

  /** @throws {StorageFault} then it stays paused */
  async resume(arrId: string): Promise<void> {
    await this.#writer.commit((db) => deleteSearchPause(db, arrId))
    this.#byArr.delete(arrId)
  }

  /** Forgets pauses that are over. @throws {StorageFault} */
  async expire(): Promise<void> {
    for (const arrId of this.#byArr.keys()) if (this.of(arrId) === null) await this.resume(arrId)
  }
}
