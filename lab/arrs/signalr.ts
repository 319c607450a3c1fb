/**
 * The live channel of a simulated Arr: SignalR's JSON protocol over one WebSocket. Each frame ends in 0x1E, and several of
 * them come in one message; after the handshake come the version and then what the hub tells, with a ping while there is
 * nothing else. Source: protocol notes §9.1, §12.
 */
import type {IncomingMessage} from 'node:http'
import {WebSocketServer, type WebSocket} from 'ws'
import type {Arr} from './arr.ts'
import {isAllowed, redirectionOf} from './face.ts'
import {headersOf, type HttpFace} from './http-face.ts'
import type {LiveMessage} from './live-hub.ts'

const END = '\u001E'
const PING_MS = 15_000

export interface LiveSockets {
  readonly open: number
  /** Cuts every connection, without a word. */
  drop(): void
  close(): void
}

/** @param arr the one of now: after a restart it is another */
export function liveSockets(http: HttpFace, arr: () => Arr, apiKey: () => string): LiveSockets {
  const server = new WebSocketServer({noServer: true})
  const sockets = new Set<WebSocket>()
  http.onUpgrade((request, socket, head) => {
    const refusal = refusalOf(request, arr(), apiKey())
    if (refusal !== null) return void socket.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`)
    server.handleUpgrade(request, socket, head, (opened) => serve(opened, arr(), sockets))
  })
  const drop = (): void => {
    for (const socket of sockets) socket.terminate()
    sockets.clear()
  }
  return {
    get open() {
      return sockets.size
    },
    drop,
    close() {
      drop()
      server.close()
    },
  }
}

/** Without its URL base it is led there, which no WebSocket follows. @returns `null` = it may come in */
function refusalOf(request: IncomingMessage, arr: Arr, apiKey: string): string | null {
  const {pathname, search, searchParams: query} = new URL(request.url ?? '/', 'http://arr')
  const base = arr.config.urlBase ?? ''
  if (arr.faults.request(`GET ${pathname}`).length > 0) return '401 Unauthorized'
  const target = redirectionOf(base, pathname, search)
  if (target !== null) return `307 Temporary Redirect\r\nLocation: ${target}`
  const isThere = pathname === `${base}/signalr/messages`
  return isThere && isAllowed({query, headers: headersOf(request)}, apiKey) ? null : '401 Unauthorized'
}

function serve(socket: WebSocket, arr: Arr, sockets: Set<WebSocket>): void {
  let waiting = ''
  const say = (frame: object): void => {
    if (waiting === '') setImmediate(flush)
    waiting += JSON.stringify(frame, (_, value: unknown) => value ?? undefined) + END
  }
  const flush = (): void => {
    socket.send(waiting)
    waiting = ''
  }
  const report = (message: LiveMessage): void =>
    say({type: 1, target: 'receiveMessage', arguments: [message]})
  let stop: () => void = () => undefined
  socket.once('message', () => {
    sockets.add(socket)
    say({})
    report({body: {version: arr.dialect.version}, name: 'version'})
    const ping = setInterval(() => say({type: 6}), PING_MS)
    ping.unref()
    const hush = arr.live.listen(report)
    const fault = arr.faults.domain('signalrDrop')
    const drop = fault ? arr.time.after(fault.everyMs, () => socket.terminate()) : () => undefined
    stop = () => {
      clearInterval(ping)
      hush()
      drop()
    }
  })
  socket.on('close', () => {
    sockets.delete(socket)
    stop()
  })
  // A reset is no more than an end.
  socket.on('error', () => socket.terminate())
}
