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
import type {Cookies} from './cookies.ts'
import type {SignIn} from './sign-in.ts'

/** A session that has ended is no refusal: whoever has an old cookie must be able to log in again. */
export function sessionSignIn(
  {sessions, users, principals}: Pick<People, 'sessions' | 'users' | 'principals'>,
  cookies: Cookies,
): SignIn {
  return (request) => {
    for (const token of cookies.valuesOf('commodarr_session', request)) {
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
export function visitOf(request: FastifyRequest, cookies: Cookies): Visit {
  const {visitor} = request
  return {
    ...whereaboutsOf(request),
    replaces: visitor?.via === 'session' ? visitor.credentialId : null,
    devices: cookies.valuesOf('commodarr_device', request),
  }
}

/** Gives this browser its session, and by what it is known when somebody logs in with it again. */
export function giveSession(
  cookies: Cookies,
  {token, longestMs, device}: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const cookie = {value: token.reveal(), maxAgeMs: longestMs}
  cookies.give('commodarr_session', cookie, request, reply)
  if (device === null) return
  const known = {value: device.reveal(), maxAgeMs: KNOWN_MS}
  cookies.give('commodarr_device', known, request, reply)
}

/** Gives a browser a session of a user. @throws {CommodarrError} sign_in_refused (he is switched off), or a storage fault */
export type OpenSession = (
  user: User,
  request: FastifyRequest,
  reply: FastifyReply,
  via: string,
) => Promise<void>

/** For ways to log in that end elsewhere (a provider). */
export function sessionOpener(cookies: Cookies, logIn: LogIn): OpenSession {
  return async (user, request, reply, via) => {
    giveSession(cookies, await logIn.admit(user, via, visitOf(request, cookies)), request, reply)
  }
}
