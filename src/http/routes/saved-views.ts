import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {SavedViews} from '#accounts/saved-views.ts'
import {demandUnchanged} from '../answers/field-errors.ts'
import {forVisitors, demandWholeKey, refuseKeys} from '../security/route-access.ts'
import {savedViewRow} from '../rows/saved-view-rows.ts'
import {demandReadable} from '../rows/torrent-query.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {
  NewView,
  SavedViewSchema,
  readOnlyOfViews,
  ViewChange,
  ViewOrder,
  ViewParams,
} from '../schemas/saved-views.ts'
import {splitReadOnly} from '../schemas/units.ts'

/** Views that somebody saved. Everybody has his own; who has no account shares them with all others who have none. */
export function viewRoutes(
  savedViews: Pick<SavedViews, 'of' | 'make' | 'change' | 'remove' | 'order'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/views', {schema: list, config: forVisitors}, async ({principal}) => {
      demandWholeKey(principal)
      return {views: savedViews.of(principal.userId).map(savedViewRow)}
    })
    app.post('/views', {schema: make, config: forVisitors}, async ({principal, body}, reply) => {
      refuseKeys(principal)
      demandReadable(body.definition.q, 'definition.q')
      return reply.code(201).send(savedViewRow(await savedViews.make(principal.userId, body)))
    })
    app.patch('/views/:id', {schema: change, config: forVisitors}, async ({principal, params, body}) => {
      refuseKeys(principal)
      const {body: change, readOnly} = splitReadOnly(body, readOnlyOfViews)
      const now = savedViews.of(principal.userId).find((it) => it.id === params.id)
      const before = now && savedViewRow(now)
      if (before) demandUnchanged(readOnly, before)
      // What was saved before it was checked stays, and can be renamed.
      const q = change.definition?.q ?? ''
      if (q !== before?.definition.q) demandReadable(q, 'definition.q')
      return savedViewRow(await savedViews.change(principal.userId, params.id, change))
    })
    app.delete('/views/:id', {schema: remove, config: forVisitors}, async ({principal, params}, reply) => {
      refuseKeys(principal)
      await savedViews.remove(principal.userId, params.id)
      return reply.code(204).send()
    })
    app.put('/views/order', {schema: order, config: forVisitors}, async ({principal, body}, reply) => {
      refuseKeys(principal)
      await savedViews.order(principal.userId, body.ids)
      return reply.code(204).send()
    })
  }
}

const tags = ['people']

const list = {
  operationId: 'listViews',
  tags,
  summary: 'Your saved views',
  description: 'In your order. Columns that this version does not know are left out.',
  response: ok(z.object({views: z.array(SavedViewSchema)})),
}

const make = {
  operationId: 'saveView',
  tags,
  summary: 'Save a view',
  description:
    'It becomes your last one. A query that no search would understand is refused. Not possible with a key.',
  body: NewView,
  response: {201: SavedViewSchema, ...problemAnswers},
}

const change = {
  operationId: 'changeView',
  tags,
  summary: 'Change a saved view',
  description:
    'What is left out stays; a definition takes the place of the whole one. Not possible with a key.',
  params: ViewParams,
  body: ViewChange,
  response: ok(SavedViewSchema),
}

const remove = {
  operationId: 'removeView',
  tags,
  summary: 'Remove a saved view',
  params: ViewParams,
  response: nothing,
}

const order = {
  operationId: 'orderViews',
  tags,
  summary: 'Put your saved views in another order',
  body: ViewOrder,
  response: nothing,
}
