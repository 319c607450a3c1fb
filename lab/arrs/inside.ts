/**
 * Commodarr's own clients on a simulated Arr without a socket: a dispatcher in the place of undici's agent, and a source
 * of live messages in the place of the web socket. With a virtual clock a week passes in a second, always the same way.
 */
import type {Dispatcher} from 'undici'
import type {LiveListener, LiveSource} from '#arr-client/live-channel.ts'
import {backoffMs} from '#lib/backoff.ts'
import {broken, SocketlessDispatcher, type Answering} from '../socketless.ts'
import type {Arr} from './arr.ts'
import type {ArrRequest} from './asked.ts'
import type {SimulatedArr} from './create.ts'
import type {Answer} from './face.ts'

interface Inside extends Pick<SimulatedArr, 'answer' | 'isDown'> {
  readonly arr: Pick<Arr, 'time'>
}

export class InsideDispatcher extends SocketlessDispatcher {
  readonly #arr: Inside

  constructor(arr: Inside) {
    super()
    this.#arr = arr
  }

  protected override async answer(options: Dispatcher.DispatchOptions, answering: Answering): Promise<void> {
    if (this.#arr.isDown) throw broken('ECONNREFUSED')
    const answer = await this.#arr.answer(requestOf(options))
    const {time} = this.#arr.arr
    if (answer.ends === 'before') throw broken('ECONNRESET')
    if (answer.waitMs > 0) await Promise.race([time.sleep(Math.min(answer.waitMs, 2 ** 40)), answering.gone])
    answering.head(answer.status, answer.headers)
    for (const piece of answer.body) {
      await answering.piece(Buffer.from(cut(piece, answer)))
      if (answer.ends === 'within') throw broken('ECONNRESET')
    }
    answering.end()
  }
}

function cut(piece: string | Uint8Array, {ends}: Answer): string | Uint8Array {
  return ends === 'within' ? piece.slice(0, piece.length / 2) : piece
}

function requestOf({path, method, headers, body}: Dispatcher.DispatchOptions): ArrRequest {
  const url = new URL(path, 'http://arr')
  const named = Object.entries((headers ?? {}) as Record<string, string>)
  const request = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value])),
  }
  return typeof body === 'string' ? {...request, body: JSON.parse(body) as unknown} : request
}

/**
 * It waits between two tries as the real channel does.
 *
 * @param apiVersion `v5`: of what is sent for two APIs, this one's
 */
export function insideLive(arr: SimulatedArr, apiVersion: string): LiveSource {
  const wanted = Number(apiVersion.slice(1))
  let stop: () => void = () => undefined
  let attempt = 0
  function connectLater(listener: LiveListener): void {
    stop = arr.time.after(backoffMs(++attempt, 0.5), () => connect(listener))
  }
  function connect(listener: LiveListener): void {
    if (arr.isDown) return connectLater(listener)
    attempt = 0
    const hush = arr.arr.live.listen(({name, body, version}) => {
      if (version !== undefined && version !== wanted) return
      const {action = '', resource, version: app = ''} = body
      listener.message({name, action, resource, version: app})
    })
    const broke = (): void => {
      stop()
      connectLater(listener)
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
