/** How the requests of clients leave this process. */
import {connect} from 'node:net'
import type {Duplex} from 'node:stream'
import {Client, ProxyAgent, type Dispatcher} from 'undici'
import type {ServerDefinition} from '#model/server.ts'
import {KEPT_MS} from './connections.ts'
import {lookupWithin} from './outgoing.ts'

/** Whoever hands in another one puts its servers in the place of the network. */
export interface Transport {
  /** For HTTP, one request at a time; opened with its first request. */
  readonly http: (definition: ServerDefinition) => Dispatcher
  /** For one exchange over SCGI with `scgi://host:port` or `scgi+unix:///path`. */
  readonly scgi: (definition: ServerDefinition) => Duplex
}

export const socketTransport: Transport = {
  http({url, tls, httpProxy, reach}) {
    const trust = {rejectUnauthorized: !tls.skipVerify, ...(tls.ca !== null && {ca: tls.ca}), timeout: 10_000}
    // How long an answer may take is the caller's to say.
    const waits = {pipelining: 1, keepAliveTimeout: KEPT_MS, headersTimeout: 0, bodyTimeout: 0}
    if (httpProxy !== null)
      return new ProxyAgent({uri: httpProxy.reveal(), ...waits, connections: 1, requestTls: trust})
    const lookup = lookupWithin(reach, new URL(url))
    return new Client(new URL(url).origin, {...waits, connect: {...trust, ...(lookup && {lookup})}})
  },
  scgi({url, reach}) {
    const lookup = lookupWithin(reach, new URL(url))
    return connect({...scgiAddress(url), ...(lookup && {lookup})})
  },
}

function scgiAddress(url: string): {readonly host: string; readonly port: number} | {readonly path: string} {
  const unix = /^scgi\+unix:\/\/(\/.*)$/i.exec(url)
  if (unix) return {path: decodeURIComponent(unix[1]!)}
  const {hostname, port} = new URL(url)
  return {host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5000)}
}
