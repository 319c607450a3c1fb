import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Users} from '#accounts/users.ts'
import {asUserId, type Principal, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../answers/codec.ts'
import {demandUnchanged, isUnchanged} from '../answers/field-errors.ts'
import {ownSession, requirePerson, welcome, type PeopleRouteDeps} from '../sign-in/people-parts.ts'
import {needs, openToAnyone} from '../security/route-access.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {
  AcceptBody,
  InvitationParams,
  InvitationSchema,
  MadeInvitation,
  MadeReset,
  NewInvitationBody,
  NewUserBody,
  RemoveUserQuery,
  SessionStateSchema,
  SetPasswordBody,
  SetUpBody,
  UserChange,
  UserParams,
  UserSchema,
  readOnlyOfUsers,
} from '../schemas/people.ts'
import {splitReadOnly} from '../schemas/units.ts'
import {visitOf} from '../sign-in/session.ts'

const config = needs('admin', 'program')

/** People with an account, for administrators. */
export function userRoutes({people}: Pick<PeopleRouteDeps, 'people'>): FastifyPluginAsyncZod {
  const {users, passwordChanges} = people
  return async (app) => {
    app.get('/users', {schema: list, config}, async () => ({users: users.list().map(toWire)}))
    app.post('/users', {schema: create, config}, async ({body, principal}, reply) => {
      requirePerson(principal)
      const {password, ...draft} = body
      const user = await (password === undefined
        ? users.create(draft, principal.actor)
        : passwordChanges.createWith(draft, password, principal.actor))
      return reply.code(201).send(toWire(user))
    })
    app.get('/users/:id', {schema: one, config}, async ({params}) => toWire(users.known(asUserId(params.id))))
    app.patch('/users/:id', {schema: change, config}, async ({params, body, principal}) => {
      requirePerson(principal)
      const id = asUserId(params.id)
      const now = toWire(users.known(id))
      const {body: patch, readOnly} = splitReadOnly(body, readOnlyOfUsers)
      demandUnchanged(readOnly, now)
      return isUnchanged(patch, now) ? now : toWire(await users.change(id, patch, principal.actor))
    })
    app.delete('/users/:id', {schema: remove, config}, async ({params, query, principal}, reply) => {
      requirePerson(principal)
      await users.remove(asUserId(params.id), query.servers ?? 'refuse', principal.actor)
      return reply.code(204).send()
    })
    app.put('/users/:id/password', {schema: setPassword, config}, async (request, reply) => {
      const {params, body, principal} = request
      requirePerson(principal)
      const id = notOneself(users, asUserId(params.id), principal)
      await passwordChanges.set(id, body.password, principal.actor, ownSession(principal))
      return reply.code(204).send()
    })
    app.post('/users/:id/reset', {schema: reset, config}, async ({params, principal}, reply) => {
      requirePerson(principal)
      const id = notOneself(users, asUserId(params.id), principal)
      const {token, expiresAt} = await passwordChanges.offerReset(id, principal.actor)
      return reply.code(201).send({token: token.reveal(), expires_at: expiresAt})
    })
  }
}

/** Whoever finds the open browser of an administrator must not take his account with it. @throws {CommodarrError} forbidden */
function notOneself(users: Users, id: UserId, {userId}: Principal): UserId {
  if (id !== userId || !users.known(id).hasPassword) return id
  throw new CommodarrError('forbidden', 'Change your own password with PUT /api/users/me/password.')
}

const list = {
  operationId: 'listUsers',
  tags: ['people'],
  summary: 'Everybody with an account',
  response: ok(z.object({users: z.array(UserSchema)})),
}

const create = {
  operationId: 'createUser',
  tags: ['people'],
  summary: 'Make a user',
  body: NewUserBody,
  response: {201: UserSchema, ...problemAnswers},
}

const one = {
  operationId: 'getUser',
  tags: ['people'],
  summary: 'One user',
  params: UserParams,
  response: ok(UserSchema),
}

const change = {
  operationId: 'changeUser',
  tags: ['people'],
  summary: 'Rename a user, change the role, turn the account off or on',
  description:
    'A user whom the configuration file declares is changed there. At least one administrator always remains.',
  params: UserParams,
  body: UserChange,
  response: ok(UserSchema),
}

const remove = {
  operationId: 'removeUser',
  tags: ['people'],
  summary: 'Remove a user, with sessions and keys',
  description:
    'The user’s servers go to you (or to the first administrator), or are removed as well; `servers` says which.',
  params: UserParams,
  querystring: RemoveUserQuery,
  response: nothing,
}

const setPassword = {
  operationId: 'setPassword',
  tags: ['people'],
  summary: 'Give a user a new password; ends all sessions and API keys of the user',
  params: UserParams,
  body: SetPasswordBody,
  response: nothing,
}

const reset = {
  operationId: 'offerReset',
  tags: ['people'],
  summary: 'Make a link by which a user sets a new password',
  description:
    'Works once, for a day; an older one does not any more. POST /api/invitations/accept takes it.',
  params: UserParams,
  response: {201: MadeReset, ...problemAnswers},
}

/** Links by which somebody becomes a user, or chooses a new password. */
export function invitationRoutes(parts: PeopleRouteDeps): FastifyPluginAsyncZod {
  const {invitations} = parts.people
  return async (app) => {
    app.get('/invitations', {schema: listInvitations, config}, async () => ({
      invitations: invitations.list().map(toWire),
    }))
    app.post('/invitations', {schema: invite, config}, async ({body, principal}, reply) => {
      requirePerson(principal)
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
      const admitted = await invitations.accept(
        {token, username, password, code},
        visitOf(request, parts.cookies),
      )
      return reply.code(201).send(welcome(parts, admitted, request, reply))
    })
  }
}

const listInvitations = {
  operationId: 'listInvitations',
  tags: ['people'],
  summary: 'Invitations that were not accepted yet',
  response: ok(z.object({invitations: z.array(InvitationSchema)})),
}

const invite = {
  operationId: 'invite',
  tags: ['people'],
  summary: 'Invite a user',
  description: 'The token is in this answer and never shown again: put it into the link you send.',
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
  summary: 'Become a user, or set a new password, with the token of a link; and be logged in',
  body: AcceptBody,
  response: {201: SessionStateSchema, ...problemAnswers},
}

/** The first administrator. */
export function setUpRoutes(parts: PeopleRouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/setup', {schema: setUp, config: openToAnyone}, async (request, reply) => {
      const {username, password, token = null, watching = false} = request.body
      const admitted = await parts.people.setUp.first(
        {username, password, token},
        visitOf(request, parts.cookies),
      )
      if (!watching) await parts.endSetUp()
      return reply.code(201).send(welcome(parts, admitted, request, reply))
    })
  }
}

const setUp = {
  operationId: 'setUp',
  tags: ['people'],
  summary: 'Create the first administrator, and log in',
  description:
    'Takes the token that Commodarr prints when it starts, and keeps in the file setup-token of its data folder.',
  body: SetUpBody,
  response: {201: SessionStateSchema, ...problemAnswers},
}
