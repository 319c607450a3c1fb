import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {ArrUnknown} from '#registry/arrs/draft.ts'
import type {ArrKeeper} from '#registry/arrs/service.ts'
import {settingKeys} from '#registry/arrs/setting-keys.ts'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import {draftFrom, patchFrom, wireArr, wireDefinition, type ArrViewing} from '../rows/arr-views.ts'
import {needs} from '../route-access.ts'
import {ArrParams, ArrSchema} from '../schemas/arr.ts'
import {ArrChange, ArrChanged, ArrDefinitionSchema, ArrKeySchema, NewArr} from '../schemas/arr-draft.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {PreviewQuery} from '../schemas/parameters.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {wireKey} from '../schemas/section.ts'
import {SharingSchema} from '../schemas/server-draft.ts'
import {sharingFrom} from '../rows/server-drafts.ts'

export interface ArrRouteParts extends ArrViewing {
  readonly keeper: Pick<
    ArrKeeper,
    'seenBy' | 'create' | 'change' | 'remove' | 'share' | 'describe' | 'obstacle'
  >
}

/** The Arrs themselves; those of the file are changed in the file. */
export function arrRoutes(parts: ArrRouteParts): FastifyPluginAsyncZod {
  const {keeper} = parts
  const seen = (by: Principal, id: string): ArrCard => {
    const card = keeper.seenBy(by).find((it) => it.id === id)
    if (card === undefined) throw new ArrUnknown(id)
    return card
  }
  return async (app) => {
    app.get('/arrs', {schema: list, config: needs('read', 'scope')}, async ({principal}) => ({
      arrs: keeper.seenBy(principal).map((card) => wireArr(card, principal, parts)),
    }))
    app.post('/arrs', {schema: add, config: needs('manage', 'program')}, async ({principal, body}, reply) => {
      const {id} = await keeper.create(principal, draftFrom(body))
      return reply.code(201).send(wireArr(seen(principal, id), principal, parts))
    })
    app.get('/arrs/keys', {schema: keys, config: needs('read', 'program')}, async () => ({
      keys: settingKeys().map(wireKey),
    }))
    app.get('/arrs/:id', {schema: one, config: needs('read', 'arr')}, async ({principal, params}) =>
      wireArr(seen(principal, params.id), principal, parts),
    )
    app.get('/arrs/:id/definition', {schema: show, config: needs('manage', 'arr')}, async (request) => {
      const {principal, params} = request
      const id = asArrId(params.id)
      const file = {file_obstacle: await keeper.obstacle(principal, id)}
      return {...wireDefinition(keeper.describe(principal, id), principal, parts), ...file}
    })
    app.patch('/arrs/:id', {schema: change, config: needs('manage', 'arr')}, async (request) => {
      const {principal, params, body, query} = request
      const effect = await keeper.change(principal, asArrId(params.id), patchFrom(body), query.preview)
      return {effect, arr: wireArr(seen(principal, params.id), principal, parts)}
    })
    app.delete('/arrs/:id', {schema: remove, config: needs('manage', 'arr')}, async (request, reply) => {
      await keeper.remove(request.principal, asArrId(request.params.id))
      return reply.code(204).send()
    })
    app.put('/arrs/:id/sharing', {schema: share, config: needs('manage', 'arr')}, async (request, reply) => {
      const {principal, params, body} = request
      await keeper.share(principal, asArrId(params.id), sharingFrom(body))
      return reply.code(204).send()
    })
  }
}

const tags = ['arrs']

const list = {
  operationId: 'listArrs',
  tags,
  summary: 'All Arrs and how they do',
  response: ok(z.object({arrs: z.array(ArrSchema)})),
}

const add = {
  operationId: 'addArr',
  tags,
  summary: 'Add an Arr of your own',
  description:
    'Nobody else sees it until it is shared. POST /api/arrs/discover tells before what it is and whether its key is good.',
  body: NewArr,
  response: {201: ArrSchema, ...problemAnswers},
}

const keys = {
  operationId: 'listArrKeys',
  tags,
  summary: 'Keys that settings of an Arr may have',
  description: 'Files may have more; they stay.',
  response: ok(z.object({keys: z.array(ArrKeySchema)})),
}

const one = {
  operationId: 'getArr',
  tags,
  summary: 'One Arr',
  params: ArrParams,
  response: ok(ArrSchema),
}

const show = {
  operationId: 'getArrDefinition',
  tags,
  summary: 'An Arr as it can be changed',
  description: 'Everything but the secrets, of which it only says whether they are there.',
  params: ArrParams,
  response: ok(ArrDefinitionSchema),
}

const change = {
  operationId: 'changeArr',
  tags,
  summary: 'Change an Arr',
  description:
    'What is left out stays; a setting that is null goes back to its default. Who changes the address and did not ' +
    'enter the key himself has to give it anew. An Arr of the configuration file is changed in the file, by ' +
    'administrators. The answer says whether its manager begins anew.',
  params: ArrParams,
  querystring: PreviewQuery,
  body: ArrChange,
  response: ok(ArrChanged),
}

const remove = {
  operationId: 'removeArr',
  tags,
  summary: 'Forget an Arr',
  description: 'Only what Commodarr knows of it goes; the Arr and its torrents are not touched.',
  params: ArrParams,
  response: nothing,
}

const share = {
  operationId: 'shareArr',
  tags,
  summary: 'Say with whom an Arr is shared',
  description:
    'All of it: who is not named any more sees it no longer. GET /api/arrs/{id}/definition tells how it is.',
  params: ArrParams,
  body: SharingSchema,
  response: nothing,
}
