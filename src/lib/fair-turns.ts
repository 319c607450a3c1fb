/**
 * Work that requests ask for, shared fairly: so many tasks at a time in all and for one person, and whoever waits gets
 * his turn after at most one task of each other person, however many those have waiting. Nobody has more than so many
 * waiting, but the program itself.
 */
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'

interface TurnBounds {
  /** Tasks that run at the same time in all, and of one person. */
  readonly atOnce: number
  readonly ofOne: number
  /** Tasks of one person that wait; one more is refused. */
  readonly mostWaiting: number
  /** Who is refused nothing: the program itself, which bounds its own work. */
  readonly unbounded?: string
}

/** Whose turn it is: an account with all its keys and sessions is one person. */
export function personOf({userId, name}: Pick<Actor, 'userId' | 'name'>): string {
  return userId ?? `without an account: ${name}`
}

export class FairTurns {
  readonly #bounds: TurnBounds
  /** By person, who was served longest ago first. */
  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #running = new Map<string, number>()
  #inAll = 0

  constructor(bounds: TurnBounds) {
    this.#bounds = bounds
  }

  /**
   * @param who it is done for
   * @throws {CommodarrError} too_expensive: too much of his waits already; and what the task throws
   */
  async run<T>(who: string, task: () => Promise<T>): Promise<T> {
    await this.#turnOf(who)
    try {
      return await task()
    } finally {
      this.#inAll--
      const left = this.#running.get(who)! - 1
      if (left > 0) this.#running.set(who, left)
      else this.#running.delete(who)
      this.#next()
    }
  }

  #turnOf(who: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(who) ?? []
    if (waiting.length === 0 && this.#hasRoom(who)) {
      this.#take(who)
      return undefined
    }
    const {mostWaiting, unbounded} = this.#bounds
    if (waiting.length >= mostWaiting && who !== unbounded) {
      throw new CommodarrError('too_expensive', `${mostWaiting} requests of yours wait for work like this.`)
    }
    this.#waiting.set(who, waiting)
    return new Promise((resolve) => waiting.push(resolve))
  }

  #hasRoom(who: string): boolean {
    const {atOnce, ofOne} = this.#bounds
    return this.#inAll < atOnce && (this.#running.get(who) ?? 0) < ofOne
  }

  #take(who: string): void {
    this.#inAll++
    this.#running.set(who, (this.#running.get(who) ?? 0) + 1)
  }

  #next(): void {
    for (const [who, waiting] of this.#waiting) {
      if (!this.#hasRoom(who)) continue
      this.#waiting.delete(who)
      const begin = waiting.shift()!
      if (waiting.length > 0) this.#waiting.set(who, waiting)
      this.#take(who)
      return begin()
    }
  }
}
