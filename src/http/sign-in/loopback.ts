import type {FastifyRequest} from 'fastify'
import {isLoopbackAddress} from '#accounts/network.ts'
import {isLoopbackHost} from '../security/host-names.ts'

/** Headers by which something between us and the browser tells of itself. */
const ofProxies = /^(x-forwarded-.*|forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/i

/**
 * Does the request come from this very machine, with nothing in between? Judged by the connection itself and the headers
 * as they came: what a proxy may say, trusted or not, is no proof of that.
 */
export function isThisMachine({raw}: FastifyRequest): boolean {
  if (!isLoopbackAddress(raw.socket.remoteAddress ?? '')) return false
  if (!isLoopbackHost(raw.headers.host)) return false
  return !raw.rawHeaders.some((text, at) => at % 2 === 0 && ofProxies.test(text))
}
