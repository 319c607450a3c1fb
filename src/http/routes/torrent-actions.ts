import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {RemovalVerb} from '#model/command.ts'
import type {ActionView} from '#executor/action.ts'
import type {ItemResult} from '#model/services.ts'
import type {EpochMs} from '#model/units.ts'
import {wireEnd} from '../action-rows.ts'
import {chosenBy} from '../chosen-torrents.ts'
import {fromWire} from '../codec.ts'
import {wireDone, wireResults, type AnyCommand} from '../command-results.ts'
import {HashParams, keyMeant, ServerChoice} from '../holders.ts'
import {needs} from '../route-access.ts'
import {ok, partly} from '../schemas/answers.ts'
import {ActionResultsSchema, DoneSchema, HeldActionSchema} from '../schemas/results.ts'
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
      const keys = [keyMeant(request)]
      const verb: RemovalVerb = request.query.delete_data ? 'removeWithData' : 'remove'
      return wireDone(await request.scope.executor.run({keys, command: {verb, args: {}}}))
    })
    app.post(
      '/torrents/actions',
      {schema: many, config: needs('control', 'keys')},
      async ({body, scope}, reply) => {
        const {verb, args} = body
        const command = {verb, args: fromWire(args ?? {})} as unknown as AnyCommand
        const wish = {keys: chosenBy(body, scope), command}
        const held = 'hold_seconds' in body && (body.hold_seconds ?? 0) > 0 ? body.hold_seconds! : null
        if (held !== null) {
          const action = await scope.actions.hold(wish, held)
          if (action.heldUntil === null) return reply.code(207).send(wireEnd(action))
          return reply.code(202).send(wireHeld(action, action.heldUntil))
        }
        const results: ItemResult[] = []
        const isList = Array.isArray(wish.keys)
        const action = await scope.actions.run(
          wish,
          isList ? (some) => void results.push(...some) : undefined,
        )
        return reply.code(207).send(isList ? wireResults(results, action.id) : wireEnd(action))
      },
    )
  }
}

function wireHeld({id, count, tally}: ActionView, heldUntil: EpochMs): z.output<typeof HeldActionSchema> {
  return {action_id: id, held_until: heldUntil, count, counts: {...tally.counts}}
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

const removal = {
  operationId: 'removeTorrent',
  tags: ['torrents'],
  summary: 'Remove a torrent, and its data only when told to',
  params: HashParams,
  querystring: ServerChoice.extend({
    delete_data: z
      .enum(['true', 'false'])
      .default('false')
      .transform((it) => it === 'true')
      .describe('true = remove its data from the disk of the server too'),
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
    'a selection may be named; then results come for what is not done alone. A removal may be held for some seconds.',
  body: ActionSchema,
  response: {
    202: HeldActionSchema.describe('It waits to be sent'),
    ...partly(ActionResultsSchema),
  },
}
