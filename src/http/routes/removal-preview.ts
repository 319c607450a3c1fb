import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {chosenBy} from '../scope/chosen-torrents.ts'
import type {RouteParts} from '../parts.ts'
import {removalFigures} from '../rows/removal-figures.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {RemovalBodySchema, RemovalPreviewSchema} from '../schemas/removal-preview.ts'

/** What removing torrents would touch: for the dialog that asks. Changes nothing. */
export function removalPreview({turns, clock}: RouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/torrents/removal-preview',
      {schema: preview, config: needs('control', 'scope')},
      async ({body, scope}) => removalFigures(chosenBy(body, scope), scope, {turns, clock}),
    )
  }
}

const preview = {
  operationId: 'previewRemoval',
  tags: ['torrents'],
  summary: 'What removing these torrents would touch',
  description:
    'Whose data it also is, how much would really be freed on which server, and where copies stay. It is judged again ' +
    'when it is done.',
  body: RemovalBodySchema,
  response: ok(RemovalPreviewSchema),
}
