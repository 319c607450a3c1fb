/**
 * Who comes in. Before any route looks, every request is asked, in this order:
 *
 *   by which name were we called?   one that is allowed (no login asked for: names of this machine alone, because a
 *                                   rebound DNS name would let any page in)
 *   who are you?                    the first way to sign in that the request tries decides; a bad key is refused,
 *                                   never passed over for the next way
 *   does our own page ask?          where the proof is sent by a browser on its own (cookie, proxy, no log-in at all),
 *                                   our own pages ask, or a person who follows a link; what changes something by a
 *                                   cookie carries the token that belongs to it, too
 *
 * What browsers send and why each of these suffices stands in docs/use/security.md.
 */
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {csrfTokenOf, isSameText} from '#accounts/tokens.ts'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  allowedHosts,
  hostName,
  isLoopbackName,
  isNobodysName,
  originOf,
  spelledHost,
  type AllowedHosts,
} from '#lib/host-names.ts'
import {isAmbient, type SignIn} from './sign-in.ts'

export interface AuthenticationDeps {
  /** Asked in this order. */
  readonly signIns: readonly SignIn[]
  /** Host names we answer to (`src/http/security/host-names.ts`); empty = any. `this machine`: names of loopback alone. */
  readonly hosts: readonly string[] | 'this machine'
  /** What somebody unknown is told: log in, or make the first account. */
  readonly stranger: () => CommodarrError
}

/** @param isHttps see `httpsJudge` */
export function addAuthentication(
  app: FastifyInstance,
  deps: AuthenticationDeps,
  isHttps = ({protocol}: FastifyRequest): boolean => protocol === 'https',
): void {
  const hosts = deps.hosts === 'this machine' || deps.hosts.length === 0 ? null : allowedHosts(deps.hosts)
  app.decorateRequest('keyInAddress', null)
  app.decorateRequest('cookieToken', null)
  app.decorateRequest('visitor', null)
  app.decorateRequest('principal', {
    getter(this: FastifyRequest): Principal {
      if (this.visitor === null) throw deps.stranger()
      return this.visitor
    },
  })
  app.addHook('onRequest', async (request) => {
    if (deps.hosts === 'this machine') checkLoopback(request)
    else checkHost(request, hosts)
    request.visitor = await visitorOf(request, deps.signIns)
    checkPage(request, isHttps)
    checkToken(request)
  })
}

/** The first way that the request tries decides; `null` = it tries none. @throws {CommodarrError} unauthorised */
export async function visitorOf(
  request: FastifyRequest,
  signIns: readonly SignIn[],
): Promise<Principal | null> {
  for (const signIn of signIns) {
    const principal = await signIn(request)
    if (principal !== null) return principal
  }
  return null
}

/* ───────────────────────────── by which name ───────────────────────────── */

function checkLoopback(request: FastifyRequest): void {
  const {called, meant} = namesOf(request)
  // What a trusted proxy says cannot help: a page on this machine could say it, too.
  if (isLoopback(called) && isLoopback(meant)) return
  throw new CommodarrError(
    'forbidden',
    'While no login is required, Commodarr answers only to names of this machine: localhost, 127.0.0.1 or [::1].',
  )
}

/**
 * The name that the person typed must be on the list. A proxy may call us by another one, but not by one that a foreign
 * page can have: a browser on the proxy's machine could pretend to be the proxy.
 */
function checkHost(request: FastifyRequest, hosts: AllowedHosts | null): void {
  const {called, meant} = namesOf(request)
  if (called === null && request.headers.host !== undefined) {
    throw new CommodarrError('bad_request', 'The Host header is no host name.')
  }
  if (hosts === null) return
  const isCalledRight =
    called !== null && (hosts.allows(called) || (called !== meant && isNobodysName(called)))
  if (isCalledRight && meant !== null && hosts.allows(meant)) return
  throw new CommodarrError('forbidden', 'Commodarr does not answer to this host name (WebUI.AllowedHosts).')
}

/** The name we were called by, and the one a person typed, which a trusted proxy may tell to be another one. */
function namesOf({host, headers}: FastifyRequest): {called: string | null; meant: string | null} {
  const called = hostName(headers.host)
  return {called, meant: host === (headers.host ?? '') ? called : hostName(host)}
}

function isLoopback(name: string | null): boolean {
  return name !== null && isLoopbackName(name)
}

/* ───────────────────────────── whose page ───────────────────────────── */

function checkPage(request: FastifyRequest, isHttps: (request: FastifyRequest) => boolean): void {
  const {visitor} = request
  const changes = !isReading(request.method)
  // A log-in from a foreign page would put somebody into a session that is not his.
  const isAsked = visitor === null ? changes : isAmbient(visitor) || isSentAutomatically(request)
  if (!isAsked || !isForeign(request, changes, isHttps)) return
  if (!changes && request.headers['sec-fetch-mode'] === 'navigate') return
  const what = changes ? 'change' : 'read'
  throw new CommodarrError('forbidden', `A page from elsewhere may not ${what} anything here.`)
}

/** A browser that was given a name and a password once sends them with whatever any page asks for. */
function isSentAutomatically({headers}: FastifyRequest): boolean {
  return /^basic /i.test(headers.authorization ?? '')
}

/** Asked for what changes something by a cookie alone. */
function checkToken({method, cookieToken, headers}: FastifyRequest): void {
  if (isReading(method) || cookieToken === null) return
  const offered = headers['x-csrf-token']
  if (typeof offered === 'string' && isSameText(offered, csrfTokenOf(cookieToken))) return
  throw new CommodarrError('csrf_refused', 'Send csrf_token of GET /api/session as X-CSRF-Token.')
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/**
 * Does a browser say that the request was made by a page that is not ours? No page can forge these headers, and
 * programs send none of them. `Sec-Fetch-Site` is the browser's own judgement and right behind every proxy; older
 * browsers and those that came without HTTPS name an origin, very old ones where they come from.
 */
function isForeign(
  request: FastifyRequest,
  changes: boolean,
  isHttps: (request: FastifyRequest) => boolean,
): boolean {
  const {origin, referer, 'sec-fetch-site': site} = request.headers
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const page = origin ?? (changes ? referer : undefined)
  return page !== undefined && !isOurs(page, request, isHttps(request))
}

/** Without word from a proxy we do not know whether it speaks HTTPS: then the page may have come either way. */
function isOurs(page: string, {host}: FastifyRequest, isHttps: boolean): boolean {
  const from = originOf(page)
  if (from === null || (isHttps && !from.isHttps)) return false
  return spelledHost(host, from.isHttps) === from.host
}
