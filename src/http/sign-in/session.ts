/**
 * The session of a browser: its cookie, who comes in by it, and the token that our own page sends along with it. The
 * cookie is kept from scripts and foreign pages; whoever reads the session's token reads it from the page's own request.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {Admitted, Visit} from '#accounts/admission.ts'
import {KNOWN_MS} from '#accounts/known-devices.ts'
import type {LogIn} from '#accounts/log-in.ts'
import type {People} from '#accounts/people.ts'
import type {Whereabouts} from '#accounts/sessions.ts'
import {csrfTokenOf} from '#accounts/tokens.ts'
import type {User} from '#model/access.ts'
import {addressOf} from '../security/hardening.ts'
import {cookieValues, giveCookie, type CookieDeps} from './cookies.ts'
import type {SignIn} from './sign-in.ts'

/** A session that has ended is no refusal: whoever has an old cookie must be able to log in again. */
export function sessionSignIn(
  {sessions, users, principals}: Pick<People, 'sessions' | 'users' | 'principals'>,
  cookies: CookieDeps,
): SignIn {
  return (request) => {
    for (const token of cookieValues('commodarr_session', cookies, request)) {
      const session = sessions.use(token)
      const user = session && users.get(session.userId)
      if (!session || !user || user.disabled) continue
      request.cookieToken = token
      return principals.of(user, 'session', session.id, addressOf(request))
    }
    return null
  }
}

/** What our page sends as `X-CSRF-Token`; `null` = this request came in by no cookie. */
export function csrfTokenFor({cookieToken}: FastifyRequest): string | null {
  return cookieToken === null ? null : csrfTokenOf(cookieToken)
}

/** Where somebody comes from. */
export function whereaboutsOf(request: FastifyRequest): Whereabouts {
  return {address: addressOf(request), userAgent: request.headers['user-agent'] ?? ''}
}

/** The same of somebody who logs in; the session he has in this browser ends by the new one. */
export function visitOf(request: FastifyRequest, cookies: CookieDeps): Visit {
  const {visitor} = request
  return {
    ...whereaboutsOf(request),
    replaces: visitor?.via === 'session' ? visitor.credentialId : null,
    devices: cookieValues('commodarr_device', cookies, request),
  }
}

/** Gives this browser its session, and by what it is known when somebody logs in with it again. */
export function giveSession(
  cookies: CookieDeps,
  {token, longestMs, device}: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const cookie = {value: token.reveal(), maxAgeMs: longestMs}
  giveCookie('commodarr_session', cookie, cookies, request, reply)
  if (device === null) return
  const known = {value: device.reveal(), maxAgeMs: KNOWN_MS}
  giveCookie('commodarr_device', known, cookies, request, reply)
}

/**
 * For ways to log in that end elsewhere (a provider): gives this browser a session of this user.
 * @throws {CommodarrError} sign_in_refused (he is switched off), or a storage fault
 */
export function sessionOpener(parts: CookieDeps & {readonly logIn: LogIn}) {
  return async (user: User, request: FastifyRequest, reply: FastifyReply, via: string): Promise<void> => {
    giveSession(parts, await parts.logIn.admit(user, via, visitOf(request, parts)), request, reply)
  }
}
