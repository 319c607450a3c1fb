import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AuditEvent} from '#model/audit-event.ts'
import {ServerUnknown} from '#model/errors.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {Departed} from '#ownership/departed.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {DepartedServerSchema} from '../schemas/server.ts'

/** Servers that left the configuration, whose torrents keep what they use. */
export interface KnownDeparted {
  list(): readonly Departed[]
  /** As it was called when it left last; `null` = nobody knows any more. */
  former(id: ServerId): Pick<Departed, 'name'> | null
  /** `false` = there is none of this name. */
  forget(departedId: ServerId): Promise<boolean>
}

const config = needs('admin', 'program')

/** Which servers left, for administrators: only a person says that one is gone permanently, with all that it had. */
export function departedServerRoutes(
  departed: KnownDeparted,
  /** Written before it is done. */
  record: (event: AuditEvent) => Promise<void>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/departed-servers', {schema: list, config}, async () => ({servers: departed.list().map(wire)}))
    app.post(
      '/departed-servers/forget',
      {schema: forgetOne, config},
      async ({principal: {actor}, body}, reply) => {
        const id = asServerId(body.id)
        const known = departed.list().find(({departedId}) => departedId === id)
        if (!known) throw new ServerUnknown(id)
        const event = {
          subject: 'server',
          verb: 'forgetServer',
          name: known.name,
          serverId: null,
          args: {},
        } as const
        await record({actor, ...event})
        await departed.forget(id)
        return reply.code(204).send()
      },
    )
  }
}

function wire({departedId, name, url, leftAt, ...kept}: Departed): z.infer<typeof DepartedServerSchema> {
  const {until, torrents, listedAt, isBehind, isReplaced} = kept
  return {
    id: departedId,
    name,
    url,
    left_at: leftAt,
    until,
    torrents,
    listed_at: listedAt,
    behind: isBehind,
    replaced: isReplaced,
  }
}

const tags = ['servers']

const list = {
  operationId: 'listDepartedServers',
  tags,
  summary: 'Servers that left the configuration',
  description:
    'The data that their torrents use is kept for a month, or until they are back, or are marked as permanently gone.',
  response: ok(z.object({servers: z.array(DepartedServerSchema)})),
}

const forgetOne = {
  operationId: 'forgetDepartedServer',
  tags,
  summary: 'Confirm that a server is permanently gone',
  description: 'Its torrents keep nothing any more: what others share with them may go.',
  body: z
    .strictObject({id: z.string().min(1).max(400).describe('As the list writes it')})
    .meta({id: 'DepartedServerId'}),
  response: nothing,
}
