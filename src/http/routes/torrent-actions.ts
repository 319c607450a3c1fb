import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {RemovalVerb} from '#model/command.ts'
import type {ItemResult} from '#model/services.ts'
import {wireAnswer} from '../rows/action-rows.ts'
import {chosenBy} from '../scope/chosen-torrents.ts'
import {fromWire} from '../codec.ts'
import {wireDone, wireResults, type AnyCommand} from '../rows/command-results.ts'
import {HashParams, keyMeant, keyNamed, ServerChoice} from '../scope/holders.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {DoneSchema, heldOrPartly} from '../schemas/results.ts'
import {ActionSchema} from '../schemas/verbs.ts'

/** Commands: one plain verb or removal on one torrent, and any verb on many torrents across servers. */
export function torrentActions(): FastifyPluginAsyncZod {
  return async (app) => {
    for (const {path, verb, summary} of plain) {
      app.post(
        `/torrents/:hash/${path}`,
        {schema: onOne(verb, summary), config: needs('control', 'torrent')},
        async (request) => {
          const keys = [keyMeant(request)]
          return wireDone(await request.scope.executor.run({keys, command: {verb, args: {}}}))
        },
      )
    }
    app.delete('/torrents/:hash', {schema: removal, config: needs('control', 'torrent')}, async (request) => {
      const {query, scope} = request
      const keys = [keyNamed(request)]
      const verb: RemovalVerb = query.delete_data ? 'removeWithData' : 'remove'
      const args = query.free_at_once ? {freeAtOnce: true} : {}
      const results: ItemResult[] = []
      await scope.actions.run({keys, command: {verb, args}}, (some) => void results.push(...some))
      return wireDone(results)
    })
    app.post(
      '/torrents/actions',
      {schema: many, config: needs('control', 'keys')},
      async ({body, scope}, reply) => {
        const {verb, args} = body
        const command = {verb, args: fromWire(args ?? {})} as unknown as AnyCommand
        const wish = {keys: chosenBy(body, scope), command}
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

const plain = [
  {path: 'start', verb: 'start', summary: 'Start a torrent'},
  {path: 'force-start', verb: 'forceStart', summary: 'Start a torrent past the queue'},
  {path: 'stop', verb: 'stop', summary: 'Stop a torrent'},
  {path: 'recheck', verb: 'recheck', summary: 'Check the data of a torrent'},
  {path: 'reannounce', verb: 'reannounce', summary: 'Ask the trackers of a torrent now'},
] as const

const onOne = (verb: string, summary: string) => ({
  operationId: `${verb}Torrent`,
  tags: ['torrents'],
  summary,
  params: HashParams,
  querystring: ServerChoice,
  response: ok(DoneSchema),
})

const flagOf = (says: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((it) => it === 'true')
    .describe(says)

const removal = {
  operationId: 'removeTorrent',
  tags: ['torrents'],
  summary: 'Remove a torrent, and its data only when told to',
  description:
    'From the server that is named. Without `server_id` nothing is removed, also where one server alone holds the ' +
    'torrent: the answer is 409 and names who holds it. What is removed can be brought back from the trash for 7 ' +
    'days; files go for good where their server does not share its disk with Commodarr.',
  params: HashParams,
  querystring: ServerChoice.extend({
    server_id: z.string().min(1).optional().describe('From which server; needed'),
    delete_data: flagOf('true = its data goes too: into the trash, where its server shares its disk with us'),
    free_at_once: flagOf('true = past the trash: what goes can not be brought back'),
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
    'what it removes then lies in the trash for 7 days, unless it is to be freed at once.',
  body: ActionSchema,
  response: heldOrPartly,
}
