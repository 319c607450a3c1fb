/** Every route there is, with its schema and what it takes: the access matrix is generated from it. */
import {strict as assert} from 'node:assert'
import type {FastifyInstance, RouteOptions} from 'fastify'
import type {RouteAccess} from './security/route-access.ts'

export interface ListedRoute {
  readonly method: string
  /** With the base path, and with `:name` where a value stands. */
  readonly url: string
  readonly schema: NonNullable<RouteOptions['schema']>
  readonly access: RouteAccess
}

/**
 * Must be called before the routes are added; the answer is to be called when all of them are.
 * @throws {AssertionError} for a route that does not say who may use it, or is below `/api` and not described
 */
export function listRoutes(app: FastifyInstance): () => readonly ListedRoute[] {
  const added: RouteOptions[] = []
  app.addHook('onRoute', (route) => void added.push(route))
  return () => added.flatMap((route) => [route.method].flat().map((method) => listed(method, route)))
}

function listed(method: string, {url, schema = {}, config}: RouteOptions): ListedRoute {
  assert(config?.access, `${method} ${url} does not say who may use it`)
  assert(!isOfApi(url) || 'operationId' in schema || 'hide' in schema, `${method} ${url} is not described`)
  return {method, url, schema, access: config.access}
}

function isOfApi(url: string): boolean {
  return url.includes('/api/')
}
