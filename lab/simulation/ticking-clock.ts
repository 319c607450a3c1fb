import type {Clock} from '#lib/clock.ts'

/** What is shorter rings as ever: it follows on something that happened. */
const SHORT_MS = 1_000

/**
 * A clock whose longer timers ring late, at the next of its beats and all together: a program on a machine that sleeps
 * most of the time. What it does of itself costs as much as it has beats; what follows on something that happened takes
 * no longer than ever.
 *
 * @param beatMs below three minutes: a rule that is looked at less often begins to count anew (`rules/hold.ts`)
 * @param isAsleep timers that are set while it is not ring in their own time; default: it always is
 */
export function tickingClock(clock: Clock, beatMs: number, isAsleep: () => boolean = () => true): Clock {
  const beats = new Map<number, Set<() => void>>()

  function atBeat(beat: number): Set<() => void> {
    const known = beats.get(beat)
    if (known) return known
    const tasks = new Set<() => void>()
    beats.set(beat, tasks)
    clock.after(beat * beatMs - clock.monotonic(), () => {
      beats.delete(beat)
      for (const task of tasks) task()
    })
    return tasks
  }

  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(ms, task) {
      if (ms < SHORT_MS || ms === Infinity || !isAsleep()) return clock.after(ms, task)
      const tasks = atBeat(Math.ceil((clock.monotonic() + ms) / beatMs))
      // The same task may be told to ring twice.
      const ring = (): void => task()
      tasks.add(ring)
      return () => void tasks.delete(ring)
    },
  }
}
