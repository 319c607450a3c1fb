import type {EpochMs} from '#model/units.ts'

/** Time, handed in everywhere, so that a test can be a week long in a millisecond. */
export interface Clock {
  /** Wall clock: for what people read. It may jump. */
  now(): EpochMs
  /** ms that only grow: for durations. */
  monotonic(): number
  /**
   * Runs `task` once after `ms`, however many they are; `Infinity` = never. The answer cancels it. Never keeps the
   * process alive by itself.
   */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: afterRealTime,
}

/** 24.8 days: what is longer `setTimeout` counts as 1 ms. Source: Node.js, `timers.setTimeout`, since 0.0.1. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `Clock.after` of every clock that runs with real time: the one place where a span of any length meets `setTimeout`. */
export function afterRealTime(ms: number, task: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (leftMs: number): void => {
    timer =
      leftMs > LONGEST_TIMER_MS
        ? setTimeout(() => wait(leftMs - LONGEST_TIMER_MS), LONGEST_TIMER_MS)
        : setTimeout(task, leftMs)
    timer.unref()
  }
  wait(ms)
  return () => clearTimeout(timer)
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      cancel()
      reject(signal!.reason)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, {once: true})
  })
}
