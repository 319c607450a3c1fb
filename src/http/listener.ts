/**
 * The one socket that people and programs reach us by. It listens from the first moment of a start, before the database
 * is opened and the list is read from the disk: `/health` says that the process lives, `/ready` why it does not serve
 * yet, everything else gets 503 with `Retry-After`. Once the routes are there the same socket serves them, so nobody
 * else gets the port in between, and a port in use is known before anything else is opened.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {FastifyInstance} from 'fastify'
import {trustedProxies, type TrustedProxies} from '#lib/trusted-proxies.ts'
import {isHandshake} from './live/live-route.ts'
import {problem} from './answers/problems.ts'
import {Connections, connectionLimits} from './security/connections.ts'
import {nothingInFront, type Surroundings} from './security/hardening.ts'
import {securityHeaders} from './security/security-headers.ts'

/** What `/ready` and refusals say meanwhile. It names nothing of what is configured: anybody may ask. */
const STARTING = 'Commodarr is starting: its list of torrents is being read.'
/** Seconds after which it is worth asking again. */
const RETRY_AFTER = 2

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Where {
  readonly host: string
  readonly port: number
}

export class Listener {
  readonly urlBase: string
  readonly surroundings: Surroundings
  readonly proxies: TrustedProxies
  readonly connections: Connections
  readonly #server: Server
  #routes: Handler | null = null
  #isServing = false

  /** @param urlBase path below which everything is served behind a proxy, however it is written */
  constructor(surroundings: Surroundings = nothingInFront, urlBase = '') {
    this.urlBase = normalBase(urlBase)
    this.surroundings = surroundings
    this.proxies = trustedProxies(surroundings.trustedProxies)
    const limits = {...connectionLimits, ...surroundings.limits}
    this.connections = new Connections(limits, this.proxies.trusts, surroundings.behindHttpsProxy)
    const asksForSocket = isHandshake(this.urlBase)
    this.#server = createServer(
      {
        ...this.connections.options,
        shouldUpgradeCallback: (request) =>
          this.#isServing && asksForSocket(request) && !this.connections.isBusy(request.socket),
      },
      (request, response) => {
        if (this.#isServing) this.#routes!(request, response)
        else this.#answerEarly(request, response)
      },
    )
    this.connections.guardServer(this.#server)
  }

  /**
   * Answers with the addresses, `http://host:port/base`.
   * @throws the error of the system, as EADDRINUSE
   */
  async listen({host, port}: Where): Promise<readonly string[]> {
    const server = this.#server
    // One name, one socket: a second one for ::1 is nothing that anybody asked for.
    server.listen({host: host === 'localhost' ? '127.0.0.1' : host, port})
    // Leaves nothing behind, however often it is tried.
    await once(server, 'listening')
    return this.addresses
  }

  /** Where it listens; `null` = not yet, or no more. */
  get where(): Where | null {
    const at = this.#server.address() as AddressInfo | null
    return at && {host: at.address, port: at.port}
  }

  get addresses(): readonly string[] {
    const {address, port} = this.#server.address() as AddressInfo
    return [`http://${address.includes(':') ? `[${address}]` : address}:${port}${this.urlBase}`]
  }

  /** For the making of Fastify, which takes this server as its own; its routes answer nothing before `serve`. */
  serverFor(routes: Handler): Server {
    this.#routes = routes
    return this.#server
  }

  /** From now on the routes answer. Connections from before are closed with their answers. */
  serve(): void {
    this.#isServing = true
  }

  /** Fastify closes no server that it did not begin to listen with. Must be added after all that ends connections. */
  closeWith(app: FastifyInstance): void {
    let closed = Promise.resolve()
    app.addHook('preClose', async () => {
      closed = this.close()
    })
    app.addHook('onClose', () => closed)
  }

  /** Takes no new connection; resolves when those there are have ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.connections.endUnfinished()
    })
  }

  #answerEarly(request: IncomingMessage, response: ServerResponse): void {
    const {status, type, body, headers} = this.#early(request)
    response.writeHead(status, {
      ...securityHeaders(this.surroundings.behindHttpsProxy),
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      // Whoever asks next is served by the routes.
      connection: 'close',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    request.resume()
  }

  #early({method, url = '', headers}: IncomingMessage): EarlyAnswer {
    const isRead = method === 'GET' || method === 'HEAD'
    const path = url.split('?', 1)[0]!.replace(/\/$/, '')
    const later = {'retry-after': String(RETRY_AFTER)}
    const json = 'application/json'
    if (isRead && path === `${this.urlBase}/health`) return {status: 200, type: json, body: '{"alive":true}'}
    if (isRead && path === `${this.urlBase}/ready`) {
      const body = JSON.stringify({ready: false, reasons: [STARTING]})
      return {status: 503, type: json, body, headers: later}
    }
    if (isRead && headers.accept?.includes('text/html')) {
      // A browser looks again by itself.
      const body = `<!doctype html><title>Commodarr</title><p>${STARTING}</p>`
      return {status: 503, type: 'text/html', body, headers: {...later, refresh: String(RETRY_AFTER)}}
    }
    const body = JSON.stringify(problem('starting', STARTING, ''))
    return {status: 503, type: 'application/problem+json', body, headers: later}
  }
}

interface EarlyAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** '' or `/base`, however it was written. */
export function normalBase(urlBase: string): string {
  const path = urlBase.split('/').filter(Boolean).join('/')
  return path === '' ? '' : `/${path}`
}
