import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {MoveIn} from '#model/qbitrr-migration.ts'
import {toWire} from '../answers/codec.ts'
import {needs} from '../security/route-access.ts'
import {ok} from '../schemas/answers.ts'
import {ConfirmBody, InheritedItemSchema, MoveInSchema, WatchBody} from '../schemas/move-in.ts'

const config = needs('admin', 'program')

/** For administrators who come from the older program. */
export function moveInRoutes(moveIn: MoveIn): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/move-in', {schema: read, config}, async () => toWire(moveIn.view()))
    app.get('/move-in/items', {schema: items, config}, async () => ({
      items: (await moveIn.items()).map((it) => toWire(it)),
    }))
    app.post('/move-in/confirm', {schema: confirm, config}, async ({principal, body}) => {
      await moveIn.confirm(principal.actor, body?.caution ?? null)
      return toWire(moveIn.view())
    })
    app.post('/move-in/watch', {schema: watch, config}, async ({principal, body}) => {
      await moveIn.watch(principal.actor, body?.until === undefined)
      return toWire(moveIn.view())
    })
  }
}

const tags = ['program']

const watch = {
  operationId: 'watchMoveIn',
  tags,
  summary: 'Let all rules only report',
  description:
    'Also where they act. After a day an administrator is asked what they may do, with until: null never; until one confirms they go on reporting.',
  body: WatchBody,
  response: ok(MoveInSchema),
}

const read = {
  operationId: 'getMoveIn',
  tags,
  summary: 'What was taken over from qBitrr, and what will be different',
  response: ok(MoveInSchema),
}

const items = {
  operationId: 'listInheritedItems',
  tags,
  summary: 'Items of Arrs of which qBitrr knew more',
  description: 'Those that were requested, and those that still have a temporary quality profile.',
  response: ok(z.object({items: z.array(InheritedItemSchema)})),
}

const confirm = {
  operationId: 'confirmMoveIn',
  tags,
  summary: 'Let rules act',
  description:
    'After a start with `--observe`, or until it is set up, they only report what they would do. This ends it until an administrator has them watch again; where they act already, it does nothing.',
  body: ConfirmBody,
  response: ok(MoveInSchema),
}
