import type {EpochMs} from '#model/units.ts'

/** Time, handed in everywhere, so that a test can be a week long in a millisecond. */
export interface Clock {
  /** Wall clock: for what people read. It may jump. */
  now(): EpochMs
  /** ms that only grow: for durations. */
  monotonic(): number
  /** Runs `task` once after `ms`; the answer cancels it. Never keeps the process alive by itself. */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
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
