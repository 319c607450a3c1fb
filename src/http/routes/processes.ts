import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Principal} from '#model/access.ts'
import type {MediaProbeView, Processes} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../answers/codec.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {
  MediaProbeSchema,
  ProcessParams,
  ProcessSchema,
  RestartBody,
  RestartedSchema,
} from '../schemas/processes.ts'

const config = needs('admin', 'program')

/** The threads beside the main one, and the time they go by, for administrators. */
export function processRoutes(
  processes: Processes,
  /** Which ffprobe looks into media; `null` = nobody needed it yet. */
  mediaProbe: () => MediaProbeView | null,
  /** The clock of the machine is right, whatever we thought of it. */
  confirmClock: () => void,
  /** Written before it is done. */
  record: (event: AuditEvent) => Promise<void>,
): FastifyPluginAsyncZod {
  const restart = async ({actor}: Principal, ids: readonly string[]) => {
    for (const id of ids) {
      await record({actor, subject: 'process', verb: 'restart', name: id, serverId: null, args: {}})
      processes.restart(id)
    }
  }
  return async (app) => {
    app.get('/processes', {schema: list, config}, async () => ({
      processes: processes.list().map(toWire),
      media_probe: mediaProbe(),
    }))
    app.post('/processes/restart', {schema: restartMany, config}, async ({principal, body}) => {
      const meant = processes.list().filter(({kind}) => body.kind === undefined || kind === body.kind)
      const ids = meant.map(({id}) => id)
      await restart(principal, ids)
      return {restarted: ids}
    })
    app.post('/processes/:id/restart', {schema: restartOne, config}, async ({principal, params}, reply) => {
      const {id} = params
      if (!processes.list().some((it) => it.id === id)) {
        throw new CommodarrError('process_unknown', 'There is no process with this id.', {processId: id})
      }
      await restart(principal, [id])
      return reply.code(204).send()
    })
    app.post('/clock/confirm', {schema: confirm, config}, async ({principal: {actor}}, reply) => {
      await record({actor, subject: 'process', verb: 'confirm', name: 'clock', serverId: null, args: {}})
      confirmClock()
      return reply.code(204).send()
    })
  }
}

const tags = ['processes']

const list = {
  operationId: 'listProcesses',
  tags,
  summary: 'What works beside the main thread, and how it does',
  response: ok(z.object({processes: z.array(ProcessSchema), media_probe: MediaProbeSchema})),
}

const restartOne = {
  operationId: 'restartProcess',
  tags,
  summary: 'End one and restart it',
  description:
    'Also one that was given up. What it knows is in the database, so nothing is forgotten or repeated.',
  params: ProcessParams,
  response: nothing,
}

const confirm = {
  operationId: 'confirmClock',
  tags,
  summary: 'Say that the clock of the machine is right',
  description:
    'A clock that differs by a day or more from the last known time is not trusted: nothing is removed or deleted because of it, and what has expired by it (sessions, keys, links) gives no access meanwhile. This ends that; where the clock is trusted, it does nothing.',
  response: nothing,
}

const restartMany = {
  operationId: 'restartProcesses',
  tags,
  summary: 'Restart all of a kind, or all',
  body: RestartBody,
  response: ok(RestartedSchema),
}
