import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {completeness, ServerDetailSchema, ServerSchema, ServerTestSchema} from '../schemas/server.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'
import {completenessOf, wireServer, wireServerDetail} from '../rows/server-views.ts'

/** The servers themselves: all, one, and trying one now. */
export function serverRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/servers', {schema: list, config: needs('read', 'scope')}, async ({scope}) => {
      const all = scope.servers.list()
      return {servers: all.map((it) => wireServer(it, scope)), ...completenessOf(all)}
    })
    app.get('/servers/:id', {schema: one, config: needs('read', 'server')}, async ({params, scope}) =>
      wireServerDetail(serverMeant(scope, params.id), scope),
    )
    app.post(
      '/servers/:id/test',
      {schema: tryNow, config: needs('control', 'server')},
      async ({params, scope}) => toWire(await scope.servers.test(serverMeant(scope, params.id).id)),
    )
  }
}

const list = {
  operationId: 'listServers',
  tags: ['servers'],
  summary: 'All servers and how they do',
  response: ok(z.object({servers: z.array(ServerSchema), ...completeness})),
}

const one = {
  operationId: 'getServer',
  tags: ['servers'],
  summary: 'One server, with what it can do',
  params: ServerParams,
  response: ok(ServerDetailSchema),
}

const tryNow = {
  operationId: 'testServer',
  tags: ['servers'],
  summary: 'Try a server now',
  description: 'Also lets a server that waits after a failure try again at once.',
  params: ServerParams,
  response: ok(ServerTestSchema),
}
