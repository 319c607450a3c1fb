/**
 * The session of a browser: its cookie, who comes in by it, and the token that our own page sends along with it. The
 * cookie is kept from scripts and foreign pages; whoever reads the session's token reads it from the page's own request.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {Admitted, Visit} from '#accounts/admission.ts'
import type {LogIn} from '#accounts/log-in.ts'
import type {People} from '#accounts/people.ts'
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

/** Where somebody comes from who logs in; the session he has in this browser ends by the new one. */
export function visitOf(request: FastifyRequest): Visit {
  const {visitor, headers} = request
  return {
    address: addressOf(request),
    userAgent: headers['user-agent'] ?? '',
    replaces: visitor?.via === 'session' ? visitor.credentialId : null,
  }
}

/** Gives this browser its session. */
export function giveSession(
  cookies: CookieDeps,
  {token, longestMs}: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const cookie = {value: token.reveal(), maxAgeMs: longestMs}
  giveCookie('commodarr_session', cookie, cookies, request, reply)
}

/**
 * For ways to log in that end elsewhere (a provider): gives this browser a session of this user.
 * @throws {CommodarrError} sign_in_refused (he is switched off), or a storage fault
 */
export function sessionOpener(parts: CookieDeps & {readonly logIn: LogIn}) {
  return async (user: User, request: FastifyRequest, reply: FastifyReply, via: string): Promise<void> => {
    giveSession(parts, await parts.logIn.admit(user, via, visitOf(request)), request, reply)
  }
}
