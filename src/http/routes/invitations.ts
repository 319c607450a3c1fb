import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {toWire} from '../codec.ts'
import {welcome, type PeopleRouteParts} from '../people-parts.ts'
import {needs, openToAnyone} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {
  AcceptBody,
  InvitationParams,
  InvitationSchema,
  MadeInvitation,
  NewInvitationBody,
  SessionStateSchema,
} from '../schemas/people.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {visitOf} from '../sign-in/session.ts'

const config = needs('admin', 'program')

/** Links by which somebody becomes a user, or chooses a new password. */
export function invitationRoutes(parts: PeopleRouteParts): FastifyPluginAsyncZod {
  const {invitations} = parts.people
  return async (app) => {
    app.get('/invitations', {schema: list, config}, async () => ({
      invitations: invitations.list().map(toWire),
    }))
    app.post('/invitations', {schema: invite, config}, async ({body, principal}, reply) => {
      const {role, name = null, days} = body
      const {invitation, token} = await invitations.invite({role, name, days}, principal.actor)
      return reply.code(201).send({invitation: toWire(invitation), token: token.reveal()})
    })
    app.delete('/invitations/:id', {schema: withdraw, config}, async ({params, principal}, reply) => {
      await invitations.withdraw(params.id, principal.actor)
      return reply.code(204).send()
    })
    app.post('/invitations/accept', {schema: accept, config: openToAnyone}, async (request, reply) => {
      const {token, password, username = null, code = null} = request.body
      const admitted = await invitations.accept({token, username, password, code}, visitOf(request))
      return reply.code(201).send(welcome(parts, admitted, request, reply))
    })
  }
}

const list = {
  operationId: 'listInvitations',
  tags: ['people'],
  summary: 'Invitations that were not accepted yet',
  response: ok(z.object({invitations: z.array(InvitationSchema)})),
}

const invite = {
  operationId: 'invite',
  tags: ['people'],
  summary: 'Invite somebody',
  description: 'The token is told in this answer and never again: put it into the link you send.',
  body: NewInvitationBody,
  response: {201: MadeInvitation, ...problemAnswers},
}

const withdraw = {
  operationId: 'withdrawInvitation',
  tags: ['people'],
  summary: 'Withdraw an invitation',
  params: InvitationParams,
  response: nothing,
}

const accept = {
  operationId: 'acceptInvitation',
  tags: ['people'],
  summary: 'Become a user, or choose a new password, with the token of a link; and be logged in',
  body: AcceptBody,
  response: {201: SessionStateSchema, ...problemAnswers},
}
