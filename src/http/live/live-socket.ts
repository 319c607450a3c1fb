/**
 * One page: who looks, what he has open, what he wants to hear of. All of it ends together, whatever ends it; what
 * breaks in here ends this one alone.
 */
import type {FastifyRequest} from 'fastify'
import type {WebSocket} from 'ws'
import {ownerOf} from '#executor/recent-actions.ts'
import {personOf} from '#lib/fair-turns.ts'
import type {Principal, Requester, UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  liveCloseCodes,
  liveLimits,
  type LiveMessage,
  type LiveServer,
  type LiveTopic,
  type RowRef,
  type ServersNews,
} from '#model/live.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {checkBy} from '../answers/field-errors.ts'
import {figuresNow, wireServerInList} from '../rows/server-views.ts'
import {LiveRequestSchema, type CheckedRequest} from '../schemas/live.ts'
import {asKey, scopeOf, type Scope} from '../scope/scope.ts'
import {visitorOf} from '../sign-in/authentication.ts'
import {AttentionWatch} from './needs.ts'
import {LastSent} from './last-sent.ts'
import {LiveLine} from './live-line.ts'
import {LiveWindow} from './live-window.ts'
import {liveTimes, socketLimits, type LiveDeps} from './parts.ts'

/** By less a clock is kept right, and ages on the page are as good. */
const CLOCK_SET_MS = 2_000

type Asked<T extends CheckedRequest['type']> = Extract<CheckedRequest, {type: T}>

export class LiveSocket {
  readonly #parts: LiveDeps
  /** By which he came; it is asked again and again whether it would still be let in. */
  readonly #request: FastifyRequest
  readonly #onClosed: () => void
  readonly #line: LiveLine
  readonly #windows = new Map<number, LiveWindow>()
  #principal: Principal
  #servers: ServerNews | null = null
  #attention: AttentionWatch | null = null
  #leaveActions: (() => void) | null = null
  #lastRef: RowRef = 0
  #unreadable = 0
  #isOver = false
  /** The array tells by its identity that rights, or names of servers, may be others. */
  #knownServers: readonly ServerId[]
  /** Arrs that he saw, by id and name. */
  #knownArrs = ''
  #cancelBeat: () => void = () => undefined
  #checkedAt: number
  #watchedAt: number
  #readAt: number
  #attentionAt: number
  /** Wall clock less duration clock, ms, as the page was told. */
  #sentOffset: number

  /** @param instance of this run of the program */
  constructor(
    socket: WebSocket,
    request: FastifyRequest,
    parts: LiveDeps,
    instance: string,
    onClosed: () => void,
  ) {
    const {clock, version} = parts
    this.#parts = parts
    this.#request = request
    this.#onClosed = onClosed
    this.#principal = request.principal
    this.#knownServers = this.#principal.access.servers
    this.#checkedAt = this.#watchedAt = this.#readAt = this.#attentionAt = clock.monotonic()
    this.#sentOffset = clock.now() - clock.monotonic()
    this.#line = new LiveLine(
      socket,
      clock,
      (text) => this.#guarded(() => this.#receive(text)),
      () => this.#guarded(() => this.#sendEverything()),
      () => this.#end(),
    )
    this.#line.send({type: 'hello', instance, version, now: clock.now()})
    this.#beatLater()
  }

  get userId(): UserId | null {
    return this.#principal.userId
  }

  /** Whoever is nobody any more is closed. */
  askWho(): void {
    this.#checkedAt = this.#parts.clock.monotonic()
    void this.#checkWho()
  }

  close(code: number, reason: string): void {
    this.#line.close(code, reason)
  }

  /* ───────────────────────────── what the page says ───────────────────────────── */

  #receive(text: string | null): void {
    const request = this.#read(text)
    if (request === null) return
    this.#unreadable = 0
    try {
      this.#serve(request)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      this.#refuse(request, error.code, error.message)
    }
  }

  #read(text: string | null): CheckedRequest | null {
    const data = parsed(text)
    const result = checkBy(LiveRequestSchema, data, 'message')
    if ('value' in result) return result.value
    this.#refuse(data, result.error.code, result.error.message)
    if (++this.#unreadable >= socketLimits.nonsense) {
      this.close(liveCloseCodes.nonsense, 'Messages that cannot be read.')
    }
    return null
  }

  #serve(request: CheckedRequest): void {
    switch (request.type) {
      case 'open':
        return this.#open(request)
      case 'window':
        this.#windowOf(request).show(request.ranges, request.re)
        return this.#present(request.view)
      case 'follow':
        this.#windowOf(request).follow(request.keys.map(asKey), request.re)
        return this.#present(request.view)
      case 'keys':
        return this.#answerKeys(request)
      case 'hold':
        this.#windows.get(request.view)?.hold(request.on)
        return this.#present(request.view)
      case 'update':
        this.#windows.get(request.view)?.update()
        return this.#present(request.view)
      case 'close':
        return this.#close(request.view)
      case 'watch':
        return this.#listen(new Set(request.topics))
      case 'ping':
        return this.#line.send({type: 'pong'})
    }
  }

  #open({view, re, wish, ranges, keeps = false}: Asked<'open'>): void {
    const open = keeps ? this.#windows.get(view) : undefined
    if (open?.hasColumns(wish.columns)) {
      // What cannot be served leaves nothing open.
      this.#windows.delete(view)
      open.change(wish, ranges, re)
      this.#windows.set(view, open)
      this.#parts.watch(open.servers)
      return this.#present(view)
    }
    this.#close(view)
    if (this.#windows.size >= liveLimits.views) {
      throw new CommodarrError('bad_request', `No more than ${liveLimits.views} views at once.`)
    }
    const {views, clock} = this.#parts
    const window = new LiveWindow(
      {
        number: view,
        wish,
        ranges,
        views,
        access: () => this.#principal.access,
        scope: () => this.#scope(),
        now: () => clock.now(),
        nextRef: () => ++this.#lastRef,
        onNews: () => this.#guarded(() => this.#present(view)),
        by: personOf(this.#principal.actor),
        onRefused: (error, asked) =>
          this.#guarded(() => {
            this.#windows.delete(view)
            this.#refuse({re: asked ?? undefined, view}, error.code, error.message)
          }),
      },
      re,
    )
    this.#windows.set(view, window)
    this.#parts.watch(window.servers)
    this.#present(view)
  }

  #windowOf({view}: {readonly view: number}): LiveWindow {
    const window = this.#windows.get(view)
    if (window === undefined) throw new CommodarrError('not_found', 'No view of this number is open.')
    return window
  }

  #answerKeys(request: Asked<'keys'>): void {
    const {view, re, from, to} = request
    const keys = this.#windowOf(request).keys(from, to)
    if (keys === null) throw new CommodarrError('not_found', 'The view has no rows yet.')
    this.#line.send({type: 'keys', view, re, keys})
  }

  #close(view: number): void {
    this.#windows.get(view)?.close()
    this.#windows.delete(view)
  }

  #listen(topics: ReadonlySet<LiveTopic>): void {
    this.#servers = topics.has('servers') ? (this.#servers ?? new ServerNews()) : null
    if (!topics.has('actions')) {
      this.#leaveActions?.()
      this.#leaveActions = null
    } else if (this.#leaveActions === null) this.#listenToActions()
    this.#sendServers()
    this.#attention = topics.has('attention') ? (this.#attention ?? new AttentionWatch()) : null
    this.#sendAttention()
  }

  #listenToActions(): void {
    const principal = () => this.#principal
    const by: Requester = {
      get actor() {
        return principal().actor
      },
      get access() {
        return principal().access
      },
      get via() {
        return principal().via
      },
      get credentialId() {
        return principal().credentialId
      },
    }
    const send = (action: object) => this.#line.send({type: 'action', action})
    this.#leaveActions = this.#parts.actions.listen(by, (action) => this.#guarded(() => send(action)))
  }

  /* ───────────────────────────── what the page is told ───────────────────────────── */

  #present(view: number): void {
    if (this.#line.isBehind) return
    const news = this.#windows.get(view)?.present()
    if (news) this.#line.send(news)
  }

  #sendServers(): void {
    if (this.#line.isBehind) return
    const news = this.#servers?.take(this.#scope())
    if (news) this.#line.send(news)
  }

  #sendAttention(): void {
    if (this.#line.isBehind || this.#attention === null) return
    this.#attentionAt = this.#parts.clock.monotonic()
    const news = this.#attention.take(this.#principal, this.#scope(), this.#parts.attention)
    if (news) this.#line.send(news)
  }

  #sendTime(): void {
    const {clock} = this.#parts
    const offset = clock.now() - clock.monotonic()
    if (this.#line.isBehind || Math.abs(offset - this.#sentOffset) < CLOCK_SET_MS) return
    this.#sentOffset = offset
    this.#line.send({type: 'time', now: clock.now()})
  }

  #sendEverything(): void {
    this.#sendTime()
    for (const view of this.#windows.keys()) this.#present(view)
    this.#sendServers()
    this.#sendAttention()
  }

  #refuse(about: unknown, code: string, detail: string): void {
    const {view, re} = numbersOf(about)
    const message: LiveMessage = {type: 'refused', ...view, ...re, code, detail}
    this.#line.send(message)
  }

  #scope(): Scope {
    return scopeOf(this.#principal, this.#parts.sources, this.#parts.turns)
  }

  /* ───────────────────────────── as time goes by ───────────────────────────── */

  #beatLater(): void {
    if (this.#isOver) return
    this.#cancelBeat = this.#parts.clock.after(liveTimes.beatMs, () => {
      this.#guarded(() => this.#beat())
      this.#beatLater()
    })
  }

  #beat(): void {
    this.#line.look()
    this.#sendTime()
    this.#followRights()
    this.#sendServers()
    const now = this.#parts.clock.monotonic()
    if (now - this.#attentionAt >= liveTimes.attentionMs) this.#sendAttention()
    if (now - this.#watchedAt >= liveTimes.watchMs) {
      this.#watchedAt = now
      this.#watch()
    }
    if (now - this.#checkedAt >= liveTimes.checkMs) this.askWho()
  }

  #followRights(): void {
    const {servers} = this.#principal.access
    const now = this.#parts.clock.monotonic()
    const arrs = JSON.stringify(this.#scope().arrs.map(({id, name}) => [id, name]))
    const isSame = servers === this.#knownServers && arrs === this.#knownArrs
    if (isSame && now - this.#readAt < liveTimes.readMs) return
    this.#knownServers = servers
    this.#knownArrs = arrs
    this.#readAt = now
    for (const [view, window] of this.#windows) {
      window.reread()
      this.#present(view)
    }
  }

  #watch(): void {
    if (this.#windows.size === 0) return
    const servers = new Set([...this.#windows.values()].flatMap((window) => window.servers))
    this.#parts.watch([...servers])
  }

  async #checkWho(): Promise<void> {
    try {
      const principal = await whoNow(this.#request, this.#parts.signIns)
      if (this.#isOver) return
      const isSame = principal !== null && ownerOf(principal) === ownerOf(this.#principal)
      if (!isSame || !principal.access.permits('read')) {
        return this.close(liveCloseCodes.signedOut, 'Log in again.')
      }
      this.#principal = principal
    } catch (error) {
      // That it cannot be found out now is no fault of his; he is asked again.
      this.#parts.log.warn({err: error}, 'it could not be found out who has a live connection')
    }
  }

  /* ───────────────────────────── the end ───────────────────────────── */

  /** What is open here must not keep others from their news. */
  #guarded(work: () => void): void {
    if (this.#isOver) return
    try {
      work()
    } catch (error) {
      this.#parts.log.error({err: error}, 'a live connection broke')
      this.close(liveCloseCodes.broken, 'Something broke inside Commodarr.')
    }
  }

  #end(): void {
    this.#isOver = true
    this.#cancelBeat()
    for (const view of Array.from(this.#windows.keys())) this.#close(view)
    this.#leaveActions?.()
    this.#leaveActions = null
    this.#servers = null
    this.#attention = null
    this.#onClosed()
  }
}

/** Asks again who he is; `null` = nobody any more. */
async function whoNow(request: FastifyRequest, signIns: LiveDeps['signIns']): Promise<Principal | null> {
  try {
    return await visitorOf(request, signIns)
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'unauthorised') return null
    throw error
  }
}

/** `undefined` = it is no JSON. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

/** So that the page knows what is refused, even when it could not be read. */
function numbersOf(about: unknown): {view?: {view: number}; re?: {re: number}} {
  const {view, re} = (about ?? {}) as {readonly view?: unknown; readonly re?: unknown}
  return {...(typeof view === 'number' && {view: {view}}), ...(typeof re === 'number' && {re: {re}})}
}

/** What a page is told of the servers in sight: those that changed, and their order when that did. */
class ServerNews {
  readonly #sent = new LastSent()
  #order: readonly string[] = []

  /** What differs from what was told; `null` = nothing does. */
  take(scope: Scope): ServersNews | null {
    const all = scope.servers.list().map((server) => liveServer(server, scope))
    const servers = all.filter((it) => this.#sent.fresh(`server ${it.server_id}`, it) !== undefined)
    const order = this.#sent.fresh(
      'order',
      all.map((it) => it.server_id),
    )
    if (order !== undefined) this.#forgetOthers(order)
    if (servers.length === 0 && order === undefined) return null
    return {type: 'servers', servers, ...(order !== undefined && {order})}
  }

  /** The page forgets them, too: should they come back, they are told whole. */
  #forgetOthers(order: readonly string[]): void {
    const present = new Set(order)
    for (const id of this.#order) if (!present.has(id)) this.#sent.forget(`server ${id}`)
    this.#order = order
  }
}

function liveServer(server: ServerView, {servers}: Scope): LiveServer {
  const {health} = server
  const stats = figuresNow(server)
  const {access, colour, icon, serverTags, defaultForAdding} = servers.card(server.id)
  return {
    ...wireServerInList(server),
    enabled: server.enabled,
    since: health.since,
    last_ok_at: health.lastOkAt,
    next_try_at: health.nextTryAt,
    latency_ms: health.latencyP50Ms,
    version: server.version,
    poll_ms: server.pollMs,
    down_speed: stats?.downSpeed,
    up_speed: stats?.upSpeed,
    down_limit: stats?.downLimit,
    up_limit: stats?.upLimit,
    alt_speed: stats?.altSpeed,
    free_space: stats?.freeSpace,
    disk_size: stats?.diskSize,
    free_space_unknown: stats?.freeSpaceUnknown,
    access,
    colour,
    icon,
    server_tags: serverTags,
    default_for_adding: defaultForAdding,
  }
}
