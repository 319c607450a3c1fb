import type {FastifyRequest} from 'fastify'
import {KEY_PREFIX} from '#accounts/api-keys.ts'
import type {KeyAttempts} from '#accounts/attempts.ts'
import {isSameText} from '#accounts/tokens.ts'
import type {ApiKeys} from '#accounts/api-keys.ts'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import {addressOf} from '../security/hardening.ts'
import type {SignIn} from './sign-in.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** `?token=`, once it was looked for; `null` = none, or not allowed. */
    keyInAddress: string | null
  }
}

/**
 * What programs send: keys of users, and tokens as tools made for qBitrr send them. Whatever is wrong with one, the
 * answer is the same: nobody learns that it was good once. Refusals are counted.
 *
 *   a key of a user ──▶ in, always: it cannot be guessed, so nobody's guesses keep its owner out
 *   else, while its network waits ──▶ too_many_attempts
 *   else a token ──▶ in            anything else ──▶ unauthorised, and it counts
 *
 * @param tokens each stands for an administrator without an account: `WebUI.Token`, and that of a start where no one
 *   needs one
 * @param inQuery `WebUI.AllowInsecureTokenQuery`
 * @param tokenPrincipal of a request with one of the tokens, from this address
 */
export function keySignIn(
  tokens: readonly Secret[],
  inQuery: boolean,
  tokenPrincipal: (address: string) => Principal,
  keys: Pick<ApiKeys, 'principalOf'>,
  attempts: Pick<KeyAttempts, 'check'>,
): SignIn {
  const isToken = (offered: string) =>
    tokens.reduce((isOne, token) => isSameText(offered, token.reveal()) || isOne, false)
  return (request) => {
    const address = addressOf(request)
    const key = offeredKey(request, inQuery)
    const principal = key === null ? null : keys.principalOf(key, address)
    if (principal !== null) return principal
    const offered = key ?? (tokens.length > 0 ? basicPassword(request) : null)
    if (offered === null) return null
    const verdict = attempts.check(address, offered, isToken)
    if (verdict === 'right') return tokenPrincipal(address)
    // A password that is neither may be the business of a proxy in front, which browsers send on.
    if (key === null) return null
    throw verdict === 'wrong'
      ? new CommodarrError('unauthorised', 'This key or token is not, or no longer, a good one.')
      : verdict
  }
}

/**
 * `X-API-Token`, `X-Api-Key` (what tools of Arrs send), `Authorization: Bearer`, `Basic` with it as the password (what
 * can send no header of its own, as webhooks), and `?token=` where that is allowed; `null` = none is sent.
 * @param inQuery `WebUI.AllowInsecureTokenQuery`: addresses end up in logs and histories, so it has to be wished for
 */
function offeredKey(request: FastifyRequest, inQuery: boolean): string | null {
  const own = request.headers['x-api-token'] ?? request.headers['x-api-key']
  if (typeof own === 'string') return own
  const password = basicPassword(request)
  if (password?.startsWith(KEY_PREFIX)) return password
  const bearer = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')
  if (bearer) return bearer[1]!
  return inQuery ? keyInAddress(request) : null
}

/**
 * A proxy in front may ask for a name and a password of its own, which browsers send on: what is neither our token nor
 * looks like a key is its business.
 */
function basicPassword({headers}: FastifyRequest): string | null {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(headers.authorization ?? '') ?? []
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon === -1 ? null : text.slice(colon + 1)
}

/** Taken out of the query: it is no parameter of any route, and nothing further in shall see or repeat it. */
function keyInAddress(request: FastifyRequest): string | null {
  const query = request.query as Record<string, unknown>
  const {token} = query
  if (typeof token === 'string') {
    delete query['token']
    request.keyInAddress = token
  }
  return request.keyInAddress
}
