import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {ServerFigures} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {needs} from '../security/route-access.ts'
import {completenessOf, figuresNow, isOnline, wireServerInList} from '../rows/server-views.ts'
import {ok} from '../schemas/answers.ts'
import {completeness, ServerInListSchema} from '../schemas/server.ts'
import {bytes, bytesPerSecond, flag} from '../schemas/units.ts'

/** What flows: per server, and together. Servers that are not online count nothing to the rates. */
export function transfer(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/transfer', {schema: read, config: needs('read', 'scope')}, async ({scope}) => {
      const all = scope.servers.list()
      return {
        servers: all.map((it) => ({...wireServerInList(it), ...flowOf(figuresNow(it))})),
        totals: together(all.filter((it) => isOnline(it))),
        ...completenessOf(all),
      }
    })
  }
}

const summed = {
  downSpeed: 'down_speed',
  upSpeed: 'up_speed',
  sessionDownloaded: 'session_downloaded',
  sessionUploaded: 'session_uploaded',
  allTimeDownloaded: 'all_time_downloaded',
  allTimeUploaded: 'all_time_uploaded',
} as const

function flowOf(stats: ServerFigures | null): Partial<z.output<typeof Flow>> {
  if (stats === null) return {}
  return {...together([{stats}]), ...(stats.altSpeed !== undefined && {alt_speed: stats.altSpeed})}
}

/** Sums; a figure that one of the servers does not tell is left out rather than too small. */
function together(servers: readonly Pick<ServerView, 'stats'>[]): z.output<typeof Flow> {
  const flow: z.output<typeof Flow> = {down_speed: 0, up_speed: 0}
  for (const [field, name] of Object.entries(summed) as [
    keyof typeof summed,
    (typeof summed)[keyof typeof summed],
  ][]) {
    const figures = servers.map(({stats}) => stats?.[field])
    if (figures.every((it) => it !== undefined)) flow[name] = figures.reduce((sum, it) => sum + it, 0)
  }
  const down = limitTogether(servers.map((it) => it.stats?.downLimit))
  const up = limitTogether(servers.map((it) => it.stats?.upLimit))
  return {...flow, ...(down !== undefined && {down_limit: down}), ...(up !== undefined && {up_limit: up})}
}

/** One server without a limit lifts the limit of them all. */
function limitTogether(limits: readonly (number | null | undefined)[]): number | null | undefined {
  if (limits.length === 0 || limits.includes(undefined)) return undefined
  return limits.includes(null) ? null : limits.reduce<number>((sum, it) => sum + it!, 0)
}

const Flow = z.object({
  down_speed: bytesPerSecond('Download rate'),
  up_speed: bytesPerSecond('Upload rate'),
  session_downloaded: bytes('Downloaded since the start').optional(),
  session_uploaded: bytes('Uploaded since the start').optional(),
  all_time_downloaded: bytes('Downloaded in all').optional(),
  all_time_uploaded: bytes('Uploaded in all').optional(),
  down_limit: bytesPerSecond('Download limit in force; null = none').nullable().optional(),
  up_limit: bytesPerSecond('Upload limit in force; null = none').nullable().optional(),
  alt_speed: flag('The alternative limits are in force').optional(),
})

const read = {
  operationId: 'getTransfer',
  tags: ['fleet'],
  summary: 'Rates, totals and limits, per server and together',
  description: 'Limits are changed per server: PATCH /api/servers/{id}/limits.',
  response: ok(
    z.object({
      servers: z.array(ServerInListSchema.extend(Flow.partial().shape)),
      totals: Flow.omit({alt_speed: true}).describe('Of the servers that are online'),
      ...completeness,
    }),
  ),
}
