import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {LimitsSchema} from '../schemas/server.ts'
import {speedLimit} from '../schemas/units.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

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
          await scope.executor.runOnServer(id, {
            verb: 'setAltSpeed',
            args: {on, down: altDown, up: altUp},
          })
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
