import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {outagesOf} from '#history/health-watch.ts'
import {daySummary} from '#journal/day-summary.ts'
import type {ArrId, DownloadId} from '#model/arr.ts'
import type {ArrManagers} from '#model/arr-service.ts'
import type {Arrival} from '#model/decision.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {ok} from '../schemas/answers.ts'
import {TodayQuery, TodaySchema} from '../schemas/today.ts'
import type {Scope} from '../scope/scope.ts'
import type {SeenArr} from '../scope/sources.ts'
import type {ActivityRouteDeps} from './activity.ts'

const DAY_MS = 86_400_000
const MOST_DAYS = 7
/** An outage that ended lately began within this time, or nobody says how long it was. */
const LOOK_BACK_MS = 30 * DAY_MS
const MOST_CHANGES = 1_000
const MOST_ARRIVALS = 20

/** What happened since the beginning of somebody's day, as far as that person may see it. */
export function todayRoutes({
  audit,
  history,
  arrivals,
  managers,
  clock,
}: Omit<ActivityRouteDeps, 'trash' | 'userName'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/today', {schema: today, config: needs('read', 'scope')}, async ({principal, query, scope}) => {
      const now = clock.now()
      const from = query.from ?? now - DAY_MS
      const least = now - MOST_DAYS * DAY_MS
      if (from < least) {
        const errors = [{field: 'from', found: from, accepted: `at least ${least}, a week ago`}]
        throw new RequestInvalid('The time begins too early.', errors)
      }
      const {lines, isComplete} = await daySummary(audit, principal, from)
      const changes = await history.health(principal.access.servers, {
        from: from - LOOK_BACK_MS,
        to: now + DAY_MS,
        limit: MOST_CHANGES,
      })
      return {
        from,
        lines: lines.map(({lastAt, ruleId, torrents, ...rest}) => ({
          ...rest,
          names: [...rest.names],
          last_at: lastAt,
          rule_id: ruleId,
          torrents: torrents?.map(({serverId, hash}) => ({server_id: serverId, info_hash: hash})) ?? null,
        })),
        complete: isComplete,
        outages: outagesOf(changes, from).map(({serverId, at, endedAt}) => ({
          server_id: serverId,
          at,
          ended_at: endedAt,
        })),
        arrivals: scope.arrs.length === 0 ? null : arrivedFor(scope, (arr) => arrivals(arr, from), managers),
      }
    })
  }
}

type Arrivals = NonNullable<z.output<typeof TodaySchema>['arrivals']>

/** What came from a server that is not in sight is left out. */
function arrivedFor(
  {arrs, fleet, access}: Pick<Scope, 'arrs' | 'fleet' | 'access'>,
  arrivalsOf: (arr: ArrId) => readonly Arrival[],
  managers: ArrManagers,
): Arrivals {
  const all = arrs
    .flatMap((arr) => arrivalsOf(arr.id).map((arrival) => ({arr, arrival})))
    .filter(({arrival: {key}}) => key === null || access.may('read', key.serverId))
    .toSorted((one, other) => other.arrival.at - one.arrival.at)
  const delays = all.flatMap(({arrival: {at, key}}) => {
    const completedAt = key && fleet.get(key)?.completedAt
    return typeof completedAt === 'number' && completedAt <= at ? (at - completedAt) / 1_000 : []
  })
  return {
    count: all.length,
    usual_delay: medianOf(delays),
    newest: all.slice(0, MOST_ARRIVALS).map(({arr, arrival}) => {
      const title = managers.of(arr.id)?.titleOf(arrival.downloadId) ?? null
      return wireArrival(arr, arrival, title, fleet)
    }),
  }
}

function wireArrival(
  {id, name, kind}: SeenArr,
  {at, key}: Arrival & {readonly downloadId: DownloadId},
  title: string | null,
  fleet: Scope['fleet'],
): Arrivals['newest'][number] {
  const torrent = key && fleet.get(key)
  return {
    arr_id: id,
    arr_name: name,
    arr_kind: kind,
    at,
    title: title ?? torrent?.name ?? null,
    server_id: key?.serverId ?? null,
    info_hash: key?.hash ?? null,
    there: torrent !== null,
  }
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((one, other) => one - other)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

const today = {
  operationId: 'getToday',
  tags: ['program'],
  summary: 'What happened since a moment, in a few lines',
  description:
    'Of what the journal has, actions of one kind together; what Arrs imported; servers that were away and are back. ' +
    'All of it as far as you may see it.',
  querystring: TodayQuery,
  response: ok(TodaySchema),
}
