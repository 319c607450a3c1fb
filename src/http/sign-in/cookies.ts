/**
 * Cookies: how they are named, given and read. Where browsers come by HTTPS to the root of a host, names carry the
 * prefix `__Host-`: browsers then take such a cookie only from this very host, by HTTPS and for all of its paths, so no
 * other port, subdomain or plain HTTP page can put one of its own before ours.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import {cookiePath} from '../security/hardening.ts'

type Cookie = 'commodarr_session' | 'commodarr_local' | 'commodarr_device' | 'commodarr_oidc'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Value of the cookie by which the visitor came in; `null` = by something else. Browsers send cookies with whatever
     * any page asks for, so what changes something by one carries its token, too (`X-CSRF-Token`).
     */
    cookieToken: string | null
  }
}

/** Of a name that a foreign page filled up no more are tried. */
const MOST_VALUES = 4

/** What is no encoding stands for itself; it will open nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export interface GivenCookie {
  readonly value: string
  /** `null` = until the browser is closed; 0 = it is removed. */
  readonly maxAgeMs: number | null
  /** Below which it is sent, where it has no prefix; absent = all of Commodarr. */
  readonly path?: string
}

export class Cookies {
  readonly urlBase: string
  readonly isHttps: (request: FastifyRequest) => boolean

  /**
   * @param urlBase '' or `/base`
   * @param isHttps did the browser come by HTTPS? See `httpsJudge`
   */
  constructor(urlBase: string, isHttps: (request: FastifyRequest) => boolean) {
    this.urlBase = urlBase
    this.isHttps = isHttps
  }

  /** All values that the browser sends of it, in its order: without the prefix the first one may be somebody else's. */
  valuesOf(cookie: Cookie, request: FastifyRequest): readonly string[] {
    const start = `${this.#nameOf(cookie, request)}=`
    return (request.headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(start))
      .slice(0, MOST_VALUES)
      .map((part) => decoded(part.slice(start.length).replace(/^"(.*)"$/, '$1')))
  }

  give(
    cookie: Cookie,
    {value, maxAgeMs, path}: GivenCookie,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const name = this.#nameOf(cookie, request)
    reply.setCookie(name, value, {
      path: name === cookie ? (path ?? cookiePath(this.urlBase)) : '/',
      httpOnly: true,
      // Not strict: people follow links to us, and come back from the page of a provider.
      sameSite: 'lax',
      secure: this.isHttps(request),
      ...(maxAgeMs !== null && {maxAge: maxAgeMs / 1000}),
    })
  }

  /** As this browser knows it. */
  #nameOf(cookie: Cookie, request: FastifyRequest): string {
    return this.urlBase === '' && this.isHttps(request) ? `__Host-${cookie}` : cookie
  }
}
