import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {isThisMachine} from '../sign-in/loopback.ts'
import {welcome, type PeopleRouteParts} from '../people-parts.ts'
import {openToAnyone} from '../route-access.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {SessionStateSchema, SetUpBody} from '../schemas/people.ts'
import {visitOf} from '../sign-in/session.ts'

/** The first administrator. */
export function setUpRoutes(parts: PeopleRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/setup', {schema: setUp, config: openToAnyone}, async (request, reply) => {
      const {username, password, token = null} = request.body
      const from = {...visitOf(request), isThisMachine: isThisMachine(request)}
      const admitted = await parts.people.setUp.first({username, password, token}, from)
      return reply.code(201).send(welcome(parts, admitted, request, reply))
    })
  }
}

const setUp = {
  operationId: 'setUp',
  tags: ['people'],
  summary: 'Make the first administrator, and be logged in as him',
  description: 'From the machine itself, or with the token that Commodarr prints when it starts.',
  body: SetUpBody,
  response: {201: SessionStateSchema, ...problemAnswers},
}
