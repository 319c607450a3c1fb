/**
 * Loaded before the program (`node --import`), in its process and in each of its threads: its clock is that of the world
 * which the test made. SIGUSR2 is a leap ahead, for all threads at once; timers that run go on as they were.
 */
import {getEnvironmentData, isMainThread, setEnvironmentData} from 'node:worker_threads'
import {afterRealTime, systemClock} from '#lib/clock.ts'
import {patience} from '#links/budget.ts'
import {fastPatience} from './simulators/fast-clock.ts'
import {WORLD_TIME, type WorldTime} from './world-clock.ts'

const LEAPS = 'lab-leaps'

const {
  realAt,
  worldAt,
  factor,
  leapMs,
  isSet = false,
} = JSON.parse(process.env[WORLD_TIME] ?? '') as WorldTime
/** How many so far, in memory that all threads share. */
const leaps = isMainThread
  ? new Int32Array(new SharedArrayBuffer(4))
  : (getEnvironmentData(LEAPS) as Int32Array)
const real = (): number => performance.timeOrigin + performance.now()
const leapt = (): number => Atomics.load(leaps, 0) * leapMs
const passed = (): number => (real() - realAt) * factor + (isSet ? 0 : leapt())

if (isMainThread) {
  setEnvironmentData(LEAPS, leaps)
  process.on('SIGUSR2', () => void Atomics.add(leaps, 0, 1))
}

Object.assign(systemClock, {
  now: () => Math.round(worldAt + (real() - realAt) * factor + leapt()),
  monotonic: () => performance.now() * factor + (isSet ? 0 : leapt()),
  after: (ms: number, task: () => void) => afterRealTime(ms / factor, task),
  // Others take the time they take.
  limit: afterRealTime,
  // The machine is up for as long as there is a world.
  uptime: () => ({boot: `lab ${realAt}`, ms: passed()}),
})

// Measured by the clock: how slow an answer is, and how long the process stands still where its machine is busy.
const {slow, standstill} = fastPatience(factor)
Object.assign(patience, {slow, standstill})

// The sign of life of a thread is an interval, and is waited for by the clock.
const beat = globalThis.setInterval
globalThis.setInterval = ((task: () => void, ms: number) => beat(task, ms / factor)) as typeof setInterval
