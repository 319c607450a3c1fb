/**
 * What somebody typed as an address, understood while he types: where it leads, what was guessed, and which kind it
 * looks like. The server reads the address itself when it is saved; here it is only explained.
 */
import {apiPath, clientKinds, kindOfAddress} from '#clients/kinds/kinds.ts'
import type {DraftKind} from '../../../api/servers.ts'

type Guess = 'scheme' | 'port' | 'path'

export interface Understood {
  /** Where requests will go, without credentials. */
  readonly url: string
  /** The host, or the path of a socket: for a name. */
  readonly host: string
  /** What was not typed. */
  readonly guessed: readonly Guess[]
  /** Whoever is on the way can read passwords. */
  readonly isOpen: boolean
  /** A kind that fits better than the chosen one; `null` = the chosen one fits. */
  readonly looksLike: DraftKind | null
  readonly isSocket: boolean
}

/** `null` = nothing that could be reached (yet). */
export function understand(typed: string, kind: DraftKind, namesUser = false): Understood | null {
  const written = typed.trim()
  const socket = socketOf(written)
  if (socket !== null) return ofSocket(socket, kind)
  if (written === '' || /[\s\\]/.test(written)) return null
  const scheme = schemeOf(written)
  const url = parsed(
    scheme === null ? `${guessedScheme(kind, written, namesUser)}//${bracketed(written)}` : written,
  )
  if (url === null || url.hostname === '' || url.search !== '' || url.hash !== '') return null
  if (!/^(https?|scgi):$/.test(url.protocol)) return null
  return ofUrl(url, kind, written, scheme !== null)
}

function ofSocket(path: string, kind: DraftKind): Understood {
  const url = `scgi+unix://${path}`
  return {
    url,
    host: path,
    guessed: [],
    isOpen: false,
    isSocket: true,
    looksLike: clientKinds[kind].address.takesScgi ? null : kindOfAddress(url),
  }
}

function ofUrl(url: URL, kind: DraftKind, written: string, hasScheme: boolean): Understood {
  const port = portOf(url, kind, written, hasScheme)
  const path = pathOf(url, kind)
  const typedPath = url.pathname.replace(/\/+$/, '')
  const guessed: Guess[] = []
  if (!hasScheme) guessed.push('scheme')
  if (port !== '' && statedPort(written) === '') guessed.push('port')
  if (path !== typedPath && path !== '') guessed.push('path')
  return {
    url: `${url.protocol}//${url.hostname}${port === '' ? '' : `:${port}`}${path}`,
    host: url.hostname,
    guessed,
    isOpen: url.protocol !== 'https:' && !isNear(url.hostname),
    looksLike: kindLike(url, kind),
    isSocket: false,
  }
}

function portOf(url: URL, kind: DraftKind, written: string, hasScheme: boolean): string {
  const stated = statedPort(written)
  if (stated !== '') return url.port
  if (url.protocol === 'https:' || (hasScheme && url.protocol === 'http:')) return ''
  const {takesScgi, port} = clientKinds[kind].address
  return takesScgi && url.protocol === 'http:' ? '' : String(port)
}

function pathOf(url: URL, kind: DraftKind): string {
  return url.protocol === 'scgi:' ? '' : apiPath(clientKinds[kind].address, url.pathname)
}

/** Ports and paths that only one kind has. */
function kindLike(url: URL, kind: DraftKind): DraftKind | null {
  const likely = kindOfAddress(url.href)
  return likely === kind ? null : likely
}

/** In the same house a password in clear is no news. */
function isNear(host: string): boolean {
  return (
    /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[(::1|f[cd]))/i.test(host) ||
    !/[.:]/.test(host) ||
    /\.(lan|local|home|internal|home\.arpa)$/i.test(host)
  )
}

function guessedScheme(kind: DraftKind, written: string, namesUser: boolean): string {
  const port = statedPort(written)
  if (port === '443' || port === '8443') return 'https:'
  if (!clientKinds[kind].address.takesScgi) return 'http:'
  const isWeb = /^[^/]+\/./.test(written) || namesUser || port === '80' || port === '8080'
  return isWeb ? 'http:' : 'scgi:'
}

function socketOf(written: string): string | null {
  if (/^\/[^/]/.test(written)) return written
  return /^(?:scgi\+unix|unix|scgi):\/\/(\/[^?#]*)$/.exec(written)?.[1] ?? null
}

function schemeOf(written: string): string | null {
  return /^([a-z][a-z0-9+.-]*:)\/\//i.exec(written)?.[1]?.toLowerCase() ?? null
}

/** A bare IPv6 address needs brackets to be a host. */
function bracketed(written: string): string {
  return /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(written) ? `[${written}]` : written
}

function statedPort(written: string): string {
  const authority = bracketed(written)
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#][^]*$/, '')
    .replace(/^.*@/, '')
  return /(?:^|[^:]|\]):(\d+)$/.exec(authority)?.[1] ?? ''
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

/** A page such as ruTorrent's is for people; where programs come in behind it. `null` = it is not that page. */
export function apiBehindPage(kind: DraftKind, typed: string): string | null {
  const {page} = clientKinds[kind].address
  const base = page?.pattern.exec(typed.trim())?.[1]
  return base === undefined ? null : `${base}${page!.api}`
}

/** Of the host, else the kind; '' = nothing to make a name of yet. */
export function proposedName(understood: Understood | null, taken: readonly string[]): string {
  if (understood === null) return ''
  return freeName(understood.isSocket ? kindOfAddress(understood.url)! : shortHost(understood.host), taken)
}

/** The same with a number behind it when it is taken. */
export function freeName(base: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()))
  if (!used.has(base.toLowerCase())) return base
  for (let nth = 2; ; nth++) if (!used.has(`${base} ${nth}`.toLowerCase())) return `${base} ${nth}`
}

/** `nas.lan` is nas; of an address all of it. */
function shortHost(host: string): string {
  if (/^[\d.]+$/.test(host) || host.startsWith('[')) return host.replace(/^\[|\]$/g, '')
  return host.split('.').find((label) => label !== 'www') ?? host
}

/** Do both lead to the same place? */
export function isSamePlace(one: string, other: string): boolean {
  const plain = (url: string) => url.replace(/\/+$/, '').toLowerCase()
  return plain(one) === plain(other)
}
