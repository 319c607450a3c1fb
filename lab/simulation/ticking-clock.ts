import type {Clock} from '#lib/clock.ts'

/** What is shorter rings as ever: it follows on something that happened. */
const SHORT_MS = 1_000

/**
 * A clock whose longer timers ring late, at the next of its beats and all together: a program on a machine that sleeps
 * most of the time. What it does of itself costs as much as it has beats; what follows on something that happened takes
 * no longer than ever.
 *
 * @param beatMs below three minutes: a rule that is looked at less often begins to count again (`rules/hold.ts`);
 *   `null` = timers that are set now ring in their own time
 */
export function tickingClock(clock: Clock, beatMs: () => number | null): Clock {
  const beats = new Map<number, Set<() => void>>()

  function atBeat(at: number): Set<() => void> {
    const known = beats.get(at)
    if (known) return known
    const tasks = new Set<() => void>()
    beats.set(at, tasks)
    clock.after(at - clock.monotonic(), () => {
      beats.delete(at)
      for (const task of tasks) task()
    })
    return tasks
  }

  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(ms, task) {
      const beat = beatMs()
      if (ms < SHORT_MS || ms === Infinity || beat === null) return clock.after(ms, task)
      const tasks = atBeat(Math.ceil((clock.monotonic() + ms) / beat) * beat)
      // The same task may be told to ring twice.
      const ring = (): void => task()
      tasks.add(ring)
      return () => void tasks.delete(ring)
    },
  }
}
