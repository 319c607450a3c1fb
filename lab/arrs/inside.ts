/**
 * Commodarr's own clients on a simulated Arr without a socket: a dispatcher in the place of undici's agent, and a source
 * of live messages in the place of the web socket. With a virtual clock a week passes in a second, always the same way.
 */
import {Dispatcher} from 'undici'
import type {LiveListener, LiveSource} from '#arr/live-channel.ts'
import type {ArrRequest} from './asked.ts'
import type {SimulatedArr} from './create.ts'
import type {Answer} from './face.ts'

type InsideArr = Pick<SimulatedArr, 'answer' | 'arr' | 'isDown'>

export class InsideDispatcher extends Dispatcher {
  readonly #arr: InsideArr

  constructor(arr: InsideArr) {
    super()
    this.#arr = arr
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = new Flow()
    handler.onRequestStart?.(controller, {})
    void this.#answer(options, handler, controller).catch((error: Error) =>
      handler.onResponseError?.(controller, error),
    )
    return true
  }

  override close(): Promise<void> {
    return Promise.resolve()
  }

  override destroy(): Promise<void> {
    return Promise.resolve()
  }

  async #answer(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    controller: Flow,
  ): Promise<void> {
    if (this.#arr.isDown) throw broken('ECONNREFUSED')
    const answer = await this.#arr.answer(requestOf(options))
    const {time} = this.#arr.arr
    if (answer.ends === 'before') throw broken('ECONNRESET')
    if (answer.waitMs > 0)
      await Promise.race([time.sleep(Math.min(answer.waitMs, 2 ** 40)), controller.ended])
    if (controller.aborted) throw controller.reason ?? broken('UND_ERR_ABORTED')
    handler.onResponseStart?.(controller, answer.status, {...answer.headers}, '')
    for (const piece of answer.body) {
      await controller.flowing
      if (controller.aborted) throw controller.reason ?? broken('UND_ERR_ABORTED')
      handler.onResponseData?.(controller, Buffer.from(cut(piece, answer)))
      if (answer.ends === 'within') throw broken('ECONNRESET')
    }
    handler.onResponseEnd?.(controller, {})
  }
}

function cut(piece: string, {ends}: Answer): string {
  return ends === 'within' ? piece.slice(0, piece.length / 2) : piece
}

function requestOf({path, method, headers, body}: Dispatcher.DispatchOptions): ArrRequest {
  const url = new URL(path, 'http://arr')
  const named = Object.entries((headers ?? {}) as Record<string, string>)
  const request = {
    ...{method, path: url.pathname, query: url.searchParams},
    headers: Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value])),
  }
  return typeof body === 'string' ? {...request, body: JSON.parse(body) as unknown} : request
}

function broken(code: string): Error {
  return Object.assign(new Error(code), {code})
}

/** Who reads may ask for a pause, or for the end. */
class Flow implements Dispatcher.DispatchController {
  aborted = false
  paused = false
  reason: Error | null = null
  readonly ended: Promise<void>
  flowing: Promise<void> = Promise.resolve()
  readonly #end: () => void
  #flow: () => void = () => undefined

  constructor() {
    const {promise, resolve} = Promise.withResolvers<void>()
    this.ended = promise
    this.#end = resolve
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.#flow()
    this.#end()
  }

  pause(): void {
    if (this.paused) return
    this.paused = true
    const {promise, resolve} = Promise.withResolvers<void>()
    this.flowing = promise
    this.#flow = resolve
  }

  resume(): void {
    this.paused = false
    this.#flow()
  }
}

const RECONNECT_MS = 1_000

/** @param apiVersion `v5`: of what is sent for two APIs, this one's */
export function insideLive(arr: SimulatedArr, apiVersion: string): LiveSource {
  const wanted = Number(apiVersion.slice(1))
  let stop: () => void = () => undefined
  function connect(listener: LiveListener): void {
    if (arr.isDown) {
      stop = arr.time.after(RECONNECT_MS, () => connect(listener))
      return
    }
    const hush = arr.arr.live.listen(({name, body, version}) => {
      if (version !== undefined && version !== wanted) return
      const {action = '', resource, version: app = ''} = body
      listener.message({name, action, resource, version: app})
    })
    const broke = (): void => {
      stop()
      stop = arr.time.after(RECONNECT_MS, () => connect(listener))
      listener.down()
    }
    const forget = arr.onDrop(broke)
    const fault = arr.arr.faults.domain('signalrDrop')
    const keep = fault ? arr.time.after(fault.everyMs, broke) : () => undefined
    stop = () => {
      hush()
      forget()
      keep()
    }
    listener.up()
    listener.message({name: 'version', action: '', resource: undefined, version: arr.arr.dialect.version})
  }
  return {
    start: connect,
    stop() {
      stop()
      return Promise.resolve()
    },
  }
}
