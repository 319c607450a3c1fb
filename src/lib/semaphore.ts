/** Lets at most `width` tasks run at a time; the others wait in order. */
export class Semaphore {
  readonly #width: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(width: number) {
    this.#width = width
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#width) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await task()
    } finally {
      // A waiter takes this task's place; only without one a place becomes free.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
