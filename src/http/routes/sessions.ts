import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Session} from '#accounts/sessions.ts'
import {asUserId, type Principal, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../codec.ts'
import {ownSession, requirePerson, type PeopleRouteParts} from '../people-parts.ts'
import {forVisitors} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {SessionParams, SessionSchema, WhoseSessions} from '../schemas/people.ts'
import {count} from '../schemas/units.ts'

/** Where one is logged in. Everybody sees and ends his own sessions, administrators those of anybody. */
export function sessionListRoutes({
  people: {sessions, users},
}: Pick<PeopleRouteParts, 'people'>): FastifyPluginAsyncZod {
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
    app.delete('/sessions/:id', {schema: end, config: forVisitors}, async ({principal, params}, reply) => {
      const {userId} = known(sessions.get(params.id), principal)
      await sessions.end(params.id, 'revoke', users.known(userId).name, principal.actor)
      return reply.code(204).send()
    })
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
  summary: 'Where somebody is logged in: you, or (for administrators) a user',
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

const end = {
  operationId: 'endSession',
  tags: ['people'],
  summary: 'End a session; the next request with it is a stranger’s',
  params: SessionParams,
  response: nothing,
}
