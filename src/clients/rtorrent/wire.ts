/**
 * One rTorrent's door: every request goes through here, one at a time (all commands run in rTorrent's main thread, so
 * a second one in parallel only makes both slower). Questions go in the cheaper dialect the server speaks, commands
 * always in XML-RPC: it carries bytes, and no answer of it can fail for the sake of a name that is not UTF-8.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {faultOfStatus, htmlFault, HttpClient, isHtml} from '../http.ts'
import type {CallBounds, ClientDeps} from '../port.ts'
import {JsonRpcScanner, UNSPEAKABLE, writeJsonRpc} from './jsonrpc.ts'
import {
  garbled,
  Garbled,
  RpcFault,
  valueOf,
  type AnswerScanner,
  type RpcCall,
  type RpcResult,
  type RpcRow,
  type RpcValue,
} from './rpc.ts'
import {ScgiTransport, type RpcAnswerHead, type RpcRequest, type RpcTransport} from './scgi.ts'
import {writeXmlRpc, XmlRpcScanner} from './xmlrpc.ts'

type Dialect = 'xml' | 'json'

/** Calls in one request: each blocks the daemon for some 10 µs. */
const CALLS_PER_REQUEST = 200
/** xmlrpc-c refuses requests above 512 KiB unless told otherwise. */
const BYTES_PER_REQUEST = 400 * 1024
const HTML_BYTES = 65_536

interface ListRequest {
  /** Answered before the list, in the same request. Their answers are no lists of lists. */
  readonly before: readonly RpcCall[]
  readonly list: RpcCall
  /** Once, before the first row (or the end), with the answers of `before`. Throwing ends the request. */
  readonly onStart: (results: readonly RpcResult[]) => void
  readonly onRow: (row: RpcRow) => void
}

export class RtorrentWire {
  /** Set when the server is known to speak JSON-RPC; questions only. */
  dialect: Dialect = 'xml'
  /** Since the wire was made. */
  readonly traffic = {requests: 0, bytes: 0, slowestMs: 0}
  readonly #transport: RpcTransport
  readonly #clock: Clock
  readonly #turns: TimeSlice
  #tail: Promise<void> = Promise.resolve()

  constructor(parts: ClientDeps) {
    const {clock, turns} = parts
    this.#transport = transportTo(parts)
    this.#clock = clock
    this.#turns = turns
  }

  /** One question. @throws {CommodarrError} for a fault, {ServerFault} for everything on the way. */
  async ask(method: string, params: readonly RpcValue[], bounds: CallBounds): Promise<RpcValue> {
    const [result] = await this.askAll([{method, params}], bounds)
    return valueOf(result, {method})
  }

  /** Many questions, as few requests as the bounds allow. A fault is one call's result, not the end of the others. */
  askAll(calls: readonly RpcCall[], bounds: CallBounds): Promise<RpcResult[]> {
    return this.#inPortions(calls, this.dialect, bounds)
  }

  /** One command. */
  async execute(method: string, params: readonly RpcValue[], bounds: CallBounds): Promise<RpcValue> {
    const [result] = await this.executeAll([{method, params}], bounds)
    return valueOf(result, {method})
  }

  /** Many commands; they are carried out in order. */
  executeAll(calls: readonly RpcCall[], bounds: CallBounds): Promise<RpcResult[]> {
    return this.#inPortions(calls, 'xml', bounds)
  }

  /**
   * A list, row by row, with other questions before it in the same request.
   * @throws {CommodarrError} when the list itself was refused
   */
  async list(request: ListRequest, bounds: CallBounds): Promise<void> {
    const calls = [...request.before, request.list]
    let hasStarted = false
    const start = (results: readonly RpcResult[]): void => {
      if (hasStarted) return
      hasStarted = true
      request.onStart(results.slice(0, request.before.length))
    }
    const results = await this.#exchange(calls, this.dialect, bounds, (row, scanner) => {
      if (!hasStarted) start(scanner.results())
      request.onRow(row)
    })
    const listed = results[calls.length - 1]
    if (results.length < calls.length || !Array.isArray(listed)) {
      const refusal =
        listed instanceof RpcFault ? listed : results.find((result) => result instanceof RpcFault)
      // No list at all is not an empty one.
      valueOf(refusal, {method: request.list.method})
    }
    start(results)
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  async #inPortions(calls: readonly RpcCall[], dialect: Dialect, bounds: CallBounds): Promise<RpcResult[]> {
    const results: RpcResult[] = []
    for (const portion of portionsOf(calls)) {
      const answers = await this.#exchange(portion, dialect, bounds, null)
      if (answers.length !== portion.length) throw garbled(new Garbled('An answer misses results.'))
      results.push(...answers)
    }
    return results
  }

  async #exchange(
    calls: readonly RpcCall[],
    dialect: Dialect,
    bounds: CallBounds,
    onRow: ((row: RpcRow, scanner: AnswerScanner) => void) | null,
  ): Promise<RpcResult[]> {
    const spoken = calls.some((call) => call.params.some((param) => param instanceof Uint8Array))
      ? 'xml'
      : dialect
    const results = await this.#alone(bounds, () => this.#once(calls, spoken, bounds, onRow))
    const [first] = results
    if (spoken === 'xml' || !(first instanceof RpcFault) || first.code !== UNSPEAKABLE) return results
    // One name that is not UTF-8 spoils every JSON answer it is in: until the next connection we speak XML.
    this.dialect = 'xml'
    return this.#alone(bounds, () => this.#once(calls, 'xml', bounds, onRow))
  }

  async #once(
    calls: readonly RpcCall[],
    dialect: Dialect,
    bounds: CallBounds,
    onRow: ((row: RpcRow, scanner: AnswerScanner) => void) | null,
  ): Promise<RpcResult[]> {
    const answer = new AnswerBody(calls.length, onRow !== null)
    const consume = async (chunk: Buffer): Promise<void> => {
      this.traffic.bytes += chunk.length
      const scanner = answer.take(chunk)
      for (let row = scanner?.nextRow(); row; row = scanner?.nextRow()) {
        onRow?.(row, scanner!)
        if (this.#turns.due()) await this.#turns.next()
      }
    }
    this.traffic.requests++
    try {
      const head = await this.#transport.send(requestOf(calls, dialect), bounds, consume)
      this.traffic.slowestMs = Math.max(this.traffic.slowestMs, head.answerMs)
      const fault = faultOfHead(head, this.#clock.now())
      if (fault) throw fault
      return answer.finish()
    } catch (error) {
      throw error instanceof Garbled ? garbled(error) : error
    }
  }

  /** Waits until nobody else is asking. An aborted waiter leaves the queue in order. */
  async #alone<T>(bounds: CallBounds, work: () => Promise<T>): Promise<T> {
    const before = this.#tail
    let leave!: () => void
    const left = new Promise<void>((resolve) => (leave = resolve))
    this.#tail = before.then(() => left)
    try {
      await orAborted(before, bounds.signal)
      return await work()
    } finally {
      leave()
    }
  }
}

/** What came: XML or JSON by its first byte (an XML fault answers JSON on old servers), or somebody's web page. */
class AnswerBody {
  readonly #calls: number
  readonly #hasRows: boolean
  #scanner: AnswerScanner | null = null
  #head: Buffer = Buffer.alloc(0)
  #isHtml = false

  constructor(calls: number, hasRows: boolean) {
    this.#calls = calls
    this.#hasRows = hasRows
  }

  take(chunk: Buffer): AnswerScanner | null {
    if (this.#scanner) {
      this.#scanner.feed(chunk)
      return this.#scanner
    }
    if (this.#head.length < HTML_BYTES) this.#head = Buffer.concat([this.#head, chunk])
    const first = this.#head.toString('latin1', 0, 200).trimStart()
    if (this.#isHtml || first.length < 20) return null
    this.#isHtml = isHtml({headers: {}, body: Buffer.from(first, 'latin1')})
    return this.#isHtml ? null : this.#begin()
  }

  finish(): RpcResult[] {
    if (this.#isHtml) throw htmlFault(this.#head, 'rTorrent')
    const scanner = this.#scanner ?? this.#begin()
    if (scanner.nextRow()) throw new Garbled('A row was left over.')
    return scanner.finish()
  }

  #begin(): AnswerScanner {
    const first = this.#head.toString('latin1', 0, 200).trimStart()[0]
    if (first === '<') this.#scanner = new XmlRpcScanner(this.#calls, this.#hasRows)
    else if (first === '{' || first === '[') this.#scanner = new JsonRpcScanner(this.#calls, this.#hasRows)
    else throw new Garbled('The answer is neither XML-RPC nor JSON-RPC.')
    this.#scanner.feed(this.#head)
    return this.#scanner
  }
}

function requestOf(calls: readonly RpcCall[], dialect: Dialect): RpcRequest {
  return dialect === 'json'
    ? {type: 'application/json', body: Buffer.from(writeJsonRpc(calls))}
    : {type: 'text/xml', body: Buffer.from(writeXmlRpc(calls))}
}

function* portionsOf(calls: readonly RpcCall[]): Generator<RpcCall[]> {
  let portion: RpcCall[] = []
  let bytes = 0
  for (const call of calls) {
    const size = weightOf(call)
    if (portion.length >= CALLS_PER_REQUEST || (portion.length > 0 && bytes + size > BYTES_PER_REQUEST)) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(call)
    bytes += size
  }
  if (portion.length > 0) yield portion
}

function weightOf({params}: RpcCall): number {
  return params.reduce((sum: number, param) => {
    if (param instanceof Uint8Array) return sum + param.length * 1.4
    return sum + 60 + (typeof param === 'string' ? param.length * 2 : 40)
  }, 250)
}

function transportTo({definition, clock, ways}: ClientDeps): RpcTransport {
  if (/^scgi(\+unix)?:/i.test(definition.url)) return new ScgiTransport(definition, clock, ways)
  const {username, password, basicAuth} = definition
  const own = username === null ? basicAuth : {username, password: password ?? new Secret('')}
  return new HttpRpcTransport(new HttpClient(definition, 1, {basicAuth: own, clock, ways}))
}

class HttpRpcTransport implements RpcTransport {
  readonly #http: HttpClient

  constructor(http: HttpClient) {
    this.#http = http
  }

  send(
    {type, body}: RpcRequest,
    bounds: CallBounds,
    consume: (chunk: Buffer) => void | Promise<void>,
  ): Promise<RpcAnswerHead> {
    return this.#http.stream(
      {method: 'POST', path: '', headers: {'content-type': type}, body},
      bounds,
      consume,
    )
  }

  close(): Promise<void> {
    return this.#http.close()
  }
}

/** What a status other than 2xx says of the web server in front of rTorrent. */
function faultOfHead(head: RpcAnswerHead, now: number): ServerFault | null {
  const {status} = head
  if (status >= 200 && status < 300) return null
  if (status === 401) {
    return new ServerFault(
      'login_refused',
      'wrong_credentials',
      'User name or password is not accepted (401).',
    )
  }
  // That is said of an address or a path, and not of a password: rTorrent has none, and who is refused for a moment is let in again.
  if (status === 403) return new ServerFault('server_failed', 'access_denied', 'Access is denied (403).')
  if (status === 404 || status === 405) {
    return new ServerFault('wrong_server', 'wrong_path', `There is no rTorrent at this path (${status}).`)
  }
  if (status >= 300 && status < 400) {
    return new ServerFault('wrong_server', 'wrong_path', `The address leads elsewhere (${status}).`)
  }
  const common = faultOfStatus(head, now)
  if (common) return common
  return new ServerFault('wrong_server', 'not_a_torrent_server', `The web server answered ${status}.`)
}

async function orAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return wait
  signal.throwIfAborted()
  let onAbort!: () => void
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, {once: true})
  })
  try {
    await Promise.race([wait, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
