import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Confirmed, RemovalVerb, TorrentCommand, TorrentVerbs} from '#model/command.ts'
import type {ItemResult} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {fromWire} from '../answers/codec.ts'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {
  commandOf,
  wireAnswer,
  wireDone,
  wireOutcome,
  wireResults,
  type AnyCommand,
} from '../rows/action-rows.ts'
import {removalFigures} from '../rows/removal-figures.ts'
import {RemovalBodySchema, RemovalPreviewSchema} from '../schemas/actions.ts'
import {ok, partly} from '../schemas/answers.ts'
import {ChangeResultsSchema, DoneSchema, heldOrPartly} from '../schemas/results.ts'
import {flagParameter} from '../schemas/parameters.ts'
import {shareLimit, speedLimit} from '../schemas/units.ts'
import {ActionSchema, confirmed, torrentVerbArgs} from '../schemas/verbs.ts'
import {HashParams, keyMeant, keyNamed, ServerChoice} from '../scope/holders.ts'
import {selectedBy} from '../scope/scope.ts'

/** Commands: one plain verb or removal on one torrent, and any verb on many torrents across servers. */
export function torrentActions(): FastifyPluginAsyncZod {
  return async (app) => {
    for (const {path, verb, summary} of confirmable) {
      app.post(
        `/torrents/:hash/${path}`,
        {
          schema: {...onOne(verb, summary), querystring: ServerChoice.extend(confirmedInQuery)},
          config: needs('control', 'torrent'),
        },
        async (request) => {
          const {accepts_others: others, accepts_doubt: doubt} = request.query
          const args: Confirmed = {...(others && {acceptsOthers: true}), ...(doubt && {acceptsDoubt: true})}
          return wireDone(await request.scope.actions.one(keyMeant(request), {verb, args}))
        },
      )
    }
    for (const {path, verb, summary} of plain) {
      app.post(
        `/torrents/:hash/${path}`,
        {schema: onOne(verb, summary), config: needs('control', 'torrent')},
        async (request) => wireDone(await request.scope.actions.one(keyMeant(request), {verb, args: {}})),
      )
    }
    app.delete('/torrents/:hash', {schema: removal, config: needs('control', 'torrent')}, async (request) => {
      const {query, scope} = request
      const verb: RemovalVerb = query.delete_data ? 'removeWithData' : 'remove'
      const args = {
        ...(query.free_at_once && {freeAtOnce: true}),
        ...(query.accepts_doubt && {acceptsDoubt: true}),
      }
      return wireDone(await scope.actions.one(keyNamed(request), {verb, args}))
    })
    app.post(
      '/torrents/actions',
      {schema: many, config: needs('control', 'keys')},
      async ({body, scope}, reply) => {
        const {verb, args} = body
        const command = {verb, args: fromWire(args ?? {})} as unknown as AnyCommand
        const wish = {keys: selectedBy(body, scope), command}
        const held = 'hold_seconds' in body && (body.hold_seconds ?? 0) > 0 ? body.hold_seconds! : null
        if (held === null && Array.isArray(wish.keys)) {
          const results: ItemResult[] = []
          const {id} = await scope.actions.run(wish, (some) => void results.push(...some))
          return reply.code(207).send(wireResults(results, id))
        }
        const action = held === null ? scope.actions.run(wish) : scope.actions.hold(wish, held)
        const answer = wireAnswer(await action)
        return reply.code(answer.status).send(answer.body)
      },
    )
  }
}

const confirmable = [
  {path: 'start', verb: 'start', summary: 'Start a torrent'},
  {path: 'force-start', verb: 'forceStart', summary: 'Start a torrent past the queue'},
  {path: 'stop', verb: 'stop', summary: 'Stop a torrent'},
] as const

const plain = [
  {path: 'recheck', verb: 'recheck', summary: 'Check the data of a torrent'},
  {path: 'reannounce', verb: 'reannounce', summary: 'Ask the trackers of a torrent now'},
] as const

/**
 * What a torrent that was added by a link brings is compared with what is there before it starts; and what is force started
 * may be spared a limit at which its server deletes its files, until it is started as others are, or stopped.
 */
const confirmedInQuery = {
  accepts_others: flagParameter('true = also where files that lie there are replaced or changed'),
  accepts_doubt: flagParameter('true = also where it is unknown whether others use these files'),
}

const onOne = (verb: string, summary: string) => ({
  operationId: `${verb}Torrent`,
  tags: ['torrents'],
  summary,
  params: HashParams,
  querystring: ServerChoice,
  response: ok(DoneSchema),
})

const removal = {
  operationId: 'removeTorrent',
  tags: ['torrents'],
  summary: 'Remove a torrent, and its data only on request',
  description:
    'From the server that is named. Without `server_id` nothing is removed, also where one server alone holds the ' +
    'torrent: the answer is 409 and names who holds it. What is removed can be brought back from the trash for 7 ' +
    'days; where its server does not share its disk with Commodarr, files go only with `free_at_once`. Whether its files ' +
    'are the library of an Arr says POST /api/torrents/removal-preview.',
  params: HashParams,
  querystring: ServerChoice.extend({
    server_id: z.string().min(1).optional().describe('From which server; needed'),
    delete_data: flagParameter(
      'true = its data goes too: into the trash, where its server shares its disk with us',
    ),
    free_at_once: flagParameter('true = skip the trash: what is deleted cannot be restored'),
    accepts_doubt: flagParameter(
      'true = also where a server that is away, or whose folders are not mapped, may have the data, as the refusal said',
    ),
  }),
  response: ok(DoneSchema),
}

const many = {
  operationId: 'actOnTorrents',
  tags: ['torrents'],
  summary: 'One verb on many torrents across servers',
  description:
    'Servers are asked at the same time; a failing torrent stops no other. Results come per torrent, in the order of ' +
    'the keys. A torrent that is nowhere, or whose server is not online, is refused with its own code. Instead of keys ' +
    'a selection may be named; then results come for what is not done alone. A removal may be held for some seconds; ' +
    'what it removes then is in the trash for 7 days, unless it is to be freed at once.',
  body: ActionSchema,
  response: heldOrPartly,
}

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
          const {result, actionId} = await request.scope.actions.one(key, command)
          results.push({field, action_id: actionId, ...wireOutcome(result)})
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
    location: torrentVerbArgs.setLocation.optional().describe('Move it, or set where its data is already'),
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
    ...confirmed,
  })
  .refine((it) => Object.keys(it).some((name) => !(name in confirmed)), 'at least one property')
  .meta({id: 'TorrentChanges', description: 'Properties to change; what is absent stays.'})

interface Change {
  readonly field: string
  readonly command: TorrentCommand
}

/** One command per property (limits of a kind travel together), in the order of the schema. */
function commandsFor(body: z.output<typeof Changes>): Change[] {
  const {down_limit: down, up_limit: up, ratio_limit: ratio, seed_time_limit: seedingTime} = body
  const idleTime = body.idle_limit
  const sure: Confirmed = {acceptsOthers: body.accepts_others, acceptsDoubt: body.accepts_doubt}
  const changes: (Change | null)[] = [
    when('name', body.name, (name) => commandOf('rename', {name, ...sure})),
    when('category', body.category, (category) => commandOf('setCategory', {category, ...sure})),
    when('tags', body.tags, (tags) => commandOf('setTags', {tags})),
    when('location', body.location, (it) =>
      commandOf('setLocation', {...sure, ...(fromWire(it) as TorrentVerbs['setLocation'])}),
    ),
    any('speed_limits', [down, up], commandOf('setSpeedLimits', {down, up})),
    any(
      'share_limits',
      [ratio, seedingTime, idleTime],
      commandOf('setShareLimits', {ratio, seedingTime, idleTime, ...sure}),
    ),
    when('priority', body.priority, (priority) => commandOf('setPriority', {priority})),
    when('super_seeding', body.super_seeding, (on) => commandOf('setSuperSeeding', {on})),
    when('sequential', body.sequential, (on) => commandOf('setSequential', {on})),
    when('first_last', body.first_last, (on) => commandOf('setFirstLast', {on})),
    when('auto_managed', body.auto_managed, (on) => commandOf('setAutoManaged', {on, ...sure})),
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
  description:
    'Each property is an action of its own with its own result; limits of a kind travel together. Each can be undone ' +
    'by its `action_id`.',
  params: HashParams,
  querystring: ServerChoice,
  body: Changes,
  response: partly(ChangeResultsSchema),
}

/** What removing torrents would touch: for the dialog that asks. Changes nothing. */
export function removalPreview({turns, clock}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/torrents/removal-preview',
      {schema: preview, config: needs('control', 'scope')},
      async ({body, scope}) => removalFigures(selectedBy(body, scope), scope, {turns, clock}),
    )
  }
}

const preview = {
  operationId: 'previewRemoval',
  tags: ['torrents'],
  summary: 'What removing these torrents would touch',
  description:
    'Whose data it also is, whose library lies in it, how much would really be freed on which server, and where copies ' +
    'stay. It is checked again when it is done, but for the library: nothing refuses a removal by a user for that.',
  body: RemovalBodySchema,
  response: ok(RemovalPreviewSchema),
}
