/** Addresses as those see them who count by them. */
import {isIP} from 'node:net'

/**
 * Whose address it is: an IPv4 address is one customer, of IPv6 everybody has a /64 and with it more addresses than
 * could ever be counted.
 */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0]!.toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped) return mapped[1]!
  return isIP(plain) === 6 ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : plain
}

/** The eight groups of an IPv6 address, shortest spelling each. */
function groupsOf(address: string): string[] {
  // The URL parser knows all spellings and gives one of them, without dotted quads.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const before = head === '' ? [] : head.split(':')
  if (tail === undefined) return before
  const after = tail === '' ? [] : tail.split(':')
  return [...before, ...Array.from({length: 8 - before.length - after.length}, () => '0'), ...after]
}
