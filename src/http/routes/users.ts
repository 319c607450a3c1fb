import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Users} from '#accounts/users.ts'
import {asUserId, type Principal, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../codec.ts'
import {ownSession, type PeopleRouteParts} from '../people-parts.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {
  MadeReset,
  NewUserBody,
  RemoveUserQuery,
  SetPasswordBody,
  UserChange,
  UserParams,
  UserSchema,
} from '../schemas/people.ts'
import {problemAnswers} from '../schemas/problem.ts'

const config = needs('admin', 'program')

/** People with an account, for administrators. */
export function userRoutes({people}: Pick<PeopleRouteParts, 'people'>): FastifyPluginAsyncZod {
  const {users, passwordChanges} = people
  return async (app) => {
    app.get('/users', {schema: list, config}, async () => ({users: users.list().map(toWire)}))
    app.post('/users', {schema: create, config}, async ({body, principal}, reply) => {
      const {password, ...draft} = body
      const user = await (password === undefined
        ? users.create(draft, principal.actor)
        : passwordChanges.createWith(draft, password, principal.actor))
      return reply.code(201).send(toWire(user))
    })
    app.get('/users/:id', {schema: one, config}, async ({params}) => toWire(users.known(asUserId(params.id))))
    app.patch('/users/:id', {schema: change, config}, async ({params, body, principal}) =>
      toWire(await users.change(asUserId(params.id), body, principal.actor)),
    )
    app.delete('/users/:id', {schema: remove, config}, async ({params, query, principal}, reply) => {
      await users.remove(asUserId(params.id), query.servers ?? 'refuse', principal.actor)
      return reply.code(204).send()
    })
    app.put('/users/:id/password', {schema: setPassword, config}, async (request, reply) => {
      const {params, body, principal} = request
      const id = notOneself(users, asUserId(params.id), principal)
      await passwordChanges.set(id, body.password, principal.actor, ownSession(principal))
      return reply.code(204).send()
    })
    app.post('/users/:id/reset', {schema: reset, config}, async ({params, principal}, reply) => {
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
  summary: 'Rename a user, change his role, switch him off or on',
  description:
    'Whom the configuration file declares is changed there. Somebody who can administer always stays.',
  params: UserParams,
  body: UserChange,
  response: ok(UserSchema),
}

const remove = {
  operationId: 'removeUser',
  tags: ['people'],
  summary: 'Remove a user, with his sessions and keys',
  description: 'His servers go to you (or to the first administrator), or with him; say which.',
  params: UserParams,
  querystring: RemoveUserQuery,
  response: nothing,
}

const setPassword = {
  operationId: 'setPassword',
  tags: ['people'],
  summary: 'Give a user a new password; ends all his sessions',
  params: UserParams,
  body: SetPasswordBody,
  response: nothing,
}

const reset = {
  operationId: 'offerReset',
  tags: ['people'],
  summary: 'Make a link by which a user chooses a new password',
  description:
    'Works once, for a day; an older one does not any more. POST /api/invitations/accept takes it.',
  params: UserParams,
  response: {201: MadeReset, ...problemAnswers},
}
