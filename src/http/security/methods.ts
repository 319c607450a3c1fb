/** Which methods an address knows, to tell "no such thing" (404) from "not like this" (405). */
import type {FastifyInstance} from 'fastify'

export interface KnownMethods {
  /** Methods that the path of `url` has routes for; empty = there is no such path. */
  of(url: string): string[]
}

/** Must be called before the routes are added. */
export function rememberMethods(app: FastifyInstance): KnownMethods {
  const routes: {shape: RegExp; methods: string[]}[] = []
  app.addHook('onRoute', (route) => {
    routes.push({shape: shapeOf(route.url), methods: [route.method].flat()})
  })
  return {
    of(url) {
      const path = url.split('?', 1)[0]!
      const methods = routes.filter((route) => route.shape.test(path)).flatMap((route) => route.methods)
      return [...new Set(methods)].sort()
    },
  }
}

function shapeOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/:[A-Za-z_]+/g, '[^/]+')}$`)
}
