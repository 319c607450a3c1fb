import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {wireAction, wireAnswer} from '../rows/action-rows.ts'
import {needs} from '../route-access.ts'
import {ActionIdParams, RecentActionSchema, RecentActionsSchema} from '../schemas/actions.ts'
import {ok} from '../schemas/answers.ts'
import {wholeParameter} from '../schemas/parameters.ts'
import {heldOrPartly} from '../schemas/results.ts'

/** Problems in words of each action in a list. */
const PROBLEMS_IN_LIST = 20

/** What one did just now: looked at, undone, tried again. Those of others are not there, for nobody. */
export function actionRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/actions', {schema: list, config: needs('read', 'scope')}, async ({scope, query}) => ({
      actions: scope.actions
        .list()
        .slice(0, query.limit)
        .map((action) => wireAction(action, scope, PROBLEMS_IN_LIST)),
    }))
    app.get('/actions/:id', {schema: one, config: needs('read', 'program')}, async ({scope, params}) =>
      wireAction(scope.actions.get(params.id), scope),
    )
    app.post(
      '/actions/:id/undo',
      {schema: undo, config: needs('control', 'program')},
      async ({scope, params}) => wireAction(await scope.actions.undo(params.id), scope),
    )
    app.post(
      '/actions/:id/retry',
      {schema: retry, config: needs('control', 'program')},
      async ({scope, params}, reply) => {
        const {status, body} = wireAnswer(await scope.actions.retry(params.id))
        return reply.code(status).send(body)
      },
    )
  }
}

const list = {
  operationId: 'listActions',
  tags: ['torrents'],
  summary: 'What you did just now',
  description: 'Of the last 15 minutes, your own; what was sent stands in the audit for longer.',
  querystring: z.strictObject({limit: wholeParameter(1, 100).default(50).describe('Actions at most')}),
  response: ok(RecentActionsSchema),
}

const one = {
  operationId: 'getAction',
  tags: ['torrents'],
  summary: 'One of them, with its problems',
  params: ActionIdParams,
  response: ok(RecentActionSchema),
}

const undo = {
  operationId: 'undoAction',
  tags: ['torrents'],
  summary: 'Take a held removal back, or put torrents back to how they were',
  description:
    'Once, within 15 minutes. Putting back is a command like any other, with a result per torrent. What somebody ' +
    'changed meanwhile stays, and so does what nobody knew before.',
  params: ActionIdParams,
  response: ok(RecentActionSchema),
}

const retry = {
  operationId: 'retryAction',
  tags: ['torrents'],
  summary: 'The same again for what did not end done',
  description:
    'Once, as an action of its own. A removal that was held is held again, as long as the first time, and can be taken ' +
    'back. One that got no answer is never repeated.',
  params: ActionIdParams,
  response: heldOrPartly,
}
