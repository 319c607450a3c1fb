import {connect} from 'node:net'
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import type {ServerDefinition} from '#model/server.ts'

/** What the host itself says when nobody listens. */
const SHUT = new Set(['ECONNREFUSED', 'ENOENT'])

/**
 * Is the door at the server's address not shut? No request is made, so nobody can be locked out by it: it only tells a
 * daemon that went away and came back from one that stayed. Silence or no way there (a weak network, a VPN that is down)
 * says nothing of the daemon: were it taken for a restart, every such moment would cost two more refused logins. Nor
 * does an address that we may not connect to.
 */
export function probePort(definition: ServerDefinition): Promise<boolean> {
  if (objectionTo(definition)) return Promise.resolve(true)
  const url = new URL(definition.url)
  const lookup = lookupWithin(definition.reach)
  const target =
    url.protocol === 'scgi+unix:'
      ? {path: decodeURIComponent(url.pathname)}
      : {
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
        }
  return new Promise((resolve) => {
    const socket = connect({...target, ...(lookup && {lookup})})
    const finish = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(5_000, () => finish(true))
    socket.once('connect', () => finish(true))
    socket.once('error', ({code = ''}: NodeJS.ErrnoException) => finish(!SHUT.has(code)))
  })
}
