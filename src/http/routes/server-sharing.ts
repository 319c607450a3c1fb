import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {asServerId} from '#model/torrent-key.ts'
import type {ServerEditor} from '#registry/servers/draft.ts'
import {needs} from '../route-access.ts'
import {nothing} from '../schemas/answers.ts'
import {SharingSchema} from '../schemas/server-draft.ts'
import {sharingFrom} from '../rows/server-drafts.ts'
import {ServerParams} from '../scope/server-meant.ts'

/** With whom a server is shared: its owner says so, of servers of the file an administrator. */
export function serverSharing({
  editor,
}: {
  readonly editor: Pick<ServerEditor, 'share'>
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.put('/servers/:id/sharing', {schema, config: needs('manage', 'server')}, async (request, reply) => {
      const {principal, params, body} = request
      await editor.share(principal, asServerId(params.id), sharingFrom(body))
      return reply.code(204).send()
    })
  }
}

const schema = {
  operationId: 'shareServer',
  tags: ['servers'],
  summary: 'Say with whom a server is shared',
  description:
    'All of it: who is not named any more sees it no longer. GET /api/servers/{id}/definition tells how it is.',
  params: ServerParams,
  body: SharingSchema,
  response: nothing,
}
