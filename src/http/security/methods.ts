/** Which methods an address knows, to tell "no such thing" (404) from "not like this" (405). */
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
