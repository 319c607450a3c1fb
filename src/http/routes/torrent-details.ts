import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {toWire} from '../codec.ts'
import {compressed} from '../security/compression.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import {sendLongList} from '../long-list.ts'
import type {RouteParts} from '../parts.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {FileSchema, PeerSchema, PiecesSchema, TrackerSchema, WebSeedSchema} from '../schemas/details.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {torrentColumns} from '../schemas/torrent.ts'

/** What is asked of a torrent's server now: files, trackers, peers, pieces, web seeds, the rest, the .torrent file. */
export function torrentDetails({turns}: RouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    const filesConfig = {...needs('read', 'torrent'), ...compressed}
    app.get('/torrents/:hash/files', {schema: files, config: filesConfig}, async (request, reply) =>
      sendLongList(reply, 'files', await request.scope.details.files(keyMeant(request)), turns),
    )
    app.get(
      '/torrents/:hash/trackers',
      {schema: trackers, config: needs('read', 'torrent')},
      async (request) => ({
        trackers: toWire(await request.scope.details.trackers(keyMeant(request))),
      }),
    )
    app.get('/torrents/:hash/peers', {schema: peers, config: needs('read', 'torrent')}, async (request) => ({
      peers: toWire(await request.scope.details.peers(keyMeant(request))),
    }))
    app.get(
      '/torrents/:hash/web-seeds',
      {schema: webSeeds, config: needs('read', 'torrent')},
      async (request) => ({
        web_seeds: toWire(await request.scope.details.webSeeds(keyMeant(request))),
      }),
    )
    app.get('/torrents/:hash/pieces', {schema: pieces, config: needs('read', 'torrent')}, async (request) =>
      toWire(await request.scope.details.pieces(keyMeant(request))),
    )
    app.get('/torrents/:hash/more', {schema: more, config: needs('read', 'torrent')}, async (request) => {
      const {hash: _hash, ...columns} = await request.scope.details.more(keyMeant(request))
      return toWire(columns)
    })
    app.get(
      '/torrents/:hash/export',
      {schema: exported, config: needs('control', 'torrent')},
      async (request, reply) => {
        const key = keyMeant(request)
        const file = await request.scope.details.exportTorrent(key)
        return reply
          .header('content-disposition', `attachment; filename="${key.hash}.torrent"`)
          .type('application/x-bittorrent')
          .send(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
      },
    )
  }
}

const asked = {tags: ['details'], params: HashParams, querystring: ServerChoice}

const files = {
  ...asked,
  operationId: 'listFiles',
  summary: 'Files of a torrent',
  response: ok(z.object({files: z.array(FileSchema)})),
}
const trackers = {
  ...asked,
  operationId: 'listTrackers',
  summary: 'Trackers of a torrent',
  response: ok(z.object({trackers: z.array(TrackerSchema)})),
}
const peers = {
  ...asked,
  operationId: 'listPeers',
  summary: 'Peers of a torrent',
  response: ok(z.object({peers: z.array(PeerSchema)})),
}
const webSeeds = {
  ...asked,
  operationId: 'listWebSeeds',
  summary: 'Web seeds of a torrent',
  response: ok(z.object({web_seeds: z.array(WebSeedSchema)})),
}
const pieces = {
  ...asked,
  operationId: 'getPieces',
  summary: 'Pieces of a torrent',
  response: ok(PiecesSchema),
}

const more = {
  ...asked,
  operationId: 'getMore',
  summary: 'Columns that the list of this server does not carry',
  response: ok(z.object(torrentColumns).partial()),
}

/** Bytes on their way out; Fastify sends them as they are, the schema is for the API page. */
const TorrentBytes = z.file().describe('bencoded') as unknown as z.ZodType<Buffer>

const exported = {
  ...asked,
  operationId: 'exportTorrent',
  summary: 'The .torrent file, where the server hands it out',
  response: {
    ...problemAnswers,
    200: {
      description: 'The .torrent file',
      content: {'application/x-bittorrent': {schema: TorrentBytes}},
    },
  },
}
