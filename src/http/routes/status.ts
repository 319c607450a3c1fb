import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {isInherited} from '#clients/kinds/kinds.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {SearchesOfArr} from '#model/searches.ts'
import {searchTexts} from '#model/search-texts.ts'
import type {Observing} from '#model/qbitrr-migration.ts'
import type {ServerView, StorageState} from '#model/services.ts'
import type {ArrAtWork, RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {reasonsFor} from './health.ts'
import {completenessOf, isOnline, nameOf} from '../rows/server-views.ts'
import {ok} from '../schemas/answers.ts'
import {completeness} from '../schemas/server.ts'
import {
  StatusSchema,
  type Aliveness,
  type ArrInstance,
  type arrStates,
  type Instance,
  type ObservingSchema,
  type Storage,
} from '../schemas/status.ts'
import type {Scope} from '../scope/scope.ts'
import {storageMessage} from '../answers/storage-words.ts'

/**
 * Where tools made for qBitrr knock: its fields keep their names and meaning (`qbit`, `qbitInstances`, `arrs`, `ready`;
 * `distribution`), ours stand beside them. Source: qBitrr 5 docs, "API endpoints" of multi-instance.
 */
export function status(parts: RouteDeps): FastifyPluginAsyncZod {
  const {version, demo, readiness, storage, urlBase, listensAt, observing} = parts
  return async (app) => {
    app.get('/status', {schema: read, config: needs('read', 'scope')}, async ({principal, scope}) => {
      const all = scope.servers.list()
      const counts = scope.views.countsPerServer('category')
      const standing = new Map(scope.searches.standing().map((it) => [it.arrId, it]))
      return {
        qbit: aliveness(legacyServer(all)),
        qbitInstances: Object.fromEntries(all.map((it) => [it.id, instance(it)])),
        arrs: parts.arrsAtWork(principal).map((it) => arrInstance(it, counts, standing.get(it.card.id))),
        webui: {...listensAt(), url_base: urlBase},
        ready: reasonsFor(readiness(), scope.access).length === 0,
        version,
        demo,
        observing: wireObserving(observing()),
        ...(scope.access.permits('admin') && {storage: wireStorage(storage())}),
        torrents: all.reduce((sum, it) => sum + it.torrents, 0),
        ...completenessOf(all),
      }
    })
    app.get('/torrents/distribution', {schema: spread, config: needs('read', 'scope')}, async ({scope}) => {
      const distribution: Record<string, Record<string, number>> = Object.create(null)
      for (const [id, counts] of scope.views.countsPerServer('category')) {
        for (const {value, count: torrents} of counts) (distribution[value] ??= {})[id] = torrents
      }
      return {distribution, ...completenessOf(scope.servers.list())}
    })
  }
}

/** Old tools know one server: the section `[qBit]`, else the first qBittorrent there is. Nothing else here has a favourite. */
function legacyServer(servers: readonly ServerView[]): ServerView | undefined {
  return servers.find((it) => it.id === 'qBit') ?? servers.find((it) => isInherited(it.kind))
}

function aliveness(server: ServerView | undefined): z.output<typeof Aliveness> {
  if (server === undefined) return {alive: false, host: null, port: null, version: null}
  const {hostname, port, protocol} = new URL(server.url)
  const usual = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : null
  return {
    alive: isOnline(server),
    host: hostname === '' ? null : hostname,
    port: port === '' ? usual : Number(port),
    version: server.version,
  }
}

function instance(server: ServerView): z.output<typeof Instance> {
  const {status: health, reason, advice} = server.health
  return {...aliveness(server), ...nameOf(server), status: health, reason, advice, torrents: server.torrents}
}

function arrInstance(
  {card, running}: ArrAtWork,
  counts: ReturnType<Scope['views']['countsPerServer']>,
  standing: SearchesOfArr | undefined,
): z.output<typeof ArrInstance> {
  const {id, name, category, kind} = card
  const torrents: Record<string, number> = Object.create(null)
  for (const [server, values] of counts) {
    const count = values.find(({value}) => value === category)?.count
    if (count !== undefined) torrents[server] = count
  }
  const state = stateOf(card, running)
  const alive = state === 'looking_after' || state === 'behind'
  const queued = running?.queue?.length ?? null
  const searches = standing ? searchesOf(standing) : null
  return {id, name, category, type: kind, alive, state, queued, torrents, searches}
}

/** As the older program summed up its searches in a line, with the figures behind it. */
function searchesOf(it: SearchesOfArr): z.output<typeof ArrInstance>['searches'] {
  const {wanted, ready, pause, nextAt, hour} = it
  const says = pause === null ? `${ready} of ${wanted} ready` : searchTexts[`search.pause.${pause.code}`]
  return {
    wanted,
    ready,
    pause: pause?.code ?? null,
    until: pause?.until ?? null,
    next_at: nextAt,
    hour: {...hour},
    summary: `${says.replace(/\.$/, '')}; searched ${hour.made} of ${hour.most} in the last hour`,
  }
}

function stateOf({enabled, obstacle}: ArrCard, running: RunningArr | null): (typeof arrStates)[number] {
  if (!enabled || obstacle !== null) return 'off'
  if (running !== null && running.fault !== null) return 'away'
  if (running === null || running.readAt === null) return 'starting'
  return running.isBehind ? 'behind' : 'looking_after'
}

function wireStorage(state: StorageState): z.output<typeof Storage> {
  const {ok, since, code} = state
  return {ok, since, code, message: storageMessage(state)}
}

function wireObserving(observing: Observing | null): z.output<typeof ObservingSchema> {
  return observing && {since: observing.since, until: observing.until}
}

const read = {
  operationId: 'getStatus',
  tags: ['program'],
  summary: 'The program and its servers at a glance',
  description: 'qbit, qbitInstances, arrs and ready are as tools made for qBitrr expect them.',
  response: ok(StatusSchema),
}

const spread = {
  operationId: 'getDistribution',
  tags: ['fleet'],
  summary: 'How the torrents of each category spread over the servers',
  response: ok(
    z.object({
      distribution: z
        .record(z.string(), z.record(z.string(), z.number()))
        .describe("Category ('' = none) → id of the server → torrents"),
      ...completeness,
    }),
  ),
}
