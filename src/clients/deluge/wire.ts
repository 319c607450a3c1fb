/**
 * JSON-RPC of deluge-web over HTTP: its session, the daemon behind it, refusals named by what they mean.
 *
 *   call ──not authenticated──▶ auth.check_session ──▶ auth.login ──▶ the same call once more ──not authenticated──▶ session_lost
 *
 * deluge-web is one client of the daemon for everybody who uses it: whoever opens its connection manager connects it to
 * another daemon for us, too. So it is asked whether it is still connected to ours before each step, behind each list, and
 * right before each command; and who was ours stays ours as long as deluge-web knows it.
 * Sources: deluge/ui/web/json_api.py, auth.py and hostlist.py of 2.0.3 and 2.2.0, recordings of 2.0.3, 2.2.0, 2.2.1.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {Bytes} from '#model/units.ts'
import {faultOfStatus, htmlFault, HttpClient, isHtml, type HttpAnswer} from '../http.ts'
import {garbled, NotJson, parseJson} from '../json.ts'
import {JsonMemberStream} from '../json-member-stream.ts'
import {logIn} from '../log-in.ts'
import type {CallBounds, ClientDeps} from '../port.ts'

interface Call {
  /** `core.get_config`, `label.get_labels`, `web.connected` … */
  readonly method: string
  readonly params?: readonly unknown[]
}

/** Fields of one torrent, or whatever else is an object there. */
export type NativeRecord = Readonly<Record<string, unknown>>

export interface Reading {
  readonly bytes: Bytes
  readonly requests: number
  readonly answerMs: number
}

/** A daemon that deluge-web knows. */
interface Host {
  readonly id: string
  /** `127.0.0.1:58846` */
  readonly address: string
}

/** The daemon that was found at the last connect. */
export interface Daemon {
  /** `null` = deluge-web knows one at most, and does not say that it is connected to that. */
  readonly id: string | null
  /** Ids of all that deluge-web knew then. */
  readonly known: readonly string[]
}

/** Of daemons that deluge-web is not connected to some may not answer at all; it tries each for up to 30 seconds. */
const MOST_STATUS_MS = 5_000
/** Characters of what the daemon says of a refusal. */
export const MOST_WORDS = 500
/** Codes of errors: what deluge-web itself says, and what failed in the call. */
const [NOT_AUTHENTICATED, UNKNOWN_METHOD] = [1, 2]

export class Wire {
  readonly #http: HttpClient
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #password: Secret | null
  #cookie = ''
  #loggingIn: Promise<void> | null = null
  #lastId = 0
  #daemon: Daemon | null = null

  constructor({definition, clock, turns, ways}: ClientDeps) {
    // One process answers everybody, and passes each call on to the daemon over one connection.
    this.#http = new HttpClient(definition, 2, {clock, ways})
    this.#clock = clock
    this.#turns = turns
    this.#password = definition.password
  }

  get clockAheadMs(): number | null {
    return this.#http.aheadMs
  }

  /** Of the last connect; `null` = there was none yet. Another object may be another daemon, or another run of it. */
  get daemon(): Daemon | null {
    return this.#daemon
  }

  /**
   * Logs in where needed and sees to it that deluge-web is connected to its daemon. Where it is connected to none it is
   * asked to connect to the one of before, or to the only one that it knows.
   * @returns version of the daemon
   * @throws {ServerFault} also when deluge-web is connected to another daemon than before
   */
  async connect(bounds: CallBounds): Promise<string> {
    await this.#logIn(bounds)
    const hosts = hostsOf(await this.call('web.get_hosts', [], bounds))
    const wasConnected = (await this.call('web.connected', [], bounds)) === true
    if (!wasConnected) await this.#connectDaemon(hosts, bounds)
    const daemon = await this.#findDaemon(hosts, bounds)
    // It lost its daemon, which probably began again.
    const isSame = wasConnected && daemon.id !== null && daemon.id === this.#daemon?.id
    if (!isSame) this.#daemon = daemon
    const version = await this.#version(bounds)
    if (typeof version !== 'string') throw foreign('the version of the daemon')
    return version
  }

  /** @throws {ServerFault} deluge-web is connected to no daemon any more, or to another one */
  async expectDaemon(bounds: CallBounds): Promise<void> {
    if (this.#daemon !== null && (await this.#isConnectedTo(this.#daemon, bounds))) return
    throw new ServerFault(
      'session_lost',
      'session_lost',
      'deluge-web is not connected to this daemon any more.',
    )
  }

  /** @throws {CommandRefused} the daemon said no, in its own words @throws {ServerFault} */
  async call(method: string, params: readonly unknown[], bounds: CallBounds): Promise<unknown> {
    return resultOf(method, await this.#ask({method, params}, bounds))
  }

  /**
   * An object whose members are handed out as they arrive: one torrent each in a list.
   * @param before texts of the members in the last answer to the same question; it is kept up to date
   * @param take its `value` is `undefined` for a member whose text is the one of before
   * @throws {CommandRefused} {ServerFault} also when there is no object in the answer
   */
  async members(
    {method, params = []}: Call,
    bounds: CallBounds,
    take: (name: string, value: unknown) => void,
    before?: Map<string, string>,
  ): Promise<Reading> {
    const attempt = async () => {
      const stream = new JsonMemberStream({members: ['result'], ...(before && {before})})
      const json: Record<string, unknown> = {}
      let bytes = 0
      const {id, answer} = await this.#post({method, params}, bounds, async (chunk) => {
        bytes += chunk.length
        for (const piece of stream.push(chunk)) {
          if (piece.what === 'open') json[piece.key] = piece.isArray ? [] : {}
          else if (piece.what === 'member') take(piece.name, piece.value)
          else if (piece.what === 'same') take(piece.name, undefined)
          else json[piece.key] = piece.value
          if (this.#turns.due()) await this.#turns.next()
        }
      }).catch((error: unknown) => {
        throw asPage(error)
      })
      this.#check(answer)
      if (answer.status >= 200 && answer.status < 300) stream.finish()
      return {id, answer, json, bytes}
    }
    const cookie = this.#cookie
    let read = await attempt()
    let requests = 1
    if (codeOf(read.json) === NOT_AUTHENTICATED) {
      await this.#renew(cookie, bounds)
      read = await attempt()
      requests += 3
    }
    if (!isRecord(resultOf(method, read))) throw foreign(`the object of ${method}`)
    return {bytes: read.bytes, requests, answerMs: read.answer.answerMs}
  }

  /** @returns why the session was not ended */
  async close(): Promise<Error | void> {
    const [end] = await Promise.allSettled([this.#cookie === '' ? undefined : this.#logOut()])
    this.#cookie = ''
    await this.#http.close()
    return end.status === 'rejected' ? (end.reason as Error) : undefined
  }

  /** Who finds the session ended while another is being opened, or was opened meanwhile, takes that. */
  async #renew(cookie: string, bounds: CallBounds): Promise<void> {
    if (this.#loggingIn !== null || this.#cookie === cookie) await this.#logIn(bounds)
  }

  /** One that ended by its age is over as well. */
  async #logOut(): Promise<void> {
    const call = {method: 'auth.delete_session', params: []}
    const reply = await this.#exchange(call, {timeoutMs: 2_000, maxBytes: 65_536})
    if (codeOf(reply.json) !== NOT_AUTHENTICATED) resultOf(call.method, reply)
  }

  #logIn(bounds: CallBounds): Promise<void> {
    this.#loggingIn ??= this.#openSession(bounds).finally(() => (this.#loggingIn = null))
    return this.#loggingIn
  }

  /** The password goes out where there is no session, once. */
  async #openSession(bounds: CallBounds): Promise<void> {
    await logIn(
      async () => {
        const call = {method: 'auth.check_session', params: []}
        return resultOf(call.method, await this.#exchange(call, bounds)) === true
      },
      async (isOpen) => {
        if (isOpen) return
        this.#cookie = ''
        const call = {method: 'auth.login', params: [this.#password?.reveal() ?? '']}
        const result = resultOf(call.method, await this.#exchange(call, bounds))
        if (result === false) {
          throw new ServerFault('login_refused', 'wrong_credentials', 'The password is not accepted.')
        }
        if (result !== true || this.#cookie === '') throw foreign('the session of auth.login')
      },
    )
  }

  /** @throws {ServerFault} `version_too_old`: Deluge 1 is connected, and has no such method */
  async #version(bounds: CallBounds): Promise<unknown> {
    try {
      return await this.call('daemon.get_version', [], bounds)
    } catch (error) {
      const isUnknown = error instanceof ServerFault && error.reason === 'session_lost'
      if (!isUnknown || (await this.call('web.connected', [], bounds)) !== true) throw error
      const text = 'Deluge before 2.0 answers; 2.0 is the oldest that works.'
      throw new ServerFault('version_incompatible', 'version_too_old', text, {cause: error})
    }
  }

  async #connectDaemon(hosts: readonly Host[], bounds: CallBounds): Promise<void> {
    const before = hosts.find(({id}) => id === this.#daemon?.id)
    const host = before ?? (hosts.length === 1 ? hosts[0] : undefined)
    if (host === undefined) {
      const knows = hosts.length === 0 ? 'knows none' : `knows ${hosts.length}`
      throw new ServerFault(
        'server_failed',
        'server_error',
        `deluge-web is connected to no daemon and ${knows}: connect it in its connection manager.`,
      )
    }
    await this.call('web.connect', [host.id], bounds)
    if ((await this.call('web.connected', [], bounds)) === true) return
    throw new ServerFault(
      'server_unreachable',
      'refused',
      `deluge-web answers, and the daemon behind it (${host.address}) does not.`,
    )
  }

  /** @throws {ServerFault} it is not the daemon of before, or none that can be distinguished from the others */
  async #findDaemon(hosts: readonly Host[], bounds: CallBounds): Promise<Daemon> {
    const known = hosts.map(({id}) => id)
    const before = hosts.find(({id}) => id === this.#daemon?.id)
    const found = await this.#connectedOf(before ? [before, ...hosts] : hosts, bounds)
    if (before !== undefined && found?.id !== before.id) {
      throw new ServerFault(
        'server_failed',
        'server_error',
        `deluge-web is connected to ${found?.address ?? 'a daemon that is not in its list'} and no more to ` +
          `${before.address}: connect it to that in its connection manager, or take that off its list.`,
      )
    }
    if (found === null && hosts.length > 1) {
      throw new ServerFault(
        'server_failed',
        'server_error',
        `deluge-web knows ${hosts.length} daemons and does not say to which of them it is connected: connect it in its connection manager.`,
      )
    }
    return {id: found?.id ?? null, known}
  }

  /** @returns the one that deluge-web is connected to; `null` = none of them */
  async #connectedOf(hosts: readonly Host[], bounds: CallBounds): Promise<Host | null> {
    const patient = {...bounds, timeoutMs: Math.min(bounds.timeoutMs, MOST_STATUS_MS)}
    let silent: unknown = null
    for (const host of hosts) {
      try {
        if (await this.#isConnected(host.id, hosts.length > 1 ? patient : bounds)) return host
      } catch (error) {
        const isSilent = error instanceof ServerFault && error.reason === 'timed_out'
        if (!isSilent || bounds.signal?.aborted) throw error
        silent = error
      }
    }
    if (silent !== null) throw silent
    return null
  }

  /** Of the daemon that it is connected to it asks the daemon itself; to others it connects for a moment. */
  async #isConnected(id: string, bounds: CallBounds): Promise<boolean> {
    const status = await this.call('web.get_host_status', [id], bounds)
    if (!Array.isArray(status)) throw foreign('the state of the daemon')
    return status[1] === 'Connected'
  }

  async #isConnectedTo({id, known}: Daemon, bounds: CallBounds): Promise<boolean> {
    if (id !== null) return this.#isConnected(id, bounds)
    if ((await this.call('web.connected', [], bounds)) !== true) return false
    // Whoever connects it to another daemon has to enter that first.
    const hosts = hostsOf(await this.call('web.get_hosts', [], bounds))
    return hosts.length === known.length && hosts.every((host) => known.includes(host.id))
  }

  async #ask(call: Required<Call>, bounds: CallBounds): Promise<Reply> {
    const cookie = this.#cookie
    const reply = await this.#exchange(call, bounds)
    if (codeOf(reply.json) !== NOT_AUTHENTICATED) return reply
    await this.#renew(cookie, bounds)
    return this.#exchange(call, bounds)
  }

  async #exchange(call: Required<Call>, bounds: CallBounds): Promise<Reply> {
    const chunks: Buffer[] = []
    const {id, answer} = await this.#post(call, bounds, (chunk) => void chunks.push(chunk))
    this.#check(answer)
    const body = chunks.length > 0 ? Buffer.concat(chunks) : answer.body
    return {id, answer, json: parseAnswer(body, answer)}
  }

  async #post(
    {method, params}: Required<Call>,
    bounds: CallBounds,
    consume: (chunk: Buffer) => void | Promise<void>,
  ): Promise<{id: number; answer: HttpAnswer}> {
    const id = ++this.#lastId
    const answer = await this.#http.stream(
      {
        method: 'POST',
        path: '/json',
        headers: {
          // Anything else is answered by an error.
          'content-type': 'application/json',
          accept: 'application/json',
          ...(this.#cookie !== '' && {cookie: `_session_id=${this.#cookie}`}),
        },
        body: JSON.stringify({method, params, id}),
      },
      bounds,
      consume,
    )
    this.#noteCookie(answer)
    return {id, answer}
  }

  #noteCookie({headers}: HttpAnswer): void {
    for (const cookie of [headers['set-cookie'] ?? []].flat()) {
      const value = /^_session_id=([^;]*)/.exec(cookie)?.[1]
      if (value !== undefined) this.#cookie = value
    }
  }

  /** @throws {ServerFault} for what is no answer of the RPC, by its status alone */
  #check(answer: HttpAnswer): void {
    const fault = faultOfStatus(answer, this.#clock.now())
    if (fault) throw fault
    const {status} = answer
    if (status >= 200 && status < 300) return
    if (status === 401 || status === 403) {
      throw new ServerFault(
        'wrong_server',
        status === 401 ? 'wrong_credentials' : 'access_denied',
        `What stands in front of deluge-web refused (${status}).`,
      )
    }
    throw new ServerFault(
      'wrong_server',
      'wrong_path',
      `Not the address of deluge-web: the server answered ${status}.`,
    )
  }
}

interface Reply {
  /** Of the question. */
  readonly id: number
  readonly answer: HttpAnswer
  readonly json: NativeRecord
}

function parseAnswer(body: Buffer, answer: HttpAnswer): NativeRecord {
  if (isHtml({headers: answer.headers, body})) throw htmlFault(body, 'the RPC of Deluge')
  const json = parseJson(body)
  if (!isRecord(json)) throw foreign('an answer of the RPC')
  return json
}

/**
 * What a call answered. While no daemon is connected, its methods are unknown to deluge-web, before a login, too.
 * @throws {CommandRefused} {ServerFault}
 */
function resultOf(method: string, {id, answer: {headers}, json}: Reply): unknown {
  const error = json['error']
  if (error === null && 'result' in json) {
    if (json['id'] !== id) throw foreign('the number of the question')
    return json['result']
  }
  if (!isRecord(error)) {
    throw /json/i.test(String(headers['content-type'] ?? '')) ? foreign('a result') : garbled('no result')
  }
  const message = typeof error['message'] === 'string' ? error['message'] : ''
  if (error['code'] === NOT_AUTHENTICATED) {
    throw new ServerFault('session_lost', 'session_lost', 'deluge-web forgot the session again.')
  }
  // Also a plugin that was switched off: its features have to be looked at again.
  if (error['code'] === UNKNOWN_METHOD && !/^(auth|web)\./.test(method)) {
    throw new ServerFault('session_lost', 'session_lost', `deluge-web knows no ${method} any more.`)
  }
  throw new CommandRefused(plainWords(message) || 'Refused without a reason.', {rpcCode: error['code']})
}

/** Without the names of classes, and without the trace that some releases put behind it. */
function plainWords(message: string): string {
  const [first = ''] = message.replace(/^Failure: /, '').split('\n', 1)
  const own = /\[Failure instance: Traceback[^:]*: <class '[^']*'>: (.*)$/.exec(first)?.[1] ?? first
  return own.slice(0, MOST_WORDS).trim()
}

function codeOf(answer: NativeRecord): unknown {
  return isRecord(answer['error']) ? answer['error']['code'] : undefined
}

/** A web page in place of a list is recognised by its words. */
function asPage(error: unknown): unknown {
  if (!(error instanceof NotJson)) return error
  return isHtml({headers: {}, body: error.head}) ? htmlFault(error.head, 'the RPC of Deluge') : error
}

/** @param hosts `[id, host, port, user]` each */
function hostsOf(hosts: unknown): Host[] {
  if (!Array.isArray(hosts)) throw foreign('the list of daemons')
  return hosts.map((entry: unknown) => {
    const [id, host, port] = Array.isArray(entry) ? (entry as unknown[]) : []
    if (typeof id !== 'string' || typeof host !== 'string') throw foreign('the address of a daemon')
    return {id, address: `${host.slice(0, MOST_WORDS)}:${Number(port)}`}
  })
}

export function isRecord(value: unknown): value is NativeRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A question that every connection asks was refused: that concerns the server, and no command. Call it with what such
 * questions failed with. @throws whatever it is, a refusal as a fault of the server
 */
export function throwFault(error: unknown): never {
  if (!(error instanceof CommandRefused)) throw error
  const {message} = error
  if (!message.startsWith('Auth level too low'))
    throw new ServerFault('server_failed', 'server_error', `Deluge refuses what is asked of it: ${message}`, {
      cause: error,
    })
  throw new ServerFault(
    'server_failed',
    'access_denied',
    `The account by which deluge-web is connected to its daemon may not do this (${message}); it needs level 5 at least.`,
    {cause: error},
  )
}

/** JSON, but not what every deluge-web answers here. @param what is missing */
export function foreign(what: string): ServerFault {
  const text = `Something else than Deluge answers: ${what} is missing.`
  return new ServerFault('wrong_server', 'not_a_torrent_server', text, {outcomeUnknown: true})
}
