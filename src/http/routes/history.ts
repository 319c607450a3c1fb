import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {History, HistoryAnswer} from '#history/history.ts'
import type {Span} from '#history/sample.ts'
import {metrics, type Metric, type Series} from '#history/series.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access} from '#model/access.ts'
import {ServerUnknown} from '#model/errors.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {camel, snake} from '../codec.ts'
import {RequestInvalid} from '../field-errors.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {HealthHistorySchema, HealthQuery, HistoryQuery, HistorySchema} from '../schemas/history.ts'
import {compressed} from '../security/compression.ts'

interface HistoryRouteDeps {
  readonly history: Pick<History, 'series' | 'health'>
  readonly clock: Clock
}

const HOUR = 3_600_000

/** What servers did over time, and together: those that who asks may see. */
export function historyRoutes({history, clock}: HistoryRouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/history',
      {schema: series, config: {...needs('read', 'scope'), ...compressed}},
      async ({principal, query}, reply) => {
        const {from, to} = rangeOf(query.from, query.to ?? clock.now(), HOUR)
        const answer = await history.series({
          serverIds: serversMeant(principal.access, query.server_id),
          span: query.span === 'auto' ? 'auto' : (Number(query.span) as Span),
          metrics: query.metrics?.map(camel) ?? metrics,
          from,
          to,
        })
        // A hundred thousand figures that were made here are not looked at one by one.
        return reply.type('application/json').serializer(JSON.stringify).send(wireHistory(answer))
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

const health = {
  operationId: 'getHealthHistory',
  tags: ['servers'],
  summary: 'When servers began to do otherwise',
  querystring: HealthQuery,
  response: ok(HealthHistorySchema),
}
