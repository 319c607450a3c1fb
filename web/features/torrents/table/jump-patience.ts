/** What was seen stays for a moment while the rows of a jump are on their way: most come before one sees the wait. */
const JUMP_MS = 100

export class JumpPatience {
  readonly #onEnd: () => void
  /** By `performance.now()`; `null` = nobody jumps. */
  #until: number | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onEnd called when it is over before anybody ended it */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  get isWaiting(): boolean {
    return this.#until !== null
  }

  /** From the first time this is asked. */
  lasts(): boolean {
    const now = performance.now()
    this.#until ??= now + JUMP_MS
    const left = this.#until - now
    if (left > 0) this.#timer ??= setTimeout(this.#onEnd, left)
    return left > 0
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#until = null
  }
}
