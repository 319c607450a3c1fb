import type {Clock} from '#lib/clock.ts'

/** A wait that somebody else may cut short. One at a time. */
export class CancellableSleep {
  readonly #clock: Clock
  #wake: () => void = () => {}
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param ms may be Infinity */
  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => resolve())
      this.#wake = () => {
        cancel()
        resolve()
      }
      if (this.#isOver) this.#wake()
    })
  }

  wake(): void {
    this.#wake()
  }

  /** Nobody naps any more. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }
}
