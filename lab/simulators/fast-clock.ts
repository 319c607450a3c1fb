import {afterRealTime, type Clock} from '#lib/clock.ts'
import {patience, type Patience} from '#links/budget.ts'

/** Real time, only so many times faster: for tests in which the program has to wait for something by itself. */
export function fastClock(factor: number): Clock {
  const startedAt = Date.now()
  const monotonic = (): number => performance.now() * factor
  const began = monotonic()
  return {
    now: () => Math.round(startedAt + monotonic() - began),
    monotonic,
    after: (ms, task) => afterRealTime(ms / factor, task),
  }
}

/** For a program on such a clock: it waits as long for an answer as it does on an ordinary one. */
export function fastPatience(factor: number, waits: Patience = patience): Patience {
  return Object.fromEntries(
    Object.entries(waits).map(([call, ms]) => [call, ms * factor]),
  ) as unknown as Patience
}
