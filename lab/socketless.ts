/** A simulated application in the place of undici's sockets: what it says goes straight to who asked. */
import {Dispatcher} from 'undici'

/** How what was asked is answered: head, pieces, end, or a connection that breaks. */
export interface Answering {
  head(status: number, headers: Readonly<Record<string, string | readonly string[]>>): void
  /** Resolves when who reads keeps up. @throws when he is gone */
  piece(piece: Uint8Array): Promise<void>
  end(): void
  /** Resolves when who asked has given up. */
  readonly gone: Promise<void>
}

export abstract class SocketlessDispatcher extends Dispatcher {
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const conversation = new Conversation(handler)
    this.answer(options, conversation).catch((error: Error) => conversation.break(error))
    return true
  }

  override close(): Promise<void> {
    return Promise.resolve()
  }

  override destroy(): Promise<void> {
    return Promise.resolve()
  }

  /** @throws what a socket would say: see `broken` */
  protected abstract answer(options: Dispatcher.DispatchOptions, answering: Answering): Promise<void>
}

/** An error as sockets and undici have them, by its code. */
export function broken(code: string): Error {
  return Object.assign(new Error(code), {code})
}

/** Who reads may ask for a pause, or for the end. */
class Conversation implements Dispatcher.DispatchController, Answering {
  aborted = false
  paused = false
  reason: Error | null = null
  readonly gone: Promise<void>
  readonly #handler: Dispatcher.DispatchHandler
  readonly #leave: () => void
  #flowing: Promise<void> = Promise.resolve()
  #flow: () => void = () => undefined
  #isOver = false

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler
    const {promise, resolve} = Promise.withResolvers<void>()
    this.gone = promise
    this.#leave = resolve
    handler.onRequestStart?.(this, {})
  }

  head(status: number, headers: Readonly<Record<string, string | readonly string[]>>): void {
    const own = Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ])
    if (!this.#isOver) this.#handler.onResponseStart?.(this, status, Object.fromEntries(own), '')
  }

  async piece(piece: Uint8Array): Promise<void> {
    await this.#flowing
    if (this.#isOver) throw this.reason ?? broken('UND_ERR_ABORTED')
    this.#handler.onResponseData?.(this, Buffer.from(piece))
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#handler.onResponseEnd?.(this, {})
  }

  break(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#handler.onResponseError?.(this, error)
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.#flow()
    this.#leave()
    this.break(reason)
  }

  pause(): void {
    if (this.paused) return
    this.paused = true
    const {promise, resolve} = Promise.withResolvers<void>()
    this.#flowing = promise
    this.#flow = resolve
  }

  resume(): void {
    this.paused = false
    this.#flow()
  }
}
