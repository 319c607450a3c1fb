import {readFileSync} from 'node:fs'
import {uptime} from 'node:os'
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
  /** The same for what others have to do in time (`timeLimit`); absent = as `after()`: they live in the same time. */
  readonly limit?: (ms: number, task: () => void) => () => void
  /** How long the machine is up; absent or `null` = nobody can say. */
  readonly uptime?: () => Uptime | null
  /** How far the clock of the machine is from `now()`, ms, while it is not believed (`instance-clock.ts`); else `null`. */
  readonly leapMs?: () => number | null
  /** Nobody set it within the last hour; absent = whoever has to know finds out (`trusted-time.ts`). */
  readonly isSure?: () => boolean
  /** ms that passed for certain, in which the machine slept included; absent = as `monotonic()`. */
  readonly passed?: () => number
  /** Told in the moment when `now()` is put right. @returns how to stop */
  readonly onCorrected?: (listener: CorrectionListener) => () => void
  /** Told when `now()` begins to be another time than that of the machine, and when it ends. @returns how to stop */
  readonly onTime?: (listener: () => void) => () => void
}

/**
 * @param ms by which `now()` is later from now on
 * @param wasGuess nobody knew how long the machine was off before this run: that is now known. Else nothing passed
 */
export type CorrectionListener = (ms: number, wasGuess: boolean) => void

/** Since the machine was started, sleep included: time that has passed for certain, also while no program ran. */
export interface Uptime {
  /** Which start that was: of two of them nothing can be compared. */
  readonly boot: string
  readonly ms: number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: afterRealTime,
  uptime: () => (boot === null ? null : {boot, ms: uptime() * 1_000}),
}

/**
 * Runs `task` after `ms` in which a server, an Arr, a host or a disk had to answer. Their time is that of the machine, also
 * where hours of the program pass in minutes. The answer cancels it.
 */
export function timeLimit(clock: Clock, ms: number, task: () => void): () => void {
  return clock.limit ? clock.limit(ms, task) : clock.after(ms, task)
}

/** What the clock of the machine says, believed or not: for what others compare with their own clocks. */
export function machineTime(clock: Clock): EpochMs {
  return clock.now() + (clock.leapMs?.() ?? 0)
}

/** `null` = this system has no name for it. */
const boot = bootOf('/proc/sys/kernel/random/boot_id')

function bootOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
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

/** A wait that somebody else may cut short. One at a time. */
export class CancellableSleep {
  readonly #clock: Clock
  #wake: () => void = () => {}
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param ms may be Infinity */
  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => resolve())
      this.#wake = () => {
        cancel()
        resolve()
      }
      if (this.#isOver) this.#wake()
    })
  }

  wake(): void {
    this.#wake()
  }

  /** Nobody naps any more. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }
}

/** @returns ms of the processor that this thread took so far: on a busy machine less than what passed */
export function cpuMsOfThread(): number {
  const {user, system} = process.threadCpuUsage()
  return (user + system) / 1_000
}
