/**
 * HTTP to one server: a few kept connections, TLS and proxy as the definition says, base path and basic auth in
 * front, answers bounded in size and time, and every failure named by the health reason it means. It goes where the
 * definition's `reach` allows and nowhere else: no redirect is followed. It knows nothing of sessions and protocols;
 * those are the `wire.ts` of each kind.
 */
import type {Dispatcher, FormData} from 'undici'
import {boundedBody} from '#lib/bounded-body.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import {trimEnd} from '#lib/trim-end.ts'
import {ServerFault} from '#model/errors.ts'
import type {HealthReason, ServerDefinition} from '#model/server.ts'
import type {EpochMs} from '#model/units.ts'
import {Connections} from './connections.ts'
import {Deadline} from './deadline.ts'
import {objectionAt} from './outgoing.ts'
import type {CallBounds, ClientDeps} from './port.ts'
import {socketTransport} from './transport.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  /** Below the definition's base path, with its leading slash; `''` = the base path itself. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** It goes without HTTP Basic. Default false. */
  readonly isAnonymous?: boolean | undefined
  /** undici's FormData goes out as multipart/form-data (it takes no other), URLSearchParams as a form. */
  readonly body?: string | Uint8Array | URLSearchParams | FormData | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Lower-case names; `set-cookie` may be a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** From sending the request to its answer's head: the server's own time, ms. */
  readonly answerMs: number
}

/** Takes the body as it arrives. It may wait (back-pressure). What it throws ends the request. */
export type BodyConsumer = (chunk: Buffer) => void | Promise<void>

interface HttpClientOptions extends Partial<Pick<ClientDeps, 'clock' | 'ways'>> {
  /** Sent as HTTP Basic; default: the definition's own. */
  readonly basicAuth?: ServerDefinition['basicAuth'] | undefined
}

export class HttpClient {
  readonly #definition: ServerDefinition
  readonly #clock: Clock
  readonly #connections: Connections
  readonly #origin: string
  readonly #basePath: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #authorization: Readonly<Record<string, string>>
  #aheadMs: number | null = null

  /** @param connections most parallel requests to this server (protocol sheets: qBittorrent 4, Transmission 2, rTorrent 1) */
  constructor(
    definition: ServerDefinition,
    connections: number,
    {basicAuth = definition.basicAuth, clock = systemClock, ways = socketTransport}: HttpClientOptions = {},
  ) {
    const url = new URL(definition.url)
    this.#definition = definition
    this.#clock = clock
    this.#origin = url.origin
    this.#basePath = trimEnd(url.pathname, '/')
    this.#headers = {
      'user-agent': 'Commodarr',
      // Compression costs both ends more than a loopback costs bytes (gzip: a tenth more time, a fifteenth of the bytes).
      'accept-encoding': isLoopback(url.hostname) ? 'identity' : 'gzip',
    }
    this.#authorization = basicAuth
      ? {
          authorization: `Basic ${Buffer.from(`${basicAuth.username}:${basicAuth.password.reveal()}`).toString('base64')}`,
        }
      : {}
    this.#connections = new Connections(() => ways.http(definition), connections)
  }

  /**
   * How far the clock of whoever answers is ahead of ours; `null` = no answer told. Seconds are all that it tells.
   * Source: RFC 9110 §6.6.1; qBittorrent 4.5.2 and
   * Transmission 3.00 were seen to tell it with each answer, also when they refuse.
   */
  get aheadMs(): number | null {
    return this.#aheadMs
  }

  /** The whole answer in memory, `maxBytes` at most. @throws {ServerFault} */
  async request(request: HttpRequest, bounds: CallBounds): Promise<HttpAnswer> {
    const chunks: Buffer[] = []
    const head = await this.stream(request, bounds, (chunk) => void chunks.push(chunk))
    return chunks.length > 0 ? {...head, body: Buffer.concat(chunks)} : head
  }

  /**
   * The answer's body chunk by chunk, decompressed; only of a 2xx answer, the body of any other comes back whole.
   * @throws {ServerFault} unreachable, too slow, too large, cut: `outcomeUnknown` says whether it may have been done
   */
  async stream(request: HttpRequest, bounds: CallBounds, consume: BodyConsumer): Promise<HttpAnswer> {
    const objection = await objectionAt(this.#definition)
    if (objection) throw objection
    const deadline = new Deadline(bounds, this.#clock)
    try {
      return await this.#connections.use(deadline.signal, (connection) =>
        this.#exchange(connection, request, {bounds, deadline}, consume),
      )
    } catch (error) {
      throw faultOf(error, bounds, deadline, false)
    } finally {
      deadline.end()
    }
  }

  async close(): Promise<void> {
    await this.#connections.close()
  }

  async #exchange(
    connection: Dispatcher,
    request: HttpRequest,
    {bounds, deadline}: {bounds: CallBounds; deadline: Deadline},
    consume: BodyConsumer,
  ): Promise<HttpAnswer> {
    const {signal} = deadline
    const startedAt = this.#clock.monotonic()
    deadline.listen()
    const head = await connection.request({
      origin: this.#origin,
      path: this.#pathOf(request),
      method: request.method,
      headers: {
        ...this.#headers,
        ...(request.isAnonymous !== true && this.#authorization),
        ...formHeader(request.body),
        ...request.headers,
      },
      body: request.body instanceof URLSearchParams ? request.body.toString() : (request.body ?? null),
      signal,
    })
    const answerMs = this.#clock.monotonic() - startedAt
    this.#aheadMs = aheadMs(head.headers['date'], this.#clock.now()) ?? this.#aheadMs
    const answer = {status: head.statusCode, headers: head.headers, answerMs}
    try {
      if (head.statusCode >= 200 && head.statusCode < 300) {
        await this.#drain(head, bounds, deadline, consume)
        return {...answer, body: Buffer.alloc(0)}
      }
      const chunks: Buffer[] = []
      await this.#drain(head, bounds, deadline, (chunk) => void chunks.push(chunk))
      return {...answer, body: Buffer.concat(chunks)}
    } catch (error) {
      throw faultOf(error, bounds, deadline, true)
    }
  }

  #pathOf(request: HttpRequest): string {
    const query = request.query ? `?${new URLSearchParams(request.query).toString()}` : ''
    return (this.#basePath + request.path || '/') + query
  }

  async #drain(
    head: Dispatcher.ResponseData,
    bounds: CallBounds,
    deadline: Deadline,
    consume: BodyConsumer,
  ): Promise<void> {
    deadline.listen()
    for await (const chunk of boundedBody(head, bounds.maxBytes, tooLarge)) {
      deadline.signal.throwIfAborted()
      deadline.rest()
      await consume(chunk)
      deadline.listen()
    }
  }
}

function aheadMs(date: string | string[] | undefined, now: EpochMs): number | null {
  const at = typeof date === 'string' ? Date.parse(date) : NaN
  return Number.isNaN(at) ? null : at - now
}

/**
 * Whatever ended a call, as a fault of the server where it is one.
 * @param answering its answer had begun
 */
export function faultOf(
  error: unknown,
  {signal}: CallBounds,
  deadline: Deadline,
  answering: boolean,
): unknown {
  if (error instanceof ServerFault) return error
  if (signal?.aborted) return signal.reason
  return deadline.fault ?? faultOfSocket(error, answering)
}

/** What a socket's, TLS's or HTTP parser's error means for the server's health. */
export function faultOfSocket(error: unknown, answering: boolean): unknown {
  const code = codeOf(error)
  // A wrong argument is a mistake of ours, not a fault of the server.
  if (code === undefined || code === 'UND_ERR_INVALID_ARG') return error
  const [reason, text, isAfterConnecting] = socketFault(code)
  // The same codes (ETIMEDOUT, EHOSTUNREACH) come from connections that stood and carried the request already.
  const mayHaveArrived = isAfterConnecting || answering || isOfOpenSocket(error)
  if (answering && isAfterConnecting) {
    return new ServerFault('answer_invalid', 'cut_answer', `The answer broke off (${code}).`, {
      cause: error,
      outcomeUnknown: true,
    })
  }
  return new ServerFault('server_unreachable', reason, `${text} (${code}).`, {
    cause: error,
    outcomeUnknown: mayHaveArrived,
  })
}

function socketFault(code: string): [HealthReason, string, boolean] {
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES') {
    return ['refused', 'Nothing accepts connections at this address', false]
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['dns', 'The host name is not known', false]
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') {
    return ['unreachable_host', 'There is no way to this host', false]
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return ['timed_out', 'No connection in time', false]
  if (certificateCodes.test(code)) return ['certificate', 'The certificate is not trusted', false]
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_TLS')) {
    return ['tls', 'The server does not speak TLS as we do', false]
  }
  if (code === 'UND_ERR_PRX_TLS' || code === 'UND_ERR_ABORTED' || code === 'PROXY_407') {
    return ['proxy', 'The proxy refused', false]
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return ['not_a_torrent_server', 'What answers there does not speak HTTP', true]
  }
  return ['connection_reset', 'The connection was closed', true]
}

const certificateCodes =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/

function isOfOpenSocket(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('syscall' in at) return at.syscall === 'read' || at.syscall === 'write'
  }
  return false
}

function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    // What undici makes of a 407 that answers a plain request; by its code it would be a mistake of ours.
    if (at.message.startsWith('Proxy Authentication Required')) return 'PROXY_407'
    if ('code' in at && typeof at.code === 'string') return at.code
    // undici does not give each of its parser errors a code.
    if (at.name === 'HTTPParserError') return 'HPE_INVALID'
  }
  return undefined
}

/**
 * An HTML page where an API should answer: somebody's login page (a portal in front), or not such a server at all.
 * @param wanted what should be there, for the sentence
 */
export function htmlFault(body: Buffer, wanted: string): ServerFault {
  const text = body.subarray(0, 65_536).toString('latin1')
  const isLogin = /<input[^<>]+type\s*=\s*["']?password/i.test(text) || /\b(log ?in|sign ?in)\b/i.test(text)
  return isLogin
    ? new ServerFault('wrong_server', 'login_page', `A login page answered instead of ${wanted}.`)
    : new ServerFault('wrong_server', 'not_a_torrent_server', `A web page answered instead of ${wanted}.`)
}

export function isHtml(answer: Pick<HttpAnswer, 'headers' | 'body'>): boolean {
  const type = String(answer.headers['content-type'] ?? '')
  return (
    /text\/html|application\/xhtml/i.test(type) ||
    /^\s*<(!doctype html|html)/i.test(answer.body.subarray(0, 200).toString('latin1'))
  )
}

/** `Retry-After` in seconds or as a date → epoch ms, `null` when absent or nonsense. Capped at one hour. */
export function retryAfter(answer: Pick<HttpAnswer, 'headers'>, nowMs: number): number | null {
  const value = String(answer.headers['retry-after'] ?? '')
  if (value === '') return null
  const at = /^\d+$/.test(value) ? nowMs + Number(value) * 1000 : Date.parse(value)
  return Number.isNaN(at) ? null : Math.min(at, nowMs + 3_600_000)
}

/** The fault of a status that means the same for every kind: 407, 429, 5xx. `null` = the protocol's own business. */
export function faultOfStatus(answer: HttpAnswer, nowMs: number): ServerFault | null {
  const {status} = answer
  if (status === 407)
    return new ServerFault('server_unreachable', 'proxy', 'The proxy asks for credentials (407).')
  if (status === 429) {
    return new ServerFault('rate_limited', 'rate_limited', 'The server says: too many requests (429).', {
      retryAt: retryAfter(answer, nowMs),
    })
  }
  if (status < 500) return null
  const retryAt = retryAfter(answer, nowMs)
  return new ServerFault('server_failed', 'server_error', `The server answered ${status}.`, {
    // A proxy says for how long a server may be away at most; it is mostly back sooner, and one look costs it nothing.
    retryAt: retryAt === null ? null : Math.min(retryAt, nowMs + MOST_AWAY_MS),
    // A gateway that gave up waiting does not know either.
    outcomeUnknown: status === 504,
  })
}

const MOST_AWAY_MS = 60_000

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || hostname.startsWith('127.')
}

function formHeader(body: HttpRequest['body']): Record<string, string> {
  return body instanceof URLSearchParams ? {'content-type': 'application/x-www-form-urlencoded'} : {}
}

function tooLarge(why: string): ServerFault {
  return new ServerFault('answer_invalid', 'answer_too_large', why, {outcomeUnknown: true})
}
