import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {History, HistoryAnswer} from '#history/history.ts'
import type {Span} from '#history/sample.ts'
import {metrics, type Metric, type Series} from '#history/series.ts'
import type {TrafficHistory} from '#history/traffic-history.ts'
import type {Audit, AuditEntry} from '#journal/audit.ts'
import {outcomeOf} from '#journal/outcomes.ts'
import type {Clock} from '#lib/clock.ts'
import {camel, snake} from '#lib/snake-case.ts'
import type {Access, Principal} from '#model/access.ts'
import type {Milestone} from '#model/decision.ts'
import {ServerUnknown} from '#model/errors.ts'
import type {NamedTracker} from '#model/query.ts'
import {asServerId, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {ok} from '../schemas/answers.ts'
import {
  HealthHistorySchema,
  HealthQuery,
  HistoryQuery,
  HistorySchema,
  TorrentHistoryQuery,
  TorrentHistorySchema,
  TrackerHistoryQuery,
  TrackerHistorySchema,
} from '../schemas/history.ts'
import {HashParams, keyOnceMeant} from '../scope/holders.ts'
import {compressed} from '../security/compression.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What servers and their trackers did over time, and together: those that who asks may see. */
export function historyRoutes(
  history: Pick<History, 'series' | 'health'>,
  traffic: Pick<TrafficHistory, 'trackers'>,
  /** What trackers are called for who asks. */
  called: (by: Principal) => readonly NamedTracker[],
  clock: Clock,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/history',
      {schema: series, config: {...needs('read', 'scope'), ...compressed}},
      async ({principal, query}, reply) => {
        const {from, to} = rangeOf(query.from, query.to ?? clock.now(), HOUR)
        const answer = await history.series({
          serverIds: serversMeant(principal.access, query.server_id),
          span: spanOf(query.span),
          metrics: query.metrics?.map(camel) ?? metrics,
          from,
          to,
        })
        // A hundred thousand figures that were made here are not looked at one by one.
        return reply.type('application/json').serializer(JSON.stringify).send(wireHistory(answer))
      },
    )
    app.get(
      '/history/trackers',
      {schema: trackers, config: {...needs('read', 'scope'), ...compressed}},
      async ({principal, query}, reply) => {
        const time = rangeOf(query.from, query.to ?? clock.now(), DAY)
        const ids = serversMeant(principal.access, query.server_id)
        const answer = await traffic.trackers(ids, {...time, span: spanOf(query.span)}, called(principal))
        return reply.type('application/json').serializer(JSON.stringify).send(answer)
      },
    )
    app.get(
      '/history/health',
      {schema: health, config: needs('read', 'scope')},
      async ({principal, query}) => {
        const {from, to} = rangeOf(query.from, query.to ?? clock.now() + HOUR, Infinity)
        const ids = serversMeant(principal.access, query.server_id)
        const changes = await history.health(ids, {from, to, limit: query.limit})
        return {changes: changes.map(({serverId, ...rest}) => ({server_id: serverId, ...rest}))}
      },
    )
  }
}

/** What a torrent moved over time, and what happened to it meanwhile. */
export function torrentHistoryRoutes(
  traffic: Pick<TrafficHistory, 'torrent'>,
  audit: Pick<Audit, 'timeline'>,
  /** Of a torrent, the first first. */
  milestones: (key: TorrentKey) => readonly Milestone[],
  clock: Clock,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/torrents/:hash/history',
      {schema: ofTorrent, config: {...needs('read', 'torrent'), ...compressed}},
      async (request, reply) => {
        const {query, principal, scope} = request
        const time = rangeOf(query.from, query.to ?? clock.now(), DAY)
        const key = keyOnceMeant(request)
        const answer = await traffic.torrent(key, scope.fleet.get(key), {...time, span: spanOf(query.span)})
        const entries = await entriesBetween(audit, principal, key, time)
        const happened = milestones(key).filter(
          ({at, arrId}) => isWithin(at, time) && (arrId === null || scope.arrs.some(({id}) => id === arrId)),
        )
        const marks: readonly Mark[] = [
          ...happened.map(({at, what, arrId}) => ({at, what, arr_id: arrId, entry_id: null, outcome: null})),
          ...entries.map(({at, verb, id, phase, code}) => ({
            at,
            what: verb,
            arr_id: null,
            entry_id: id,
            outcome: outcomeOf(phase, code),
          })),
        ]
        return reply
          .type('application/json')
          .serializer(JSON.stringify)
          .send({...answer, marks: marks.toSorted((a, b) => a.at - b.at)})
      },
    )
  }
}

type Mark = z.output<typeof TorrentHistorySchema>['marks'][number]

/** Actions of one look into the journal, and at most so many in all, the newest. */
const DEEDS_AT_ONCE = 500
const MOST_DEEDS = 2_000

async function entriesBetween(
  audit: Pick<Audit, 'timeline'>,
  who: Principal,
  key: TorrentKey,
  time: {from: EpochMs; to: EpochMs},
): Promise<AuditEntry[]> {
  const found: AuditEntry[] = []
  let after: number | null = null
  for (let looked = 0; looked < MOST_DEEDS; looked += DEEDS_AT_ONCE) {
    const page = await audit.timeline(who, key, {order: 'newest', after, limit: DEEDS_AT_ONCE})
    found.push(...page.entries.filter(({at}) => isWithin(at, time)))
    const oldest = page.entries.at(-1)
    if (page.next === null || oldest === undefined || oldest.at < time.from) break
    after = page.next
  }
  return found
}

function isWithin(at: EpochMs, {from, to}: {from: EpochMs; to: EpochMs}): boolean {
  return at >= from && at <= to
}

function spanOf(span: string): Span | 'auto' {
  return span === 'auto' ? 'auto' : (Number(span) as Span)
}

/** @throws {ServerUnknown} also for one that he may not see */
function serversMeant(access: Access, named: readonly string[] | undefined): readonly ServerId[] {
  if (named === undefined) return access.servers
  const ids = [...new Set(named)].map(asServerId)
  for (const id of ids) if (!access.may('read', id)) throw new ServerUnknown(id)
  return ids
}

/** @throws {RequestInvalid} */
function rangeOf(from: number | undefined, to: number, usualMs: number): {from: number; to: number} {
  const begin = from ?? Math.max(0, to - usualMs)
  if (begin <= to) return {from: begin, to}
  const errors = [{field: 'from', found: begin, accepted: `at most to, which is ${to}`}]
  throw new RequestInvalid('The time ends before it begins.', errors)
}

function wireHistory({span, at, servers, sum, reporting}: HistoryAnswer): z.output<typeof HistorySchema> {
  return {
    span,
    at: [...at],
    reporting: [...reporting],
    servers: servers?.map((it) => ({server_id: it.serverId, values: wireValues(it.values)})) ?? null,
    sum: wireValues(sum),
  }
}

function wireValues(values: Series<Metric>): Record<string, (number | null)[]> {
  const wired = Object.entries(values).map(([metric, points]) => [
    snake(metric),
    points.map((it) => (it === null ? null : rounded(it, metric))),
  ])
  return Object.fromEntries(wired) as Record<string, (number | null)[]>
}

/** As fine as anybody can see. */
function rounded(value: number, metric: string): number {
  if (metric === 'online') return Math.round(value * 10_000) / 10_000
  return metric === 'latencyMs' ? Math.round(value * 10) / 10 : Math.round(value)
}

const series = {
  operationId: 'getHistory',
  tags: ['servers'],
  summary: 'What servers did over time, each and together',
  description:
    'Kept every 10 s for an hour, then by minute, hour and day (UTC). What was not measured is null, never 0. A point ' +
    'that has not ended is reported as it is so far.',
  querystring: HistoryQuery,
  response: ok(HistorySchema),
}

const trackers = {
  operationId: 'getTrackerHistory',
  tags: ['servers'],
  summary: 'What the torrents of each tracker moved over time',
  description:
    'Kept by hour, by the days of UTC, for the main tracker of each torrent, on all servers asked about together. Hosts ' +
    'of one profile are one tracker, in the past, too: by the profiles that there are when it is asked. What ' +
    'was not measured is null, never 0. The point that has not ended is reported as it is so far.',
  querystring: TrackerHistoryQuery,
  response: ok(TrackerHistorySchema),
}

const ofTorrent = {
  operationId: 'getTorrentHistory',
  tags: ['details'],
  summary: 'What a torrent moved over time, and what happened to it meanwhile',
  description:
    'Kept by hour, and for the last ten minutes every 10 s. Also of one that is gone, when its server is named. What ' +
    'was not measured is null, never 0.',
  params: HashParams,
  querystring: TorrentHistoryQuery,
  response: ok(TorrentHistorySchema),
}

const health = {
  operationId: 'getHealthHistory',
  tags: ['servers'],
  summary: 'When servers began to do otherwise',
  querystring: HealthQuery,
  response: ok(HealthHistorySchema),
}
