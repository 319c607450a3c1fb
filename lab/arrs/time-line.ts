/**
 * The simulator's one clock. `virtual`: it moves only by `advance`, timers run in the order (time, sequence), and an
 * advance waits for what was begun outside (HTTP to a torrent server, a webhook, the disk) before it goes on. `real`:
 * the wall clock from the same start, with a factor.
 */
import type {Clock} from '#lib/clock.ts'

export interface TimeLine extends Clock {
  /** Work the clock must wait for, because it ends by itself and not by a timer of this clock. */
  outside<T>(work: Promise<T>): Promise<T>
  sleep(ms: number): Promise<void>
  /** @throws with the real clock, which nobody can move */
  advance(ms: number): Promise<void>
  /** Forgets every timer. */
  close(): void
}

const simulationStart = Date.UTC(2026, 0, 1)

export function virtualTimeLine(startAt = simulationStart): TimeLine {
  let now = startAt
  const outside = new Set<Promise<unknown>>()
  let alarms: {at: number; order: number; run: () => void}[] = []
  let order = 0
  const settle = async (): Promise<void> => {
    for (;;) {
      for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done))
      if (outside.size === 0) return
      await Promise.allSettled(outside)
    }
  }
  const after = (ms: number, task: () => void): (() => void) => {
    const alarm = {at: now + Math.max(0, ms), order: order++, run: task}
    alarms.push(alarm)
    return () => {
      alarms = alarms.filter((other) => other !== alarm)
    }
  }
  return {
    now: () => now,
    monotonic: () => now - startAt,
    after,
    sleep: (ms) => new Promise((done) => void after(ms, done)),
    outside: (work) => tracked(outside, work),
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const next = earliest(alarms)
        if (!next || next.at > end) break
        alarms = alarms.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
    close() {
      alarms = []
    },
  }
}

/** @param factor how many times faster than the wall clock */
export function realTimeLine(factor = 1, startAt = simulationStart): TimeLine {
  const began = performance.now()
  const timers = new Set<NodeJS.Timeout>()
  const monotonic = (): number => (performance.now() - began) * factor
  const after = (ms: number, task: () => void): (() => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      task()
    }, ms / factor)
    timer.unref()
    timers.add(timer)
    return () => {
      clearTimeout(timer)
      timers.delete(timer)
    }
  }
  return {
    now: () => Math.round(startAt + monotonic()),
    monotonic,
    after,
    sleep: (ms) => new Promise((done) => void after(ms, done)),
    outside: (work) => work,
    advance: () => Promise.reject(new Error('the real clock moves by itself')),
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** On any clock, such as the one that the program under test has; it is moved there. */
export function timeLineOn(clock: Clock): TimeLine {
  const after = clock.after.bind(clock)
  return ownTimeLine({
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after,
    sleep: (ms) => new Promise((done) => void after(ms, done)),
    outside: (work) => work,
    advance: () => Promise.reject(new Error('the clock it stands on is moved')),
    close: () => undefined,
  })
}

/** A share of a time line, whose timers can be forgotten without those of the others. */
export function ownTimeLine(time: TimeLine): TimeLine {
  const cancels = new Set<() => void>()
  const after = (ms: number, task: () => void): (() => void) => {
    const cancel = time.after(ms, () => {
      cancels.delete(cancel)
      task()
    })
    cancels.add(cancel)
    return () => {
      cancels.delete(cancel)
      cancel()
    }
  }
  return {
    ...time,
    after,
    sleep: (ms) => new Promise((done) => void after(ms, done)),
    close() {
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}

function tracked<T>(all: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  all.add(work)
  const forget = (): void => void all.delete(work)
  work.then(forget, forget)
  return work
}

function earliest<T extends {at: number; order: number}>(alarms: readonly T[]): T | null {
  let best: T | null = null
  for (const alarm of alarms) {
    if (!best || alarm.at < best.at || (alarm.at === best.at && alarm.order < best.order)) best = alarm
  }
  return best
}
