import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {People} from '#accounts/people.ts'
import type {Principal} from '#model/access.ts'
import {sessionState, welcome, type PeopleRouteParts} from '../people-parts.ts'
import {openToAnyone} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {LogInBody, SessionStateSchema} from '../schemas/people.ts'
import {takeCookie, visitOf} from '../sign-in/session.ts'

/** Logging in and out, and who one is. */
export function sessionRoutes(parts: PeopleRouteParts): FastifyPluginAsyncZod {
  const {people} = parts
  return async (app) => {
    app.get('/session', {schema: read, config: openToAnyone}, async (request) => sessionState(parts, request))
    app.post('/session', {schema: logIn, config: openToAnyone}, async (request, reply) => {
      const {username, password, code = null} = request.body
      const admitted = await people.logIn.withPassword({username, password, code}, visitOf(request))
      return welcome(parts, admitted, request, reply)
    })
    app.delete('/session', {schema: logOut, config: openToAnyone}, async (request, reply) => {
      // The browser forgets it in any case, also while the database is away and the session can not be ended.
      takeCookie(parts, request, reply)
      if (request.visitor) await end(people, request.visitor, visitOf(request))
      return reply.code(204).send()
    })
  }
}

/** Who came without a session has none to end. */
async function end(
  {logIn, users}: People,
  {via, userId, credentialId}: Principal,
  from: ReturnType<typeof visitOf>,
): Promise<void> {
  const user = userId === null ? null : users.get(userId)
  if (via === 'session' && user && credentialId !== null) await logIn.logOut(credentialId, user, from)
}

const read = {
  operationId: 'getSession',
  tags: ['people'],
  summary: 'Who you are, and how one logs in',
  description: 'Open to anyone, so that a page can decide what to show.',
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

const logOut = {
  operationId: 'logOut',
  tags: ['people'],
  summary: 'Log out',
  response: nothing,
}
