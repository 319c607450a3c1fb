/**
 * Headers that keep browsers from doing more with our answers than they should, on every answer whatever made it: a
 * route, Fastify itself, or the parser of HTTP. No CORS: no page but ours reads us.
 */
import {createHash} from 'node:crypto'
import type {FastifyInstance, FastifyRequest} from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the page may load that this route answers with (`pagePolicy`); a page without it loads nothing. */
    policy?: string
  }
}

const powers = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid', 'midi']

const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': powers.map((it) => `${it}=()`).join(', '),
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  // Browsers and proxies in between keep nothing; what may be kept says so itself.
  'cache-control': 'no-store',
} as const

/** A year, as browsers ask for; names below ours are somebody else's business. */
const stayWithHttps = {'strict-transport-security': 'max-age=31536000'} as const

/** For what is answered without Fastify. */
export function securityHeaders(isHttps: boolean): Readonly<Record<string, string>> {
  return isHttps ? {...always, ...stayWithHttps} : always
}

/** Must be added before everything that may refuse a request. */
export function addSecurityHeaders(
  app: FastifyInstance,
  isHttps: (request: FastifyRequest) => boolean,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders(isHttps(request)))
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const {policy} = request.routeOptions.config
    if (policy !== undefined && isPage(reply.getHeader('content-type'))) {
      reply.header('content-security-policy', policy)
    }
    done(null, payload)
  })
}

function isPage(type: unknown): boolean {
  return String(type).startsWith('text/html')
}

/** What a page may load; all of it comes from us. Nothing written into the page itself runs or paints but `styles`. */
interface PagePolicy {
  /** Texts of the `<style>` elements that the page holds. */
  readonly styles?: readonly string[]
  /** Scripts, styles and pictures of ours, and our API. */
  readonly own?: boolean
  /** Of this answer alone: `<style>` elements that carry it paint, whoever of ours wrote them. */
  readonly nonce?: string
}

export function pagePolicy({styles = [], own = false, nonce}: PagePolicy): string {
  const hashes = styles.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  const written = nonce === undefined ? hashes : [...hashes, `'nonce-${nonce}'`]
  const styleSources = [...(own ? ["'self'"] : []), ...written]
  return [
    "default-src 'none'",
    ...(own ? ["script-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'"] : []),
    ...(styleSources.length > 0 ? [`style-src ${styleSources.join(' ')}`] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
