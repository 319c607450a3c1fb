/** A part of a program, and how it begins and ends. */
export interface Part {
  /** For the log: what it is. */
  readonly name: string
  /** Absent = it runs from the moment on when it is put on the stack. */
  readonly start?: () => unknown
  /** Absent = nothing of it has to end. */
  readonly stop?: () => unknown
}

interface LifecycleLog {
  error(about: object, text: string): void
}

/**
 * The parts of a program as a stack: started in the order in which they were put on it, stopped in reverse, one after
 * the other. So what a part needs is there before it begins and until it has ended.
 *
 *   put a ─ put b ─ put c ─▶ start a, b, c ─▶ stop c, b, a
 */
export class Lifecycle {
  readonly #log: LifecycleLog
  /** What was put on it and is not started. */
  readonly #waiting: Part[] = []
  /** What runs, in the order of its starts. */
  readonly #running: Part[] = []
  #stopping: Promise<void> | null = null

  constructor(log: LifecycleLog) {
    this.#log = log
  }

  /** One that has no start runs from here on; the others begin with `start`. */
  put(part: Part): void {
    this.#waiting.push(part)
  }

  /**
   * Starts what was put on since the last start; each waits for the one before. Where one fails, all that runs is
   * stopped, and what was still to come is not begun. @throws what ailed it
   */
  async start(): Promise<void> {
    for (let part = this.#waiting.shift(); part !== undefined; part = this.#waiting.shift()) {
      try {
        await part.start?.()
      } catch (error) {
        await this.stop()
        throw error
      }
      this.#running.push(part)
    }
  }

  /**
   * Stops what runs, the last one first; each waits for the one before. What cannot stop is logged, and the others
   * stop all the same. To be called when no start is under way. Resolves when all have stopped, however often it is
   * called; it never rejects.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    // What has no start runs since it was put here.
    const begun = this.#waiting.splice(0).filter(({start}) => start === undefined)
    for (const part of [...this.#running, ...begun].toReversed()) {
      try {
        await part.stop?.()
      } catch (error) {
        this.#log.error({err: error, part: part.name}, `${part.name}: could not be stopped in order`)
      }
    }
  }
}
