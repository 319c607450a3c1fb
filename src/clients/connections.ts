/**
 * A few connections to one server, made when they are needed, with one request at a time on each. In place of undici's
 * Pool, which keeps a queue of 16 KiB for each server: with thousands of them that was most of the memory.
 */
import type {Dispatcher} from 'undici'

export class Connections {
  readonly #make: () => Dispatcher
  readonly #most: number
  readonly #idle: Dispatcher[] = []
  readonly #busy = new Set<Dispatcher>()
  readonly #waiting: (() => void)[] = []
  #places = 0

  /** @param make a connection that is not opened before its first request */
  constructor(make: () => Dispatcher, most: number) {
    this.#make = make
    this.#most = most
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
    const all = [...this.#idle.splice(0), ...this.#busy]
    this.#busy.clear()
    await Promise.all(all.map((connection) => connection.destroy()))
  }

  async #work<T>(work: (connection: Dispatcher) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? this.#make()
    this.#busy.add(connection)
    try {
      const result = await work(connection)
      // Not after `close`.
      if (this.#busy.has(connection)) this.#idle.push(connection)
      return result
    } catch (error) {
      void connection.destroy()
      throw error
    } finally {
      this.#busy.delete(connection)
    }
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
