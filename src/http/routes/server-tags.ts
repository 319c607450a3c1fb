import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {needs} from '../route-access.ts'
import {nothing, ok, repeated} from '../schemas/answers.ts'
import {tagList} from '../schemas/verbs.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

/** Tags of one server. A kind that has none refuses with `not_supported`. */
export function serverTags(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/tags',
      {schema: list, config: needs('read', 'server')},
      async ({params, scope}) => ({
        tags: [...serverMeant(scope, params.id).tags],
      }),
    )
    app.post(
      '/servers/:id/tags',
      {schema: create, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'createTags', args: body})
        return reply.code(204).send()
      },
    )
    app.delete(
      '/servers/:id/tags',
      {schema: remove, config: needs('manage', 'server')},
      async ({params, query, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'deleteTags', args: {tags: query.tag}})
        return reply.code(204).send()
      },
    )
  }
}

const list = {
  operationId: 'listServerTags',
  tags: ['servers'],
  summary: 'Tags of a server',
  params: ServerParams,
  response: ok(z.object({tags: z.array(z.string())})),
}

const create = {
  operationId: 'createServerTags',
  tags: ['servers'],
  summary: 'Create tags',
  params: ServerParams,
  body: z.strictObject({tags: tagList}),
  response: nothing,
}

const remove = {
  operationId: 'deleteServerTags',
  tags: ['servers'],
  summary: 'Delete tags; their torrents stay',
  params: ServerParams,
  querystring: z.strictObject({tag: repeated('Tag')}),
  response: nothing,
}
