import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {SharedAnswers} from '#lib/single-flight.ts'
import type {Principal} from '#model/access.ts'
import type {TorrentCommand} from '#model/command.ts'
import {facetNames, type TorrentWindow} from '#model/query.ts'
import type {ServerView} from '#model/services.ts'
import type {EpochMs} from '#model/units.ts'
import {toWire} from '../answers/codec.ts'
import {sendLongList} from '../answers/long-list.ts'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {commandOf, wireDone} from '../rows/action-rows.ts'
import {completenessOf, wireServerInList} from '../rows/server-views.ts'
import {readerIn, torrentQuery} from '../rows/torrent-query.ts'
import {selectedColumns, wireRows, wireTorrent} from '../rows/torrent-rows.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {DoneSchema} from '../schemas/results.ts'
import {completeness, ServerInListSchema} from '../schemas/server.ts'
import {
  FileSchema,
  PeerSchema,
  PiecesSchema,
  torrentColumns,
  TorrentSchema,
  TrackerSchema,
  WebSeedSchema,
} from '../schemas/torrent.ts'
import {TorrentQuerySchema, type TorrentParameters} from '../schemas/torrent-query.ts'
import {bytes, bytesPerSecond, count} from '../schemas/units.ts'
import {torrentVerbArgs as args} from '../schemas/verbs.ts'
import {HashParams, keyMeant, keysMeant, ServerChoice, type Asked} from '../scope/holders.ts'
import type {Scope} from '../scope/scope.ts'
import {compressed} from '../security/compression.ts'

/** The torrents of all servers in one list, and one of them wherever it lies. */
export function torrentRoutes({clock}: {clock: Clock}): FastifyPluginAsyncZod {
  const answers = new SharedAnswers<string>()
  return async (app) => {
    // Rows are written as they come: checking 1,000 of them against the schema would cost more than finding them.
    const listConfig = {...needs('read', 'scope'), ...compressed}
    app.get('/torrents', {schema: list, config: listConfig}, async ({query, scope, principal}, reply) => {
      // Programs of one person ask the same again and again, and many of them at once.
      const text = await answers.ask(questionOf(principal, query), async () =>
        JSON.stringify(await listTorrents(scope, query, clock.now())),
      )
      return (
        reply
          .header('content-type', 'application/json; charset=utf-8')
          .serializer(String)
          // For the types it is what it says.
          .send(text as unknown as TorrentList)
      )
    })
    app.get('/torrents/:hash', {schema: one, config: needs('read', 'torrent')}, async (request) => {
      const {fleet, servers} = request.scope
      const records = keysMeant(request).flatMap((key) => fleet.get(key) ?? [])
      return {torrents: records.map((it) => wireTorrent(it, servers.get(it.key.serverId)))}
    })
  }
}

/** Whose question it is, what he may see, and what he asks. */
function questionOf({userId, via, credentialId, access}: Principal, asked: TorrentParameters): string {
  return JSON.stringify([userId, via, credentialId, access.servers, asked])
}

async function listTorrents(scope: Scope, asked: TorrentParameters, now: EpochMs): Promise<TorrentList> {
  const {views, fleet} = scope
  const all = scope.servers.list()
  const columns = selectedColumns(asked.fields)
  const query = torrentQuery(asked, readerIn(scope, {now}))
  const window = await views.query(query)
  const concerned = all.filter((it) => isAskedAbout(it, query.filter.servers))
  return {
    torrents: wireRows(fleet, window, new Map(all.map((it) => [it.id, it])), columns),
    total: window.totals.count,
    offset: query.offset,
    limit: query.limit,
    totals: toWire(window.totals),
    ...(query.facets.length > 0 && {facets: wireFacets(window)}),
    ...completenessOf(concerned),
    servers: concerned.map(wireServerInList),
  }
}

function isAskedAbout({id}: ServerView, choice: {any?: unknown; none?: unknown} | undefined): boolean {
  const {any, none} = (choice ?? {}) as {any?: readonly string[]; none?: readonly string[]}
  return (any === undefined || any.includes(id)) && !none?.includes(id)
}

function wireFacets(window: TorrentWindow): z.output<typeof Facets> {
  const facets: z.output<typeof Facets> = {}
  for (const name of facetNames) {
    const counts = window.facets[name]
    if (counts !== undefined) facets[name] = toWire(counts)
  }
  return facets
}

const FacetCount = z
  .object({
    value: z.string().describe("The value; '' = none"),
    count: count('Torrents that have it'),
    size: bytes('Wanted, together'),
  })
  .meta({id: 'FacetCount'})

const Facets = z
  .object({
    server: z.array(FacetCount),
    state: z.array(FacetCount),
    category: z.array(FacetCount),
    tag: z.array(FacetCount),
    tracker: z.array(FacetCount),
    private: z.array(FacetCount),
  })
  .partial()
  .describe('Counts per value of the facets asked for; each ignores its own part of the filter')

const TorrentListSchema = z.object({
  torrents: z.array(TorrentSchema).describe('The rows of the window, in order'),
  total: count('Torrents that pass the filter'),
  offset: count('Rank of the first row'),
  limit: count('Rows at most'),
  totals: z.object({
    count: count('Torrents that pass the filter'),
    size: bytes('Wanted, together'),
    down_speed: bytesPerSecond('Download rate, together'),
    up_speed: bytesPerSecond('Upload rate, together'),
  }),
  facets: Facets.optional(),
  ...completeness,
  servers: z
    .array(ServerInListSchema)
    .describe('The servers asked about: a failing one shows as its own error here'),
})
type TorrentList = z.output<typeof TorrentListSchema>

const list = {
  operationId: 'listTorrents',
  tags: ['torrents'],
  summary: 'The torrents of all servers in one list',
  description:
    'Filters of different kinds are joined by AND, values of one kind by OR. An unknown value is in no range.',
  querystring: TorrentQuerySchema,
  response: ok(TorrentListSchema),
}

const one = {
  operationId: 'getTorrent',
  tags: ['torrents'],
  summary: 'A torrent by its hash, on every server that holds it',
  params: HashParams,
  querystring: ServerChoice,
  response: ok(z.object({torrents: z.array(TorrentSchema).describe('One for each server that holds it')})),
}

/** What is asked of a torrent's server now: files, trackers, peers, pieces, web seeds, the rest, the .torrent file. */
export function torrentDetails({turns}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    // Servers of users may answer with lists of any length: none of them is written in one go.
    const longConfig = needs('read', 'torrent')
    const filesConfig = {...longConfig, ...compressed}
    app.get('/torrents/:hash/files', {schema: files, config: filesConfig}, async (request, reply) => {
      const rows = await request.scope.details.files(keyMeant(request))
      return sendLongList(reply, 'files', {rows, turns})
    })
    app.get('/torrents/:hash/trackers', {schema: trackers, config: longConfig}, async (request, reply) => {
      const rows = await request.scope.details.trackers(keyMeant(request))
      return sendLongList(reply, 'trackers', {rows, turns})
    })
    app.get('/torrents/:hash/peers', {schema: peers, config: longConfig}, async (request, reply) => {
      const rows = await request.scope.details.peers(keyMeant(request))
      return sendLongList(reply, 'peers', {rows, turns})
    })
    app.get('/torrents/:hash/web-seeds', {schema: webSeeds, config: longConfig}, async (request, reply) => {
      const rows = await request.scope.details.webSeeds(keyMeant(request))
      return sendLongList(reply, 'web_seeds', {rows, turns})
    })
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
  summary: 'The .torrent file, where the server exports it',
  response: {
    ...problemAnswers,
    200: {description: 'The .torrent file', content: {'application/x-bittorrent': {schema: TorrentBytes}}},
  },
}

/** Changes of what a torrent is made of and where it gets it: files, trackers, peers, web seeds. */
export function torrentParts(): FastifyPluginAsyncZod {
  const order = async (request: Asked, command: TorrentCommand) =>
    wireDone(await request.scope.actions.one(keyMeant(request), command))

  return async (app) => {
    app.patch(
      '/torrents/:hash/files',
      {schema: setPriority, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('setFilePriority', request.body)),
    )
    app.post(
      '/torrents/:hash/trackers',
      {schema: addTrackers, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('addTrackers', request.body)),
    )
    app.patch(
      '/torrents/:hash/trackers',
      {schema: editTracker, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('editTracker', request.body)),
    )
    app.delete(
      '/torrents/:hash/trackers',
      {schema: removeTrackers, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('removeTrackers', request.body)),
    )
    app.post('/torrents/:hash/peers', {schema: addPeers, config: needs('control', 'torrent')}, (request) =>
      order(request, commandOf('addPeers', request.body)),
    )
    app.post(
      '/torrents/:hash/web-seeds',
      {schema: addWebSeeds, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('addWebSeeds', request.body)),
    )
    app.delete(
      '/torrents/:hash/web-seeds',
      {schema: removeWebSeeds, config: needs('control', 'torrent')},
      (request) => order(request, commandOf('removeWebSeeds', request.body)),
    )
  }
}

const change = <B extends z.ZodType>(operationId: string, summary: string, body: B) => ({
  operationId,
  tags: ['details'],
  summary,
  params: HashParams,
  querystring: ServerChoice,
  body,
  response: ok(DoneSchema),
})

const setPriority = change('setFilePriority', 'Want files, or not', args.setFilePriority)
const addTrackers = change('addTrackers', 'Add trackers', args.addTrackers)
const editTracker = change('editTracker', 'Change the address of a tracker', args.editTracker)
// Addresses of trackers hold passkeys: they travel in the body, never in an address that ends up in logs.
const removeTrackers = change('removeTrackers', 'Remove trackers', args.removeTrackers)
const addPeers = change('addPeers', 'Add peers', args.addPeers)
const addWebSeeds = change('addWebSeeds', 'Add web seeds', args.addWebSeeds)
const removeWebSeeds = change('removeWebSeeds', 'Remove web seeds', args.removeWebSeeds)
