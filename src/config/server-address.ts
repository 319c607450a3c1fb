/**
 * From what a section says (`Host`, `Port`, `Path`, or `Url`, or `Socket`) to one address. `Host` and `Url` may carry
 * scheme, user, port and path; IPv6 with or without brackets. Pure: what is wrong or was guessed is in the answer.
 */
import {isIPv6} from 'node:net'
import type {KindAddress} from '#clients/kinds/kind.ts'
import {apiPath, clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'

/** What a section says of its address. */
export interface WrittenAddress {
  readonly url: string | null
  /** `null` = absent: localhost. */
  readonly host: string | null
  readonly port: number | null
  readonly path: string | null
  readonly socket: string | null
  /** TLS was spoken of (a CA file, or certificates not to be checked), so a bare host is taken for https. */
  readonly speaksOfTls: boolean
  /** A user was named: SCGI knows none, so a bare rTorrent host is taken for http. */
  readonly namesUser: boolean
}

/** The keys of a section that make up its address. */
export type AddressKey = 'Url' | 'Host' | 'Port' | 'Path' | 'Socket'

interface AddressRemark {
  readonly key: AddressKey
  readonly message: string
}

export interface Address {
  readonly ok: true
  /** As `ServerDefinition.url` wants it: no credentials, no slash at the end. */
  readonly url: string
  /** From `user:password@host`; `null` = none there. */
  readonly user: {readonly name: string; readonly password: string} | null
  readonly remarks: readonly AddressRemark[]
}

export interface NoAddress {
  readonly ok: false
  readonly key: AddressKey
  readonly accepted: string
  readonly message: string
}

const http = ['http:', 'https:']

function schemesOf({takesScgi}: KindAddress): readonly string[] {
  return takesScgi ? [...http, 'scgi:', 'scgi+unix:'] : http
}

export function addressOf(kind: ServerKind, parts: WrittenAddress): Address | NoAddress {
  const its = clientKinds[kind].address
  if (parts.socket !== null) return ofSocket(parts.socket)
  if (parts.url !== null) return ofUrl(its, parts)
  return ofHost(its, parts)
}

function ofSocket(path: string): Address | NoAddress {
  if (!path.startsWith('/')) {
    return refused('Socket', 'an absolute path', 'The path of a socket must be absolute.')
  }
  return {ok: true, url: socketUrl(path), user: null, remarks: []}
}

function socketUrl(path: string): string {
  return `scgi+unix://${path.split('/').map(encodeURIComponent).join('/')}`
}

function ofUrl(its: KindAddress, parts: WrittenAddress): Address | NoAddress {
  const written = parts.url!.trim()
  const socket = its.takesScgi && /^(?:scgi\+unix|unix|scgi):\/\/(\/[^?#]*)$/.exec(written)?.[1]
  if (socket !== undefined) return {ok: true, url: socketUrl(decoded(socket)), user: null, remarks: []}
  const hasScheme = schemeOf(written) !== null
  const url = parsed(hasScheme ? written : `${guessedScheme(its, parts, written)}//${written}`)
  if (!url) return refused('Url', its.accepted, 'This is no address.')
  return finish(its, url, 'Url', {
    port: hasScheme && url.protocol !== 'scgi:' ? '' : String(defaultPort(its, url.protocol)),
    path: null,
    remarks: [],
  })
}

function ofHost(its: KindAddress, parts: WrittenAddress): Address | NoAddress {
  const written = (parts.host ?? 'localhost').trim()
  const scheme = schemeOf(written)
  const bare = isIPv6(written) ? `[${written}]` : written
  const url = parsed(scheme === null ? `${guessedScheme(its, parts, bare)}//${bare}` : written)
  if (!url) return refused('Host', 'a host name or address', 'This is no host.')
  const remarks: AddressRemark[] = []
  if (statedPort(written) !== '' && parts.port !== null && statedPort(written) !== String(parts.port)) {
    remarks.push({
      key: 'Port',
      message: `Host carries port ${statedPort(written)} itself, which is used; Port is not.`,
    })
  }
  if (parts.port === null && statedPort(written) === '' && its.absentPort) {
    remarks.push({key: 'Port', message: its.absentPort.remark})
  }
  if (scheme === null && url.protocol === 'https:' && isGuess(parts)) {
    remarks.push({
      key: 'Host',
      message: 'Host names no scheme; https is used, as the section speaks of certificates.',
    })
  }
  return finish(its, url, 'Host', {
    port: statedPort(written) || portFor(its, parts, url.protocol, scheme !== null),
    path: parts.path,
    remarks,
  })
}

/** A scheme without a port means its own port, except where an absent Port has always meant another one. */
function portFor(its: KindAddress, parts: WrittenAddress, protocol: string, hasScheme: boolean): string {
  if (parts.port !== null) return String(parts.port)
  if (!its.absentPort && hasScheme && http.includes(protocol)) return ''
  return String(defaultPort(its, protocol))
}

function defaultPort({takesScgi, absentPort, port}: KindAddress, protocol: string): number | '' {
  return takesScgi && protocol !== 'scgi:' ? '' : (absentPort?.port ?? port)
}

function finish(
  its: KindAddress,
  url: URL,
  key: AddressKey,
  more: {port: string; path: string | null; remarks: readonly AddressRemark[]},
): Address | NoAddress {
  if (!schemesOf(its).includes(url.protocol)) {
    return refused(key, its.accepted, `The scheme ${url.protocol}// does not lead to such a server.`)
  }
  if (url.hostname === '') return refused(key, its.accepted, 'The host is missing.')
  if (url.search !== '' || url.hash !== '') {
    return refused(key, its.accepted, 'An address ends with its path; ? and # have no place in it.')
  }
  const port = url.port === '' ? more.port : url.port
  const path = pathOf(its, url, more.path)
  const isPlain =
    port === '' ||
    (url.protocol === 'http:' && port === '80') ||
    (url.protocol === 'https:' && port === '443')
  return {
    ok: true,
    url: `${url.protocol}//${url.hostname}${isPlain ? '' : `:${port}`}${path}`,
    user: url.username === '' ? null : {name: decoded(url.username), password: decoded(url.password)},
    remarks: more.remarks,
  }
}

/** The key `Path` comes before a path in `Host`, and both before what the kind has by default. */
function pathOf(its: KindAddress, url: URL, written: string | null): string {
  if (url.protocol === 'scgi:') return ''
  const given = written === null ? url.pathname : new URL(absolute(written), 'http://x').pathname
  return apiPath(its, given)
}

function absolute(path: string): string {
  return `/${path.trim().replace(/^\/+/, '')}`
}

function schemeOf(written: string): string | null {
  return /^([a-z][a-z0-9+.-]*:)\/\//i.exec(written)?.[1]?.toLowerCase() ?? null
}

/** The port as it is written: `URL` drops the one that its scheme would have anyway. */
function statedPort(written: string): string {
  if (isIPv6(written)) return ''
  const authority = written.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#][^]*$/, '')
  return /(?:^|[^:]|\]):(\d+)$/.exec(authority.replace(/^.*@/, ''))?.[1] ?? ''
}

function guessedScheme({takesScgi}: KindAddress, parts: WrittenAddress, written: string): string {
  const port = statedPort(written) || String(parts.port ?? '')
  const isTls = port === '443' || port === '8443' || parts.speaksOfTls
  if (isTls) return 'https:'
  if (!takesScgi) return 'http:'
  const hasPath = parts.path !== null || /^[^/]+\/./.test(written)
  return hasPath || parts.namesUser || port === '80' || port === '8080' ? 'http:' : 'scgi:'
}

function isGuess(parts: WrittenAddress): boolean {
  return parts.speaksOfTls && parts.port !== 443 && parts.port !== 8443
}

/** WHATWG parsing; hosts of schemes it does not know are held to the same characters. */
function parsed(text: string): URL | null {
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  if (
    !http.includes(url.protocol) &&
    url.host !== '' &&
    !/^(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+)(:\d+)?$/i.test(url.host)
  ) {
    return null
  }
  return url
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A per cent sign that escapes nothing was meant as it stands.
    return text
  }
}

function refused(key: AddressKey, accepted: string, message: string): NoAddress {
  return {ok: false, key, accepted, message}
}
