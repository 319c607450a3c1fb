import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {facetNames, type TorrentWindow} from '#model/query.ts'
import type {ServerView} from '#model/services.ts'
import type {EpochMs} from '#model/units.ts'
import {toWire} from '../codec.ts'
import {compressed} from '../security/compression.ts'
import {HashParams, keysMeant, ServerChoice} from '../scope/holders.ts'
import {needs} from '../route-access.ts'
import type {Scope} from '../scope/scope.ts'
import {ok} from '../schemas/answers.ts'
import {completeness, ServerInListSchema} from '../schemas/server.ts'
import {TorrentQuerySchema, type TorrentParameters} from '../schemas/torrent-query.ts'
import {TorrentSchema} from '../schemas/torrent.ts'
import {bytes, bytesPerSecond, count} from '../schemas/units.ts'
import {completenessOf, wireServerInList} from '../rows/server-views.ts'
import {torrentQuery} from '../rows/torrent-query.ts'
import {chosenColumns, wireRows, wireTorrent} from '../rows/torrent-rows.ts'

/** The torrents of all servers in one list, and one of them wherever it lies. */
export function torrentRoutes({clock}: {clock: Clock}): FastifyPluginAsyncZod {
  return async (app) => {
    // Rows are written as they come: checking 1,000 of them against the schema would cost more than finding them.
    const listConfig = {...needs('read', 'scope'), ...compressed}
    app.get('/torrents', {schema: list, config: listConfig}, async ({query, scope}, reply) =>
      reply
        .header('content-type', 'application/json; charset=utf-8')
        .serializer(JSON.stringify)
        .send(await listTorrents(scope, query, clock.now())),
    )
    app.get('/torrents/:hash', {schema: one, config: needs('read', 'torrent')}, async (request) => {
      const {fleet, servers} = request.scope
      const records = keysMeant(request).flatMap((key) => fleet.get(key) ?? [])
      return {torrents: records.map((it) => wireTorrent(it, servers.get(it.key.serverId)))}
    })
  }
}

async function listTorrents(
  {views, fleet, servers, arrs}: Scope,
  asked: TorrentParameters,
  now: EpochMs,
): Promise<TorrentList> {
  const all = servers.list()
  const columns = chosenColumns(asked.fields)
  const query = torrentQuery(asked, {servers: all, arrs, now})
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
