import {connect} from 'node:net'
import {lookupWithin, objectionAt} from '#clients/outgoing.ts'
import type {PortState} from '#clients/port.ts'
import type {ServerDefinition} from '#model/server.ts'

/** What the host itself says when nobody listens. */
const SHUT = new Set(['ECONNREFUSED', 'ENOENT'])

/**
 * Does something take connections at the server's address? No request is made, so nobody can be locked out by it: it
 * only tells a daemon that went away and came back from one that stayed. Silence or no way there (a weak network, a VPN
 * that is down) says nothing of the daemon: were it taken for a restart, every such moment would cost two more refused
 * logins. Nor does an address that we may not connect to.
 */
export async function probePort(definition: ServerDefinition): Promise<PortState> {
  if (await objectionAt(definition)) return 'unknown'
  const url = new URL(definition.url)
  const lookup = lookupWithin(definition.reach, url)
  const target =
    url.protocol === 'scgi+unix:'
      ? {path: decodeURIComponent(url.pathname)}
      : {
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
        }
  return new Promise((resolve) => {
    const socket = connect({...target, ...(lookup && {lookup})})
    const finish = (state: PortState) => {
      socket.destroy()
      resolve(state)
    }
    socket.setTimeout(5_000, () => finish('unknown'))
    socket.once('connect', () => finish('open'))
    socket.once('error', ({code = ''}: NodeJS.ErrnoException) => finish(SHUT.has(code) ? 'shut' : 'unknown'))
  })
}
