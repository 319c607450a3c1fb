import type {FastifyRequest} from 'fastify'
import type {Principal} from '#model/access.ts'

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
