import {createHash, timingSafeEqual} from 'node:crypto'
import type {FastifyRequest} from 'fastify'
import type {Principal} from '#model/access.ts'
import {KEY_PREFIX} from '#accounts/api-keys.ts'
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
 * `WebUI.Token` of the configuration, as tools made for qBitrr send it. It stands for an administrator without an
 * account. What is not this token may still be somebody's key, so it is left to the next way.
 * @param principal for the address a request comes from
 */
export function tokenSignIn(
  token: Secret,
  inQuery: boolean,
  principal: (address: string) => Principal,
): SignIn {
  return (request) => {
    const offered = offeredKey(request, inQuery) ?? basicPassword(request)
    return offered !== null && isSame(offered, token.reveal()) ? principal(addressOf(request)) : null
  }
}

/**
 * `X-API-Token`, `X-Api-Key` (what tools of Arrs send), `Authorization: Bearer`, `Basic` with it as the password (what
 * can send no header of its own, as webhooks), and `?token=` where that is allowed; `null` = none is sent.
 * @param inQuery `WebUI.AllowInsecureTokenQuery`: addresses end up in logs and histories, so it has to be wished for
 */
export function offeredKey(request: FastifyRequest, inQuery: boolean): string | null {
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

/** Takes as long for a wrong token as for the right one, whatever its length. */
function isSame(offered: string, wanted: string): boolean {
  return timingSafeEqual(digest(offered), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
