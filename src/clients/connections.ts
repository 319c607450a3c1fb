/**
 * A few connections to one server, made when they are needed, with one request at a time on each. In place of undici's
 * Pool, which keeps a queue of 16 KiB for each server: with thousands of them that was most of the memory.
 */
import type {Dispatcher} from 'undici'
import {systemClock, type Clock} from '#lib/clock.ts'

/**
 * So long after its last request began a connection is used again, ms. qBittorrent closes what was idle for some seven
 * seconds (seen with 4.5.2): what is sent in that very moment is lost, and of a command nobody knows whether it arrived.
 * The time is looked at when a connection is taken, as timers are late in a program that got no processor for seconds; and
 * it runs from the beginning of the request, as its answer may have lain there for long before it was read.
 */
export const KEPT_MS = 5_000

interface Idle {
  readonly connection: Dispatcher
  /** When its last request began, ms. */
  readonly usedAt: number
}

export class Connections {
  readonly #make: () => Dispatcher
  readonly #most: number
  readonly #clock: Pick<Clock, 'monotonic'>
  /** The one that was used last is the last one. */
  readonly #idle: Idle[] = []
  readonly #busy = new Set<Dispatcher>()
  readonly #waiting: (() => void)[] = []
  #places = 0

  /**
   * @param make a connection that is not opened before its first request
   * @param clock of the machine, as others close connections by theirs
   */
  constructor(make: () => Dispatcher, most: number, clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#make = make
    this.#most = most
    this.#clock = clock
  }

  /**
   * Waits for a connection, in the order of asking. One on which something went wrong is not used again.
   * @param work at its end the answer is read, or its body destroyed
   * @throws the reason of the signal, when it is aborted while waiting
   */
  async use<T>(signal: AbortSignal, work: (connection: Dispatcher) => Promise<T>): Promise<T> {
    await this.#place(signal)
    try {
      signal.throwIfAborted()
      return await this.#work(work)
    } finally {
      // A waiter takes this place; only without one it becomes free.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#places--
    }
  }

  /** Requests under way fail. */
  async close(): Promise<void> {
    const all = [...this.#idle.splice(0).map(({connection}) => connection), ...this.#busy]
    this.#busy.clear()
    await Promise.all(all.map((connection) => connection.destroy()))
  }

  async #work<T>(work: (connection: Dispatcher) => Promise<T>): Promise<T> {
    const usedAt = this.#clock.monotonic()
    const connection = this.#kept(usedAt) ?? this.#make()
    this.#busy.add(connection)
    try {
      const result = await work(connection)
      // Not after `close`.
      if (this.#busy.has(connection)) this.#idle.push({connection, usedAt})
      return result
    } catch (error) {
      void connection.destroy()
      throw error
    } finally {
      this.#busy.delete(connection)
    }
  }

  /** One that nobody has closed meanwhile; those that somebody may have closed end. */
  #kept(now: number): Dispatcher | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (now - idle.usedAt < KEPT_MS) return idle.connection
      void idle.connection.destroy()
    }
    return undefined
  }

  #place(signal: AbortSignal): Promise<void> | undefined {
    if (this.#places < this.#most) {
      this.#places++
      return undefined
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        reject(signal.reason)
      }
      this.#waiting.push(go)
      signal.addEventListener('abort', onAbort, {once: true})
    })
  }
}
