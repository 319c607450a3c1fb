import type {FastifyRequest} from 'fastify'
import type {LocalAccess} from '#accounts/local-access.ts'
import type {Principal} from '#model/access.ts'
import {addressOf} from '../security/hardening.ts'
import type {Cookies} from './cookies.ts'

/**
 * One way to prove who one is. `null` = the request does not try this way.
 * @throws {CommodarrError} unauthorised, when it tries and what it shows is not good
 */
export type SignIn = (request: FastifyRequest) => Principal | null | Promise<Principal | null>

/**
 * Must a browser that comes this way prove that its own page asks? Keys and tokens in a header are never sent by a
 * foreign page; cookies, a proxy's log-in and no log-in at all are.
 */
export function isAmbient({via}: Principal): boolean {
  return via === 'session' || via === 'proxy' || via === 'local'
}

/** Nobody has an account: browsers that were given the cookie are let in (`AuthDisabled`, `--demo`). */
export function localSignIn(
  access: Pick<LocalAccess, 'isOpenedBy'>,
  cookies: Cookies,
  principal: (address: string) => Principal,
): SignIn {
  return (request) => {
    const token = cookies.valuesOf('commodarr_local', request).find((it) => access.isOpenedBy(it))
    if (token === undefined) return null
    request.cookieToken = token
    return principal(addressOf(request))
  }
}

/** Somebody wants that whoever reaches it is let in, and takes what comes of it (`AllowInsecureExposure`). */
export function openSignIn(principal: (address: string) => Principal): SignIn {
  return (request: FastifyRequest) => principal(addressOf(request))
}
