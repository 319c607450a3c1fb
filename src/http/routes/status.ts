import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {errorCodes} from '#model/errors.ts'
import {healthReasons, healthStatuses} from '#model/server.ts'
import type {ServerView, StorageState} from '#model/services.ts'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../route-access.ts'
import {reasonsFor} from '../rows/readiness.ts'
import {completenessOf, isOnline, nameOf} from '../rows/server-views.ts'
import {ok} from '../schemas/answers.ts'
import {completeness, serverName} from '../schemas/server.ts'
import {at, count, flag, text} from '../schemas/units.ts'
import {storageMessage} from '../storage-words.ts'

/**
 * Where tools made for qBitrr knock: its fields keep their names and meaning (`qbit`, `qbitInstances`, `arrs`, `ready`;
 * `distribution`), ours stand beside them. Source: qBitrr 5 docs, "API endpoints" of multi-instance.
 */
export function status({version, demo, readiness, storage}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/status', {schema: read, config: needs('read', 'scope')}, async ({scope}) => {
      const all = scope.servers.list()
      return {
        qbit: aliveness(legacyServer(all)),
        qbitInstances: Object.fromEntries(all.map((it) => [it.id, instance(it)])),
        arrs: [],
        ready: reasonsFor(readiness(), scope.access).length === 0,
        version,
        demo,
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
  return servers.find((it) => it.id === 'qBit') ?? servers.find((it) => it.kind === 'qbittorrent')
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

function wireStorage(state: StorageState): z.output<typeof Storage> {
  const {ok, since, code} = state
  return {ok, since, code, message: storageMessage(state)}
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

const Storage = z.object({
  ok: flag('What people keep can be written'),
  since: at('Since when it is so'),
  code: z.enum(errorCodes).nullable().describe('What ails the database; null = nothing'),
  message: text("The same in words; '' when all is well"),
})

const read = {
  operationId: 'getStatus',
  tags: ['program'],
  summary: 'The program and its servers at a glance',
  description: 'qbit, qbitInstances, arrs and ready are as tools made for qBitrr expect them.',
  response: ok(
    z.object({
      qbit: Aliveness.describe('The server of the section [qBit], else the first qBittorrent'),
      qbitInstances: z.record(z.string(), Instance).describe('All servers, of every kind, by id'),
      arrs: z.array(z.unknown()).describe('The Arrs that are managed'),
      ready: flag('It serves'),
      version: text('Version of Commodarr'),
      demo: flag('The fleet is simulated'),
      storage: Storage.optional().describe('How the database does; only administrators are told'),
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
