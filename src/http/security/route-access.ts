/**
 * Who may use a route and what it reaches. Every route says it in its `config.access`; one that does not is not
 * registered (`server.ts`), and the access matrix is generated from what they say.
 */
import {strict as assert} from 'node:assert'
import type {FastifyReply, FastifyRequest, FastifyInstance, RouteOptions} from 'fastify'
import type {Permission, Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'

type Reached = 'scope' | 'server' | 'arr' | 'torrent' | 'keys' | 'program'

/**
 * anyone: no log-in. visitor: whoever is logged in, about himself alone. Else the permission it takes, and over what:
 * scope: all he may see, silently leaving out the others. server, arr, torrent, keys: what the request names; what he
 * may not see is answered like what is not there. program: no server at all.
 */
type RouteAccess =
  | {readonly needs: 'nothing'}
  | {readonly needs: 'visitor'}
  | {readonly needs: Permission; readonly over: Reached}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
  interface FastifyRequest {
    /** Who asks; `null` = nobody who is known. Set by the door before anything else looks. */
    visitor: Principal | null
    /** The same where somebody must be known. @throws {CommodarrError} unauthorised */
    readonly principal: Principal
  }
}

/** @throws {CommodarrError} unauthorised, forbidden */
export async function checkAccess(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const access = request.routeOptions.config.access
  if (!access || access.needs === 'nothing') return
  const {principal} = request
  if (access.needs === 'visitor' || principal.access.permits(access.needs)) return
  const who = principal.via === 'api_key' ? 'This key' : 'Your account'
  throw new CommodarrError('forbidden', `${who} may not do this; it takes the right "${access.needs}".`)
}

/** For `config` of a route. */
export function needs(permission: Permission, over: Reached) {
  return {access: {needs: permission, over}} as const
}

export const openToAnyone = {access: {needs: 'nothing'}} as const
export const forVisitors = {access: {needs: 'visitor'}} as const

/* Every route there is, with its schema and what it takes: the access matrix is generated from it. */

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

/* Views and preferences are somebody's own: what a key that he gave away may do with them. */

/**
 * Views name servers that a key for others is not to know of.
 * @throws {CommodarrError} forbidden
 */
export function demandWholeKey({access}: Principal): void {
  if (access.everywhere) return
  throw new CommodarrError(
    'forbidden',
    'This key is for certain servers, so it does not see what its user keeps.',
  )
}

/** Also one that may only read has a user, whose pages it could spoil. @throws {CommodarrError} session_required */
export function refuseKeys({via}: Principal): void {
  if (via !== 'api_key') return
  throw new CommodarrError('session_required', 'A key cannot change views and preferences; log in.')
}
