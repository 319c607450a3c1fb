/**
 * When the order must stay as it is: while somebody aims. A moved pointer counts for a while, a key for a shorter one, a
 * menu and the choosing of a range as long as they last.
 */
const AFTER_POINTER_MS = 3000
const AFTER_KEY_MS = 2000

/** Time, as the browser has it. */
export interface HoldClock {
  now(): number
  after(ms: number, run: () => void): () => void
}

export class HoldPolicy {
  readonly #clock: HoldClock
  readonly #onChange: (isHeld: boolean) => void
  readonly #reasons = new Set<string>()
  #until = 0
  #cancel: (() => void) | null = null
  #isHeld = false

  constructor(onChange: (isHeld: boolean) => void, clock: HoldClock = browserClock) {
    this.#onChange = onChange
    this.#clock = clock
  }

  pointerMoved(): void {
    this.#holdFor(AFTER_POINTER_MS)
  }

  keyPressed(): void {
    this.#holdFor(AFTER_KEY_MS)
  }

  /** Holds until the same reason ends. */
  begin(reason: string): void {
    this.#reasons.add(reason)
    this.#judge()
  }

  end(reason: string): void {
    this.#reasons.delete(reason)
    this.#judge()
  }

  /** Nobody looks any more: nothing is held, nothing is told. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#isHeld = false
  }

  #holdFor(ms: number): void {
    this.#until = Math.max(this.#until, this.#clock.now() + ms)
    this.#judge()
  }

  /** One timer at a time: pointers move a hundred times a second. */
  #judge(): void {
    const left = this.#until - this.#clock.now()
    if (left > 0) this.#cancel ??= this.#clock.after(left, this.#timeIsUp)
    const isHeld = left > 0 || this.#reasons.size > 0
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#onChange(isHeld)
  }

  readonly #timeIsUp = (): void => {
    this.#cancel = null
    this.#judge()
  }
}

const browserClock: HoldClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
