import {systemClock, timeLimit, type Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {CallBounds} from './port.ts'

/**
 * The time that one call has, in all and without a byte from the other side, and whoever may end it, as one signal.
 * Unlike `AbortSignal.timeout` and `any` it leaves nothing behind once the call is over: thousands of servers are asked
 * all the time, with minutes of patience each.
 */
export class Deadline {
  readonly #bounds: Pick<CallBounds, 'timeoutMs' | 'silenceMs' | 'signal'>
  readonly #clock: Clock
  readonly #ending = new AbortController()
  readonly #cancel: () => void
  #cancelSilence: (() => void) | null = null
  /** Since when we wait for a byte, ms of the monotonic clock; `null` = the other side waits for us. */
  #listeningSince: number | null = null
  #fault: ServerFault | null = null

  constructor(bounds: Pick<CallBounds, 'timeoutMs' | 'silenceMs' | 'signal'>, clock: Clock = systemClock) {
    const {timeoutMs, signal} = bounds
    this.#bounds = bounds
    this.#clock = clock
    this.#cancel = timeLimit(clock, timeoutMs, () =>
      this.#pass(`No whole answer within ${timeoutMs / 1000} s.`, false),
    )
    if (signal?.aborted) this.#follow()
    else signal?.addEventListener('abort', this.#follow)
  }

  /** Aborted when the time is up, or with the reason of the caller's own signal. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** What the server did not do in time; `null` = nothing is too late yet. */
  get fault(): ServerFault | null {
    return this.#fault
  }

  /** A byte has to come from now on: said when the request goes out, and after each one that came. */
  listen(): void {
    const {timeoutMs, silenceMs = timeoutMs} = this.#bounds
    this.#listeningSince = this.#clock.monotonic()
    if (silenceMs < timeoutMs)
      this.#cancelSilence ??= timeLimit(this.#clock, silenceMs, () => this.#look(silenceMs))
  }

  /** What came is worked on, however long that takes. */
  rest(): void {
    this.#listeningSince = null
  }

  /** The call is over: always to be said. */
  end(): void {
    this.#cancel()
    this.#cancelSilence?.()
    this.#bounds.signal?.removeEventListener('abort', this.#follow)
  }

  /** One timer for the whole answer, and not one for each of its chunks. */
  #look(silenceMs: number): void {
    const since = this.#listeningSince
    const silentMs = since === null ? 0 : this.#clock.monotonic() - since
    if (silentMs >= silenceMs) return this.#pass(`Not a byte for ${silenceMs / 1000} s.`, true)
    this.#cancelSilence = timeLimit(this.#clock, silenceMs - silentMs, () => this.#look(silenceMs))
  }

  #pass(message: string, wasSilent: boolean): void {
    const more = {outcomeUnknown: true, wasSilent}
    this.#fault ??= new ServerFault('server_unreachable', 'timed_out', message, more)
    this.#ending.abort(this.#fault)
  }

  readonly #follow = (): void => this.#ending.abort(this.#bounds.signal?.reason)
}
