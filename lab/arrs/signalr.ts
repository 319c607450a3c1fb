/**
 * The live channel of a simulated Arr: SignalR's JSON protocol over one WebSocket. Each frame ends in 0x1E; after the
 * handshake come the version and then what the hub tells, with a ping while there is nothing else.
 * Source: protocol notes §9.1.
 */
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'
import {WebSocketServer, type WebSocket} from 'ws'
import type {Arr} from './arr.ts'
import {isAllowed} from './face.ts'
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
    if (!admits(request, arr(), apiKey())) return refuse(socket)
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

function admits(request: IncomingMessage, arr: Arr, apiKey: string): boolean {
  const url = new URL(request.url ?? '/', 'http://arr')
  const isThere = url.pathname === `${arr.config.urlBase ?? ''}/signalr/messages`
  const faults = arr.faults.request(`GET ${url.pathname}`)
  return (
    isThere &&
    faults.length === 0 &&
    isAllowed({query: url.searchParams, headers: headersOf(request)}, apiKey)
  )
}

function refuse(socket: Socket): void {
  socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
}

function serve(socket: WebSocket, arr: Arr, sockets: Set<WebSocket>): void {
  const say = (frame: object): void => socket.send(JSON.stringify(frame) + END)
  const tell = (message: LiveMessage): void => say({type: 1, target: 'receiveMessage', arguments: [message]})
  let stop: () => void = () => undefined
  socket.once('message', () => {
    sockets.add(socket)
    say({})
    tell({name: 'version', body: {version: arr.dialect.version}})
    const ping = setInterval(() => say({type: 6}), PING_MS)
    ping.unref()
    const hush = arr.live.listen(tell)
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
