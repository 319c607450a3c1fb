import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {problemAnswers} from '../schemas/answers.ts'
import {compressed} from '../security/compression.ts'

/**
 * Figures for Prometheus: of the servers and Arrs that who asks may see, and of the automation, the disks and the process itself
 * for administrators. Nothing has a line per torrent, so their number does not grow with them.
 */
export function metrics({
  version,
  arrsAtWork,
  automation,
  diskFigures,
  trackerTotals,
}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    const config = {...needs('read', 'scope'), ...compressed}
    app.get('/metrics', {schema: read, config}, async ({scope, principal}, reply) => {
      const isAdministrator = scope.access.permits('admin')
      const {prometheusText} = await import('../rows/prometheus-text.ts')
      const {type, text} = await prometheusText({
        version,
        scope,
        arrs: arrsAtWork(principal),
        trackers: await trackerTotals(scope.access.servers, scope.trackers),
        automation: isAdministrator ? automation() : null,
        disks: isAdministrator ? await diskFigures() : [],
      })
      return reply.type(type).send(text)
    })
  }
}

const read = {
  operationId: 'getMetrics',
  tags: ['fleet'],
  summary: 'Figures for Prometheus',
  description:
    'Of the servers and Arrs that you may see; administrators also get those of rules, removals, the trash, ' +
    'disks and the process. A key with the right "read" is enough for a scraper.',
  response: {
    ...problemAnswers,
    200: {
      description: 'Figures in the text format of Prometheus',
      content: {'text/plain': {schema: z.string()}},
    },
  },
}
