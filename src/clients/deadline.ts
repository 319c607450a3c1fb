import {systemClock, type Clock} from '#lib/clock.ts'
import type {CallBounds} from './port.ts'

/**
 * The time that one call has, and whoever may end it, as one signal. Unlike `AbortSignal.timeout` and `any` it leaves
 * nothing behind once the call is over: thousands of servers are asked all the time, with minutes of patience each.
 */
export class Deadline {
  readonly #ending = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #cancel: () => void
  #hasPassed = false

  constructor({timeoutMs, signal}: Pick<CallBounds, 'timeoutMs' | 'signal'>, clock: Clock = systemClock) {
    this.#outer = signal
    this.#cancel = clock.after(timeoutMs, () => this.#pass())
    if (signal?.aborted) this.#follow()
    else signal?.addEventListener('abort', this.#follow)
  }

  /** Aborted when the time is up, or with the reason of the caller's own signal. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  get hasPassed(): boolean {
    return this.#hasPassed
  }

  /** The call is over: always to be said. */
  end(): void {
    this.#cancel()
    this.#outer?.removeEventListener('abort', this.#follow)
  }

  #pass(): void {
    this.#hasPassed = true
    this.#ending.abort(new DOMException('The time is up.', 'TimeoutError'))
  }

  readonly #follow = (): void => this.#ending.abort(this.#outer?.reason)
}
