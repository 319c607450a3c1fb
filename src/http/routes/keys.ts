import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {ApiKey, ApiKeys} from '#accounts/api-keys.ts'
import type {Clock} from '#lib/clock.ts'
import {asUserId, type Principal, type User, type UserId, type UserRepository} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {forVisitors} from '../route-access.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {
  KeyChange,
  KeyParams,
  KeySchema,
  MadeKey,
  NewKey,
  RevokedKey,
  WhoseKeys,
} from '../schemas/credentials.ts'

interface KeyRouteDeps {
  readonly keys: Pick<ApiKeys, 'list' | 'get' | 'make' | 'change' | 'revoke'>
  readonly users: UserRepository
  readonly clock: Clock
}

/** Keys for programs. Everybody has his own; administrators see and revoke those of others. */
export function keyRoutes({keys, users, clock}: KeyRouteDeps): FastifyPluginAsyncZod {
  const shown = (key: ApiKey) => keyRow(key, clock.now())
  return async (app) => {
    app.get('/keys', {schema: list, config: forVisitors}, async ({principal, query}) => {
      const userId = whoseToList(principal, query.user_id)
      return {keys: userId === null ? [] : keys.list(userOf(userId, users).id).map(shown)}
    })
    app.post('/keys', {schema: make, config: forVisitors}, async ({principal, body, query}, reply) => {
      const owner = ownerOf(principal, query.user_id, users)
      const made = await keys.make(principal, owner, {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expires_at,
        servers: body.servers?.map(asServerId) ?? null,
      })
      return reply.code(201).send({key: shown(made.key), token: made.token.reveal()})
    })
    app.patch('/keys/:id', {schema: change, config: forVisitors}, async ({principal, body, params}) => {
      const userId = keys.get(params.id)?.userId
      if (userId === undefined || !mayKnow(principal, userId)) throw unknown(params.id)
      const owner = ownerOf(principal, userId, users)
      const patch = {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expires_at,
        servers: body.servers === null ? null : body.servers?.map(asServerId),
      }
      return shown(await keys.change(principal, owner, params.id, patch))
    })
    app.delete('/keys/:id', {schema: remove, config: forVisitors}, async ({principal, params}) => {
      refuseKeys(principal)
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
 * For whom a key is made or changed: for oneself alone. Who has no account (the token of the configuration, this machine
 * without log-in) does it for the user he names.
 * @throws {CommodarrError} session_required, forbidden, user_unknown
 */
function ownerOf(principal: Principal, named: string | undefined, users: UserRepository): User {
  refuseKeys(principal)
  const id = principal.userId ?? named
  if (id === undefined) {
    throw new CommodarrError('session_required', 'A key belongs to a user: log in, or name him with user_id.')
  }
  if (named !== undefined && named !== id) {
    throw new CommodarrError('forbidden', 'A key is made and changed by its user alone; you may revoke it.')
  }
  return userOf(asUserId(id), users)
}

/** A key that could make keys could outlive its own end. @throws {CommodarrError} session_required */
function refuseKeys({via}: Principal): void {
  if (via === 'api_key') {
    throw new CommodarrError('session_required', 'A key can not make, change or revoke keys; log in.')
  }
}

function userOf(id: UserId, users: UserRepository): User {
  const user = users.get(id)
  if (user === null) throw new CommodarrError('user_unknown', 'There is no such user.', {id})
  return user
}

function unknown(id: string): CommodarrError {
  return new CommodarrError('key_unknown', 'There is no such key.', {id})
}

function keyRow(key: ApiKey, now: EpochMs): z.output<typeof KeySchema> {
  return {
    id: key.id,
    user_id: key.userId,
    name: key.name,
    scopes: [...key.scopes],
    servers: key.servers === null ? null : [...key.servers],
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    expired: key.expiresAt !== null && key.expiresAt <= now,
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
  description: 'The key itself is told in this answer and never again. Not possible with a key.',
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
  description: 'Rules and Arrs that it set up do nothing until somebody resumes or changes them.',
  params: KeyParams,
  response: ok(RevokedKey),
}
