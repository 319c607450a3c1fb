/**
 * What is believed of the `X-Forwarded-…` headers of proxies in front of us: only what comes over a connection from
 * an address of `WebUI.TrustedProxies`, and of that only what can be read. Fastify makes `request.ip`, `.protocol` and
 * `.host` of it; nobody else looks at those headers.
 */
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {hostName} from '#lib/host-names.ts'
import {readAddress, type TrustedProxies} from '#lib/trusted-proxies.ts'

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
