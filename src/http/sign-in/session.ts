/**
 * The session of a browser: its cookie, who comes in by it, and the token that our own page sends along with it. The
 * cookie is kept from scripts and foreign pages; whoever reads the session's token reads it from the page's own request.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {Admitted, Visit} from '#accounts/admission.ts'
import type {LogIn} from '#accounts/log-in.ts'
import type {People} from '#accounts/people.ts'
import {csrfTokenOf, isSameText} from '#accounts/tokens.ts'
import type {User} from '#model/access.ts'
import {addressOf, cookiePath} from '../security/hardening.ts'
import type {SignIn} from './sign-in.ts'

export const SESSION_COOKIE = 'commodarr_session'

/** How cookies are given. */
export interface CookieDeps {
  readonly urlBase: string
  /** Did the browser come by HTTPS? See `httpsJudge`. */
  readonly isHttps: (request: FastifyRequest) => boolean
}

/** A session that has ended is no refusal: whoever has an old cookie must be able to log in again. */
export function sessionSignIn({
  sessions,
  users,
  principals,
}: Pick<People, 'sessions' | 'users' | 'principals'>): SignIn {
  return (request) => {
    const token = request.cookies[SESSION_COOKIE]
    const session = token === undefined ? null : sessions.use(token)
    const user = session && users.get(session.userId)
    if (!session || !user || user.disabled) return null
    return principals.of(user, 'session', session.id, addressOf(request))
  }
}

/** For the door: does the request carry the token that belongs to its session? */
export function hasCsrfToken({cookies, headers}: FastifyRequest): boolean {
  const token = cookies[SESSION_COOKIE]
  const offered = headers['x-csrf-token']
  return token !== undefined && typeof offered === 'string' && isSameText(offered, csrfTokenOf(token))
}

/** What our page sends as `X-CSRF-Token`; `null` = this request has no session. */
export function csrfTokenFor({visitor, cookies}: FastifyRequest): string | null {
  const token = cookies[SESSION_COOKIE]
  return visitor?.via === 'session' && token !== undefined ? csrfTokenOf(token) : null
}

/** Where somebody comes from who logs in; the session he has in this browser ends by the new one. */
export function visitOf(request: FastifyRequest): Visit {
  const {visitor, headers} = request
  return {
    address: addressOf(request),
    userAgent: headers['user-agent'] ?? '',
    replaces: visitor?.via === 'session' ? visitor.credentialId : null,
  }
}

export function giveCookie(
  {urlBase, isHttps}: CookieDeps,
  {token, longestMs}: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.setCookie(SESSION_COOKIE, token.reveal(), {
    path: cookiePath(urlBase),
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(request),
    maxAge: longestMs / 1000,
  })
}

export function takeCookie(
  {urlBase, isHttps}: CookieDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.setCookie(SESSION_COOKIE, '', {
    path: cookiePath(urlBase),
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(request),
    maxAge: 0,
  })
}

/**
 * For ways to log in that end elsewhere (a provider): gives this browser a session of this user.
 * @throws {CommodarrError} sign_in_refused (he is switched off), or a storage fault
 */
export function sessionOpener(parts: CookieDeps & {readonly logIn: LogIn}) {
  return async (user: User, request: FastifyRequest, reply: FastifyReply, via: string): Promise<void> => {
    giveCookie(parts, await parts.logIn.admit(user, via, visitOf(request)), request, reply)
  }
}
