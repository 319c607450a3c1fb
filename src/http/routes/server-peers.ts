import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {needs} from '../route-access.ts'
import {nothing} from '../schemas/answers.ts'
import {peerList} from '../schemas/verbs.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

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
