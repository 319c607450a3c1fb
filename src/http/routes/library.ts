import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import {libraryQuery, wireLibraryItem} from '../rows/library-rows.ts'
import {ok} from '../schemas/answers.ts'
import {LibraryItemAnswer, LibraryItemParams, LibraryQuerySchema, LibrarySchema} from '../schemas/library.ts'
import {needs} from '../security/route-access.ts'

/** What all Arrs have in their libraries, in one list. */
export function libraryRoutes({clock}: {clock: Clock}): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/library', {schema: list, config: needs('read', 'scope')}, async ({query, scope}) => {
      const asked = libraryQuery(query, scope, clock.now())
      const {items, total, states, belowCutoff, belowMinimum} = await scope.library.query(asked)
      return {
        items: items.map((item) => wireLibraryItem(item, scope)),
        total,
        offset: asked.offset,
        limit: asked.limit,
        counts: {...states, below_cutoff: belowCutoff, below_minimum: belowMinimum},
        arrs: scope.library
          .states()
          .map(({id, kind, name, readAt, doubtful}) => ({arr_id: id, kind, name, read_at: readAt, doubtful})),
      }
    })
    app.get(
      '/library/:arr/:kind/:id',
      {schema: one, config: needs('read', 'arr')},
      async ({params, scope}) => {
        const {arr, kind, id} = params
        const found = await scope.library.item(arr, {kind, id})
        if (found === null) {
          throw new CommodarrError('library_item_unknown', 'The library of this Arr has no such item.')
        }
        return {
          item: wireLibraryItem(found.item, scope),
          below: found.below.map((item) => wireLibraryItem(item, scope)),
        }
      },
    )
  }
}

const tags = ['library']

const list = {
  operationId: 'listLibrary',
  tags,
  summary: 'What Arrs have in their libraries, and what they lack',
  description:
    'Movies, series, seasons, episodes, artists, albums, authors and books of all Arrs that you see, in one list. Of episodes ' +
    'only those are kept that are wanted, or air these days. Nothing is asked of an Arr: its library is read whole once a day, ' +
    'and what changes in between within seconds.',
  querystring: LibraryQuerySchema,
  response: ok(LibrarySchema),
}

const one = {
  operationId: 'getLibraryItem',
  tags,
  summary: 'One thing of a library, with what is below it',
  params: LibraryItemParams,
  response: ok(LibraryItemAnswer),
}
