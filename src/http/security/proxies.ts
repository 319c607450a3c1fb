/**
 * Proxies in front of us, and what of their `X-Forwarded-…` headers is believed: only what comes over a connection from
 * an address of `WebUI.TrustedProxies`, and of that only what can be read. Fastify makes `request.ip`, `.protocol` and
 * `.host` of it; nobody else looks at those headers.
 */
import {BlockList, isIP, isIPv6} from 'node:net'
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {plainAddress} from './hardening.ts'
import {hostName} from './host-names.ts'

export interface TrustedProxies {
  readonly trusts: (address: string | undefined) => boolean
  /** Entries that are neither an address nor a range; they make nobody trusted. */
  readonly unreadable: readonly string[]
}

/** Reads addresses (`10.0.0.2`, `fd00::2`) and ranges (`10.0.0.0/8`). None = nobody is trusted. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  const unreadable = entries.filter((entry) => !added(list, entry.trim()))
  return {
    trusts: (address) => {
      const plain = readAddress(address ?? '')
      return plain !== null && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
    },
    unreadable,
  }
}

function added(list: BlockList, entry: string): boolean {
  const [text, length, ...rest] = entry.split('/')
  const address = readAddress(text ?? '')
  if (address === null || rest.length > 0) return false
  const kind = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (length === undefined) list.addAddress(address, kind)
  else if (/^\d{1,3}$/.test(length) && Number(length) <= (kind === 'ipv6' ? 128 : 32)) {
    list.addSubnet(address, Number(length), kind)
  } else return false
  return true
}

/** Must come before anything that asks for `request.ip`, `.protocol` or `.host`. */
export function readForwardedHeaders(app: FastifyInstance, proxies: TrustedProxies): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (proxies.trusts(request.raw.socket.remoteAddress)) keepReadable(request)
    done()
  })
}

function keepReadable({raw: {headers}}: FastifyRequest): void {
  keep(headers, 'x-forwarded-for', readableAddresses)
  keep(headers, 'x-forwarded-proto', (text) => /^https?$/i.exec(lastOf(text))?.[0]?.toLowerCase())
  keep(headers, 'x-forwarded-host', (text) => (hostName(lastOf(text)) === null ? undefined : lastOf(text)))
}

function keep(
  headers: FastifyRequest['raw']['headers'],
  name: string,
  read: (text: string) => string | undefined,
): void {
  const text = headers[name]
  if (text === undefined) return
  const kept = read(String(text))
  if (kept === undefined) delete headers[name]
  else headers[name] = kept
}

/** Each proxy adds whom it heard from at the end: what stands before something unreadable is nobody's word. */
function readableAddresses(text: string): string | undefined {
  const kept: string[] = []
  for (const part of text.split(',').toReversed()) {
    const address = readAddress(withoutPort(part.trim()))
    if (address === null) break
    kept.unshift(address)
  }
  return kept.length > 0 ? kept.join(', ') : undefined
}

function withoutPort(text: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
}

function lastOf(text: string): string {
  return text.slice(text.lastIndexOf(',') + 1).trim()
}

/** An address in its plain spelling, without the zone of a link-local one; `null` = it is none. */
function readAddress(text: string): string | null {
  const plain = plainAddress(text.replace(/%[\w.-]+$/, ''))
  return isIP(plain) === 0 ? null : plain
}
