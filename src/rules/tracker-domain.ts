/** Which hosts are one tracker: `tracker1.example.org` and `tracker2.example.org` have one owner, and one database. */
import {isIP} from 'node:net'

/** Whoever registers a name in the United Kingdom gets one below `co.uk`. */
const shared: ReadonlySet<string> = new Set(['ac', 'co', 'com', 'edu', 'gov', 'ne', 'net', 'or', 'org'])

/**
 * The domain that a host is in. Two trackers may share one, as below a name service: use it to count more together, and
 * never alone. @param host in small letters
 */
export function trackerDomain(host: string): string {
  const labels = host.split('.')
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0 || labels.length < 3) return host
  const isShared = labels.at(-1)!.length === 2 && shared.has(labels.at(-2)!)
  return labels.slice(isShared ? -3 : -2).join('.')
}

/** Each host, and each domain of them, once. */
export function withDomains(hosts: readonly string[]): readonly string[] {
  return [...new Set([...hosts, ...hosts.map(trackerDomain)])]
}

/** Many owners register names below it, so it is no tracker's: `co.uk`, `org`. @param host in small letters */
export function isSharedSuffix(host: string): boolean {
  const labels = host.split('.')
  return labels.length === 2 && labels[1]!.length === 2 && shared.has(labels[0]!)
}

/**
 * Is it a host of this tracker? @param entry a host, or a domain, which stands for all hosts in it; both in small letters
 */
export function isHostOf(entry: string, host: string): boolean {
  return host === entry || (standsForDomain(entry) && host.endsWith(`.${entry}`))
}

/** A name of one label is a host in a private network, and stands for itself. */
export function standsForDomain(entry: string): boolean {
  const isName = entry.includes('.') && isIP(entry) === 0 && !isSharedSuffix(entry)
  return isName && trackerDomain(entry) === entry
}

/** Is it a host of one of these? Asked for with each tracker of each torrent. @param entries of one profile */
export function isHostOfAny(entries: readonly string[], host: string): boolean {
  let known = split.get(entries)
  if (known === undefined) {
    known = {hosts: new Set(entries), domains: new Set(entries.filter(standsForDomain))}
    split.set(entries, known)
  }
  return known.hosts.has(host) || (known.domains.size > 0 && known.domains.has(trackerDomain(host)))
}

/** Lists of profiles never change: another list is another array. */
const split = new WeakMap<
  readonly string[],
  {readonly hosts: ReadonlySet<string>; readonly domains: ReadonlySet<string>}
>()
