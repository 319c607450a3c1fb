/**
 * The RPC over HTTP: session id, the two dialects, refusals named by what they mean. Everybody above speaks
 * snake_case; what the daemon wants is decided here from what it says of itself. Sources: Transmission
 * docs/rpc-spec.md §2 (4.1.4), recordings of 3.00, 4.1.0-beta.2 and 4.1.4.
 *
 *   request ──409──▶ note session id (and dialect) ──▶ the same request once more ──409──▶ session_lost
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import type {Bytes} from '#model/units.ts'
import {faultOfStatus, htmlFault, HttpClient, isHtml, type HttpAnswer} from '../http.ts'
import {logIn} from '../log-in.ts'
import type {CallBounds, ClientDeps} from '../port.ts'
import {
  columnsOf,
  garbled,
  parseJson,
  recordIn,
  TorrentRowStream,
  type RawRow,
  type RawTorrent,
} from './codec.ts'
import {legacyMethod, legacyParams, snakeKeys} from './names.ts'

export interface Call {
  /** In snake_case, as its parameters are. */
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
}

export type Answer = Readonly<Record<string, unknown>>

export interface Exchange {
  /** One per call, in their order; a refusal of one leaves the others good. */
  readonly answers: readonly (Answer | CommandRefused)[]
  readonly bytes: Bytes
  readonly requests: number
  readonly answerMs: number
}

/** A row of a table and its column names. The row's bytes are gone after the call. */
export type RowHandler = (columns: readonly string[], row: RawRow) => void

type Dialect = 'legacy' | 'jsonrpc'

interface Letter {
  readonly calls: readonly Call[]
  /** `null` = the answer is read whole. */
  readonly rows: Rows | null
}

/** Rows that are handed out as they arrive. */
interface Rows {
  readonly carver: TorrentRowStream
  readonly take: (row: RawRow) => void
}

export class Wire {
  readonly #http: HttpClient
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #hasCredentials: boolean
  #session = ''
  #dialect: Dialect = 'legacy'

  constructor({definition, clock, turns, ways}: ClientDeps) {
    const {username, password} = definition
    const own = username !== null && password !== null ? {username, password} : definition.basicAuth
    // The daemon answers in its one session thread: more than two at a time only delays its peers.
    this.#http = new HttpClient(definition, 2, {basicAuth: own, clock, ways})
    this.#clock = clock
    this.#turns = turns
    this.#hasCredentials = own !== null
  }

  get clockAheadMs(): number | null {
    return this.#http.aheadMs
  }

  get dialect(): Dialect {
    return this.#dialect
  }

  /** What `session_get` said settles the dialect where a proxy took the header of the 409 away. */
  confirmDialect(semver: string): void {
    this.#dialect = dialectOf(semver)
  }

  /** @throws {CommandRefused} the daemon said no, in its own words @throws {ServerFault} */
  async call(method: string, params: Call['params'], bounds: CallBounds): Promise<Answer> {
    const {answers} = await this.all([{method, ...(params && {params})}], bounds)
    return accepted(answers[0])
  }

  /** The first call of a connection: it carries the credentials, and goes to who answers. @throws as `call` */
  async first(method: string, params: Call['params'], bounds: CallBounds): Promise<Answer> {
    const ask = () => this.call(method, params, bounds)
    return this.#hasCredentials ? logIn(() => this.#look(bounds), ask) : ask()
  }

  /**
   * 3.00 refuses the method (501), 4.x takes it, both before they look at credentials: it counts towards no ban. Run on
   * 3.00; of 4.x by the order of its checks, not run.
   */
  async #look(bounds: CallBounds): Promise<void> {
    const answer = await this.#http.request({method: 'OPTIONS', path: '', isAnonymous: true}, bounds)
    const fault = faultOfStatus(answer, this.#clock.now())
    // What a gateway says of who does not answer behind it.
    if (fault !== null && answer.status !== 501) throw fault
  }

  /** Several calls: one batch in JSON-RPC, side by side before it. @throws {ServerFault} */
  all(calls: readonly Call[], bounds: CallBounds): Promise<Exchange> {
    return this.#exchange(calls, () => null, bounds)
  }

  /**
   * The same, with the rows of every `torrent_get` in table format handed out as they arrive; they are missing in its
   * answer. @param splitAt see `TorrentRowStream`
   */
  tables(
    calls: readonly Call[],
    splitAt: readonly number[],
    onRow: RowHandler,
    bounds: CallBounds,
  ): Promise<Exchange> {
    const rows = () => ({carver: new TorrentRowStream('torrents', splitAt), take: inTable(onRow)})
    return this.#exchange(calls, rows, bounds)
  }

  /** One call, with the files of its torrents handed out as they arrive; they are missing in its answer. */
  async files(call: Call, onFile: (file: RawTorrent) => void, bounds: CallBounds): Promise<Answer> {
    const rows = () => ({carver: new TorrentRowStream('files'), take: (row: RawRow) => onFile(recordIn(row))})
    const {answers} = await this.#exchange([call], rows, bounds)
    return accepted(answers[0])
  }

  async close(): Promise<void> {
    await this.#http.close()
  }

  async #exchange(calls: readonly Call[], rows: () => Rows | null, bounds: CallBounds): Promise<Exchange> {
    const letters = (this.#dialect === 'jsonrpc' ? [calls] : calls.map((call) => [call])).map((some) => ({
      calls: some,
      rows: rows(),
    }))
    // All of them to their end: rows that still came in after a failure would reach nobody's list.
    const settled = await Promise.allSettled(letters.map((letter) => this.#send(letter, bounds)))
    const parts: Exchange[] = settled.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    return {
      answers: parts.flatMap((part) => part.answers),
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      requests: parts.length,
      answerMs: Math.max(...parts.map((part) => part.answerMs)),
    }
  }

  async #send(letter: Letter, bounds: CallBounds): Promise<Exchange> {
    let reply = await this.#post(letter, bounds)
    if (reply.answer.status === 409) {
      this.#renew(reply.answer)
      reply = await this.#post(letter, bounds)
      if (reply.answer.status === 409) {
        throw new ServerFault('session_lost', 'session_lost', 'The server refused its own new session id.')
      }
    }
    const {answer, dialect, bytes} = reply
    const fault = faultOf(answer, this.#clock.now())
    if (fault) throw fault
    const rest = letter.rows ? letter.rows.carver.rest() : Buffer.concat(reply.chunks)
    if (isHtml({headers: answer.headers, body: rest})) throw htmlFault(rest, 'the RPC of Transmission')
    const answers = answersOf(dialect, letter.calls, parseJson(rest))
    return {answers, bytes, requests: 1, answerMs: answer.answerMs}
  }

  async #post(letter: Letter, bounds: CallBounds): Promise<Reply> {
    const dialect = letter.calls.length > 1 ? 'jsonrpc' : this.#dialect
    const chunks: Buffer[] = []
    let bytes = 0
    const read = letter.rows && this.#rowReader(letter.rows)
    const answer = await this.#http.stream(
      {
        method: 'POST',
        path: '',
        headers: {
          'content-type': 'application/json',
          ...(this.#session !== '' && {'x-transmission-session-id': this.#session}),
        },
        body: JSON.stringify(dialect === 'jsonrpc' ? batchOf(letter.calls) : legacyOf(letter.calls[0]!)),
      },
      bounds,
      (chunk) => {
        bytes += chunk.length
        return read ? read(chunk) : void chunks.push(chunk)
      },
    )
    return {answer, dialect, chunks, bytes}
  }

  /** Parses within the turns of the loop; while it waits, the socket fills up and the daemon waits too. */
  #rowReader({carver, take}: Rows): (chunk: Buffer) => Promise<void> {
    return async (chunk) => {
      carver.push(chunk)
      for (let row = carver.next(); row; row = carver.next()) {
        take(row)
        if (this.#turns.due()) await this.#turns.next()
      }
    }
  }

  /** The daemon changes its session id at a restart and about hourly; since RPC 6.0.0 it says its version with it. */
  #renew(answer: HttpAnswer): void {
    const session = headerOf(answer, 'x-transmission-session-id')
    if (session === '') {
      throw new ServerFault(
        'wrong_server',
        'not_a_torrent_server',
        'What answers there is not Transmission (409 without a session id).',
      )
    }
    this.#session = session
    this.#dialect = dialectOf(headerOf(answer, 'x-transmission-rpc-version'))
  }
}

interface Reply {
  readonly answer: HttpAnswer
  readonly dialect: Dialect
  readonly chunks: readonly Buffer[]
  readonly bytes: Bytes
}

/** The first row of a table has the names of its columns. */
function inTable(onRow: RowHandler): Rows['take'] {
  let columns: readonly string[] = []
  return (row) => {
    if (row.index === 0) columns = columnsOf(row)
    else onRow(columns, row)
  }
}

/** @throws {CommandRefused} */
export function accepted(answer: Answer | CommandRefused | undefined): Answer {
  if (answer === undefined) throw garbled('An answer is missing.')
  if (answer instanceof CommandRefused) throw answer
  return answer
}

/** One per call. The old dialect takes one call at a time. @throws {ServerFault} another shape than the RPC's */
export function answersOf(
  dialect: Dialect,
  calls: readonly Call[],
  json: unknown,
): (Answer | CommandRefused)[] {
  return dialect === 'jsonrpc' ? answersOfBatch(calls, json) : [legacyAnswer(json)]
}

/** JSON-RPC 2.0 is spoken from 6.0.0; 4.1.0-beta.2 (5.4.0) does not yet. */
function dialectOf(semver: string): Dialect {
  return Number.parseInt(semver, 10) >= 6 ? 'jsonrpc' : 'legacy'
}

function headerOf(answer: HttpAnswer, name: string): string {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

function legacyOf(call: Call): unknown {
  return {method: legacyMethod(call.method), arguments: legacyParams(call.method, call.params ?? {})}
}

function batchOf(calls: readonly Call[]): unknown {
  const requests = calls.map(({method, params}, id) => ({jsonrpc: '2.0', method, params: params ?? {}, id}))
  return requests.length === 1 ? requests[0] : requests
}

/** `result` is "success" or the error's text; `arguments` is then `{}` or 0 (4.1.0-beta.2). */
function legacyAnswer(json: unknown): Answer | CommandRefused {
  const answer = recordOf(json)
  if (typeof answer['result'] !== 'string') throw garbled('The answer has no result.')
  if (answer['result'] !== 'success') return new CommandRefused(answer['result'])
  return recordOf(snakeKeys(answer['arguments'] ?? {}))
}

/** Answers of a batch may come in any order: they carry the id of their request. */
function answersOfBatch(calls: readonly Call[], json: unknown): (Answer | CommandRefused)[] {
  const replies = (Array.isArray(json) ? json : [json]).map(recordOf)
  // A batch that is refused as a whole is answered by one error without an id.
  const whole = replies.length === 1 && replies[0]!['id'] === null ? replies[0] : undefined
  return calls.map((_, id) => {
    const reply = whole ?? replies.find((one) => one['id'] === id)
    if (!reply) throw garbled('An answer of the batch is missing.')
    if (reply['error'] !== undefined) return refusalOf(recordOf(reply['error']))
    if (whole || !('result' in reply)) throw garbled('The answer has neither a result nor an error.')
    return recordOf(reply['result'] ?? {})
  })
}

function refusalOf(error: Answer): CommandRefused {
  const data = typeof error['data'] === 'object' && error['data'] !== null ? recordOf(error['data']) : {}
  const text = data['error_string'] ?? error['message']
  return new CommandRefused(typeof text === 'string' && text !== '' ? text : 'Refused without a reason.', {
    rpcCode: error['code'],
  })
}

function recordOf(value: unknown): Answer {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw garbled('The answer has another shape than the RPC of Transmission.')
  }
  return value as Answer
}

/** Order of the daemon's checks: brute-force guard, IP whitelist, credentials, path, host name, session id. */
function faultOf(answer: HttpAnswer, nowMs: number): ServerFault | null {
  const {status, body} = answer
  if (status === 401) {
    return new ServerFault('login_refused', 'wrong_credentials', 'User name or password are not accepted.')
  }
  if (status === 403) return forbidden(body.toString('utf8'), nowMs)
  if (status === 421) {
    return new ServerFault(
      'wrong_server',
      'host_rejected',
      'The server does not accept requests for this host name (rpc-host-whitelist).',
    )
  }
  const fault = faultOfStatus(answer, nowMs)
  if (fault || (status >= 200 && status < 300)) return fault
  return new ServerFault(
    'wrong_server',
    'wrong_path',
    `Not the address of the RPC: the server answered ${status}.`,
  )
}

const GUARD_LOOK_MS = 60_000

/**
 * Address not on the whitelist, or too many failed logins: 3.00 says which and blocks until it is restarted. 4.x
 * answers without a reason, as whoever stands in front of it may, too; neither counts what it answers so, and trying
 * again is how to notice that it is over.
 */
function forbidden(text: string, nowMs: number): ServerFault {
  if (/ip address|whitelist/i.test(text)) {
    return new ServerFault(
      'login_refused',
      'access_denied',
      'The server does not accept our address (rpc-whitelist).',
    )
  }
  if (/too many unsuccessful/i.test(text)) {
    return new ServerFault(
      'login_banned',
      'banned',
      'The server refuses every request after too many failed logins, until it is restarted (403).',
      {retryAt: nowMs + GUARD_LOOK_MS},
    )
  }
  return new ServerFault(
    'server_failed',
    'access_denied',
    'The server, or something in front of it, denies access (403): too many failed logins, or an address that is not allowed.',
  )
}
