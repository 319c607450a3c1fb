/**
 * qBittorrent's Web API over a world, 4.4 to 5.3: here HTTP, logins, sessions and bans; calls are in
 * `qbittorrent-reads.ts` and `qbittorrent-commands.ts`, sync/maindata in `qbittorrent-maindata.ts`.
 *
 * Options: `basePath`, `apiKey` (5.2 on), `maxLoginFailures` (5), `banSeconds` (3600), `sessionSeconds` (3600),
 * `refreshMs` (1500: told, not kept), `cookieName` (4.6 to 5.1), `shareLimitActions` (5.2 on: of categories, by name).
 */
import type {Face, FaceAnswer, FaceDeps, FaceMaker, FaceRequest} from './face.ts'
import {text, type Call, type CallContext} from './qbittorrent-call.ts'
import {qbittorrentCommands} from './qbittorrent-commands.ts'
import {SimMaindata} from './qbittorrent-maindata.ts'
import {qbittorrentProfile, type QbittorrentProfile} from './qbittorrent-profile.ts'
import {qbittorrentReads, serverState} from './qbittorrent-reads.ts'
import {qbittorrentServerCommands} from './qbittorrent-server-commands.ts'
import {TrackerTable} from './qbittorrent-trackers.ts'

export const makeQbittorrentFace: FaceMaker = (parts) => new QbittorrentFace(parts)

interface WebSession {
  usedAtMs: number
  maindata: SimMaindata | null
}

class QbittorrentFace implements Face {
  readonly basePath: string
  readonly #parts: FaceDeps
  readonly #profile: QbittorrentProfile
  readonly #calls: ReadonlyMap<string, Call>
  readonly #trackers: TrackerTable
  readonly #cookieName: string
  readonly #sessions = new Map<string, WebSession>()
  #failures = 0
  #bannedUntilMs = -Infinity

  constructor(parts: FaceDeps) {
    const {world, version, options} = parts
    this.#parts = parts
    this.#profile = qbittorrentProfile(version)
    this.basePath = typeof options['basePath'] === 'string' ? options['basePath'] : ''
    const {cookieName} = options
    const ownName = typeof cookieName === 'string' ? cookieName : 'SID'
    this.#cookieName = this.#profile.isNewWeb ? 'QBT_SID_8080' : ownName
    this.#trackers = new TrackerTable(world)
    this.#calls = new Map([...qbittorrentReads, ...qbittorrentCommands, ...qbittorrentServerCommands])
    world.onRestart(() => {
      this.#failures = 0
      this.#bannedUntilMs = -Infinity
      this.dropSessions()
    })
  }

  dropSessions(): void {
    this.#sessions.clear()
  }

  ban(seconds: number): void {
    this.#failures = 0
    this.#bannedUntilMs = this.#nowMs() + seconds * 1000
  }

  nameOf(request: FaceRequest): string {
    return request.path
  }

  async handle(request: FaceRequest): Promise<FaceAnswer> {
    if (isForeign(request)) return text(401, 'Unauthorized')
    const prefix = `${this.basePath}/api/v2/`
    if (!request.path.startsWith(prefix)) return text(404, 'Not Found')
    const path = request.path.slice(prefix.length)
    if (path === 'auth/login') return this.#login(request)
    const session = this.#sessionOf(request)
    if (!session) return text(403, 'Forbidden')
    const {answer, setCookie} = {
      answer: await this.#call(path, request, session.one),
      setCookie: session.cookie,
    }
    if (setCookie === null) return answer
    return {...answer, headers: {...answer.headers, 'set-cookie': setCookie}}
  }

  /* ───────────────────────────── logging in ───────────────────────────── */

  #login(request: FaceRequest): FaceAnswer {
    if (request.method !== 'POST') return text(405, 'Method Not Allowed')
    if (request.headers['authorization']?.startsWith('Bearer ')) return text(403, 'Forbidden')
    if (this.#knownSession(request)) return this.#welcome(null)
    if (this.#nowMs() < this.#bannedUntilMs) return this.#refuse(403, banText)
    const {username, password} = this.#parts
    const form = new URLSearchParams(request.body.toString('utf8'))
    if (username !== null && (form.get('username') !== username || form.get('password') !== password)) {
      return this.#noteFailure()
    }
    this.#failures = 0
    this.#parts.counters.login(true)
    return this.#welcome(this.#newSession())
  }

  /** The failures up to the limit get the ordinary answer, the next attempt is a banned one. */
  #noteFailure(): FaceAnswer {
    const {options} = this.#parts
    if (++this.#failures >= Number(options['maxLoginFailures'] ?? 5)) {
      this.ban(Number(options['banSeconds'] ?? 3600))
    }
    return this.#profile.isNewWeb ? this.#refuse(401, 'Unauthorized') : this.#refuse(200, 'Fails.')
  }

  #refuse(status: number, words: string): FaceAnswer {
    this.#parts.counters.login(false)
    return text(status, words)
  }

  #welcome(id: string | null): FaceAnswer {
    const headers = id === null ? {} : {'set-cookie': this.#cookie(id)}
    const answer = this.#profile.isNewWeb ? {status: 204} : text(200, 'Ok.')
    return {...answer, headers: {...answer.headers, ...headers}}
  }

  /* ───────────────────────────── sessions ───────────────────────────── */

  /** `cookie`: what a session made just now is to be remembered by. */
  #sessionOf(request: FaceRequest): {one: WebSession; cookie: string | null} | null {
    const known = this.#knownSession(request)
    if (known) return {one: known, cookie: null}
    if (this.#parts.username !== null) return null
    const id = this.#newSession()
    return {one: this.#sessions.get(id)!, cookie: this.#cookie(id)}
  }

  #knownSession(request: FaceRequest): WebSession | null {
    const {apiKey} = this.#parts.options
    const authorization = request.headers['authorization'] ?? ''
    if (this.#profile.isNewWeb && typeof apiKey === 'string' && authorization === `Bearer ${apiKey}`) {
      return this.#touch('key', true)
    }
    const cookies = (request.headers['cookie'] ?? '').split(/;\s*/)
    const own = cookies.find((cookie) => cookie.startsWith(`${this.#cookieName}=`))
    return own === undefined ? null : this.#touch(own.slice(this.#cookieName.length + 1), false)
  }

  #touch(id: string, isForEver: boolean): WebSession | null {
    const now = this.#nowMs()
    if (isForEver && !this.#sessions.has(id)) this.#sessions.set(id, {usedAtMs: now, maindata: null})
    const session = this.#sessions.get(id)
    if (!session) return null
    if (!isForEver && now - session.usedAtMs > Number(this.#parts.options['sessionSeconds'] ?? 3600) * 1000) {
      this.#sessions.delete(id)
      return null
    }
    session.usedAtMs = now
    return session
  }

  #newSession(): string {
    const id = this.#parts.world.random.text(32)
    this.#sessions.set(id, {usedAtMs: this.#nowMs(), maindata: null})
    return id
  }

  #cookie(id: string): string {
    return `${this.#cookieName}=${id}; HttpOnly; SameSite=Lax; path=/`
  }

  /* ───────────────────────────── calls ───────────────────────────── */

  async #call(path: string, request: FaceRequest, session: WebSession): Promise<FaceAnswer> {
    if (path === 'auth/logout') return this.#logout(session)
    const context: CallContext = {
      world: this.#parts.world,
      profile: this.#profile,
      options: this.#parts.options,
      maindata: (rid) => this.#maindata(session).answer(rid),
    }
    const call = this.#calls.get(path)
    if (!call || !this.#profile.has(path)) return text(404, 'Not Found')
    if (call.isCommand && request.method !== 'POST' && this.#profile.enforcesMethod) {
      return text(405, 'Method Not Allowed')
    }
    return call.run(context, request)
  }

  #maindata(session: WebSession): SimMaindata {
    const {world, options} = this.#parts
    session.maindata ??= new SimMaindata({
      world,
      profile: this.#profile,
      trackers: this.#trackers,
      serverState: () => serverState(world, options),
    })
    return session.maindata
  }

  #logout(session: WebSession): FaceAnswer {
    for (const [id, one] of this.#sessions) if (one === session) this.#sessions.delete(id)
    return text(200, '')
  }

  #nowMs(): number {
    return this.#parts.world.clock.monotonic()
  }
}

const banText = 'Your IP address has been banned after too many failed authentication attempts.'

/** Cross-site requests: an Origin that is not the host itself. */
function isForeign({headers}: FaceRequest): boolean {
  const {origin} = headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host !== headers['host']
}
