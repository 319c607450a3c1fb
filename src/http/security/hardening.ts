/**
 * What a request really is when proxies stand in front, and which requests are refused for their shape alone, before
 * anybody asks who sends them. Limits of connections are in `connections.ts`, of JSON in `json-body.ts`.
 */
import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Clock} from '#lib/clock.ts'
import {TokenBuckets, type BucketSize} from '#lib/token-bucket.ts'
import {plainAddress} from '#lib/trusted-proxies.ts'
import {CommodarrError, QuotaUsedUp} from '#model/errors.ts'
import type {ConnectionLimits} from './connections.ts'

/** What the configuration says of the surroundings. */
export interface Surroundings {
  /** `WebUI.TrustedProxies`: whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** `WebUI.BehindHttpsProxy`: every browser comes by HTTPS, whatever reaches us. */
  readonly behindHttpsProxy: boolean
  /** Others than the usual ones. */
  readonly limits?: Partial<ConnectionLimits>
}

export const nothingInFront: Surroundings = {trustedProxies: [], behindHttpsProxy: false}

/**
 * Did the person's browser come by HTTPS? Then cookies are marked secure and browsers told to stay with HTTPS. Either
 * the configuration says so (`WebUI.BehindHttpsProxy`) or a trusted proxy does (`X-Forwarded-Proto`).
 */
export function httpsCheck({behindHttpsProxy}: {readonly behindHttpsProxy: boolean}) {
  return (request: FastifyRequest): boolean => behindHttpsProxy || request.protocol === 'https'
}

/** `Path` of a cookie: all of Commodarr, and nothing beside it on the same host. */
export function cookiePath(urlBase: string): string {
  return urlBase === '' ? '/' : urlBase
}

/**
 * The address a request comes from, behind trusted proxies that of the person: what is counted, limited and written
 * down. An IPv4 address looks the same whether the socket listens on `0.0.0.0` or on `::`.
 */
export function addressOf(request: FastifyRequest): string {
  return plainAddress(request.ip)
}

export const longestAddress = 8_192

export const strangersBodyBytes = 16 * 1024

/** Whom nobody knows says who he is, and that is short. Of everybody else the rights are checked before the body is read. */
export function limitStrangers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access?.needs === 'nothing') route.bodyLimit ??= strangersBodyBytes
  })
}

/**
 * Requests of one member that may change something: each may be a line of everybody's journal. Of his keys together as
 * many again, so that a key leaves its owner enough to act against it. What ends something is not counted: it is
 * bounded by what began it, and nobody may be kept from ending a session.
 */
const memberChanges: BucketSize = {atOnce: 5_000, perDay: 10_000}

export function limitChanges(app: FastifyInstance, clock: Clock, size = memberChanges): void {
  const buckets = new TokenBuckets(clock, size)
  app.addHook('onRequest', async ({method, visitor}) => {
    if (visitor === null || visitor.userId === null || visitor.role === 'administrator') return
    if (uncounted.has(method)) return
    const {userId, via, access} = visitor
    // A key that only reads changes nothing, and must not use up what is left to the others.
    if (via === 'api_key' && !writing.some((it) => access.permits(it))) return
    const waitMs = buckets.take(via === 'api_key' ? `keys of ${userId}` : userId)
    if (waitMs === null) return
    const words = 'You changed as much as one member may; a little more is possible every few seconds.'
    throw new QuotaUsedUp(clock.now() + waitMs, words)
  })
}

const writing = ['control', 'add', 'manage', 'admin'] as const
const uncounted: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** Headers that decide who somebody is or what he sends: of two it would be chance which one counts where. */
const single: ReadonlySet<string> = new Set([
  'host',
  'origin',
  'referer',
  'authorization',
  'x-api-token',
  'x-api-key',
  'x-csrf-token',
  'content-type',
  'content-length',
  'content-encoding',
  'sec-fetch-site',
  'sec-fetch-mode',
])

export function refuseOddRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const objection = objectionTo(request)
    if (objection !== null) return done(new CommodarrError('bad_request', objection))
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || encoding === 'identity') return done()
    done(new CommodarrError('unsupported_media_type', 'Bodies are read as they are; send it uncompressed.'))
  })
}

function objectionTo({raw}: FastifyRequest): string | null {
  const {url = '', rawHeaders, headers, httpVersion} = raw
  if (url.length > longestAddress) return `The address has more than ${longestAddress} characters.`
  if (!/^(\/|https?:\/\/)/i.test(url)) return 'The address is not well formed.'
  // No database keeps it, and what ends a name early somewhere behind us is anybody's guess.
  if (url.includes('%00')) return 'The address holds a character that is no text.'
  if (headers.host === undefined && httpVersion !== '1.0')
    return 'The request does not say whom it is for (Host).'
  const twice = headerGivenTwice(rawHeaders)
  return twice === null ? null : `The header ${twice} is sent more than once.`
}

function headerGivenTwice(rawHeaders: readonly string[]): string | null {
  let seen: string[] | null = null
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    if (!single.has(name)) continue
    if (seen?.includes(name)) return name
    seen = [...(seen ?? []), name]
  }
  return null
}
