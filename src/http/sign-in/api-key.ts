import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {addressOf} from '../security/hardening.ts'
import type {SignIn} from './sign-in.ts'
import {offeredKey} from './token.ts'

/**
 * Keys of people, sent like the token of the configuration, which is asked before. Whatever is wrong with a key, the
 * answer is the same: nobody learns that it was one once.
 * @param principalOf whoever shows this key, from this address; `null` = nobody who may come in
 */
export function apiKeySignIn(
  principalOf: (key: string, address: string) => Principal | null,
  inQuery: boolean,
): SignIn {
  return (request) => {
    const offered = offeredKey(request, inQuery)
    if (offered === null) return null
    const principal = principalOf(offered, addressOf(request))
    if (principal !== null) return principal
    throw new CommodarrError('unauthorised', 'This key or token is not, or no longer, a good one.')
  }
}
