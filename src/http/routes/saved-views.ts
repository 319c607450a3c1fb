import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Onlooker, SavedViews} from '#accounts/saved-views.ts'
import type {Principal, UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {demandUnchanged} from '../answers/field-errors.ts'
import {forVisitors, demandWholeKey, refuseKeys} from '../security/route-access.ts'
import {savedViewRow, sharedViewRow} from '../rows/saved-view-rows.ts'
import {demandReadable} from '../rows/torrent-query.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {
  NewView,
  SavedViewSchema,
  SharedViewSchema,
  readOnlyOfViews,
  ViewChange,
  ViewOrder,
  ViewParams,
} from '../schemas/saved-views.ts'
import {splitReadOnly} from '../schemas/units.ts'

/**
 * Views that people saved. Everybody has their own; who has no account shares them with all others who have none. What
 * others share is looked at and copied, and only its owner changes it. An administrator may end that it is shared.
 */
export function viewRoutes(
  savedViews: Pick<SavedViews, 'of' | 'sharedWith' | 'seen' | 'make' | 'change' | 'remove' | 'order'>,
  userName: (id: UserId) => string | null,
): FastifyPluginAsyncZod {
  /** Of what they see they learn whose it is; all else is not there. */
  const demandOwn = (principal: Principal, id: string) => {
    if (savedViews.of(principal.userId).some((it) => it.id === id)) return
    const seen = savedViews.seen(onlooker(principal), id)
    if (seen === null) return
    const owner = (seen.owner && userName(seen.owner)) ?? 'a user without an account'
    throw new CommodarrError('forbidden', `The view “${seen.name}” is of ${owner}. Save a copy of your own.`)
  }
  /** Of another user, for an administrator; `null` = there is none. */
  const sharedByOther = (principal: Principal, id: string) => {
    const who = onlooker(principal)
    const isOwn = savedViews.of(principal.userId).some((it) => it.id === id)
    return who.isAdministrator && !isOwn ? savedViews.seen(who, id) : null
  }
  return async (app) => {
    app.get('/views', {schema: list, config: forVisitors}, async ({principal}) => {
      demandWholeKey(principal)
      return {views: savedViews.of(principal.userId).map(savedViewRow)}
    })
    app.get('/views/shared', {schema: listShared, config: forVisitors}, async ({principal}) => {
      demandWholeKey(principal)
      const shared = savedViews.sharedWith(onlooker(principal))
      return {views: shared.map((it) => sharedViewRow(it, principal.access, userName))}
    })
    app.get('/views/:id', {schema: readShared, config: forVisitors}, async ({principal, params}) => {
      demandWholeKey(principal)
      const seen = savedViews.seen(onlooker(principal), params.id)
      if (seen === null) {
        throw new CommodarrError(
          'view_unknown',
          'There is no such view, or it is not shared with you.',
          params,
        )
      }
      return sharedViewRow(seen, principal.access, userName)
    })
    app.post('/views', {schema: make, config: forVisitors}, async ({principal, body}, reply) => {
      refuseKeys(principal)
      demandReadable(body.definition.q, 'definition.q')
      const {shared_with: sharedWith, ...draft} = body
      const made = await savedViews.make(principal.userId, {...draft, sharedWith}, principal.actor)
      return reply.code(201).send(savedViewRow(made))
    })
    app.patch('/views/:id', {schema: change, config: forVisitors}, async ({principal, params, body}) => {
      refuseKeys(principal)
      const ofOther = sharedByOther(principal, params.id)
      if (ofOther && isEndOfSharing(body)) {
        const ended = {sharedWith: null}
        return savedViewRow(await savedViews.change(ofOther.owner, params.id, ended, principal.actor))
      }
      demandOwn(principal, params.id)
      const {
        body: {shared_with: sharedWith, ...change},
        readOnly,
      } = splitReadOnly(body, readOnlyOfViews)
      const now = savedViews.of(principal.userId).find((it) => it.id === params.id)
      const before = now && savedViewRow(now)
      if (before) demandUnchanged(readOnly, before)
      // What was saved before it was checked stays, and can be renamed.
      const q = change.definition?.q ?? ''
      if (q !== before?.definition.q) demandReadable(q, 'definition.q')
      const next = {...change, sharedWith}
      return savedViewRow(await savedViews.change(principal.userId, params.id, next, principal.actor))
    })
    app.delete('/views/:id', {schema: remove, config: forVisitors}, async ({principal, params}, reply) => {
      refuseKeys(principal)
      demandOwn(principal, params.id)
      await savedViews.remove(principal.userId, params.id, principal.actor)
      return reply.code(204).send()
    })
    app.put('/views/order', {schema: order, config: forVisitors}, async ({principal, body}, reply) => {
      refuseKeys(principal)
      await savedViews.order(principal.userId, body.ids)
      return reply.code(204).send()
    })
  }
}

/** Nothing else is changed by it. */
function isEndOfSharing(body: z.output<typeof ViewChange>): boolean {
  const given = Object.entries(body).filter(([, value]) => value !== undefined)
  return given.length === 1 && body.shared_with === null
}

function onlooker({userId, access}: Principal): Onlooker {
  return {userId, isAdministrator: access.everywhere && access.permits('admin')}
}

const tags = ['people']

const list = {
  operationId: 'listViews',
  tags,
  summary: 'Your saved views',
  description: 'In your order. Columns that this version does not know are left out.',
  response: ok(z.object({views: z.array(SavedViewSchema)})),
}

const listShared = {
  operationId: 'listSharedViews',
  tags,
  summary: 'Views that others share with you',
  description:
    'Those changed last first, 500 at most. Not those that are shared by their address alone. They are looked at and copied; only their owners change them.',
  response: ok(z.object({views: z.array(SharedViewSchema)})),
}

const readShared = {
  operationId: 'getSharedView',
  tags,
  summary: 'A view that another user shares',
  description: 'Also one that is shared by its address alone.',
  params: ViewParams,
  response: ok(SharedViewSchema),
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
    'What is left out stays; a definition takes the place of the whole one. An administrator may end the sharing of a view of another user (`{"shared_with": null}`, and nothing else). Not possible with a key.',
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
