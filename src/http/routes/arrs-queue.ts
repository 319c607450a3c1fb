import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {ArrDesk} from '#registry/arrs/desk.ts'
import {asArrId} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash, keyText} from '#model/torrent-key.ts'
import {actionFrom, wireQueueRow, type ComingByKey} from '../rows/arr-views.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ActionBody, ArrParams, QueueSchema} from '../schemas/arr.ts'
import type {Scope} from '../scope/scope.ts'

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
      const coming = await comingOf(running, scope)
      return {
        ...{ready: rows !== null, read_at: running?.readAt ?? null, fault: running?.fault ?? null},
        rows: (rows ?? []).map((row) => {
          const title = row.downloadId === null ? null : running!.titleOf(row.downloadId)
          return wireQueueRow(row, title, scope, coming)
        }),
      }
    })
    app.post('/arrs/:id/actions', {schema: act, config: needs('control', 'arr')}, async (request, reply) => {
      await desk.act(request.principal, asArrId(request.params.id), actionFrom(request.body))
      return reply.code(204).send()
    })
  }
}

/** Of the torrents in its queue that he sees, by their keys. A manager that begins anew has not looked at any yet. */
async function comingOf(running: RunningArr | null, {fleet}: Scope): Promise<ComingByKey> {
  const hashes = (running?.queue ?? []).flatMap(
    ({downloadId}) => (downloadId && asInfoHash(downloadId)) ?? [],
  )
  const keys = [...new Set(hashes)].flatMap((hash) => fleet.holders(hash))
  if (running === null || keys.length === 0) return new Map()
  try {
    return new Map((await running.coming(keys)).map((deed) => [keyText(deed.key), deed]))
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'not_ready') return new Map()
    throw error
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
