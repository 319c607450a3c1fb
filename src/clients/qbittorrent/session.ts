/**
 * One session with the server: logging in, keeping its cookies, and logging in once more when it was lost. Sources:
 * Web API sheets of 4.4 to 5.3; recordings of 4.5.2, 5.1.0 and 5.3.0.
 *
 *   password: closed ─a call without a session, answered─▶ login ─▶ open
 *             open ─403─▶ login ─▶ the same request once more ─403─▶ access_denied
 *                       ├─ refused: the gate shuts, nobody logs in again until the next connect
 *                       └─ 403 that is not qBittorrent's word: no password is sent before that answer is another
 *   key:      every request carries the key; there is nothing to log in to
 *   open:     no user name is configured: the server must let us in as we are
 */
import type {Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import {
  faultOfStatus,
  htmlFault,
  type BodyConsumer,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from '../http.ts'
import {logIn} from '../log-in.ts'
import type {CallBounds} from '../port.ts'
import {accessDenied, faultOfAnswer, looksLikeHtml, textOf} from './faults.ts'

/** Shared by all sessions of one server: a refused login is not tried again by the next of them. */
export class LoginGate {
  refused: ServerFault | null = null
  /** What somebody in front of the server said to the last login, and may say to everything; `null` = nothing. */
  denied: string | null = null
  /** Login attempts sent, for tests and the curious. */
  attempts = 0
}

/** Sessions that die after every answer must not make a login of every request. */
const RENEWALS_PER_MINUTE = 3

export class Session {
  readonly #http: HttpClient
  readonly #definition: ServerDefinition
  readonly #clock: Clock
  readonly #gate: LoginGate
  readonly #cookies = new Map<string, string>()
  #isOpen = false
  #generation = 0
  #opening: Promise<void> | null = null
  #renewedAt: number[] = []

  constructor(http: HttpClient, definition: ServerDefinition, clock: Clock, gate: LoginGate) {
    this.#http = http
    this.#definition = definition
    this.#clock = clock
    this.#gate = gate
  }

  /** Rises whenever the server takes us for somebody new: what it remembered of us before is gone. */
  get generation(): number {
    return this.#generation
  }

  /** Are we let in by a password, a key, or as we are? A key goes where HTTP Basic would: with both, the password. */
  get mode(): 'password' | 'key' | 'open' {
    const {apiKey, basicAuth, username} = this.#definition
    if (apiKey && !basicAuth) return 'key'
    return username === null ? 'open' : 'password'
  }

  /** A new session: logs in where needed, once. @throws {ServerFault} */
  async open(bounds: CallBounds): Promise<void> {
    this.forget()
    await this.#open(bounds)
  }

  /** The next request opens it again. */
  forget(): void {
    this.#isOpen = false
    this.#renewedAt = []
  }

  async request(request: HttpRequest, bounds: CallBounds): Promise<HttpAnswer> {
    return this.#exchange(bounds, () => this.#http.request(this.#dressed(request), bounds))
  }

  /** The body of a 2xx answer goes to `consume` as it arrives. */
  async stream(request: HttpRequest, bounds: CallBounds, consume: BodyConsumer): Promise<HttpAnswer> {
    return this.#exchange(bounds, () => this.#http.stream(this.#dressed(request), bounds, consume))
  }

  /** Says goodbye; the session is gone afterwards whatever the server answers. */
  async logout(bounds: CallBounds): Promise<void> {
    if (!this.#isOpen || this.mode !== 'password') return
    this.#isOpen = false
    await this.#http.request(this.#dressed({method: 'POST', path: '/api/v2/auth/logout'}), bounds)
  }

  async #exchange(bounds: CallBounds, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    if (!this.#isOpen) await this.#open(bounds)
    const generation = this.#generation
    const answer = await send()
    this.#takeCookies(answer)
    if (!isSessionLost(answer)) return answer
    if (this.mode !== 'password') throw this.#notLetIn()
    // 403 came before anything was done, so asking again is safe for every kind of request.
    if (generation === this.#generation) await this.#renew(bounds)
    else await this.#opening
    const again = await send()
    this.#takeCookies(again)
    if (isSessionLost(again)) throw accessDenied(again)
    return again
  }

  async #renew(bounds: CallBounds): Promise<void> {
    const now = this.#clock.monotonic()
    this.#renewedAt = this.#renewedAt.filter((at) => now - at < 60_000)
    if (this.#renewedAt.length >= RENEWALS_PER_MINUTE) {
      throw new ServerFault('session_lost', 'session_lost', 'The server forgets our session again and again.')
    }
    this.#renewedAt.push(now)
    await this.#open(bounds)
  }

  /** Parallel requests that find the session closed wait for the same login. */
  async #open(bounds: CallBounds): Promise<void> {
    this.#opening ??= this.#login(bounds).finally(() => {
      this.#opening = null
    })
    await this.#opening
  }

  async #login(bounds: CallBounds): Promise<void> {
    // Credentials are tried without cookies: a login that carries a valid one succeeds with any password (4.5.2).
    this.#isOpen = false
    this.#cookies.clear()
    this.#generation++
    if (this.mode === 'password') await this.#sendCredentials(bounds)
    this.#isOpen = true
  }

  async #sendCredentials(bounds: CallBounds): Promise<void> {
    if (this.#gate.refused) throw this.#gate.refused
    const {username, password} = this.#definition
    const body = new URLSearchParams({username: username ?? '', password: password?.reveal() ?? ''})
    await logIn(
      () => this.#withoutSession(bounds),
      async (asked) => {
        this.#gate.attempts++
        const answer = await this.#http.request({method: 'POST', path: '/api/v2/auth/login', body}, bounds)
        const fault = this.#loginFault(answer, asked)
        this.#gate.denied = fault?.reason === 'access_denied' ? textOf(answer) : null
        if (fault?.code === 'login_refused' || fault?.code === 'login_banned') this.#gate.refused = fault
        if (fault) throw fault
        this.#takeCookies(answer)
      },
    )
  }

  /** @param asked answer to the call without a session right before */
  #loginFault(answer: HttpAnswer, asked: HttpAnswer): ServerFault | null {
    const {status} = answer
    if (status >= 200 && status < 300) {
      if (looksLikeHtml(answer.body)) return htmlFault(answer.body, 'the login')
      return textOf(answer) === 'Fails.' ? wrongCredentials() : null
    }
    // From 5.2 on; who refuses the Host or Origin header says 401 to the call without a session, too.
    if (status === 401 && answer.headers['www-authenticate'] === undefined) return wrongCredentials()
    if (status === 403 && isBan(answer, asked)) return banned(answer)
    return faultOfAnswer(answer, this.#definition, this.#clock.now())
  }

  /**
   * It counts towards no ban: 403 from qBittorrent itself, 401 where it refuses the Host or Origin header, or a proxy in
   * front our credentials for it.
   * @throws {ServerFault} nobody answers, or whoever does would not pass on a password, or says what denied the last one
   */
  async #withoutSession(bounds: CallBounds): Promise<HttpAnswer> {
    const answer = await this.#http.request({method: 'GET', path: '/api/v2/app/webapiVersion'}, bounds)
    const {denied} = this.#gate
    const isUseless = answer.status === 401 || faultOfStatus(answer, this.#clock.now()) !== null
    if (isUseless) throw faultOfAnswer(answer, this.#definition, this.#clock.now())
    if (answer.status === 403 && denied !== null && denied !== FORBIDDEN && textOf(answer) === denied)
      throw accessDenied(answer)
    return answer
  }

  #notLetIn(): ServerFault {
    const text =
      this.mode === 'key'
        ? 'The server does not take this API key (keys exist from qBittorrent 5.2 on).'
        : 'The server asks for a user name and a password, and none is configured.'
    return new ServerFault('login_refused', 'wrong_credentials', text)
  }

  #dressed(request: HttpRequest): HttpRequest {
    const headers: Record<string, string> = {...request.headers}
    if (this.mode === 'key') headers['authorization'] = `Bearer ${this.#definition.apiKey!.reveal()}`
    else if (this.#cookies.size > 0) {
      headers['cookie'] = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    }
    return {...request, headers}
  }

  /**
   * Every cookie is kept by its name: the session's has been `SID`, anything the admin chose (4.6 to 5.1) and
   * `QBT_SID_<port>` (5.2), which is sent again now and then.
   */
  #takeCookies(answer: HttpAnswer): void {
    const header = answer.headers['set-cookie']
    for (const line of header === undefined ? [] : [header].flat()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      if (at <= 0) continue
      const name = pair.slice(0, at).trim()
      const value = pair.slice(at + 1).trim()
      const known = this.#cookies.get(name)
      // Without a login (authentication bypassed) a new session shows in nothing but its cookie.
      if (known !== undefined && known !== value && /sid/i.test(name)) this.#generation++
      this.#cookies.set(name, value)
    }
  }
}

/** What qBittorrent says to whoever has no session. */
const FORBIDDEN = 'Forbidden'

/**
 * qBittorrent says so itself, in the language of its user. A call without a session tells it from whoever stands in front
 * of it and denies everything: qBittorrent has another word for that.
 */
function isBan(answer: HttpAnswer, asked: HttpAnswer): boolean {
  if (looksLikeHtml(answer.body) || textOf(answer) === '') return false
  if (/banned after too many failed/i.test(textOf(answer))) return true
  return asked.status === 403 && textOf(asked) === FORBIDDEN && textOf(answer) !== FORBIDDEN
}

/** 403 with the server's own word for it. Other texts are a refusal of what was asked (`Cannot write to directory`). */
function isSessionLost(answer: HttpAnswer): boolean {
  if (answer.status !== 403) return false
  const text = textOf(answer)
  return text === '' || text === FORBIDDEN || looksLikeHtml(answer.body)
}

function wrongCredentials(): ServerFault {
  return new ServerFault('login_refused', 'wrong_credentials', 'User name or password is wrong.')
}

/** The server does not say for how long (`web_ui_ban_duration`, one hour by default). */
function banned(answer: HttpAnswer): ServerFault {
  const words = textOf(answer).slice(0, 200)
  return new ServerFault('login_banned', 'banned', words || 'Our address is banned after failed logins.', {
    retryAt: null,
  })
}
