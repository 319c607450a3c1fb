/**
 * In a thread of several managers: for which of them something runs, also behind what it waited for. Whose mistake ends
 * the thread is named before it ends. What no manager began, a process that ends itself, a loop without end and a lack
 * of memory are nobody's: there nobody is named.
 */
import {AsyncLocalStorage} from 'node:async_hooks'

export class ThreadLives {
  readonly #current = new AsyncLocalStorage<number>()
  readonly #broke: (life: number) => void

  /** @param broke told of the life of whose mistake the thread is about to end */
  constructor(broke: (life: number) => void) {
    this.#broke = broke
    process.on('uncaughtExceptionMonitor', () => {
      const life = this.#current.getStore()
      if (life !== undefined) broke(life)
    })
  }

  /** Does it for this life, and so all that follows from it. @throws what it throws */
  run(life: number, work: () => void): void {
    this.#current.run(life, () => {
      try {
        work()
      } catch (error) {
        this.#broke(life)
        throw error
      }
    })
  }
}
