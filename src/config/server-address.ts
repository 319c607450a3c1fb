/**
 * From what a section says (`Host`, `Port`, `Path`, or `Url`, or `Socket`) to one address. `Host` and `Url` may carry
 * scheme, user, port and path; IPv6 with or without brackets. Pure: what is wrong or was guessed is in the answer.
 */
import {isIPv6} from 'node:net'
import {trimEnd} from '#lib/trim-end.ts'
import type {ServerKind} from '#model/server.ts'

export interface AddressDeps {
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

interface KindRules {
  readonly port: number
  readonly path: string
  readonly schemes: readonly string[]
}

const http = ['http:', 'https:']
const kinds: Readonly<Record<ServerKind, KindRules>> = {
  qbittorrent: {port: 8105, path: '', schemes: http},
  transmission: {port: 9091, path: '/transmission/rpc', schemes: http},
  rtorrent: {port: 5000, path: '/RPC2', schemes: [...http, 'scgi:', 'scgi+unix:']},
}

export function addressOf(kind: ServerKind, parts: AddressDeps): Address | NoAddress {
  if (parts.socket !== null) return ofSocket(parts.socket)
  if (parts.url !== null) return ofUrl(kind, parts)
  return ofHost(kind, parts)
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

function ofUrl(kind: ServerKind, parts: AddressDeps): Address | NoAddress {
  const written = parts.url!.trim()
  const socket =
    kind === 'rtorrent' ? /^(?:scgi\+unix|unix|scgi):\/\/(\/[^?#]*)$/.exec(written)?.[1] : undefined
  if (socket !== undefined) return {ok: true, url: socketUrl(decoded(socket)), user: null, remarks: []}
  const hasScheme = schemeOf(written) !== null
  const url = parsed(hasScheme ? written : `${guessedScheme(kind, parts, written)}//${written}`)
  if (!url) return refused('Url', exampleOf(kind), 'This is no address.')
  return finish(kind, url, 'Url', {
    port: hasScheme && url.protocol !== 'scgi:' ? '' : String(defaultPort(kind, url.protocol)),
    path: null,
    remarks: [],
  })
}

function ofHost(kind: ServerKind, parts: AddressDeps): Address | NoAddress {
  const written = (parts.host ?? 'localhost').trim()
  const scheme = schemeOf(written)
  const bare = isIPv6(written) ? `[${written}]` : written
  const url = parsed(scheme === null ? `${guessedScheme(kind, parts, bare)}//${bare}` : written)
  if (!url) return refused('Host', 'a host name or address', 'This is no host.')
  const remarks: AddressRemark[] = []
  if (statedPort(written) !== '' && parts.port !== null && statedPort(written) !== String(parts.port)) {
    remarks.push({
      key: 'Port',
      message: `Host carries port ${statedPort(written)} itself, which is used; Port is not.`,
    })
  }
  if (parts.port === null && statedPort(written) === '' && kind === 'qbittorrent') {
    remarks.push({
      key: 'Port',
      message: 'Port is absent; 8105 is used, as ever. qBittorrent itself listens on 8080.',
    })
  }
  if (scheme === null && url.protocol === 'https:' && isGuess(parts)) {
    remarks.push({
      key: 'Host',
      message: 'Host names no scheme; https is used, as the section speaks of certificates.',
    })
  }
  return finish(kind, url, 'Host', {
    port: statedPort(written) || portFor(kind, parts, url.protocol, scheme !== null),
    path: parts.path,
    remarks,
  })
}

/** A scheme without a port means its own port, except in `[qBit]`, where an absent Port has always been 8105. */
function portFor(kind: ServerKind, parts: AddressDeps, protocol: string, hasScheme: boolean): string {
  if (parts.port !== null) return String(parts.port)
  if (kind !== 'qbittorrent' && hasScheme && http.includes(protocol)) return ''
  return String(defaultPort(kind, protocol))
}

function defaultPort(kind: ServerKind, protocol: string): number | '' {
  return kind === 'rtorrent' && protocol !== 'scgi:' ? '' : kinds[kind].port
}

function finish(
  kind: ServerKind,
  url: URL,
  key: AddressKey,
  more: {port: string; path: string | null; remarks: readonly AddressRemark[]},
): Address | NoAddress {
  const {schemes} = kinds[kind]
  if (!schemes.includes(url.protocol)) {
    return refused(key, exampleOf(kind), `The scheme ${url.protocol}// does not lead to such a server.`)
  }
  if (url.hostname === '') return refused(key, exampleOf(kind), 'The host is missing.')
  if (url.search !== '' || url.hash !== '') {
    return refused(key, exampleOf(kind), 'An address ends with its path; ? and # have no place in it.')
  }
  const port = url.port === '' ? more.port : url.port
  const path = pathOf(kind, url, more.path)
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
function pathOf(kind: ServerKind, url: URL, written: string | null): string {
  if (url.protocol === 'scgi:') return ''
  const given = written === null ? url.pathname : new URL(absolute(written), 'http://x').pathname
  if (kind === 'transmission') return transmissionPath(given)
  const path = trimEnd(given, '/')
  return path === '' ? kinds[kind].path : path
}

function absolute(path: string): string {
  return `/${path.trim().replace(/^\/+/, '')}`
}

/** Transmission's own setting `rpc-url` (`/transmission/`) and the address of its page lead to its RPC too. */
function transmissionPath(given: string): string {
  const path = trimEnd(given, '/')
  if (path === '') return kinds.transmission.path
  const base = path.replace(/\/web$/, '')
  return base !== path || given.endsWith('/') || path === '/transmission'
    ? `${base.replace(/\/rpc$/, '')}/rpc`
    : path
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

function guessedScheme(kind: ServerKind, parts: AddressDeps, written: string): string {
  const port = statedPort(written) || String(parts.port ?? '')
  const isTls = port === '443' || port === '8443' || parts.speaksOfTls
  if (isTls) return 'https:'
  if (kind !== 'rtorrent') return 'http:'
  const hasPath = parts.path !== null || /^[^/]+\/./.test(written)
  return hasPath || parts.namesUser || port === '80' || port === '8080' ? 'http:' : 'scgi:'
}

function isGuess(parts: AddressDeps): boolean {
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

function exampleOf(kind: ServerKind): string {
  if (kind === 'rtorrent') {
    return 'scgi://host:5000, scgi+unix:///path/to/socket or http://host/RPC2'
  }
  const {port, path} = kinds[kind]
  return `such as http://host:${kind === 'qbittorrent' ? 8080 : port}${path}`
}

function refused(key: AddressKey, accepted: string, message: string): NoAddress {
  return {ok: false, key, accepted, message}
}
