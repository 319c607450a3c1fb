/**
 * What an Arr does by itself from time to time. It looks every half minute what is due: a task of one minute that has just
 * ended is not due at the second look, and comes with the third, after 90 s. The first look is some seconds after the
 * start. Source: Radarr 6.1, Sonarr 4 and 5, as recorded.
 */
import type {TimeLine} from './time-line.ts'

const MINUTE = 60_000
const FIRST_LOOK = 25_000
const BETWEEN_LOOKS = 30_000

interface Task {
  readonly name: string
  /** A start takes longer than its interval: it is due at the first look. */
  readonly isShort: boolean
  /** 0 = never. */
  readonly minutes: () => number
  /** By the duration clock; who sets the other one changes nothing. */
  endedAt: number
  cancel: () => void
}

export class Tasks {
  readonly #time: TimeLine
  readonly #run: (name: string) => void
  readonly #tasks: Task[] = []
  #beganAt = 0

  constructor(time: TimeLine, run: (name: string) => void) {
    this.#time = time
    this.#run = run
  }

  add(name: string, minutes: () => number, isShort = false): void {
    this.#tasks.push({name, isShort, minutes, endedAt: this.#time.monotonic(), cancel: () => undefined})
  }

  /** The app starts, for the first time or again. */
  begin(): void {
    this.#beganAt = this.#time.monotonic()
    for (const task of this.#tasks) {
      if (task.isShort) task.endedAt = Number.NEGATIVE_INFINITY
      this.#plan(task)
    }
  }

  /** Whoever asked for it. */
  ended(name: string): void {
    for (const task of this.#tasks) if (task.name === name) task.endedAt = this.#time.monotonic()
  }

  #plan(task: Task): void {
    task.cancel()
    const now = this.#time.monotonic()
    const due = Math.max(now, task.endedAt + (task.minutes() || 1) * MINUTE)
    task.cancel = this.#time.after(this.#lookAfter(due) - now, () => {
      const isDue = task.endedAt + task.minutes() * MINUTE < this.#time.monotonic()
      if (isDue && task.minutes() > 0) this.#run(task.name)
      this.#plan(task)
    })
  }

  /** The first look behind this moment. */
  #lookAfter(moment: number): number {
    const first = this.#beganAt + FIRST_LOOK
    if (moment < first) return first
    return first + (Math.floor((moment - first) / BETWEEN_LOOKS) + 1) * BETWEEN_LOOKS
  }
}
