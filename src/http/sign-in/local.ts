import type {FastifyRequest} from 'fastify'
import type {LocalAccess} from '#accounts/local-access.ts'
import type {Principal} from '#model/access.ts'
import {addressOf} from '../security/hardening.ts'
import {cookieValues, type CookieDeps} from './cookies.ts'
import type {SignIn} from './sign-in.ts'

/** Nobody has an account: browsers that were given the cookie are let in (`AuthDisabled`, `--demo`). */
export function localSignIn(
  access: Pick<LocalAccess, 'isOpenedBy'>,
  cookies: CookieDeps,
  principal: (address: string) => Principal,
): SignIn {
  return (request) => {
    const token = cookieValues('commodarr_local', cookies, request).find((it) => access.isOpenedBy(it))
    if (token === undefined) return null
    request.cookieToken = token
    return principal(addressOf(request))
  }
}

/** Somebody wants that whoever reaches it is let in, and takes what comes of it (`AllowInsecureExposure`). */
export function openSignIn(principal: (address: string) => Principal): SignIn {
  return (request: FastifyRequest) => principal(addressOf(request))
}
