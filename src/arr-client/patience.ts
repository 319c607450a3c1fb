import {timeLimit, type Clock} from '#lib/clock.ts'

/** The time that one request has and whoever may end it earlier, as one signal that leaves nothing behind. */
export class Patience {
  readonly #ending = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #cancel: () => void
  #hasPassed = false

  constructor(ms: number, clock: Clock, outer?: AbortSignal) {
    this.#outer = outer
    this.#cancel = timeLimit(clock, ms, () => {
      this.#hasPassed = true
      this.#ending.abort(new DOMException('The time is up.', 'TimeoutError'))
    })
    if (outer?.aborted) this.#follow()
    else outer?.addEventListener('abort', this.#follow)
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  get hasPassed(): boolean {
    return this.#hasPassed
  }

  /** The request is over: always to be said. */
  end(): void {
    this.#cancel()
    this.#outer?.removeEventListener('abort', this.#follow)
  }

  readonly #follow = (): void => this.#ending.abort(this.#outer?.reason)
}
