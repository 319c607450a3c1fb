/**
 * Log-ins per daemon. A daemon counts refused log-ins by the address they come from, and all of ours come from one: five
 * mistyped passwords, of five people or of one who guesses, and it locks out everybody here, also the server that works
 * (qBittorrent for an hour, by default). So they are counted over all users and all ways to log in: links, tests, what
 * was changed or imported. So are those whose answer is missing: a daemon that hung may have counted them. Credentials
 * that it took are never held back.
 *
 *   log-in of its own accord, again     at most 2 refused within the hour before
 *   a new server, other credentials,
 *   a click, a test                     at most 3
 *   the same for administrators         at most 4: one fewer than qBittorrent's five
 *
 * A daemon is known by its kind and by host, port and path of its address: behind one proxy there are several. What is
 * refused counts at the address as it is written, and at those that its name leads to.
 *
 * A success ends the count at the address as it is written: a name may lead elsewhere in the moment when it is called,
 * and then says nothing of the others. Proof that the daemon restarted ends it at all of them. Log-ins that are under way count as if they were
 * refused: others wait for their end.
 */
import {createHmac, randomBytes} from 'node:crypto'
import {hostKey, placeAt} from '#clients/outgoing.ts'
import {timeLimit, type Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {Place, ServerDefinition} from '#model/server.ts'
import type {EpochMs} from '#model/units.ts'

/** link: by itself, once more. person: with something new, or as somebody said. administrator: the same, for the house. */
export type LoginBy = 'link' | 'person' | 'administrator'

const mostRefused: {readonly [B in LoginBy]: number} = {link: 2, person: 3, administrator: 4}
/** As long as qBittorrent locks out. */
const HELD_MS = 3_600_000
/** Of one daemon, and daemons: who has more has guessed. */
const MOST_ACCEPTED = 100
const MOST_DAEMONS = 10_000
/** Who is asked where a name leads may not answer at all. */
const NAMED_WITHIN_MS = 2_000

type Login = Pick<ServerDefinition, 'kind' | 'url' | 'username' | 'password' | 'apiKey' | 'basicAuth'>

interface Daemon {
  /** ms of the monotonic clock, the oldest first. */
  refusedAt: number[]
  /** Log-ins under way whose end is open. */
  pending: number
  /** Who waits for the end of one of them, the first who came first. */
  readonly waiting: Set<() => void>
  /** By which credentials it let us in. */
  readonly accepted: Set<string>
}

export class DaemonLogins {
  readonly #clock: Clock
  /** Where a name leads now; empty = nowhere. Absent = names are taken as they are written. */
  readonly #addressesOf: ((name: string) => Promise<readonly string[]>) | undefined
  readonly #daemons = new Map<string, Daemon>()
  /** Credentials are only compared, within this run. */
  readonly #key = randomBytes(32)

  constructor(clock: Clock, addressesOf?: (name: string) => Promise<readonly string[]>) {
    this.#clock = clock
    this.#addressesOf = addressesOf
  }

  /**
   * Logs in, unless too many log-ins were refused there.
   * @throws {ServerFault} logins_held with the time of the next try; what `logIn` throws; the reason of the signal
   */
  async run<T>(login: Login, by: LoginBy, logIn: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const [key, ...led] = await this.#keysOf(login, signal)
    const written = this.#daemon(key)
    const daemons = [written, ...led.map((other) => this.#daemon(other))]
    signal?.throwIfAborted()
    const print = this.#printOf(login)
    const isKnown = () => daemons.some(({accepted}) => accepted.has(print))
    while (!isKnown() && this.#isFull(daemons, by)) {
      if (daemons.every(({pending}) => pending === 0)) throw this.#held(daemons)
      await anEnd(daemons, signal)
    }
    for (const daemon of daemons) daemon.pending++
    try {
      const done = await logIn()
      written.refusedAt = []
      for (const daemon of daemons) accept(daemon, print)
      return done
    } catch (error) {
      if (isRefused(error) || (isOpen(error) && !isKnown())) this.#refuse(daemons, print)
      throw error
    } finally {
      for (const daemon of daemons) daemon.pending--
      for (const wake of daemons.flatMap(({waiting}) => [...waiting])) wake()
    }
  }

  /** It refused what it had taken, in the middle of something else. */
  async refused(login: Login, signal?: AbortSignal): Promise<void> {
    const keys = await this.#keysOf(login, signal)
    this.#refuse(
      keys.map((key) => this.#daemon(key)),
      this.#printOf(login),
    )
  }

  /** It restarted, and has forgotten whom it refused. */
  async restarted(login: Login, signal?: AbortSignal): Promise<void> {
    for (const key of await this.#keysOf(login, signal)) this.#daemon(key).refusedAt = []
  }

  /** As it was when the program ran last. @param refused log-ins with these credentials */
  recall(login: Login, {refused, agoMs}: {readonly refused: number; readonly agoMs: number}): void {
    const daemon = this.#daemon(keyOf(login.kind, login.url))
    const at = this.#clock.monotonic() - Math.max(0, agoMs)
    for (let n = 0; n < refused; n++) daemon.refusedAt.push(at)
    daemon.refusedAt.sort((one, other) => one - other)
  }

  /** It took these credentials when the program ran last. */
  trust(login: Login): void {
    this.#daemon(keyOf(login.kind, login.url)).accepted.add(this.#printOf(login))
  }

  #isFull(daemons: readonly Daemon[], by: LoginBy): boolean {
    return daemons.some((daemon) => this.#refusedIn(daemon) + daemon.pending >= mostRefused[by])
  }

  #refusedIn(daemon: Daemon): number {
    const since = this.#clock.monotonic() - HELD_MS
    daemon.refusedAt = daemon.refusedAt.filter((at) => at > since)
    return daemon.refusedAt.length
  }

  #refuse(daemons: readonly Daemon[], print: string): void {
    for (const daemon of daemons) {
      daemon.accepted.delete(print)
      daemon.refusedAt.push(this.#clock.monotonic())
    }
  }

  #held(daemons: readonly Daemon[]): ServerFault {
    const first = Math.min(...daemons.flatMap(({refusedAt}) => refusedAt.slice(0, 1)))
    const retryAt = this.#clock.now() + first + HELD_MS - this.#clock.monotonic()
    const text =
      'Logins were refused at this address, or not answered; so that the server does not ban this computer, the next one waits.'
    return new ServerFault('too_many_attempts', 'logins_held', text, {retryAt})
  }

  #daemon(key: string): Daemon {
    const known = this.#daemons.get(key)
    if (known) return known
    const made: Daemon = {refusedAt: [], pending: 0, waiting: new Set(), accepted: new Set()}
    this.#daemons.set(key, made)
    if (this.#daemons.size > MOST_DAEMONS) {
      const [oldest] = Array.from(this.#daemons).find(([, {pending}]) => pending === 0) ?? []
      if (oldest !== undefined) this.#daemons.delete(oldest)
    }
    return made
  }

  /** By its address as it is written, which comes first, and by those that its name leads to. */
  async #keysOf(
    {kind, url}: Login,
    signal: AbortSignal | undefined,
  ): Promise<readonly [string, ...string[]]> {
    const written = keyOf(kind, url)
    const place = placeAt(url)
    if (place === null) return [written]
    const led = await this.#ledTo(place.host, signal)
    const others = new Set(led.map((host) => keyAt(kind, {...place, host}, url)))
    others.delete(written)
    return [written, ...others]
  }

  /** Empty also when nobody says so in time, or the signal ends it. */
  async #ledTo(host: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    if (this.#addressesOf === undefined || signal?.aborted) return []
    const ended = Promise.withResolvers<readonly string[]>()
    const end = () => ended.resolve([])
    const cancel = timeLimit(this.#clock, NAMED_WITHIN_MS, end)
    signal?.addEventListener('abort', end, {once: true})
    try {
      return await Promise.race([this.#addressesOf(host), ended.promise])
    } finally {
      cancel()
      signal?.removeEventListener('abort', end)
    }
  }

  #printOf({username, password, apiKey, basicAuth}: Login): string {
    const parts = [
      username,
      password?.reveal(),
      apiKey?.reveal(),
      basicAuth?.username,
      basicAuth?.password.reveal(),
    ]
    const text = JSON.stringify(parts.map((part) => part ?? null))
    return createHmac('sha256', this.#key).update(text).digest('base64')
  }
}

/** Of a log-in at one of these daemons. Those at others say nothing of them, and wake nobody. */
async function anEnd(daemons: readonly Daemon[], signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const ended = Promise.withResolvers<void>()
  const wake = () => ended.resolve()
  for (const {waiting} of daemons) waiting.add(wake)
  signal?.addEventListener('abort', wake)
  await ended.promise
  signal?.removeEventListener('abort', wake)
  for (const {waiting} of daemons) waiting.delete(wake)
  signal?.throwIfAborted()
}

/** It may have been refused, and counts there. */
function isOpen(error: unknown): boolean {
  return error instanceof ServerFault && error.isLoginOpen
}

function isRefused(error: unknown): boolean {
  return error instanceof ServerFault && error.code === 'login_refused'
}

function accept(daemon: Daemon, print: string): void {
  daemon.accepted.add(print)
  const [oldest] = daemon.accepted
  if (daemon.accepted.size > MOST_ACCEPTED && oldest !== undefined) daemon.accepted.delete(oldest)
}

function keyOf(kind: ServerDefinition['kind'], url: string): string {
  const place = placeAt(url)
  return place === null ? `${kind} ${url}` : keyAt(kind, place, url)
}

function keyAt(kind: ServerDefinition['kind'], {host, port}: Place, url: string): string {
  return `${kind} ${hostKey(host)} ${port} ${pathKey(url)}`
}

/** One spelling of the path, so that nobody gets more tries by another one. */
function pathKey(url: string): string {
  const path = new URL(url).pathname.replaceAll(/%[0-7][0-9a-f]/gi, (code) => decodeURIComponent(code))
  const segments = path.split('/').filter((segment) => segment !== '')
  return segments.join('/').toLowerCase()
}

/** Lost sessions of so long ago do not count any more. */
const COUNTED_MS = 10 * 60_000
/** Each of them after the first makes the next wait so much longer, up to five times. */
const WAIT_MS = 60_000

/** Who forgets session after session would see log-ins with each of our tries. */
export class LostSessions {
  readonly #clock: Clock
  #at: readonly EpochMs[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns when to log in again; `null` = it is the first for long */
  another(): EpochMs | null {
    const now = this.#clock.now()
    const before = this.#at.filter((at) => now - at < COUNTED_MS)
    this.#at = [...before, now]
    return before.length === 0 ? null : now + Math.min(5, before.length) * WAIT_MS
  }
}

/** Of the kind that servers count and lock out for. */
export function isLoginFault(error: unknown): boolean {
  return error instanceof ServerFault && (error.code === 'login_refused' || error.code === 'login_banned')
}
