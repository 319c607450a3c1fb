import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {AddOutcome, AddSource} from '#model/command.ts'
import {fromWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {AddedSchema} from '../schemas/results.ts'
import {AddBodySchema} from '../schemas/verbs.ts'
import {serverMeant} from '../scope/server-meant.ts'

/** Adds a torrent by magnet link or URL; files go through `upload-torrents.ts`. */
export function addTorrents(): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/torrents', {schema: add, config: needs('add', 'server')}, async ({body, scope}, reply) => {
      const {server_id, magnet, url, ...options} = body
      const {id} = serverMeant(scope, server_id)
      const source: AddSource = magnet === undefined ? {url: url!} : {magnet}
      const outcome = await scope.executor.add(id, {...fromWire(options), source})
      return reply
        .code(statusOfAdded[outcome.status])
        .send({server_id, status: outcome.status, info_hash: outcome.hash})
    })
  }
}

const statusOfAdded = {added: 201, pending: 202, duplicate: 200} as const satisfies Record<
  AddOutcome['status'],
  number
>

const add = {
  operationId: 'addTorrent',
  tags: ['torrents'],
  summary: 'Add a torrent by magnet link or URL',
  body: AddBodySchema,
  response: {
    200: AddedSchema.describe('The server had it already'),
    201: AddedSchema.describe('Added'),
    202: AddedSchema.describe('The server fetches it itself and has not said how that went'),
    ...problemAnswers,
  },
}
