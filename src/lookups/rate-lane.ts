/**
 * Look-ups of one server (or of its disk) one after the other: so many at a time, so many a minute, managers in turn,
 * and whoever asks right before a command ahead of them all.
 *
 * What is asked of a server competes with its polls for the same few connections (`clients/http.ts`: qBittorrent 4,
 * Transmission 2, rTorrent 1, which answers one call after the other in its main loop). So look-ups take at most half
 * of them, and where there is one, one call in a second: a poll waits for one look-up at most, and hardly ever.
 */
import type {Clock} from '#lib/clock.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {ManagerId} from '#model/manager.ts'

export interface Pace {
  readonly atOnce: 1 | 2
  readonly perMinute: number
}

/** Of a server that is not known any more: that of the slowest kinds. */
export const unknownPace: Pace = {atOnce: 1, perMinute: 60}

/** Of a server's files on our disks, which people stream from; each question looks at all files of one torrent. */
export const diskPace: Pace = {atOnce: 2, perMinute: 120}

/** More do not wait: a manager asks again in its next pass, and by then for what matters then. */
const MOST_WAITING = 500

interface LaneTask {
  /** Somebody still waits for it, and it was not begun in another's place. */
  isWanted(): boolean
  /** Never rejects. */
  run(): Promise<void>
}

export class RateLane {
  readonly #clock: Clock
  readonly #pace: Pace
  /** Otherwise whoever waits is told at once: that costs nothing. */
  readonly #isOpen: () => boolean
  readonly #allowance: RateLimiter
  readonly #urgent: LaneTask[] = []
  /** In the order of their turns. */
  readonly #waiting = new Map<ManagerId, Set<LaneTask>>()
  #running = 0
  /** The minute is used up. */
  #isResting = false

  constructor(clock: Clock, pace: Pace, isOpen: () => boolean) {
    this.#clock = clock
    this.#pace = pace
    this.#isOpen = isOpen
    this.#allowance = new RateLimiter({clock: clock, times: pace.perMinute, spanMs: 60_000})
  }

  /** `false` = too many of this manager wait already. */
  add(by: ManagerId, task: LaneTask, isUrgent: boolean): boolean {
    if (isUrgent) this.#urgent.push(task)
    else {
      let queue = this.#waiting.get(by) ?? new Set<LaneTask>()
      if (queue.size >= MOST_WAITING) queue = new Set([...queue].filter((other) => other.isWanted()))
      this.#waiting.set(by, queue)
      if (queue.size >= MOST_WAITING) return false
      queue.add(task)
    }
    this.pump()
    return true
  }

  /** Begins what may begin now. */
  pump(): void {
    while (!this.#isOpen() || this.#running < this.#pace.atOnce) {
      const task = this.#next()
      if (!task) return
      this.#running++
      void this.#carryOut(task)
    }
  }

  async #carryOut(task: LaneTask): Promise<void> {
    try {
      await task.run()
    } finally {
      this.#running--
      this.pump()
    }
  }

  #next(): LaneTask | null {
    const urgent = this.#nextUrgent()
    if (urgent) {
      // They count, and never wait for the minute to end: guards bound how many commands there are.
      this.#allowance.take('')
      return urgent
    }
    const turn = this.#nextTurn()
    if (!turn || !this.#mayBegin()) return null
    const {by, task} = turn
    const queue = this.#waiting.get(by)!
    queue.delete(task)
    this.#waiting.delete(by)
    if (queue.size > 0) this.#waiting.set(by, queue)
    return task
  }

  #nextUrgent(): LaneTask | null {
    for (;;) {
      const task = this.#urgent.shift()
      if (!task) return null
      if (task.isWanted()) return task
    }
  }

  /** What nobody wants any more goes on the way. */
  #nextTurn(): {readonly by: ManagerId; readonly task: LaneTask} | null {
    for (const [by, queue] of this.#waiting) {
      for (const task of queue) {
        if (task.isWanted()) return {by, task}
        queue.delete(task)
      }
      this.#waiting.delete(by)
    }
    return null
  }

  #mayBegin(): boolean {
    if (!this.#isOpen()) return true
    if (this.#isResting) return false
    const at = this.#allowance.take('')
    if (at === null) return true

    // The wall clock may have jumped: what was ahead by a day is forgotten by then.
    this.#isResting = true
    this.#clock.after(Math.min(60_000, Math.max(1, at - this.#clock.now())), () => {
      this.#isResting = false
      this.pump()
    })
    return false
  }
}
