import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {bytes} from '../schemas/units.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

/** Room on the disk of a server. */
export function serverFreeSpace(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/free-space',
      {schema: read, config: needs('read', 'server')},
      async ({params, query, scope}) => {
        const {id} = serverMeant(scope, params.id)
        const free = await scope.reader.freeSpace(id, query.path ?? null)
        return {
          ...(query.path !== undefined && {path: query.path}),
          ...(free !== undefined && {free_space: free}),
        }
      },
    )
  }
}

const read = {
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
      free_space: bytes('Free; absent = the server does not tell').optional(),
    }),
  ),
}
