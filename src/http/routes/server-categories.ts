import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {fromWire, toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {nothing, ok, repeated} from '../schemas/answers.ts'
import {CategorySchema} from '../schemas/server.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

/** Categories of one server. A kind that has none refuses with `not_supported`. */
export function serverCategories(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/categories',
      {schema: list, config: needs('read', 'server')},
      async ({params, scope}) => ({
        categories: toWire(serverMeant(scope, params.id).categories),
      }),
    )
    app.post(
      '/servers/:id/categories',
      {schema: create, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'createCategory', args: fromWire(body)})
        return reply.code(204).send()
      },
    )
    app.patch(
      '/servers/:id/categories',
      {schema: edit, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'editCategory', args: fromWire(body)})
        return reply.code(204).send()
      },
    )
    app.delete(
      '/servers/:id/categories',
      {schema: remove, config: needs('manage', 'server')},
      async ({params, query, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'removeCategories', args: {names: query.name}})
        return reply.code(204).send()
      },
    )
  }
}

const name = z.string().min(1).max(1024).describe('Name; a / puts it below another category where offered')
const savePath = z.string().max(4096).describe("Where its torrents are saved; '' = the server's default")

const list = {
  operationId: 'listServerCategories',
  tags: ['servers'],
  summary: 'Categories of a server',
  params: ServerParams,
  response: ok(z.object({categories: z.array(CategorySchema)})),
}

const create = {
  operationId: 'createServerCategory',
  tags: ['servers'],
  summary: 'Create a category',
  params: ServerParams,
  body: z.strictObject({name, save_path: savePath.optional()}),
  response: nothing,
}

const edit = {
  operationId: 'editServerCategory',
  tags: ['servers'],
  summary: 'Change where a category saves',
  params: ServerParams,
  body: z.strictObject({name, save_path: savePath}),
  response: nothing,
}

const remove = {
  operationId: 'removeServerCategories',
  tags: ['servers'],
  summary: 'Remove categories; their torrents stay',
  params: ServerParams,
  querystring: z.strictObject({name: repeated('Category')}),
  response: nothing,
}
