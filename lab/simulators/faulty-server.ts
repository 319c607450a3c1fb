/**
 * The socket side of a simulated server: takes requests over HTTP(S) or raw SCGI, asks the face, and answers as well
 * or as badly as its `faults` say. Everything is counted.
 */
import {createServer as createHttpServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import {createServer as createTcpServer, type Server, type Socket} from 'node:net'
import type {Writable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {listenAt, listenOnFreePort} from '../free-port.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import type {Counters} from './counters.ts'
import {answerInstead, deliver, type Outlet} from './delivery.ts'
import type {Face, FaceAnswer, FaceRequest} from './face.ts'
import {Faults} from './faults.ts'
import {cgiHead, readScgi} from './scgi.ts'

export interface FaultyServerOptions {
  /** Default `http`. */
  readonly transport?: 'http' | 'scgi' | undefined
  /** Default: any free one. */
  readonly port?: number | undefined
  /** Default 127.0.0.1. */
  readonly host?: string | undefined
  /** A Unix socket instead of host and port. */
  readonly socketPath?: string | undefined
  /** It has no socket: whoever knows its address talks to it by `converse`. */
  readonly isInside?: boolean | undefined
  /** By which slow answers are slow. Default: the system's. */
  readonly clock?: Clock | undefined
  /** Unix seconds of its machine, as daemons tell over HTTP with each answer. Default: as this machine does, or not at all. */
  readonly now?: (() => number) | undefined
  /** HTTPS with these PEM texts. */
  readonly tls?: {readonly key: string; readonly cert: string} | undefined
}

export class FaultyServer {
  readonly faults = new Faults()
  readonly counters: Counters
  readonly #face: Face
  readonly #options: FaultyServerOptions
  readonly #sockets = new Set<Socket>()
  readonly #conversations = new Set<Outlet>()
  #server: Server | null = null
  #isListening = false
  #port: number

  constructor(face: Face, counters: Counters, options: FaultyServerOptions = {}) {
    this.#face = face
    this.counters = counters
    this.#options = options
    this.#port = options.port ?? 0
  }

  /** A server that listens. @throws when the port is taken */
  static async start(face: Face, counters: Counters, options?: FaultyServerOptions): Promise<FaultyServer> {
    const server = new FaultyServer(face, counters, options)
    await server.listen()
    return server
  }

  /** The port it has or, while it does not listen, will have again. */
  get port(): number {
    return this.#port
  }

  /** For `ServerDefinition.url`, the face's base path included. */
  get url(): string {
    const {transport, socketPath, host = '127.0.0.1', tls} = this.#options
    if (socketPath !== undefined) return `scgi+unix://${socketPath}`
    if (transport === 'scgi') return `scgi://${host}:${this.#port}`
    return `${tls ? 'https' : 'http'}://${host}:${this.#port}${this.#face.basePath}`
  }

  get isListening(): boolean {
    return this.#isListening
  }

  /** Listens (again, on the same port). */
  async listen(): Promise<void> {
    if (this.#isListening) return
    if (!this.#options.isInside) await this.#open()
    this.#isListening = true
  }

  async #open(): Promise<void> {
    const server = this.#create()
    const {socketPath, host = '127.0.0.1'} = this.#options
    server.on('connection', (socket: Socket) => this.#welcome(socket))
    if (socketPath !== undefined) await listenAt(server, socketPath)
    // It listens there again: a port of the system would be another program's by then.
    else if (this.#port === 0) this.#port = await listenOnFreePort(server, host)
    else await listenAt(server, this.#port, host)
    this.#server = server
  }

  /** As a dead daemon: open connections are reset, new ones refused, until `listen`. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#isListening = false
    for (const outlet of this.#conversations) outlet.reset()
    if (!server) return
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /**
   * One request without a socket, answered as well or as badly as over one.
   * @param signal aborted when who asked gives up
   */
  async converse(request: FaceRequest, outlet: Outlet, signal: AbortSignal): Promise<void> {
    this.#conversations.add(outlet)
    const end = (): void => void this.#conversations.delete(outlet)
    signal.addEventListener('abort', end, {once: true})
    try {
      // Silence lasts until one of both goes.
      if ((await this.#answer(request, outlet, signal)) === 'silent') return
      end()
    } catch (error) {
      end()
      throw error
    }
  }

  #create(): Server {
    if (this.#options.transport === 'scgi') return createTcpServer((socket) => void this.#serveScgi(socket))
    const serve = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#serveHttp(request, response)
    return this.#options.tls ? createHttpsServer(this.#options.tls, serve) : createHttpServer(serve)
  }

  #welcome(socket: Socket): void {
    this.counters.connection()
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async #serveHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      await this.#answer(fromHttp(request, Buffer.concat(chunks)), httpOutlet(response), gone(response))
    } catch {
      // The client hung up: that is its right, and there is nobody left to tell.
      response.destroy()
    }
  }

  async #serveScgi(socket: Socket): Promise<void> {
    try {
      const request = await readScgi(socket)
      if (request) await this.#answer(request, scgiOutlet(socket), gone(socket))
      // A broken request is answered by a silent close, as rTorrent does.
      else socket.destroy()
    } catch {
      socket.destroy()
    }
  }

  #dated(answer: FaceAnswer): FaceAnswer {
    const {now} = this.#options
    if (now === undefined) return answer
    return {...answer, headers: {date: new Date(now() * 1_000).toUTCString(), ...answer.headers}}
  }

  async #answer(request: FaceRequest, outlet: Outlet, signal: AbortSignal): Promise<'said' | 'silent'> {
    const name = this.#face.nameOf(request)
    const count = this.counters.request(name)
    this.counters.bytesIn(request.body.length)
    const strike = this.faults.strike(name)
    if (strike) this.counters.fault(strike.id)
    const fault = strike?.fault ?? null
    const {clock = systemClock} = this.#options
    try {
      if (fault?.kind === 'reset') {
        outlet.reset()
        return 'said'
      }
      if (fault?.kind === 'silence') return 'silent'
      const answer = this.#dated(answerInstead(fault) ?? (await this.#face.handle(request)))
      if (strike && fault?.kind === 'held') await this.faults.cleared(strike.id, signal)
      await deliver(outlet, answer, fault, {count, signal, clock})
      return fault?.kind === 'lost' && fault.hang ? 'silent' : 'said'
    } finally {
      count.done()
    }
  }
}

/** Aborted when the other side hangs up. */
function gone(connection: Writable): AbortSignal {
  const ending = new AbortController()
  connection.once('close', () => ending.abort())
  return ending.signal
}

function fromHttp(request: IncomingMessage, body: Buffer): FaceRequest {
  const [path, query] = splitOnce(request.url ?? '/', '?')
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body,
    via: 'http',
  }
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

function httpOutlet(response: ServerResponse): Outlet {
  return {
    head(status, headers, length) {
      const lengthHeader = length === null ? {} : {'content-length': String(length)}
      response.writeHead(status, {...mutable(headers), ...lengthHeader})
      response.flushHeaders()
    },
    write: (chunk) => send(response, chunk),
    end: () => void response.end(),
    // A turn later: what was written in this one is still corked and would be lost.
    cut: () => void setImmediate(() => response.socket?.destroySoon()),
    reset: () => response.socket?.resetAndDestroy(),
  }
}

function mutable(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}

/** As rTorrent writes it: header lines, a blank line, the body, and the connection closes. */
function scgiOutlet(socket: Socket): Outlet {
  return {
    head: (...head) => void socket.write(cgiHead(...head)),
    write: (chunk) => send(socket, chunk),
    end: () => void socket.end(),
    cut: () => socket.destroySoon(),
    reset: () => void socket.resetAndDestroy(),
  }
}

async function send(stream: Writable, chunk: Buffer): Promise<void> {
  if (stream.destroyed) throw new Error('the client is gone')
  if (stream.write(chunk)) return
  await new Promise<void>((resolve, reject) => {
    const onDrain = (): void => {
      stream.off('close', onClose)
      resolve()
    }
    const onClose = (): void => {
      stream.off('drain', onDrain)
      reject(new Error('the client is gone'))
    }
    stream.once('drain', onDrain)
    stream.once('close', onClose)
  })
}

/** The server stops, stays away for so long, and listens again on its port. `meanwhile` runs while it is away. */
export async function awayFor(server: FaultyServer, ms: number, meanwhile: () => void): Promise<void> {
  await server.stop()
  meanwhile()
  await delay(ms)
  await server.listen()
}
