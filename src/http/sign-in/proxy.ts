import type {FastifyRequest} from 'fastify'
import {forwardedName} from '#accounts/forwarded-user.ts'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {addressOf} from '../security/hardening.ts'
import type {TrustedProxies} from '../security/proxies.ts'
import type {SignIn} from './sign-in.ts'

interface ProxySignInDeps {
  /** `WebUI.ForwardedUserHeader` */
  readonly header: string
  readonly proxies: Pick<TrustedProxies, 'trusts'>
  readonly principalOf: (name: string, address: string) => Promise<Principal>
  /** Somebody who is no proxy of ours sends the header; told once. */
  readonly onStranger: (address: string) => void
}

/**
 * A proxy in front of us says who logged in there. It is believed only when the connection itself comes from a proxy of
 * ours: whatever is written in `X-Forwarded-For` anybody can write.
 */
export function proxySignIn({header, proxies, principalOf, onStranger}: ProxySignInDeps): SignIn {
  const name = header.toLowerCase()
  let isTold = false
  return (request) => {
    const values = valuesOf(request, name)
    if (values.length === 0) return null
    const peer = request.raw.socket.remoteAddress
    if (!proxies.trusts(peer)) {
      if (!isTold) onStranger(peer ?? 'a socket without an address')
      isTold = true
      return null
    }
    if (values.length > 1) {
      throw new CommodarrError(
        'unauthorised',
        'The proxy names two people at once; it must replace the header.',
      )
    }
    const given = forwardedName(values[0]!)
    return given === null ? null : principalOf(given, addressOf(request))
  }
}

/** Each line of its own: Node joins them, and the first one may have been sent through by the proxy, not made by it. */
function valuesOf({raw: {rawHeaders}}: FastifyRequest, name: string): readonly string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name)
}

/**
 * Proxies that may say who somebody is. A range of all addresses makes everybody a proxy: for `X-Forwarded-For` that is
 * careless, here it would be an open door.
 */
export function proxiesToBelieve(entries: readonly string[]): {
  kept: readonly string[]
  refused: readonly string[]
} {
  const isEverybody = (entry: string) => /\/0+\s*$/.test(entry)
  return {kept: entries.filter((it) => !isEverybody(it)), refused: entries.filter(isEverybody)}
}
