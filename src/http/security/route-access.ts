/**
 * Who may use a route and what it reaches. Every route says it in its `config.access`; one that does not is not
 * registered (`server.ts`), and the access matrix is generated from what they say.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {Permission, Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'

type Reached = 'scope' | 'server' | 'arr' | 'torrent' | 'keys' | 'program'

/**
 * anyone: no log-in. visitor: whoever is logged in, about himself alone. Else the permission it takes, and over what:
 * scope: all he may see, silently leaving out the others. server, arr, torrent, keys: what the request names; what he
 * may not see is answered like what is not there. program: no server at all.
 */
export type RouteAccess =
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
