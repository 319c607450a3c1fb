/** What the routes of people share: what they are handed, and who may do what to whom. */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {z} from 'zod'
import type {Admitted} from '#accounts/admission.ts'
import type {People} from '#accounts/people.ts'
import {csrfTokenOf} from '#accounts/tokens.ts'
import {permissions, type Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SessionStateSchema, VisitorSchema} from './schemas/people.ts'
import {addressOf} from './security/hardening.ts'
import {isThisMachine} from './sign-in/loopback.ts'
import {csrfTokenFor, giveCookie, type CookieDeps} from './sign-in/session.ts'

export interface PeopleRouteDeps extends CookieDeps {
  readonly people: People
  /** Ways to log in besides a password. */
  readonly ways: () => {readonly oidc: boolean; readonly proxy: boolean}
  readonly demo: boolean
}

/** What a page has to know to decide what to show. Tells a stranger of nobody. */
export function sessionState(
  parts: PeopleRouteDeps,
  request: FastifyRequest,
): z.output<typeof SessionStateSchema> {
  return stateOf(parts, request, request.visitor, csrfTokenFor(request))
}

/** Gives the browser its session, and says what `sessionState` will say from now on. */
export function welcome(
  parts: PeopleRouteDeps,
  admitted: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): z.output<typeof SessionStateSchema> {
  giveCookie(parts, admitted, request, reply)
  const {user, sessionId, token} = admitted
  const visitor = parts.people.principals.of(user, 'session', sessionId, addressOf(request))
  return stateOf(parts, request, visitor, csrfTokenOf(token.reveal()))
}

function stateOf(
  {people, ways, demo}: PeopleRouteDeps,
  request: FastifyRequest,
  visitor: Principal | null,
  csrfToken: string | null,
): z.output<typeof SessionStateSchema> {
  const {logIn, setUp} = people
  const isNeeded = setUp.isOpen() && visitor?.via !== 'local'
  return {
    visitor: visitor && wireVisitor(visitor),
    csrf_token: csrfToken,
    ways: {password: logIn.takesPasswords(), ...ways()},
    setup_needed: isNeeded,
    setup_token_needed: isNeeded && setUp.needsToken(isThisMachine(request)),
    demo,
  }
}

function wireVisitor({userId, name, role, via, access}: Principal): z.output<typeof VisitorSchema> {
  return {user_id: userId, name, role, via, permissions: permissions.filter((it) => access.permits(it))}
}

/**
 * What touches somebody's own log-in is for himself, sitting there: a key or token that was found must not be enough.
 * @throws {CommodarrError} session_required
 */
export function requirePerson({via}: Principal): void {
  if (via === 'session' || via === 'proxy' || via === 'local') return
  throw new CommodarrError('session_required', 'Log in yourself; no key or token can do this.')
}

/** The session he asks with; `null` = he came in another way. */
export function ownSession({via, credentialId}: Principal): string | null {
  return via === 'session' ? credentialId : null
}
