/**
 * Calls to the Web API: `<url>/api/v2/<scope>/<action>`. Two sessions: the sync has one for itself, because the server
 * keeps the state of deltas per session; commands and details share another one, opened when first needed.
 */
import type {FormData} from 'undici'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, CommodarrError, ServerFault, TorrentNotFound} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import {htmlFault, HttpClient, type BodyConsumer, type HttpAnswer} from '../http.ts'
import type {CallBounds, ClientDeps, PortState, MetainfoReader} from '../port.ts'
import {faultOfAnswer, looksLikeHtml, textOf} from './faults.ts'
import {parseJson} from '../json.ts'
import type {Detected} from './features.ts'
import {foreign, isRecord} from './native.ts'
import {LoginGate, Session} from './session.ts'

/** Parameters as the server takes them; booleans must be the words `true` and `false` (`1` counts as not given). */
export type Params = Readonly<Record<string, string | number | boolean | undefined>>

export type StreamCall = (
  path: string,
  params: Params,
  bounds: CallBounds,
  consume: BodyConsumer,
) => Promise<HttpAnswer>

export class Wire {
  readonly #http: HttpClient
  readonly #definition: ServerDefinition
  readonly #clock: Clock
  readonly #gate = new LoginGate()
  readonly #sync: Session
  readonly #work: Session

  constructor({definition, clock, ways}: Omit<ClientDeps, 'turns'>) {
    this.#http = new HttpClient(definition, 4, {clock, ways})
    this.#definition = definition
    this.#clock = clock
    const parts = {http: this.#http, definition, clock, gate: this.#gate}
    this.#sync = new Session(parts.http, parts.definition, parts.clock, parts.gate)
    this.#work = new Session(parts.http, parts.definition, parts.clock, parts.gate)
  }

  get clockAheadMs(): number | null {
    return this.#http.aheadMs
  }

  get logins(): number {
    return this.#gate.attempts
  }

  /** See `Session.generation`; of the session that syncs. */
  get generation(): number {
    return this.#sync.generation
  }

  /** Logs in again, once. The second session opens itself when it is needed. */
  async open(bounds: CallBounds): Promise<void> {
    this.#gate.refused = null
    this.#work.forget()
    await this.#sync.open(bounds)
  }

  /** Without a session: a proxy in front says 502 while nobody listens behind it. */
  async look(bounds: CallBounds): Promise<PortState> {
    try {
      const {status} = await this.#http.request({method: 'GET', path: '/api/v2/app/webapiVersion'}, bounds)
      if (status < 500) return 'open'
      return status === 502 ? 'shut' : 'unknown'
    } catch {
      return 'unknown'
    }
  }

  /** A GET in the session of the sync: while connecting, and for probes. */
  async ask(path: string, bounds: CallBounds): Promise<string> {
    const answer = await this.#sync.request({method: 'GET', path: `/api/v2/${path}`}, bounds)
    return textOf(this.#good(answer))
  }

  /** A long answer, as its bytes arrive, in the session of the sync. */
  readonly inSyncSession: StreamCall = (path, params, bounds, consume) =>
    this.#stream(this.#sync, path, params, bounds, consume)

  /** The same in the other session, whose deltas nobody follows. */
  readonly inWorkSession: StreamCall = (path, params, bounds, consume) =>
    this.#stream(this.#work, path, params, bounds, consume)

  /** GET → a list. @param about ids for errors: with a hash, 404 means that the torrent is not there */
  async list(
    path: string,
    params: Params,
    bounds: CallBounds,
    about: About = {},
  ): Promise<readonly unknown[]> {
    return asList(path, parseJson((await this.#get(path, params, bounds, about)).body))
  }

  /** GET → an object that has this field, whatever else it has; `null` = it may be empty. */
  async record(
    path: string,
    params: Params,
    bounds: CallBounds,
    {field, ...about}: About & {readonly field: string | null},
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = parseJson((await this.#get(path, params, bounds, about)).body)
    if (!isRecord(answer) || (field !== null && !(field in answer)))
      throw foreign(`${field ?? 'the object'} of ${path}`)
    return answer
  }

  /** The same for a long answer, as its bytes arrive. */
  async getStream(
    path: string,
    params: Params,
    bounds: CallBounds,
    consume: BodyConsumer,
    about: About = {},
  ): Promise<void> {
    const request = {method: 'GET', path: `/api/v2/${path}`, query: worded(params)} as const
    const answer = await this.#work.stream(request, bounds, consume)
    if (!isGood(answer)) this.#refused(answer, about)
  }

  async getText(path: string, params: Params, bounds: CallBounds, about: About = {}): Promise<string> {
    return textOf(await this.#get(path, params, bounds, about))
  }

  async getBytes(path: string, params: Params, bounds: CallBounds, about: About = {}): Promise<Uint8Array> {
    return (await this.#get(path, params, bounds, about)).body
  }

  /**
   * A command as a form. qBittorrent answers with nothing (recordings of 4.5.2, 5.1.0 and 5.3.0).
   * @throws {CommandRefused} with the server's own words
   */
  async post(path: string, params: Params, bounds: CallBounds, about: About = {}): Promise<void> {
    const answer = await this.postBody(path, new URLSearchParams(worded(params)), bounds, about)
    if (textOf(answer) !== '' && textOf(answer) !== 'Ok.') throw foreign(`the empty answer of ${path}`)
  }

  /** A read that names many hashes. */
  async postJson(path: string, params: Params, bounds: CallBounds): Promise<unknown> {
    return parseJson((await this.postBody(path, new URLSearchParams(worded(params)), bounds)).body)
  }

  /** POST of a form with files in it. */
  async postBody(
    path: string,
    body: URLSearchParams | FormData,
    bounds: CallBounds,
    about: About = {},
  ): Promise<HttpAnswer> {
    const answer = await this.#work.request({method: 'POST', path: `/api/v2/${path}`, body}, bounds)
    return isGood(answer) ? answer : this.#refused(answer, about)
  }

  /** Ends both sessions. @returns why one of them was not ended */
  async close(): Promise<Error | void> {
    const bounds = {timeoutMs: 2000, maxBytes: 65_536}
    const ends = await Promise.allSettled([this.#sync.logout(bounds), this.#work.logout(bounds)])
    await this.#http.close()
    return ends.find((end) => end.status === 'rejected')?.reason as Error | undefined
  }

  async #stream(
    session: Session,
    path: string,
    params: Params,
    bounds: CallBounds,
    consume: BodyConsumer,
  ): Promise<HttpAnswer> {
    const request = {method: 'GET', path: `/api/v2/${path}`, query: worded(params)} as const
    return this.#good(await session.stream(request, bounds, consume))
  }

  async #get(path: string, params: Params, bounds: CallBounds, about: About): Promise<HttpAnswer> {
    const request = {method: 'GET', path: `/api/v2/${path}`, query: worded(params)} as const
    const answer = await this.#work.request(request, bounds)
    return isGood(answer) ? answer : this.#refused(answer, about)
  }

  #good(answer: HttpAnswer): HttpAnswer {
    if (isGood(answer)) return answer
    throw this.#fault(answer)
  }

  /** No to what was asked (4xx with its words), or trouble with the server itself. */
  #refused(answer: HttpAnswer, about: About): never {
    const {status} = answer
    const words = textOf(answer).slice(0, 500)
    if (!looksLikeHtml(answer.body)) {
      if (status === 404 && about.hash !== undefined) throw new TorrentNotFound(about)
      if (status === 415) throw new CommodarrError('torrent_invalid', words || 'Not a torrent.', about)
      if ([400, 403, 404, 405, 409].includes(status)) {
        throw new CommandRefused(words || `The server answered ${status}.`, {...about, status})
      }
    }
    throw this.#fault(answer)
  }

  #fault(answer: HttpAnswer): ServerFault {
    if (answer.status >= 200 && answer.status < 300) return htmlFault(answer.body, 'qBittorrent')
    return faultOfAnswer(answer, this.#definition, this.#clock.now())
  }
}

/** @throws {ServerFault} it is none */
export function asList(path: string, answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer
  throw foreign(`the list of ${path}`)
}

/** Ids an error names; `hash` when the call was about one torrent. */
export type About = {readonly hash?: string}

/** Success is any 2xx (200, 202, 204) that is no web page. */
function isGood(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300 && !looksLikeHtml(answer.body)
}

function worded(params: Params): Record<string, string> {
  const words: Record<string, string> = {}
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) words[name] = String(value)
  }
  return words
}

/** What the client hands to its parts: the wire, the time, and what the last connect found out. */
export interface Connection {
  readonly wire: Wire
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly metainfo: MetainfoReader
  /** @throws {ServerFault} before the first connect */
  readonly detected: () => Detected
}
