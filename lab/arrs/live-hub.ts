/** Who listens at /signalr/messages, and what they are told. The sockets themselves belong to `signalr.ts`. */
import type {TimeLine} from './time-line.ts'

/** In the order in which it is written. */
export interface LiveMessage {
  readonly body: {readonly resource?: unknown; readonly action?: string; readonly version?: string}
  readonly name: string
  readonly version?: number
}

export class LiveHub {
  readonly #listeners = new Set<(message: LiveMessage) => void>()
  readonly #time: TimeLine
  #silent: () => boolean = () => false
  #shown: (resource: unknown) => unknown = (resource) => resource
  #versions: readonly (number | undefined)[] = [undefined]
  /** By their ids: of what happened to one meanwhile the last is told. */
  readonly #commands = new Map<number, (version: number | undefined) => unknown>()
  /** Messages handed to somebody. */
  sent = 0

  constructor(time: TimeLine) {
    this.#time = time
  }

  /**
   * @param versions API versions each message is sent for, as Sonarr 5 does it
   * @param shown by the clock of the Arr, which may be wrong
   */
  configure(
    versions: readonly (number | undefined)[],
    silent: () => boolean,
    shown: (resource: unknown) => unknown,
  ): void {
    this.#versions = versions
    this.#silent = silent
    this.#shown = shown
  }

  get listening(): boolean {
    return this.#listeners.size > 0
  }

  listen(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** `resource` is asked for only while somebody listens. */
  send(
    name: string,
    action: 'sync' | 'created' | 'updated' | 'deleted',
    resource?: (version: number | undefined) => unknown,
  ): void {
    if (this.#listeners.size === 0 || this.#silent()) return
    for (const version of this.#versions) {
      const body = resource ? {resource: this.#shown(resource(version)), action} : {action}
      const message: LiveMessage = version === undefined ? {body, name} : {body, name, version}
      for (const listener of this.#listeners) listener(message)
      this.sent++
    }
  }

  /** Command messages go out in batches of 100 ms. */
  reportCommand(id: number, resource: (version: number | undefined) => unknown): void {
    if (this.#listeners.size === 0) return
    this.#commands.set(id, resource)
    if (this.#commands.size > 1) return
    this.#time.after(100, () => {
      const due = [...this.#commands.values()]
      this.#commands.clear()
      for (const command of due) this.send('command', 'updated', command)
    })
  }
}
