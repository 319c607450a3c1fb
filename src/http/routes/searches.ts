import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {SearchRun} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {AnsweredUnit, SearchesOfArr} from '#model/searches.ts'
import {searchTexts} from '#model/search-texts.ts'
import type {SearchUnit} from '#model/searching.ts'
import type {SearchRequests} from '#registry/arrs/search-requests.ts'
import {searchesConditionIn} from '#search-query/searches-filter.ts'
import {refuseMistakes} from '../rows/torrent-query.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ArrParams} from '../schemas/arr.ts'
import {
  HoldAnswer,
  HoldBody,
  PauseBody,
  SearchesParameters,
  SearchNowAnswer,
  SearchNowBody,
  SearchParams,
  StoredSearchesSchema,
  StoredSearchSchema,
  type SearchesOfArrSchema,
} from '../schemas/searches.ts'
import type {Scope} from '../scope/scope.ts'
import {needs} from '../security/route-access.ts'

/** What Arrs searched because of us, and what people order of their searches. */
export function searchesRoutes(
  requests: Pick<SearchRequests, 'searchNow' | 'hold' | 'pause' | 'resume'>,
  clock: Pick<Clock, 'now'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/searches', {schema: list, config: needs('read', 'scope')}, async ({query, scope}) => {
      const {q = '', offset, limit} = query
      const {condition, mistakes} = searchesConditionIn(q, {arrs: scope.arrs, now: clock.now()})
      refuseMistakes(q, mistakes, 'q')
      const {items, total, outcomes} = await scope.searches.query({condition, offset, limit})
      return {
        items: items.map((run) => wireSearch(run, scope)),
        total,
        offset,
        limit,
        counts: Object.fromEntries(outcomes),
        arrs: scope.searches.standing().map(wireStanding),
      }
    })
    app.get('/searches/:id', {schema: one, config: needs('read', 'program')}, async ({params, scope}) => {
      const run = await scope.searches.get(params.id)
      if (run === null) throw new CommodarrError('search_unknown', 'There is no search with this id.')
      return wireSearch(run, scope)
    })
    app.post('/searches', {schema: now, config: needs('control', 'arr')}, async ({principal, body}) => {
      const {items, arrs = null, dry_run: isDry} = body
      const asked = items === undefined ? {readyIn: arrs} : {units: items.map(unitIn)}
      const {items: answers, cost, left} = await requests.searchNow(principal, asked, isDry)
      const seconds = cost.lastAt === null ? 0 : Math.max(0, Math.round((cost.lastAt - clock.now()) / 1_000))
      const {searches, questions, lastAt} = cost
      return {items: answers.map(wireAnswer), cost: {searches, questions, seconds, last_at: lastAt}, left}
    })
    app.post('/searches/hold', {schema: hold, config: needs('control', 'arr')}, async (request) => {
      const {principal, body} = request
      const unknown = await requests.hold(principal, body.items.map(unitIn), body.hold)
      return {unknown: unknown.map(({arrId, unit}) => ({arr_id: arrId, unit}))}
    })
    app.post(
      '/arrs/:id/search/pause',
      {schema: pause, config: needs('control', 'arr')},
      async ({principal, params, body}, reply) => {
        await requests.pause(principal, params.id, body.until)
        return reply.code(204).send()
      },
    )
    app.post(
      '/arrs/:id/search/resume',
      {schema: resume, config: needs('control', 'arr')},
      async ({principal, params}, reply) => {
        await requests.resume(principal, params.id)
        return reply.code(204).send()
      },
    )
  }
}

/** Its schema looked at how it is written. */
function unitIn({arr_id: arrId, unit}: {readonly arr_id: string; readonly unit: string}) {
  return {arrId, unit: unit as SearchUnit}
}

function wireSearch(run: SearchRun, scope: Scope): z.output<typeof StoredSearchSchema> {
  const {searchId, arrId, unit, items, cause, reason, askedAt, end} = run
  const isRequest = reason === 'request'
  return {
    id: searchId,
    arr_id: arrId,
    unit,
    items: [...items],
    title: end?.title ?? scope.searches.titleOf(run),
    by: isRequest ? 'request' : cause === 'arr' ? 'schedule' : cause,
    cause,
    reason,
    asked_at: askedAt,
    ended_at: end?.endedAt ?? null,
    outcome: end?.outcome ?? 'running',
    said: end?.said ?? null,
    found: end?.found ?? null,
    indexers: end?.indexers ?? null,
    grabs: (end?.grabs ?? []).map(({title, downloadId}) => ({
      title,
      download_id: downloadId,
      servers: holdersOf(downloadId, scope),
    })),
    refused: (end?.refused ?? []).map(({title, why}) => ({title, why})),
    rejects: {...end?.rejects},
  }
}

function holdersOf(downloadId: string | null, {fleet}: Scope) {
  const hash = downloadId === null ? null : asInfoHash(downloadId)
  return hash ? fleet.holders(hash).map((key) => ({server_id: key.serverId, info_hash: key.hash})) : []
}

/** Beside the Arr itself. */
function wireStanding(it: SearchesOfArr): z.output<typeof SearchesOfArrSchema> {
  return {
    arr_id: it.arrId,
    wanted: it.wanted,
    ready: it.ready,
    pause: it.pause?.code ?? null,
    says: it.pause && searchTexts[`search.pause.${it.pause.code}`],
    until: it.pause?.until ?? null,
    next_at: it.nextAt,
    hour: {...it.hour},
    day: {...it.day},
    paused: it.paused && {since: it.paused.since, until: it.paused.until},
  }
}

function wireAnswer({
  arrId,
  unit,
  answer,
  hold: its,
}: AnsweredUnit): z.output<typeof SearchNowAnswer>['items'][number] {
  return {
    arr_id: arrId,
    unit,
    answer,
    hold: its?.code ?? null,
    says: its && searchTexts[`search.hold.${its.code}`],
    until: its?.until ?? null,
  }
}

const tags = ['library']

const list = {
  operationId: 'listSearches',
  tags,
  summary: 'What Arrs searched because of Commodarr, and what came of it',
  description:
    'Searches that the schedule, a person, a rule, a request or a failed download led to, of all Arrs that you see, newest ' +
    'first, kept for 400 days, 200,000 at most. What an Arr picked without Commodarr is in GET /api/arrs/{id}/searches ' +
    'alone. Nothing is asked of an Arr.',
  querystring: SearchesParameters,
  response: ok(StoredSearchesSchema),
}

const one = {
  operationId: 'getSearch',
  tags,
  summary: 'One search',
  params: SearchParams,
  response: ok(StoredSearchSchema),
}

const now = {
  operationId: 'searchNow',
  tags,
  summary: 'Have Arrs search some things now, or say what that costs',
  description:
    'Each goes before what is searched on a schedule, one after the other in each Arr, at most twice as many an hour as its ' +
    'schedule may. What is not there, not out, in the queue, not monitored or could not be better is not searched, and the ' +
    'answer says so. A pause of the Arr does not hold it. Written into the journal.',
  body: SearchNowBody,
  response: ok(SearchNowAnswer),
}

const hold = {
  operationId: 'holdSearches',
  tags,
  summary: 'Hold some things back from searches, or release them',
  description:
    'What is held is not searched on a schedule, for a request or a rule until it is released; you can still search it now. ' +
    'Written into the journal.',
  body: HoldBody,
  response: ok(HoldAnswer),
}

const pause = {
  operationId: 'pauseSearches',
  tags: ['arrs'],
  summary: 'Pause the searches of an Arr',
  description:
    'Nothing is searched there on a schedule, for a request, a rule or a failed download, until then or until it is ' +
    'resumed, also after a restart. What users search now goes on. Written into the journal.',
  params: ArrParams,
  body: PauseBody,
  response: nothing,
}

const resume = {
  operationId: 'resumeSearches',
  tags: ['arrs'],
  summary: 'Resume the searches of an Arr',
  description: 'Ends a pause by a user. Written into the journal.',
  params: ArrParams,
  response: nothing,
}
