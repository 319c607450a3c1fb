import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {TorrentCommand} from '#model/command.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {commandOf} from '../rows/command-results.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import {needs} from '../route-access.ts'
import {partly} from '../schemas/answers.ts'
import {ChangeResultsSchema} from '../schemas/results.ts'
import {torrentVerbArgs} from '../schemas/verbs.ts'
import {shareLimit, speedLimit} from '../schemas/units.ts'

/** Changes properties of one torrent, by the names under which the list shows them. */
export function torrentChanges(): FastifyPluginAsyncZod {
  return async (app) => {
    app.patch(
      '/torrents/:hash',
      {schema: change, config: needs('control', 'torrent')},
      async (request, reply) => {
        const key = keyMeant(request)
        const results = []
        for (const {field, command} of commandsFor(request.body)) {
          const [item] = await request.scope.executor.run({keys: [key], command})
          results.push({field, ...item!.result})
        }
        return reply.code(207).send({...wireKey(key), results})
      },
    )
  }
}

function wireKey(key: TorrentKey) {
  return {server_id: key.serverId, info_hash: key.hash}
}

const onOff = (says: string) => z.boolean().optional().describe(says)

const Changes = z
  .strictObject({
    name: torrentVerbArgs.rename.shape.name.optional(),
    category: torrentVerbArgs.setCategory.shape.category.optional(),
    tags: torrentVerbArgs.setTags.shape.tags.optional(),
    location: torrentVerbArgs.setLocation.optional().describe('Move it, or say where its data lies'),
    down_limit: speedLimit('Download limit').optional(),
    up_limit: speedLimit('Upload limit').optional(),
    ratio_limit: shareLimit('Ratio at which the server stops it').optional(),
    seed_time_limit: shareLimit('Seconds of seeding at which the server stops it').optional(),
    idle_limit: shareLimit('Idle seconds at which the server stops it').optional(),
    priority: torrentVerbArgs.setPriority.shape.priority.optional(),
    super_seeding: onOff('Super seeding'),
    sequential: onOff('Download in order'),
    first_last: onOff('First and last pieces first'),
    auto_managed: onOff("Path follows the category's"),
    comment: torrentVerbArgs.setComment.shape.comment.optional(),
    queue: torrentVerbArgs.moveInQueue.shape.to.optional().describe('Move it in the queue'),
  })
  .refine((it) => Object.keys(it).length > 0, 'at least one property')
  .meta({id: 'TorrentChanges', description: 'Properties to change; what is absent stays.'})

interface Change {
  readonly field: string
  readonly command: TorrentCommand
}

/** One command per property (limits of a kind travel together), in the order of the schema. */
function commandsFor(body: z.output<typeof Changes>): Change[] {
  const {down_limit: down, up_limit: up, ratio_limit: ratio, seed_time_limit: seedingTime} = body
  const idleTime = body.idle_limit
  const changes: (Change | null)[] = [
    when('name', body.name, (name) => commandOf('rename', {name})),
    when('category', body.category, (category) => commandOf('setCategory', {category})),
    when('tags', body.tags, (tags) => commandOf('setTags', {tags})),
    when('location', body.location, (it) =>
      commandOf('setLocation', {path: it.path, moveData: it.move_data}),
    ),
    any('speed_limits', [down, up], commandOf('setSpeedLimits', {down, up})),
    any(
      'share_limits',
      [ratio, seedingTime, idleTime],
      commandOf('setShareLimits', {ratio, seedingTime, idleTime}),
    ),
    when('priority', body.priority, (priority) => commandOf('setPriority', {priority})),
    when('super_seeding', body.super_seeding, (on) => commandOf('setSuperSeeding', {on})),
    when('sequential', body.sequential, (on) => commandOf('setSequential', {on})),
    when('first_last', body.first_last, (on) => commandOf('setFirstLast', {on})),
    when('auto_managed', body.auto_managed, (on) => commandOf('setAutoManaged', {on})),
    when('comment', body.comment, (comment) => commandOf('setComment', {comment})),
    when('queue', body.queue, (to) => commandOf('moveInQueue', {to})),
  ]
  return changes.filter((it) => it !== null)
}

function when<T>(field: string, value: T | undefined, command: (value: T) => TorrentCommand): Change | null {
  return value === undefined ? null : {field, command: command(value)}
}

function any(field: string, values: readonly unknown[], command: TorrentCommand): Change | null {
  return values.some((it) => it !== undefined) ? {field, command} : null
}

const change = {
  operationId: 'changeTorrent',
  tags: ['torrents'],
  summary: 'Change properties of a torrent',
  description: 'Each property is a command of its own with its own result; limits of a kind travel together.',
  params: HashParams,
  querystring: ServerChoice,
  body: Changes,
  response: partly(ChangeResultsSchema),
}
