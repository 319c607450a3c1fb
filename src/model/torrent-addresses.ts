/** Addresses that people give torrents: of trackers, peers and web servers. One reading of them for the API and the pages. */

const reads = {
  /** An announce URL. */
  tracker: (text: string) => /^(https?|udp|wss?):\/\/[^\s/]+\S*$/i.test(text) && namesHost(text),
  /** Where the same files are on a web server. */
  web: (text: string) => /^(https?|ftp):\/\/[^\s/]+/i.test(text) && namesHost(text),
  /** A peer has no port 0. */
  peer: (text: string) =>
    /^(\[[0-9a-f:.]+\]|[^\s:[\]/?#@\\]+):\d{1,5}$/i.test(text) &&
    !/:0+$/.test(text) &&
    namesHost(`http://${text}`),
} as const

export type AddressKind = keyof typeof reads

/** What is accepted of each, in words. */
export const acceptedAddresses: Readonly<Record<AddressKind, string>> = {
  tracker: 'an announce URL: http, https, udp, ws or wss, a host, a port up to 65535, no spaces',
  web: 'a URL: http, https or ftp, a host, a port up to 65535',
  peer: 'ip:port or [ip6]:port, with a port from 1 to 65535',
}

export function isAddress(text: string, kind: AddressKind): boolean {
  return reads[kind](text)
}

/** A host that can be one, and a port up to 65535: read as HTTP, by which numbers are checked as those of an address. */
function namesHost(url: string): boolean {
  return URL.canParse(url.replace(/^[a-z]+:/i, 'http:'))
}
