/** Names by which we are called: `Host`, `X-Forwarded-Host`, and the ones of `WebUI.AllowedHosts`. */
import {isIPv6} from 'node:net'

/**
 * The name in a Host header: lower case, without port and without a trailing dot, addresses in their one spelling
 * (`[::1]`); `null` = it is none. An empty header is no name either.
 */
export function hostName(host: string | undefined): string | null {
  if (host === undefined || !/^(\[[0-9a-f:.]+\]|[^\s:@/?#\\[\]%]+)(:\d{1,5})?$/i.test(host)) return null
  const url = urlOf(`http://${host}`)
  const name = url?.hostname.replace(/\.$/, '') ?? ''
  return name === '' || name.startsWith('.') || name.includes('..') ? null : name
}

/** A name that can only mean this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name)
}

/** An address in its own spelling, or a name without a dot: no page from elsewhere can be called so. */
export function isNobodysName(name: string): boolean {
  return /^(\[.+\]|\d+\.\d+\.\d+\.\d+|[^.]+)$/.test(name)
}

export interface AllowedHosts {
  readonly allows: (name: string) => boolean
  /** Is it one of the entries? Behind a proxy that does not pass on what was called, everything is called by loopback. */
  readonly lists: (name: string) => boolean
  /** Entries that are no host name; they allow nothing. */
  readonly unreadable: readonly string[]
}

/**
 * Reads entries such as `fleet.example`, `*.example.org` (every name below, not the name itself), `10.0.0.5`, `[fd00::1]`
 * or `*`. Ports and what follows them do not count. Names of this machine are always allowed: nobody else can be called
 * so, and health checks come by them.
 */
export function allowedHosts(entries: readonly string[]): AllowedHosts {
  const names = new Set<string>()
  const endings: string[] = []
  const unreadable: string[] = []
  for (const entry of entries) {
    const text = entry.trim()
    const name = hostName(withoutRest(text.replace(/^\*\./, '')))
    if (text === '*') endings.push('')
    else if (name === null) unreadable.push(entry)
    else if (text.startsWith('*.')) endings.push(`.${name}`)
    else names.add(name)
  }
  const lists = (name: string) => names.has(name) || endings.some((ending) => name.endsWith(ending))
  return {allows: (name) => lists(name) || isLoopbackName(name), lists, unreadable}
}

/** People write whole addresses, and IPv6 without brackets. */
function withoutRest(entry: string): string {
  if (isIPv6(entry)) return `[${entry}]`
  return entry.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '')
}

/** Host and port of an `Origin` or a `Referer`, with the scheme; `null` = it names none (`null`, garbage, `file:`). */
export function originOf(text: string): {isHttps: boolean; host: string} | null {
  const url = urlOf(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  return {isHttps: url.protocol === 'https:', host: url.host}
}

/** `Host` as a URL of this scheme would spell it: the usual port left out. */
export function spelledHost(host: string, isHttps: boolean): string | null {
  if (hostName(host) === null) return null
  return urlOf(`${isHttps ? 'https' : 'http'}://${host}`)?.host ?? null
}

function urlOf(text: string): URL | null {
  return URL.parse(text)
}
