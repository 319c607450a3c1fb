/** Which methods an address knows, to tell "no such thing" (404) from "not like this" (405), and what to ask instead. */
import type {FastifyInstance} from 'fastify'

export interface KnownMethods {
  /** Methods that the path of `url` has routes for; empty = there is no such path. */
  of(url: string): string[]
  /** The path of `url` below `/api`, for who left that out; `null` = nothing is there either. */
  belowApi(url: string): string | null
}

/** Must be called before the routes are added. */
/** @param urlBase '' or `/base` */
export function rememberMethods(app: FastifyInstance, urlBase: string): KnownMethods {
  const routes: {shape: RegExp; methods: string[]}[] = []
  app.addHook('onRoute', (route) => {
    routes.push({shape: shapeOf(route.url), methods: [route.method].flat()})
  })
  const of = (path: string) => {
    const methods = routes.filter((route) => route.shape.test(path)).flatMap((route) => route.methods)
    return [...new Set(methods)].sort()
  }
  return {
    of: (url) => of(url.split('?', 1)[0]!),
    belowApi(url) {
      const [path = ''] = url.split('?', 1)
      if (!path.startsWith(`${urlBase}/`)) return null
      const meant = `${urlBase}/api${path.slice(urlBase.length)}`
      return of(meant).length > 0 ? meant : null
    },
  }
}

function shapeOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/:[A-Za-z_]+/g, '[^/]+')}$`)
}

/*
 * Addresses of qBitrr that are others here: a tool that asks there is told where it goes on, instead of that there is
 * nothing. `/api/status`, `/api/torrents/distribution` and `/api/processes` are where they were (`routes/status.ts`).
 * Source: qBitrr 5 docs, "API reference"; there each address stands below `/web` as well.
 */

/** Below `/api` of qBitrr, and what tells that here. */
const addresses: Readonly<Record<string, string>> = {
  meta: '/api/status',
  logs: '/api/journal',
  arr: '/api/arrs',
  radarr: '/api/arrs',
  sonarr: '/api/arrs',
  lidarr: '/api/arrs',
  config: '/api/sections/settings',
}
const same: ReadonlySet<string> = new Set(['status', 'processes', 'torrents/distribution'])

/** @param path below the base path @returns `null` = it is no address of qBitrr, or it is the same here */
export function addressInsteadOf(path: string): string | null {
  const [, prefix, rest = ''] = /^\/(api|web)\/(.+?)\/?$/.exec(path) ?? []
  if (prefix === undefined) return null
  const [first = ''] = rest.split('/', 1)
  if (Object.hasOwn(addresses, first)) return addresses[first]!
  if (prefix === 'api') return null
  return same.has(rest) ? `/api/${rest}` : '/api/docs'
}
