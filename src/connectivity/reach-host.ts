/**
 * Does a host on the internet take a connection? Nothing is sent. Hosts are those that people name, so they are held to
 * the addresses that our requests may go to (`clients/outgoing.ts`). Source: qBitrr.
 */
import {connect} from 'node:net'
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import {timeLimit, type Clock} from '#lib/clock.ts'
import {plainReach} from '#model/server.ts'

const PATIENCE_MS = 5_000

/** Of the file or not: nobody keeps the time of the internet in link-local addresses. */
const reach = plainReach.guarded

/** @param written `one.one.one.one`, `8.8.8.8`, `host:8443`, or a URL; without a port 443 */
export function reachesHost(clock: Clock): (written: string) => Promise<boolean> {
  return (written) => {
    const url = addressOf(written)
    if (url === null || objectionTo({url: url.href, httpProxy: null, reach})) return Promise.resolve(false)
    return new Promise((resolve) => {
      const socket = connect({
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
        lookup: lookupWithin(reach, url)!,
      })
      const finish = (isReached: boolean) => {
        cancel()
        socket.destroy()
        resolve(isReached)
      }
      const cancel = timeLimit(clock, PATIENCE_MS, () => finish(false))
      socket.once('connect', () => finish(true))
      socket.once('error', () => finish(false))
    })
  }
}

/** `null` = it is none. */
function addressOf(written: string): URL | null {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.hostname && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}
