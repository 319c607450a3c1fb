import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {isInherited} from '#clients/kinds/kinds.ts'
import {arrKinds} from '#model/arr.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import {errorCodes} from '#model/errors.ts'
import {healthReasons, healthStatuses} from '#model/server.ts'
import type {Observing} from '#model/qbitrr-migration.ts'
import type {ServerView, StorageState} from '#model/services.ts'
import type {ArrAtWork, RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {reasonsFor} from './health.ts'
import {completenessOf, isOnline, nameOf} from '../rows/server-views.ts'
import {ok} from '../schemas/answers.ts'
import {completeness, serverName} from '../schemas/server.ts'
import {at, count, flag, text} from '../schemas/units.ts'
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
      return {
        qbit: aliveness(legacyServer(all)),
        qbitInstances: Object.fromEntries(all.map((it) => [it.id, instance(it)])),
        arrs: parts.arrsAtWork(principal).map((it) => arrInstance(it, counts)),
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
): z.output<typeof ArrInstance> {
  const {id, name, category, kind} = card
  const torrents: Record<string, number> = Object.create(null)
  for (const [server, values] of counts) {
    const count = values.find(({value}) => value === category)?.count
    if (count !== undefined) torrents[server] = count
  }
  const state = stateOf(card, running)
  const alive = state === 'looking_after' || state === 'behind'
  return {id, name, category, type: kind, alive, state, queued: running?.queue?.length ?? null, torrents}
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

const Aliveness = z.object({
  alive: flag('It is online'),
  host: text('Host; null = none, or reached by a socket').nullable(),
  port: count('Port; null = none').nullable(),
  version: text('Version of the daemon; null = not connected yet').nullable(),
})

const Instance = Aliveness.extend({
  ...serverName,
  status: z.enum(healthStatuses).describe('How it does'),
  reason: z.enum(healthReasons).describe('Why; none = all is well'),
  advice: text("What to do about it; '' when all is well"),
  torrents: count('Torrents known of it'),
}).meta({id: 'Instance'})

const arrStates = ['off', 'starting', 'away', 'behind', 'looking_after'] as const

const ArrInstance = z
  .object({
    id: text('Of the Arr'),
    name: text('How people call it'),
    category: text('Of its torrents'),
    type: z.enum(arrKinds).describe('What it is'),
    alive: flag('It answers, and its downloads are managed'),
    state: z
      .enum(arrStates)
      .describe(
        'off: switched off, or something is in its way. away: it does not answer. behind: it said that something is ' +
          'new, and that is not read yet',
      ),
    queued: count('Rows in its queue; null = not known').nullable(),
    torrents: z.record(z.string(), z.number()).describe('Torrents of its category by the id of the server'),
  })
  .meta({id: 'ArrInstance'})

const Storage = z.object({
  ok: flag('What people keep can be written'),
  since: at('Since when it is so'),
  code: z.enum(errorCodes).nullable().describe('What ails the database; null = nothing'),
  message: text("The same in words; '' when all is well"),
})

const ObservingSchema = z
  .object({
    since: at('Since'),
    until: at('Until then; an administrator is asked again. null = without an end').nullable(),
  })
  .nullable()

const read = {
  operationId: 'getStatus',
  tags: ['program'],
  summary: 'The program and its servers at a glance',
  description: 'qbit, qbitInstances, arrs and ready are as tools made for qBitrr expect them.',
  response: ok(
    z.object({
      qbit: Aliveness.describe('The server of the section [qBit], else the first qBittorrent'),
      qbitInstances: z.record(z.string(), Instance).describe('All servers, of every kind, by id'),
      arrs: z.array(ArrInstance).describe('The Arrs that you may see'),
      webui: z
        .object({
          host: text('Address that it listens at'),
          port: count('Port that it listens at'),
          url_base: text("Path below which everything is served; '' = none"),
        })
        .describe('Where the pages are'),
      ready: flag('It serves'),
      version: text('Version of Commodarr'),
      demo: flag('The fleet is simulated'),
      observing: ObservingSchema.describe(
        'The rules of the configuration only report what they would do; null = they act',
      ),
      storage: Storage.optional().describe('State of the database; for administrators only'),
      torrents: count('Torrents of all servers'),
      ...completeness,
    }),
  ),
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
