import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {requestStages, type RequestStage, type RequestView} from '#model/requests.ts'
import {ok} from '../schemas/answers.ts'
import {RequestsParameters, RequestsSchema, type MediaRequestSchema} from '../schemas/requests.ts'
import {needs} from '../security/route-access.ts'

/** What people asked for in request managers, and how far it has got. */
export function requestRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/requests', {schema: list, config: needs('read', 'scope')}, async ({query, scope}) => {
      const {arr, stage, offset, limit} = query
      const all = await scope.requests(arr)
      const found = stage === undefined ? all : all.filter((it) => it.stage === stage)
      const counts = Object.fromEntries(requestStages.map((it) => [it, 0])) as Record<RequestStage, number>
      for (const it of all) counts[it.stage]++
      return {items: found.slice(offset, offset + limit).map(wireRequest), total: found.length, counts}
    })
  }
}

function wireRequest({
  request,
  manager,
  arrId,
  title,
  units,
  stage,
}: RequestView): z.output<typeof MediaRequestSchema> {
  return {
    id: `${request.source} ${request.id}`,
    manager,
    kind: request.kind,
    title,
    tmdb_id: request.tmdbId,
    tvdb_id: request.tvdbId,
    imdb_id: request.imdbId,
    is_4k: request.is4k,
    seasons: request.seasons.map(({season, episodes}) => ({season, episodes: episodes && [...episodes]})),
    is_approved: request.status === 'approved',
    requester: request.requester,
    requested_at: request.requestedAt,
    seen_at: request.seenAt,
    arr_id: arrId,
    units: [...units],
    stage,
    says: sentences[stage],
  }
}

const sentences: Readonly<Record<RequestStage, string>> = {
  pending: 'Not approved yet.',
  not_in_arr: 'No Arr that takes it has it.',
  unmonitored: 'Not searched: not monitored in its Arr.',
  waiting: 'Waiting for its search, or for its release.',
  searching: 'Being searched now.',
  downloading: 'In the queue of its Arr.',
  available: 'All of it is there.',
}

const list = {
  operationId: 'listRequests',
  tags: ['library'],
  summary: 'What was requested in Overseerr, Jellyseerr, Seerr and Ombi, and how far it has got',
  description:
    'Of the Arrs that you see, what is not fulfilled of the requests that they take, as their managers listed them last. ' +
    'Nothing is asked of a manager or an Arr. What no Arr has is shown to who sees all Arrs that take requests of that manager.',
  querystring: RequestsParameters,
  response: ok(RequestsSchema),
}
