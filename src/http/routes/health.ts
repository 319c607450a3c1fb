import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Access} from '#model/access.ts'
import type {StorageState} from '#model/services.ts'
import type {Readiness, RouteDeps} from '../parts.ts'
import {openToAnyone} from '../security/route-access.ts'
import {flag} from '../schemas/units.ts'
import {storageReasonFor} from '../answers/storage-words.ts'

/**
 * For supervisors: does the process live, does it serve? Open to anybody, and telling nothing else. It serves also
 * while the database is away: what is shown goes on, and whoever restarted it then would lose that, too.
 */
export function health({readiness, storage}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/health', {schema: alive, config: openToAnyone}, async () => ({alive: true as const}))
    app.get('/ready', {schema: serving, config: openToAnyone}, async (request, reply) => {
      const now = readiness()
      // Reasons name servers: strangers learn of none.
      const reasons = request.visitor === null ? [] : allReasonsFor(request.visitor.access, now, storage())
      return reply.code(now.ready ? 200 : 503).send({ready: now.ready, reasons})
    })
  }
}

function allReasonsFor(access: Access, now: Readiness, storage: StorageState): string[] {
  const ofStorage = storageReasonFor(storage, access)
  return [...reasonsFor(now, access), ...(ofStorage === null ? [] : [ofStorage])]
}

const Ready = z.object({
  ready: flag('It serves'),
  reasons: z
    .array(z.string())
    .describe(
      'Why not yet, as far as it concerns what you may see; for administrators also why nothing can be changed',
    ),
})

const alive = {
  operationId: 'getHealth',
  tags: ['program'],
  summary: 'The process lives',
  security: [],
  response: {200: z.object({alive: z.literal(true)})},
}

const serving = {
  operationId: 'getReadiness',
  tags: ['program'],
  summary: 'It serves, or why not yet',
  security: [],
  response: {200: Ready, 503: Ready.describe('Not yet')},
}

/** Why it does not serve him yet: what concerns everybody, and servers that he may see. */
export function reasonsFor({reasons}: Readiness, access: Access): string[] {
  return reasons
    .filter(({serverId}) => serverId === null || access.may('read', serverId))
    .map(({text}) => text)
}
