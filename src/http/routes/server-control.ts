import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {isSecretSetting, mask} from '#executor/shown.ts'
import {toWire} from '../answers/codec.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {flagParameter} from '../schemas/parameters.ts'
import {LimitsSchema} from '../schemas/server.ts'
import {bytes, speedLimit, text} from '../schemas/units.ts'
import {movesWords, peerList} from '../schemas/verbs.ts'
import {serverMeant, ServerParams} from '../scope/holders.ts'

/** Speed limits of a whole server: the ordinary ones, the alternative ones, and which are in force. */
export function serverLimits(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/servers/:id/limits', {schema: read, config: needs('read', 'server')}, async ({params, scope}) =>
      toWire(await scope.reader.limits(serverMeant(scope, params.id).id)),
    )
    app.patch(
      '/servers/:id/limits',
      {schema: change, config: needs('manage', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        const {down, up, alt_down: altDown, alt_up: altUp, alt_speed: on} = body
        if (down !== undefined || up !== undefined) {
          await scope.executor.runOnServer(id, {verb: 'setGlobalLimits', args: {down, up}})
        }
        if (altDown !== undefined || altUp !== undefined || on !== undefined) {
          await scope.executor.runOnServer(id, {verb: 'setAltSpeed', args: {on, down: altDown, up: altUp}})
        }
        return reply.code(204).send()
      },
    )
  }
}

const read = {
  operationId: 'getServerLimits',
  tags: ['servers'],
  summary: 'Speed limits of a server',
  params: ServerParams,
  response: ok(LimitsSchema),
}

const change = {
  operationId: 'setServerLimits',
  tags: ['servers'],
  summary: 'Change speed limits of a server',
  description:
    'What is absent stays. The ordinary limits are sent first; when they fail, nothing else is sent.',
  params: ServerParams,
  body: z.strictObject({
    down: speedLimit('Ordinary download limit').optional(),
    up: speedLimit('Ordinary upload limit').optional(),
    alt_down: speedLimit('Alternative download limit').optional(),
    alt_up: speedLimit('Alternative upload limit').optional(),
    alt_speed: z.boolean().optional().describe('Put the alternative limits in force, or the ordinary ones'),
  }),
  response: nothing,
}

/**
 * The server's own settings by its own names; passwords among them never leave. Which of them take an administrator is
 * asked where they are changed (`executor/authorise.ts`).
 */
export function serverPreferences(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/preferences',
      {schema: readPreferences, config: needs('manage', 'server')},
      async ({params, scope}) =>
        withoutSecrets(await scope.reader.preferences(serverMeant(scope, params.id).id)),
    )
    app.patch(
      '/servers/:id/preferences',
      {schema: changePreferences, config: needs('manage', 'server')},
      async ({params, query, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        refuseMasks(body)
        const args = {
          values: body,
          ...(query.accepts_moves && {acceptsMoves: true}),
          ...(query.accepts_doubt && {acceptsDoubt: true}),
        }
        await scope.executor.runOnServer(id, {verb: 'setPreferences', args})
        return reply.code(204).send()
      },
    )
  }
}

/** Deluge nests its settings (`proxy.password`), so this goes all the way down. */
function withoutSecrets(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => {
      if (isSecretSetting(name) && typeof value === 'string' && value !== '') return [name, mask]
      return [name, isRecord(value) ? withoutSecrets(value) : value]
    }),
  )
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Whoever sends back what he read would otherwise set a password of three asterisks. */
function refuseMasks(values: Readonly<Record<string, unknown>>): void {
  const masked = maskedNames(values)
  if (masked.length === 0) return
  const accepted = 'the new value; leave it out to keep the old one'
  throw new RequestInvalid(
    `*** stands for a secret we do not show: ${masked.join(', ')}.`,
    masked.map((field) => ({field, found: mask, accepted})),
  )
}

function maskedNames(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    if (value === mask) return [name]
    return isRecord(value) ? maskedNames(value).map((inner) => `${name}.${inner}`) : []
  })
}

const values = z.record(z.string(), z.unknown())

const readPreferences = {
  operationId: 'getServerPreferences',
  tags: ['servers'],
  summary: "A server's own settings, by its own names",
  params: ServerParams,
  response: ok(values.describe('Names and values as the server has them; secrets show as ***')),
}

const changePreferences = {
  operationId: 'setServerPreferences',
  tags: ['servers'],
  summary: "Change a server's own settings",
  params: ServerParams,
  querystring: z.strictObject({
    accepts_moves: flagParameter(movesWords),
    accepts_doubt: flagParameter(
      'true = also where the server then deletes files of torrents that reach a share limit, as the answer `content_unknown` says',
    ),
  }),
  body: values
    .refine((it) => Object.keys(it).length > 0, 'at least one setting')
    .describe('Names and values as the server has them; what is absent stays'),
  response: nothing,
}

/** Room on the disk of a server. */
export function serverFreeSpace(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/free-space',
      {schema: readFreeSpace, config: needs('read', 'server')},
      async ({params, query, scope}) => {
        const {id} = serverMeant(scope, params.id)
        const {freeSpace, freeSpaceUnknown} = await scope.reader.freeSpace(id, query.path ?? null)
        return {
          ...(query.path !== undefined && {path: query.path}),
          ...(freeSpace !== undefined && {free_space: freeSpace}),
          ...(freeSpaceUnknown !== undefined && {free_space_unknown: freeSpaceUnknown}),
        }
      },
    )
  }
}

const readFreeSpace = {
  operationId: 'getServerFreeSpace',
  tags: ['servers'],
  summary: 'Free space on the disk of a server',
  description:
    'Asking about a folder takes the right "control" on the server, as who only looks must not try paths.',
  params: ServerParams,
  querystring: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Folder as the server writes it; absent = where it saves'),
  }),
  response: ok(
    z.object({
      path: z
        .string()
        .optional()
        .describe('The folder asked about; absent = where the server saves by default'),
      free_space: bytes('Free; absent = the server does not report it, or it is unknown').optional(),
      free_space_unknown: text('Why what it reports does not count, as its disk is not there').optional(),
    }),
  ),
}

/** Peers a server shall have nothing to do with. */
export function serverPeers(): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/servers/:id/ban-peers',
      {schema: ban, config: needs('manage', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'banPeers', args: body})
        return reply.code(204).send()
      },
    )
  }
}

const ban = {
  operationId: 'banPeers',
  tags: ['servers'],
  summary: 'Ban peers on a server',
  params: ServerParams,
  body: z.strictObject({peers: peerList}),
  response: nothing,
}
