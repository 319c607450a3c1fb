import type {FastifyRequest} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {ApiKey, ApiKeys} from '#accounts/api-keys.ts'
import type {OwnProof} from '#accounts/own-proof.ts'
import {asUserId, type Principal, type User, type UserId, type UserRepository} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {demandUnchanged, isUnchanged} from '../answers/field-errors.ts'
import {requirePerson} from '../sign-in/people-parts.ts'
import {forVisitors} from '../security/route-access.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {
  KeyChange,
  KeyParams,
  KeySchema,
  MadeKey,
  NewKey,
  RevokedKey,
  readOnlyOfKeys,
  WhoseKeys,
} from '../schemas/credentials.ts'
import {splitReadOnly} from '../schemas/units.ts'
import {whereaboutsOf} from '../sign-in/session.ts'

/** What a body may say besides. */
interface Proof {
  readonly password?: string | undefined
  readonly code?: string | undefined
}

/** Keys for programs. Everybody has his own; administrators see and revoke those of others. */
export function keyRoutes(
  keys: Pick<ApiKeys, 'list' | 'get' | 'make' | 'change' | 'revoke' | 'isOver' | 'usualEnd'>,
  users: UserRepository,
  proof: Pick<OwnProof, 'demand'>,
): FastifyPluginAsyncZod {
  const shown = (key: ApiKey) => keyRow(key, keys.isOver(key))
  /** Who needs no account has shown the token of this start, and there is nothing more. */
  const prove = async (request: FastifyRequest, owner: User, verb: 'create' | 'change') => {
    const {principal, body} = request as {principal: Principal; body: Proof}
    if (principal.userId === null) return
    const given = {password: body.password ?? null, code: body.code ?? null}
    const what = {subject: 'key', verb, args: {}} as const
    await proof.demand(principal, owner, given, what, whereaboutsOf(request))
  }
  return async (app) => {
    app.get('/keys', {schema: list, config: forVisitors}, async ({principal, query}) => {
      const userId = whoseToList(principal, query.user_id)
      return {keys: userId === null ? [] : keys.list(userOf(userId, users).id).map(shown)}
    })
    app.post('/keys', {schema: make, config: forVisitors}, async (request, reply) => {
      const {principal, body, query} = request
      const owner = ownerOf(principal, query.user_id, users)
      await prove(request, owner, 'create')
      const made = await keys.make(principal, owner, {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expires_at === undefined ? keys.usualEnd() : body.expires_at,
        servers: body.servers?.map(asServerId) ?? null,
      })
      return reply.code(201).send({key: shown(made.key), token: made.token.reveal()})
    })
    app.patch('/keys/:id', {schema: change, config: forVisitors}, async (request) => {
      const {principal, body, params} = request
      // Before anything is said of it: a key shall not learn which others there are.
      requirePerson(principal)
      const userId = keys.get(params.id)?.userId
      if (userId === undefined || !mayKnow(principal, userId)) throw unknown(params.id)
      const owner = ownerOf(principal, userId, users)
      const now = shown(keys.get(params.id)!)
      const {password: _password, code: _code, ...rest} = body
      const {body: change, readOnly} = splitReadOnly(rest, readOnlyOfKeys)
      demandUnchanged(readOnly, now)
      if (isUnchanged(change, now)) return now
      // Another name opens nothing.
      const {name: _name, ...opening} = change
      if (!isUnchanged(opening, now)) await prove(request, owner, 'change')
      const patch = {
        name: change.name,
        scopes: change.scopes,
        expiresAt: change.expires_at,
        servers: change.servers === null ? null : change.servers?.map(asServerId),
      }
      return shown(await keys.change(principal, owner, params.id, patch))
    })
    app.delete('/keys/:id', {schema: remove, config: forVisitors}, async ({principal, params}) => {
      // A token may: what ends a key opens nothing.
      if (principal.via === 'api_key')
        throw new CommodarrError('session_required', 'A key cannot revoke keys; log in.')
      const userId = keys.get(params.id)?.userId
      if (userId === undefined || !mayKnow(principal, userId)) throw unknown(params.id)
      return {suspended: [...(await keys.revoke(principal, params.id))]}
    })
  }
}

/** A key of somebody else is answered like one that is not there. */
function mayKnow({userId, access}: Principal, owner: UserId): boolean {
  return userId === owner || access.permits('admin')
}

/** `null` = he has no account, so no keys. @throws {CommodarrError} forbidden */
function whoseToList(principal: Principal, named: string | undefined): UserId | null {
  if (named === undefined || named === principal.userId) return principal.userId
  if (principal.access.permits('admin')) return asUserId(named)
  throw new CommodarrError('forbidden', 'Only administrators see the keys of others.')
}

/**
 * For whom a key is made or changed: for oneself alone, and not with a key or token, whose end it would outlive. Where
 * nobody needs an account it is made for the user who is named.
 * @throws {CommodarrError} session_required, forbidden, user_unknown
 */
function ownerOf(principal: Principal, named: string | undefined, users: UserRepository): User {
  requirePerson(principal)
  const id = principal.userId ?? named
  if (id === undefined) {
    throw new CommodarrError(
      'session_required',
      'A key belongs to a user: log in, or name the user with user_id.',
    )
  }
  if (named !== undefined && named !== id) {
    throw new CommodarrError('forbidden', 'A key is made and changed by its user alone; you may revoke it.')
  }
  return userOf(asUserId(id), users)
}

function userOf(id: UserId, users: UserRepository): User {
  const user = users.get(id)
  if (user === null) throw new CommodarrError('user_unknown', 'There is no such user.', {id})
  return user
}

function unknown(id: string): CommodarrError {
  return new CommodarrError('key_unknown', 'There is no such key.', {id})
}

function keyRow(key: ApiKey, isOver: boolean): z.output<typeof KeySchema> {
  return {
    id: key.id,
    user_id: key.userId,
    name: key.name,
    scopes: [...key.scopes],
    servers: key.servers === null ? null : [...key.servers],
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    expired: isOver,
  }
}

const list = {
  operationId: 'listKeys',
  tags: ['people'],
  summary: 'API keys, your own or (for administrators) those of a user',
  querystring: WhoseKeys,
  response: ok(z.object({keys: z.array(KeySchema)})),
}

const make = {
  operationId: 'createKey',
  tags: ['people'],
  summary: 'Make an API key',
  description:
    'Takes the password, and the code of the second step; who logs in at a provider has to have done so within ten minutes. ' +
    'The key itself is in this answer and never shown again. Not possible with a key or token.',
  querystring: WhoseKeys,
  body: NewKey,
  response: {201: MadeKey, ...problemAnswers},
}

const change = {
  operationId: 'changeKey',
  tags: ['people'],
  summary: 'Change name, rights, servers or end of an API key',
  params: KeyParams,
  body: KeyChange,
  response: ok(KeySchema),
}

const remove = {
  operationId: 'revokeKey',
  tags: ['people'],
  summary: 'Revoke an API key; the next request with it is refused',
  description: 'Rules and Arrs that it set up do nothing until a user resumes or changes them.',
  params: KeyParams,
  response: ok(RevokedKey),
}
