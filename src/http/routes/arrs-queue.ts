import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {ArrDesk} from '#arr-book/desk.ts'
import {asArrId} from '#model/arr.ts'
import {actionFrom, wireQueueRow} from '../arr-views.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ActionBody, ArrParams, QueueSchema} from '../schemas/arr.ts'

/** What an Arr has in its queue, beside the torrents themselves, and what people do about it. */
export function arrQueueRoutes({
  desk,
}: {
  readonly desk: Pick<ArrDesk, 'running' | 'act'>
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/arrs/:id/queue', {schema: queue, config: needs('read', 'arr')}, async (request) => {
      const {principal, params, scope} = request
      const running = desk.running(principal, asArrId(params.id))
      const rows = running?.queue ?? null
      return {
        ...{ready: rows !== null, read_at: running?.readAt ?? null, fault: running?.fault ?? null},
        rows: (rows ?? []).map((row) => {
          const title = row.downloadId === null ? null : running!.titleOf(row.downloadId)
          return wireQueueRow(row, title, scope)
        }),
      }
    })
    app.post('/arrs/:id/actions', {schema: act, config: needs('control', 'arr')}, async (request, reply) => {
      await desk.act(request.principal, asArrId(request.params.id), actionFrom(request.body))
      return reply.code(204).send()
    })
  }
}

const tags = ['arrs']

const queue = {
  operationId: 'getArrQueue',
  tags,
  summary: 'The queue of an Arr, with the torrents beside its rows',
  params: ArrParams,
  response: ok(QueueSchema),
}

const act = {
  operationId: 'actOnArr',
  tags,
  summary: 'Have an Arr do something',
  description:
    'Look at its downloads (refresh), ask its indexers for news (rss_sync), search for items, import a download ' +
    'whatever speaks against it, blocklist one, or forget one (ignore). Written into the journal.',
  params: ArrParams,
  body: ActionBody,
  response: nothing,
}
