/** What the routes of people share: what they are handed, and who may do what to whom. */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {z} from 'zod'
import type {Admitted} from '#accounts/admission.ts'
import type {LocalAccess} from '#accounts/local-access.ts'
import type {People} from '#accounts/people.ts'
import {csrfTokenOf} from '#accounts/tokens.ts'
import {permissions, type Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SessionStateSchema, VisitorSchema} from '../schemas/people.ts'
import {addressOf} from '../security/hardening.ts'
import type {Cookies} from './cookies.ts'
import {csrfTokenFor, giveSession, whereaboutsOf} from './session.ts'

export interface PeopleRouteDeps {
  readonly cookies: Cookies
  readonly people: People
  /** Nobody has to have an account; `null` = everybody has to log in. */
  readonly local: {
    readonly access: Pick<LocalAccess, 'admit'>
    /** Who comes in so, from this address. */
    readonly principal: (address: string) => Principal
  } | null
  /** Ways to log in besides a password. */
  readonly ways: () => {readonly oidc: boolean; readonly proxy: boolean}
  readonly demo: boolean
  /** Whoever set it up does not say later what rules may do. */
  readonly endSetUp: () => Promise<void>
}

/** What a page has to know to decide what to show. Tells a stranger of nobody. */
export function sessionState(
  parts: PeopleRouteDeps,
  request: FastifyRequest,
): z.output<typeof SessionStateSchema> {
  return stateOf(parts, request.visitor, csrfTokenFor(request))
}

/** Gives the browser its session, and says what `sessionState` will say from now on. */
export function welcome(
  parts: PeopleRouteDeps,
  admitted: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): z.output<typeof SessionStateSchema> {
  giveSession(parts.cookies, admitted, request, reply)
  const {user, sessionId, token} = admitted
  const visitor = parts.people.principals.of(user, 'session', sessionId, addressOf(request))
  return stateOf(parts, visitor, csrfTokenOf(token.reveal()))
}

/**
 * The same for a browser that shows the token that was printed at the start.
 * @throws {CommodarrError} not_found (everybody has to log in here), sign_in_refused, too_many_attempts, or a storage fault
 */
export async function welcomeLocal(
  parts: PeopleRouteDeps,
  token: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<z.output<typeof SessionStateSchema>> {
  const {local} = parts
  if (local === null) throw new CommodarrError('not_found', 'Here everybody logs in with an account.')
  const from = whereaboutsOf(request)
  const cookie = await local.access.admit(token, from)
  parts.cookies.give('commodarr_local', {value: cookie.reveal(), maxAgeMs: null}, request, reply)
  return stateOf(parts, local.principal(from.address), csrfTokenOf(cookie.reveal()))
}

function stateOf(
  {people, local, ways, demo}: PeopleRouteDeps,
  visitor: Principal | null,
  csrfToken: string | null,
): z.output<typeof SessionStateSchema> {
  const {logIn, setUp} = people
  return {
    visitor: visitor && wireVisitor(visitor),
    csrf_token: csrfToken,
    ways: {password: logIn.takesPasswords(), local: local !== null, ...ways()},
    setup_needed: setUp.isOpen() && local === null && visitor?.via !== 'local',
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
