import type {FastifyRequest} from 'fastify'
import {forwardedName, type ForwardedUsers} from '#accounts/forwarded-user.ts'
import {hostName} from '#lib/host-names.ts'
import type {TrustedProxies} from '#lib/trusted-proxies.ts'
import {CommodarrError} from '#model/errors.ts'
import {addressOf} from '../security/hardening.ts'
import type {SignIn} from './sign-in.ts'

/**
 * A proxy in front of us says who logged in there. It is believed only when the connection itself comes from a proxy of
 * ours: whatever is written in `X-Forwarded-For` anybody can write. And only when the name that was called is told and
 * listed: a browser can be led by a page under a borrowed name to ask the proxy, and a proxy that keeps the name to
 * itself calls everything by loopback.
 * @param header `WebUI.ForwardedUserHeader`
 * @param isListed stands this name in `WebUI.AllowedHosts`?
 * @param onStranger an address that is no proxy of ours sends the header; said once
 */
export function proxySignIn(
  header: string,
  proxies: Pick<TrustedProxies, 'trusts'>,
  isListed: (name: string) => boolean,
  users: Pick<ForwardedUsers, 'principalOf'>,
  onStranger: (address: string) => void,
): SignIn {
  const name = header.toLowerCase()
  let isWarned = false
  return (request) => {
    const values = valuesOf(request, name)
    if (values.length === 0) return null
    const peer = request.raw.socket.remoteAddress
    if (!proxies.trusts(peer)) {
      if (!isWarned) onStranger(peer ?? 'a socket without an address')
      isWarned = true
      return null
    }
    if (values.length > 1) {
      throw new CommodarrError(
        'unauthorised',
        'The proxy names two people at once; it must replace the header.',
      )
    }
    const given = forwardedName(values[0]!)
    if (given === null) return null
    const called = hostName(request.host)
    if (called !== null && isListed(called)) return users.principalOf(given, addressOf(request))
    throw new CommodarrError(
      'unauthorised',
      'The proxy has to pass on the name that was called (Host or X-Forwarded-Host), and WebUI.AllowedHosts has to list it.',
    )
  }
}

/** Each line of its own: Node joins them, and the first one may have been sent through by the proxy, not made by it. */
function valuesOf({raw: {rawHeaders}}: FastifyRequest, name: string): readonly string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name)
}
