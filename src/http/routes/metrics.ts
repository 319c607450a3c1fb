import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {Gauge, Registry} from 'prom-client'
import {z} from 'zod'
import type {ServerView} from '#model/services.ts'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../route-access.ts'
import {processFigures} from '../rows/process-figures.ts'
import {figuresNow, isOnline, nameOf} from '../rows/server-views.ts'
import {problemAnswers} from '../schemas/answers.ts'
import type {Scope} from '../scope/scope.ts'
import {compressed} from '../security/compression.ts'

/**
 * Figures for Prometheus: of the servers that who asks may see, and of the process itself for administrators. The
 * registry lives as long as the request, so nothing of one person is left for the next.
 */
export function metrics({version}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    const config = {...needs('read', 'scope'), ...compressed}
    app.get('/metrics', {schema: read, config}, async ({scope}, reply) => {
      const registry = new Registry()
      gauge(registry, 'info', 'Version of Commodarr', ['version']).set({version}, 1)
      addServers(registry, scope)
      if (scope.access.permits('admin')) addProcess(registry)
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await registry.metrics())
    })
  }
}

const serverLabels = ['server_id', 'server_name', 'server_type'] as const

interface Figure {
  readonly name: string
  readonly help: string
  /** `undefined`, `null` and figures that are none: the server does not tell, or is not online; no line is written. */
  readonly of: (server: ServerView) => number | null | undefined
}

const figures: readonly Figure[] = [
  {name: 'up', help: 'The server is online', of: (it) => Number(isOnline(it))},
  {name: 'torrents', help: 'Torrents known of the server', of: (it) => it.torrents},
  {name: 'download_speed_bytes', help: 'Download rate, bytes/s', of: (it) => figuresNow(it)?.downSpeed},
  {name: 'upload_speed_bytes', help: 'Upload rate, bytes/s', of: (it) => figuresNow(it)?.upSpeed},
  {
    name: 'session_downloaded_bytes',
    help: 'Downloaded since the server started',
    of: (it) => figuresNow(it)?.sessionDownloaded,
  },
  {
    name: 'session_uploaded_bytes',
    help: 'Uploaded since the server started',
    of: (it) => figuresNow(it)?.sessionUploaded,
  },
  {name: 'free_space_bytes', help: 'Free where the server saves', of: (it) => figuresNow(it)?.freeSpace},
  {
    name: 'synced_timestamp_seconds',
    help: 'When the last answer of the server was applied',
    of: (it) => inSeconds(it.syncedAt),
  },
  {
    name: 'consecutive_failures',
    help: 'Failures of the server in a row',
    of: (it) => it.health.consecutiveFailures,
  },
]

function addServers(registry: Registry, {servers, views}: Scope): void {
  const all = servers.list()
  for (const {name, help, of} of figures) {
    const each = gauge(registry, `server_${name}`, help, serverLabels)
    for (const server of all) setKnown(each, nameOf(server), of(server))
  }
  const healths = gauge(registry, 'server_health', 'How the server does, and why', [
    ...serverLabels,
    ...(['status', 'reason'] as const),
  ])
  const latency = gauge(registry, 'server_latency_seconds', 'How long the server takes to answer', [
    ...serverLabels,
    'percentile',
  ])
  const states = gauge(registry, 'server_torrents_by_state', 'Torrents of the server in each state', [
    ...serverLabels,
    'state',
  ])
  const counts = views.countsPerServer('state')
  for (const server of all) {
    const labels = nameOf(server)
    const {status, reason, latencyP50Ms, latencyP95Ms} = server.health
    healths.set({...labels, status, reason}, 1)
    // How long it took, and what its torrents did, before it went away is nothing of now.
    if (!isOnline(server)) continue
    setKnown(latency, {...labels, percentile: '50'}, inSeconds(latencyP50Ms))
    setKnown(latency, {...labels, percentile: '95'}, inSeconds(latencyP95Ms))
    for (const {value, count} of counts.get(server.id) ?? []) states.set({...labels, state: value}, count)
  }
}

function addProcess(registry: Registry): void {
  for (const {name, help, value} of processFigures()) {
    new Gauge({name, help, registers: [registry]}).set(value)
  }
}

function gauge<L extends string>(registry: Registry, name: string, help: string, labelNames: readonly L[]) {
  return new Gauge({name: `commodarr_${name}`, help, labelNames: [...labelNames], registers: [registry]})
}

function setKnown<L extends string>(
  each: Gauge<L>,
  labels: {[Name in L]?: string},
  value: number | null | undefined,
): void {
  if (typeof value === 'number' && Number.isFinite(value)) each.set(labels, value)
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}

const read = {
  operationId: 'getMetrics',
  tags: ['fleet'],
  summary: 'Figures for Prometheus',
  description:
    'Of the servers that you may see; administrators also get those of the process. A key with the right "read" is ' +
    'enough for a scraper.',
  response: {
    ...problemAnswers,
    200: {
      description: 'Figures in the text format of Prometheus',
      content: {'text/plain': {schema: z.string()}},
    },
  },
}
