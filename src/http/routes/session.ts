import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {OwnProof} from '#accounts/own-proof.ts'
import type {People} from '#accounts/people.ts'
import type {Session, Whereabouts} from '#accounts/sessions.ts'
import type {TwoSteps} from '#accounts/two-step.ts'
import {asUserId, type Principal, type User, type UserId, type UserRepository} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../answers/codec.ts'
import {
  ownSession,
  requirePerson,
  sessionState,
  welcome,
  welcomeLocal,
  type PeopleRouteDeps,
} from '../sign-in/people-parts.ts'
import {forVisitors, needs, openToAnyone} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {
  RecoveryCodes,
  TwoStepConfirm,
  TwoStepEnd,
  TwoStepSecret,
  TwoStepStart,
  TwoStepState,
  UserParams,
} from '../schemas/credentials.ts'
import {
  LocalLogInBody,
  LogInBody,
  SessionParams,
  SessionSchema,
  SessionStateSchema,
  WhoseSessions,
} from '../schemas/people.ts'
import {count} from '../schemas/units.ts'
import {visitOf, whereaboutsOf} from '../sign-in/session.ts'

/** Logging in and out, and who one is. */
export function sessionRoutes(parts: PeopleRouteDeps): FastifyPluginAsyncZod {
  const {people} = parts
  return async (app) => {
    app.get('/session', {schema: read, config: openToAnyone}, async (request) => sessionState(parts, request))
    app.post('/session', {schema: logIn, config: openToAnyone}, async (request, reply) => {
      const {username, password, code = null} = request.body
      const admitted = await people.logIn.withPassword(
        {username, password, code},
        visitOf(request, parts.cookies),
      )
      return welcome(parts, admitted, request, reply)
    })
    app.post('/session/local', {schema: logInLocally, config: openToAnyone}, async (request, reply) =>
      welcomeLocal(parts, request.body.token, request, reply),
    )
    app.delete('/session', {schema: logOut, config: openToAnyone}, async (request, reply) => {
      // The browser forgets it in any case, also while the database is away and the session cannot be ended.
      for (const cookie of ['commodarr_session', 'commodarr_local'] as const)
        parts.cookies.give(cookie, {value: '', maxAgeMs: 0}, request, reply)
      if (request.visitor) await end(people, request.visitor, whereaboutsOf(request))
      return reply.code(204).send()
    })
  }
}

/** Who came without a session has none to end. */
async function end(
  {logIn, users}: People,
  {via, userId, credentialId}: Principal,
  from: Whereabouts,
): Promise<void> {
  const user = userId === null ? null : users.get(userId)
  if (via === 'session' && user && credentialId !== null) await logIn.logOut(credentialId, user, from)
}

const read = {
  operationId: 'getSession',
  tags: ['people'],
  summary: 'Who you are, and how one logs in',
  description: 'Open to everyone, so that a page can decide what to show.',
  response: ok(SessionStateSchema),
}

const logIn = {
  operationId: 'logIn',
  tags: ['people'],
  summary: 'Log in with name and password',
  description:
    'Answers with a session cookie and the token that changes by cookie have to carry. code_required: send it again ' +
    'with a code. After five refusals one has to wait (too_many_attempts, Retry-After).',
  body: LogInBody,
  response: ok(SessionStateSchema),
}

const logInLocally = {
  operationId: 'logInLocally',
  tags: ['people'],
  summary: 'Log in without an account, where none is required (AuthDisabled, demo)',
  description: 'Takes the token that Commodarr prints when it starts; the cookie is good until it ends.',
  body: LocalLogInBody,
  response: ok(SessionStateSchema),
}

const logOut = {operationId: 'logOut', tags: ['people'], summary: 'Log out', response: nothing}

/** Where one is logged in. Everybody sees and ends his own sessions, administrators those of anybody. */
export function sessionListRoutes({
  people: {sessions, users},
}: Pick<PeopleRouteDeps, 'people'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/sessions', {schema: list, config: forVisitors}, async ({principal, query}) => {
      const userId = whose(principal, query.user_id)
      const all = userId === null ? [] : sessions.listOf(users.known(userId).id)
      return {sessions: all.map((it) => wireSession(it, principal))}
    })
    app.delete('/sessions', {schema: endAll, config: forVisitors}, async ({principal, query}) => {
      const userId = whose(principal, query.user_id)
      if (userId === null) return {ended: 0}
      return {ended: await sessions.endAllOf(users.known(userId), ownSession(principal), principal.actor)}
    })
    app.delete(
      '/sessions/:id',
      {schema: endSession, config: forVisitors},
      async ({principal, params}, reply) => {
        const {userId} = known(sessions.get(params.id), principal)
        await sessions.end(params.id, 'revoke', users.known(userId).name, principal.actor)
        return reply.code(204).send()
      },
    )
  }
}

/** `null` = nobody: who has no account has no sessions. @throws {CommodarrError} session_required, forbidden */
function whose(principal: Principal, named: string | undefined): UserId | null {
  if (principal.access.permits('admin')) return named === undefined ? principal.userId : asUserId(named)
  requirePerson(principal)
  if (named === undefined || named === principal.userId) return principal.userId
  throw new CommodarrError('forbidden', 'Only administrators see the sessions of others.')
}

/** A session of somebody else is answered like one that is not there. */
function known(session: Session | null, principal: Principal): Session {
  const isAdministrator = principal.access.permits('admin')
  if (!isAdministrator) requirePerson(principal)
  if (session && (isAdministrator || session.userId === principal.userId)) return session
  throw new CommodarrError('session_unknown', 'There is no such session.')
}

function wireSession(session: Session, principal: Principal): z.output<typeof SessionSchema> {
  return {...toWire(session), current: session.id === ownSession(principal)}
}

const list = {
  operationId: 'listSessions',
  tags: ['people'],
  summary: 'Active sessions: yours, or (for administrators) those of a user',
  querystring: WhoseSessions,
  response: ok(z.object({sessions: z.array(SessionSchema)})),
}

const endAll = {
  operationId: 'endSessions',
  tags: ['people'],
  summary: 'End all sessions but the one you ask with',
  querystring: WhoseSessions,
  response: ok(z.object({ended: count('Sessions that ended')})),
}

const endSession = {
  operationId: 'endSession',
  tags: ['people'],
  summary: 'End a session; the next request with it is a stranger’s',
  params: SessionParams,
  response: nothing,
}

/** The second step of one's own log-in; an administrator can remove that of a user who lost the authenticator. */
export function twoStepRoutes(
  twoSteps: TwoSteps,
  users: UserRepository,
  proof: Pick<OwnProof, 'shows'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/two-step', {schema: readTwoStep, config: forVisitors}, async ({principal: {userId}}) => ({
      on: userId !== null && twoSteps.isOn(userId),
      recovery_codes: userId === null ? 0 : twoSteps.recoveryCodesLeft(userId),
    }))
    app.post('/two-step/start', {schema: start, config: forVisitors}, async (request) => {
      const user = whoLoggedIn(request.principal, users)
      const {password} = request.body
      // First: where there is nothing to begin, nobody learns whether a password is right.
      twoSteps.requireOff(user.id)
      await proof.shows(user, {password}, switching('two-step-on'), whereaboutsOf(request))
      const {secret, uri, expiresAt} = twoSteps.start(user)
      return {secret: secret.reveal(), uri: uri.reveal(), expires_at: expiresAt}
    })
    app.post('/two-step/confirm', {schema: confirm, config: forVisitors}, async ({principal, body}) => ({
      recovery_codes: [...(await twoSteps.confirm(principal, whoLoggedIn(principal, users), body.code))],
    }))
    app.delete('/two-step', {schema: endTwoStep, config: forVisitors}, async (request, reply) => {
      const {principal, body} = request
      const user = whoLoggedIn(principal, users)
      await proof.shows(user, body, switching('two-step-off'), whereaboutsOf(request))
      await twoSteps.switchOff(principal, user)
      return reply.code(204).send()
    })
    app.post(
      '/users/:id/two-step/reset',
      {schema: reset, config: needs('admin', 'program')},
      async ({principal, params}, reply) => {
        requirePerson(principal)
        const user = users.get(asUserId(params.id))
        if (user === null) throw new CommodarrError('user_unknown', 'There is no such user.', {id: params.id})
        if (user.id === principal.userId) {
          throw new CommodarrError('forbidden', 'Switch off your own second step with password and code.')
        }
        await twoSteps.reset(principal, user)
        return reply.code(204).send()
      },
    )
  }
}

/**
 * Only a log-in with a password asks for a second step, so only who has one can want it.
 * @throws {CommodarrError} session_required, forbidden
 */
function whoLoggedIn({via, userId}: Principal, users: UserRepository): User {
  const user = via === 'session' && userId !== null ? users.get(userId) : null
  if (user === null) throw new CommodarrError('session_required', 'Log in to change your second step.')
  if (!user.hasPassword) {
    throw new CommodarrError('forbidden', 'You log in elsewhere; that is where a second step belongs.')
  }
  return user
}

/** In the journal. */
function switching(verb: string): Parameters<OwnProof['shows']>[2] {
  return {subject: 'user', verb, args: {}}
}

const readTwoStep = {
  operationId: 'getTwoStep',
  tags: ['people'],
  summary: 'Does your login need two-factor authentication?',
  response: ok(TwoStepState),
}

const start = {
  operationId: 'startTwoStep',
  tags: ['people'],
  summary: 'Begin with a second step: a secret for your authenticator',
  description: 'Nothing changes until POST /api/two-step/confirm sends a code of it. Only with a session.',
  body: TwoStepStart,
  response: ok(TwoStepSecret),
}

const confirm = {
  operationId: 'confirmTwoStep',
  tags: ['people'],
  summary: 'Switch the second step on with a first code',
  body: TwoStepConfirm,
  response: ok(RecoveryCodes),
}

const endTwoStep = {
  operationId: 'endTwoStep',
  tags: ['people'],
  summary: 'Switch the second step off',
  body: TwoStepEnd,
  response: nothing,
}

const reset = {
  operationId: 'resetTwoStep',
  tags: ['people'],
  summary: 'Turn off two-factor authentication of a user who lost the authenticator',
  params: UserParams,
  response: nothing,
}
