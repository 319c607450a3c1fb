/** Addresses of peers, and the ones of `WebUI.TrustedProxies`, whose word counts. */
import {BlockList, isIP, isIPv6} from 'node:net'

export interface TrustedProxies {
  readonly trusts: (address: string | undefined) => boolean
  /** Entries that are neither an address nor a range; they make nobody trusted. */
  readonly unreadable: readonly string[]
}

/** Reads addresses (`10.0.0.2`, `fd00::2`) and ranges (`10.0.0.0/8`). None = nobody is trusted. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  const unreadable = entries.filter((entry) => !added(list, entry.trim()))
  return {
    trusts: (address) => {
      const plain = readAddress(address ?? '')
      return plain !== null && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
    },
    unreadable,
  }
}

function added(list: BlockList, entry: string): boolean {
  const [text, length, ...rest] = entry.split('/')
  const address = readAddress(text ?? '')
  if (address === null || rest.length > 0) return false
  const kind = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (length === undefined) list.addAddress(address, kind)
  else if (/^\d{1,3}$/.test(length) && Number(length) <= (kind === 'ipv6' ? 128 : 32)) {
    list.addSubnet(address, Number(length), kind)
  } else return false
  return true
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

/** An IPv4 address as itself, also where a socket that listens at `::` shows it within IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/** An address in its plain spelling, without the zone of a link-local one; `null` = it is none. */
export function readAddress(text: string): string | null {
  const plain = plainAddress(text.replace(/%[\w.-]+$/, ''))
  return isIP(plain) === 0 ? null : plain
}
