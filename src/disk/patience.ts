/**
 * Questions to a disk that may hang (a network share whose server is gone): the system's call can not be ended, so who
 * asks stops waiting, and nobody asks the same again before the first answer is there. Otherwise a dead share would
 * take all the threads that files are read with, one after the other.
 */
import type {Clock} from '#lib/clock.ts'

export class Patience {
  readonly #clock: Clock
  readonly #ms: number
  readonly #hanging = new Set<string>()

  constructor(clock: Clock, ms = 10_000) {
    this.#clock = clock
    this.#ms = ms
  }

  /** `null` = no answer in time, or the last question of this name still has none. @throws what `ask` throws in time */
  ask<T>(name: string, ask: () => Promise<T>): Promise<T | null> {
    if (this.#hanging.has(name)) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      const stop = this.#clock.after(this.#ms, () => {
        this.#hanging.add(name)
        resolve(null)
      })
      ask()
        .then(resolve, reject)
        .finally(() => {
          stop()
          this.#hanging.delete(name)
        })
    })
  }
}
