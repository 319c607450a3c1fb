/**
 * Connections, before and around requests: how many there are, how long they may take, and what is said to bytes that
 * are no request. One peer can hold no more memory than its connections times one answer each: requests sent ahead on
 * one connection wait until the answer before them was taken, and an answer that nobody takes is given up.
 */
import {
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import {Socket} from 'node:net'
import type {FastifyInstance} from 'fastify'
import {networkOf} from '#accounts/network.ts'
import {plainAddress} from '#lib/trusted-proxies.ts'
import type {ErrorCode} from '#model/errors.ts'
import {problem} from '../answers/problems.ts'
import {securityHeaders} from './security-headers.ts'

export interface ConnectionLimits {
  /** From one address; of IPv6 one network of 64 bits counts as one. Trusted proxies have no such limit. */
  readonly perAddress: number
  readonly inAll: number
  /** Request line and headers together, bytes. */
  readonly headerBytes: number
  readonly headers: number
  /** Requests that one connection may send ahead. */
  readonly ahead: number
  /** For the headers, and for the whole request, ms. How long an answer takes is the business of the servers behind. */
  readonly headersMs: number
  readonly requestMs: number
  readonly keepAliveMs: number
  /** An answer of which nothing was taken for so long is given up, ms. */
  readonly unreadMs: number
  /** How long what is under way may take to end when we stop, ms. */
  readonly endingMs: number
  /** How often times are looked at, ms. */
  readonly lookEveryMs: number
}

export const connectionLimits: ConnectionLimits = {
  perAddress: 256,
  inAll: 2_048,
  headerBytes: 16 * 1024,
  headers: 128,
  ahead: 32,
  headersMs: 10_000,
  requestMs: 120_000,
  keepAliveMs: 20_000,
  unreadMs: 60_000,
  endingMs: 10_000,
  lookEveryMs: 2_000,
}

type BrokenRequest = Error & {readonly code?: string}

/** A request under way on a connection, and what waits behind it. */
interface Line {
  under: IncomingMessage
  readonly waiting: {readonly raw: IncomingMessage; readonly start: () => void}[]
}

export class Connections {
  readonly #limits: ConnectionLimits
  readonly #isProxy: (address: string) => boolean
  readonly #isHttps: boolean
  readonly #counts = new Map<string, number>()
  readonly #lines = new WeakMap<Socket, Line>()
  readonly #sockets = new Set<Socket>()

  /** @param isHttps all requests come by HTTPS: known where there is no request to look at */
  constructor(limits: ConnectionLimits, isProxy: (address: string) => boolean, isHttps: boolean) {
    this.#limits = limits
    this.#isProxy = isProxy
    this.#isHttps = isHttps
  }

  /** For the making of the server. */
  get options(): ServerOptions {
    const {headerBytes, headersMs, requestMs, keepAliveMs, lookEveryMs} = this.#limits
    return {
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: headerBytes,
      headersTimeout: headersMs,
      connectionsCheckingInterval: lookEveryMs,
      // Without a Host we answer ourselves, with all our headers.
      requireHostHeader: false,
    }
  }

  /** A request on this connection is not answered yet: what comes after it has to wait. */
  isBusy(socket: Socket): boolean {
    return this.#lines.has(socket)
  }

  /** Must be called before it listens. */
  guardServer(server: Server): void {
    server.maxHeadersCount = this.#limits.headers
    server.maxConnections = this.#limits.inAll
    server.on('connection', (socket) => this.#admit(socket))
    server.on('clientError', (error: BrokenRequest, socket: Socket) => this.#answerBroken(error, socket))
    server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      const {status, headers, body} = this.#refusal(
        'expectation_failed',
        'Only "Expect: 100-continue" is possible here.',
      )
      response.writeHead(status, headers).end(body)
    })
  }

  /** Must be called before any other hook is added. */
  guard(app: FastifyInstance): void {
    app.addHook('preClose', async () => this.endUnfinished())
    this.#answerInTurn(app)
  }

  #admit(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const address = plainAddress(socket.remoteAddress ?? '')
    if (this.#isProxy(address)) return
    const network = networkOf(address)
    const count = (this.#counts.get(network) ?? 0) + 1
    if (count > this.#limits.perAddress) return void socket.destroy()
    this.#counts.set(network, count)
    socket.once('close', () => {
      const left = this.#counts.get(network)! - 1
      if (left === 0) this.#counts.delete(network)
      else this.#counts.set(network, left)
    })
  }

  /** One request of a connection after the other; a connection that sends too many ahead is closed. */
  #answerInTurn(app: FastifyInstance): void {
    app.addHook('onRequest', ({raw}, reply, done) => {
      const {socket} = raw
      const line = this.#lines.get(socket)
      reply.raw.once('close', () => {
        // A body that was refused halfway goes on arriving; unread it would hold the connection.
        if (!raw.complete) raw.unpipe().resume()
        this.#next(socket)
      })
      if (line === undefined) {
        this.#lines.set(socket, {under: raw, waiting: []})
        return done()
      }
      if (line.waiting.length >= this.#limits.ahead) return void socket.destroy()
      line.waiting.push({raw, start: done})
    })
    app.addHook('onSend', ({raw: {socket}}, _reply, payload, done) => {
      // Whoever takes nothing for so long gets nothing more. Node sets its own time for the wait after the answer.
      if (socket instanceof Socket) socket.setTimeout(this.#limits.unreadMs)
      done(null, payload)
    })
  }

  /** Connections that have nothing under way, or never finish asking, would keep us from ever stopping. */
  endUnfinished(): void {
    for (const socket of this.#sockets) {
      if (this.#lines.get(socket)?.under.complete) socket.setTimeout(this.#limits.endingMs)
      else socket.destroy()
    }
  }

  /** What waits on a connection that ended was never begun, and is not. */
  #next(socket: Socket): void {
    const line = this.#lines.get(socket)
    if (line === undefined) return
    const following = socket.destroyed ? undefined : line.waiting.shift()
    if (following === undefined) return void this.#lines.delete(socket)
    line.under = following.raw
    socket.setTimeout(0)
    following.start()
  }

  /** Bytes that are not HTTP, or a request that is too large or too slow: there is no request to answer yet. */
  #answerBroken(error: BrokenRequest, socket: Socket): void {
    // An answer in the midst of another one would be taken for the wrong one.
    const isOfAnother = this.#lines.get(socket)?.under.complete === true
    if (error.code === 'ECONNRESET' || !socket.writable || isOfAnother) return void socket.destroy()
    // Node counts from the accept. A browser keeps connections ready and takes what it finds there for the answer to
    // its next request, so a connection that asked nothing is closed without a word.
    if (isTimeout(error) && socket.bytesRead === 0) return void socket.destroy()
    const [code, detail] = refusalOf(error)
    const {status, headers, body} = this.#refusal(code, detail)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const first = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
    socket.end(`${first}${lines.join('')}\r\n${body}`, () => socket.destroy())
  }

  #refusal(code: ErrorCode, detail: string): {status: number; headers: Record<string, string>; body: string} {
    const document = problem(code, detail, '')
    const body = JSON.stringify(document)
    const headers = {
      ...securityHeaders(this.#isHttps),
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    }
    return {status: document.status, headers, body}
  }
}

function isTimeout({code}: BrokenRequest): boolean {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT'
}

/** Code and sentence of what Node could not read as a request. */
function refusalOf(error: BrokenRequest): readonly [ErrorCode, string] {
  if (isTimeout(error)) return ['request_timeout', 'The request did not arrive in time.']
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return ['headers_too_large', 'The address and the headers are too long or too many.']
  }
  return ['bad_request', 'This is not a complete HTTP request.']
}
