/**
 * Questions on which something hangs, to an Arr that fails now and then: a proxy before it drops some, its database is
 * locked for a moment. One look takes half a dozen answers, so that one lost answer in two would end nearly all looks.
 *
 *   answered ──▶ one more may be asked again for each minute since the answer before, up to twelve
 *   failed for a moment ──▶ asked again after a quarter of a second, and once more after another second
 *   none may be, another fault, a change, part of it was handed over ──▶ as it is: whoever asked begins again, in his own time
 *
 * Counted are requests, of which one question may take many. So an Arr that does not answer at all gets twelve more in
 * all, and none gets more than 72 more in an hour. Every answer is as fresh as one that came at once: whoever keeps one
 * counts its age from when he asked.
 *
 * An Arr that begins again fails for a moment, too, and what it has in its queue then is not what it had before. So each
 * such fault is told, asked again or not; and one that says that it is starting is not asked again.
 */
import type {z} from 'zod'
import {sleep, type Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {ArrReader, ArrRequest} from './api/http-client.ts'
import type {RestartWatch} from './restart-watch.ts'

const PAUSES_MS = [250, 1_000]
/** So many may be asked again in a row; one comes back each `EACH_MS`, as soon as it answers. */
const AT_ONCE = 12
const EACH_MS = 60_000

/** What waits for its time, its key or its address fails again a second later. */
const passing: ReadonlySet<ServerFault['reason']> = new Set(['server_error', 'connection_reset'] as const)

/** The same Arr, for who waits for its answers. */
export class AskAgain implements ArrReader {
  readonly #reader: ArrReader
  readonly #clock: Clock
  /** Ends the connection: nothing is asked again any more. */
  readonly #signal: AbortSignal
  /** What failed for a moment may have begun again. */
  readonly #restarts: Pick<RestartWatch, 'lost' | 'answered'>
  #left = AT_ONCE
  /** When an answer counted last, by the duration clock. */
  #countedAt: number

  constructor(
    reader: ArrReader,
    clock: Clock,
    signal: AbortSignal,
    restarts: Pick<RestartWatch, 'lost' | 'answered'>,
  ) {
    this.#reader = reader
    this.#clock = clock
    this.#signal = signal
    this.#restarts = restarts
    this.#countedAt = clock.monotonic()
  }

  read<T>(request: ArrRequest, shape: z.ZodType<T>): Promise<T | null> {
    const ask = () => this.#reader.read(request, shape)
    const isQuestion = (request.method ?? 'GET') === 'GET' && request.isOnce !== true
    return isQuestion ? this.#answerOf(request, ask, () => true) : ask()
  }

  stream<T>(
    request: ArrRequest & {readonly member: string | null},
    shape: z.ZodType<T>,
    take: (element: T) => void,
  ): Promise<number> {
    let isTaken = false
    const ask = () =>
      this.#reader.stream(request, shape, (element) => {
        isTaken = true
        take(element)
      })
    // Whoever has a part of the list would have it twice.
    return this.#answerOf(request, ask, () => !isTaken && request.isOnce !== true)
  }

  send(request: ArrRequest): Promise<boolean> {
    return this.#reader.send(request)
  }

  image(request: ArrRequest): Promise<Buffer | null> {
    return this.#answerOf(
      request,
      () => this.#reader.image(request),
      () => true,
    )
  }

  async #answerOf<T>(request: ArrRequest, ask: () => Promise<T>, mayAgain: () => boolean): Promise<T> {
    for (let times = 0; ; times++) {
      try {
        const answer = await ask()
        this.#answered()
        return answer
      } catch (error) {
        if (!isPassing(error, request)) throw error
        this.#restarts.lost()
        const pauseMs = PAUSES_MS[times]
        const isLast = pauseMs === undefined || this.#left < 1 || !mayAgain()
        if (isLast || error.about['starting'] === true || this.#signal.aborted) throw error
        this.#left--
        await sleep(this.#clock, pauseMs, this.#signal)
      }
    }
  }

  #answered(): void {
    const now = this.#clock.monotonic()
    this.#left = Math.min(AT_ONCE, this.#left + (now - this.#countedAt) / EACH_MS)
    this.#countedAt = now
    this.#restarts.answered()
  }
}

function isPassing(error: unknown, {takes500 = false}: ArrRequest): error is ServerFault {
  if (!(error instanceof ServerFault) || !passing.has(error.reason)) return false
  return !takes500 || error.about['status'] !== 500
}
