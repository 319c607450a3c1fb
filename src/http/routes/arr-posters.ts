import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {asArrId, posterKinds} from '#model/arr.ts'
import type {ArrPosters} from '#registry/arrs/posters.ts'
import {problemAnswers} from '../schemas/answers.ts'
import {ArrParams} from '../schemas/arr.ts'
import {wholeParameter} from '../schemas/parameters.ts'
import {needs} from '../security/route-access.ts'

/** Pictures of what Arrs have in their libraries, through us: browsers ask neither an Arr nor anybody else. */
export function arrPosterRoutes(posters: Pick<ArrPosters, 'of'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/arrs/:id/posters/:kind/:item',
      {schema: show, config: needs('read', 'arr'), exposeHeadRoute: false},
      async (request, reply) => {
        const {principal, params} = request
        const poster = await posters.of(principal, asArrId(params.id), {kind: params.kind, id: params.item})
        if (poster === 'none' || poster === 'unread')
          return reply
            .code(204)
            .header('cache-control', poster === 'none' ? 'private, max-age=600' : 'no-store')
            .send()
        const tag = `"${poster.tag}"`
        // Who may see it is asked each time: the browser keeps the bytes, not the right to show them.
        void reply.header('etag', tag).header('cache-control', 'private, no-cache')
        if (names(request.headers['if-none-match'], tag)) return reply.code(304).send()
        return reply.type(poster.type).send(poster.bytes)
      },
    )
  }
}

function names(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((one) => [tag, '*'].includes(one.trim().replace(/^W\//, '')))
}

const PosterBytes = z.file().describe('The picture') as unknown as z.ZodType

const show = {
  operationId: 'getArrPoster',
  tags: ['arrs'],
  summary: 'The poster of something in the library of an Arr',
  description:
    'As the Arr has it, small where it has it small, and kept here for a week. An Arr that does not answer is shown by ' +
    'what is kept, however old. An album or book has a cover of its own.',
  params: ArrParams.extend({
    kind: z.enum(posterKinds).describe('What it is of'),
    item: wholeParameter(1, 1e9).describe('Its number in the Arr'),
  }),
  response: {
    ...problemAnswers,
    200: {description: 'The picture', content: {'image/*': {schema: PosterBytes}}},
    204: z.undefined().describe('The Arr has none, or does not answer and none is kept'),
    304: z.undefined().describe('The one that `If-None-Match` names'),
  },
}
