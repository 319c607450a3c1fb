/**
 * Where our own requests may go. Whoever may add servers here could otherwise make this machine ask what only this
 * machine can reach: the metadata service of its cloud, a mail server, somebody's database, or a torrent server of
 * somebody else that trusts our address.
 *
 *   written address ──objectionTo──▶ refused before anything is sent: schemes, ports, literal addresses in any spelling
 *   name ──lookupWithin──▶ its addresses are checked inside the connection that is made to them, so that nothing can
 *                          change between the check and the connection
 *   literal address ──objectionAt──▶ the names of servers of others may lead to it
 *
 * Redirects are followed by nobody (`http.ts`): they would be a third way. Whatever speaks against an address, the
 * refusal is the same: why it is refused would tell of somebody's network, or of somebody's servers.
 */
import dns from 'node:dns'
import {BlockList, isIP, type LookupFunction} from 'node:net'
import os from 'node:os'
import {trimEnd} from '#lib/trim-end.ts'
import {ServerFault} from '#model/errors.ts'
import type {Place, Reach, ReachRange, ServerDefinition} from '#model/server.ts'

type Reached = Pick<ServerDefinition, 'url' | 'httpProxy' | 'reach'>

/** What speaks against this address as it is written; `null` = nothing, though its name may still lead elsewhere. */
export function objectionTo({url: text, httpProxy, reach}: Reached): ServerFault | null {
  if (reach.range === 'anywhere') return null
  const url = new URL(text)
  // A proxy could be told to go anywhere, and a socket has no address that could be looked at.
  if (url.protocol === 'scgi+unix:' || httpProxy !== null) return forbidden()
  const port = portOf(url)
  const host = plainHost(url)
  if (badPorts.has(port) || host === null) return forbidden()
  if (isIP(host) !== 0) return isOutside({host, port}, host, reach) ? forbidden() : null
  if (metadataNames.has(host)) return forbidden()
  const isThere = (place: Place) => place.port === port && isSameHost(place.host, host)
  if (reach.allowed.some(isThere)) return null
  return (reach.range === 'public' && isLocalName(host)) || reach.taken.some(isThere) ? forbidden() : null
}

/**
 * The same, and of a literal address also whether the name of somebody else's server leads to it now. Call it where a
 * connection is about to be made; names are judged by `lookupWithin`.
 */
export async function objectionAt(reached: Reached): Promise<ServerFault | null> {
  const objection = objectionTo(reached)
  if (objection !== null || reached.reach.range === 'anywhere') return objection
  const url = new URL(reached.url)
  const [host, port] = [plainHost(url), portOf(url)]
  if (host === null || isIP(host) === 0) return null
  const found = await new Promise<readonly Place[]>((resolve) => ledTo(reached.reach, port, resolve))
  return isOutside({host, port}, host, reached.reach, found) ? forbidden() : null
}

/**
 * Node's own lookup, less what may not be reached: of a name with several addresses only the allowed ones are tried.
 * For the socket itself (`net.connect`, undici), which connects to exactly what it was given here.
 * @param to the address that is connected to: its port counts
 */
export function lookupWithin(reach: Reach, to: URL): LookupFunction | undefined {
  if (reach.range === 'anywhere') return undefined
  const port = portOf(to)
  return (name, options, done) => {
    dns.lookup(name, {...options, all: true}, (error, found) => {
      if (error !== null) return done(error, [])
      const at = {host: trimEnd(name.toLowerCase(), '.'), port}
      ledTo(reach, port, (others) => {
        const allowed = found.filter(({address}) => !isOutside(at, address, reach, others))
        const [first] = allowed
        if (first === undefined) done(forbidden(), [])
        else if (options.all) done(null, allowed)
        else done(null, first.address, first.family)
      })
    })
  }
}

/** Is this address among those that an administrator allows, as it is written? */
export function isAllowed({url, reach}: Pick<Reached, 'url' | 'reach'>): boolean {
  const place = placeAt(url)
  const isThere = ({host, port}: Place) => port === place?.port && isSameHost(host, place.host)
  return reach.allowed.some(isThere)
}

/** What both allow. */
export function inBoth(one: Reach, other: Reach): Reach {
  const isHeld = ({range, taken}: Reach) => range === 'public' || taken.length > 0
  const both = isHeld(one) && isHeld(other)
  const isOthers = ({host, port}: Place) => other.allowed.some((it) => it.host === host && it.port === port)
  const ofOne = isHeld(one) ? one.allowed : other.allowed
  return {
    range: one.range === 'public' || other.range === 'public' ? 'public' : 'guarded',
    allowed: both ? one.allowed.filter(isOthers) : ofOne,
    taken: [...one.taken, ...other.taken],
  }
}

/**
 * The place of a server's address; `null` = a socket of this machine, or no host.
 * @param url as `ServerDefinition.url` is written
 */
export function placeAt(url: string): Place | null {
  const parsed = new URL(url)
  const host = parsed.protocol === 'scgi+unix:' ? null : plainHost(parsed)
  return host === null ? null : {host, port: portOf(parsed)}
}

/** Where the names of servers of others lead now that have this port. A name that leads nowhere takes nothing. */
function ledTo({allowed, taken}: Reach, port: number, done: (places: readonly Place[]) => void): void {
  const names = new Set(taken.filter((it) => it.port === port && isIP(it.host) === 0).map(({host}) => host))
  for (const {host} of allowed) names.delete(host)
  const places: Place[] = []
  let open = names.size
  if (open === 0) return done(places)
  for (const name of names) {
    lookUp(name, (addresses) => {
      for (const host of addresses) places.push({host, port})
      if (--open === 0) done(places)
    })
  }
}

/** @param done takes the addresses, each in one spelling; none = the name leads nowhere */
function lookUp(name: string, done: (addresses: readonly string[]) => void): void {
  dns.lookup(name, {all: true}, (error, found) => {
    done(error === null ? found.map(({address}) => plainAddress(address)) : [])
  })
}

/** Where a host leads now, each address in one spelling; empty = nowhere. Never throws. */
export function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return Promise.resolve([plainAddress(host)])
  return new Promise((resolve) => lookUp(host, resolve))
}

/** The same for hosts that certainly are one: all addresses of this machine are. */
export function hostKey(host: string): string {
  return isHere(host) ? 'localhost' : plainAddress(host)
}

/** @param led where names of others lead, beside what is taken as it is written */
function isOutside({host, port}: Place, address: string, reach: Reach, led: readonly Place[] = []): boolean {
  const plain = plainAddress(address)
  if (isForbidden(plain, 'guarded')) return true
  const isThere = (place: Place) =>
    place.port === port && (isSameHost(place.host, host) || isSameHost(place.host, plain))
  if (reach.allowed.some(isThere)) return false
  return isForbidden(plain, reach.range) || reach.taken.some(isThere) || led.some(isThere)
}

/** Two of the addresses of this machine are one host: most daemons listen at all of them. */
function isSameHost(one: string, other: string): boolean {
  return one === other || (isHere(one) && isHere(other))
}

function isHere(host: string): boolean {
  if (isIP(host) === 0) return isLocalName(host)
  const plain = plainAddress(host)
  return plain === '::1' || plain.startsWith('127.') || isOurs(plain)
}

function isLocalName(host: string): boolean {
  return /(^|\.)localhost$/.test(host)
}

/** One spelling of each address, without a zone; of IPv4 within IPv6 the IPv4. */
function plainAddress(address: string): string {
  const [plain = ''] = address.split('%')
  if (isIP(plain) !== 6) return plain
  return embedded(groupsOf(plain)) ?? new URL(`http://[${plain}]`).hostname.slice(1, -1)
}

/** @param address as `net.isIP` knows it, also with a zone */
export function isForbidden(address: string, range: ReachRange): boolean {
  if (range === 'anywhere') return false
  const [plain = ''] = address.split('%')
  if (isIP(plain) === 4) return isForbidden4(plain, range)
  const groups = groupsOf(plain)
  const inside = embedded(groups)
  if (inside !== null) return isForbidden4(inside, range)
  if (never.check(plain, 'ipv6')) return true
  return range === 'public' && (!isPublic6(plain, groups) || isOurs(plain))
}

function isForbidden4(address: string, range: ReachRange): boolean {
  return never.check(address) || (range === 'public' && (notPublic.check(address) || isOurs(address)))
}

/** Anybody may reach it, were there no firewall: also an address of this machine. @param address as `net.isIP` knows it */
export function isPublic(address: string): boolean {
  const [plain = ''] = address.split('%')
  const groups = isIP(plain) === 4 ? null : groupsOf(plain)
  const inside = groups === null ? plain : embedded(groups)
  if (inside !== null) return !never.check(inside) && !notPublic.check(inside)
  return !never.check(plain, 'ipv6') && isPublic6(plain, groups!)
}

/** Of IPv6 only 2000::/3 was ever given out to the public. */
function isPublic6(address: string, groups: readonly number[]): boolean {
  return groups[0]! >> 13 === 1 && !notPublic.check(address, 'ipv6')
}

/** This machine by its own public address is not the public: its firewall lets itself in. */
function isOurs(address: string): boolean {
  const ours = new BlockList()
  for (const it of Object.values(os.networkInterfaces()).flatMap((list) => list ?? [])) {
    ours.addAddress(it.address.split('%')[0]!, it.family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return ours.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function forbidden(): ServerFault {
  return new ServerFault('address_forbidden', 'address_forbidden', addressForbidden)
}

/** One sentence for every reason: which it is would tell where somebody's servers are. */
const addressForbidden =
  'Commodarr does not connect to this address for you: ask an administrator to allow it, or take another one.'

/** Lower case, no brackets, no dot at its end, addresses in their usual spelling; `null` = no host at all. */
function plainHost(url: URL): string | null {
  // Hosts of scgi: are taken as they are written; those of http: are read as the network will read them.
  if (!URL.canParse(`http://${url.host}`)) return null
  const host = trimEnd(new URL(`http://${url.host}`).hostname.replace(/^\[|\]$/g, ''), '.')
  return host === '' ? null : host
}

function portOf({protocol, port}: URL): number {
  return port === '' ? (usualPorts[protocol] ?? 80) : Number(port)
}

const usualPorts: Readonly<Record<string, number>> = {'https:': 443, 'scgi:': 5000}

/** An IPv6 address as its eight groups. */
function groupsOf(address: string): number[] {
  // URL spells the IPv4 at the end of some in hex.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const groups = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map((it) => Number.parseInt(it, 16))
  const [first, last] = [groups(head), groups(tail ?? '')]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

/**
 * The IPv4 address that a translator or tunnel on the way would make of it; `null` = it stands for itself. Mapped and
 * compatible (RFC 4291 §2.5.5), translated (RFC 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
 */
function embedded(groups: readonly number[]): string | null {
  const head = groups
    .slice(0, 6)
    .map((it) => it.toString(16))
    .join(':')
  const [, second, third, , , , seventh = 0, eighth] = groups
  const isCompatible = head === '0:0:0:0:0:0' && seventh !== 0
  if (isCompatible || /^0:0:0:0:(0:ffff|ffff:0)$|^64:ff9b:(0:0:0:0$|1:)/.test(head)) {
    return ipv4Of(seventh, eighth!)
  }
  if (head.startsWith('2002:')) return ipv4Of(second!, third!)
  return head.startsWith('2001:0:') ? ipv4Of(seventh ^ 0xffff, eighth! ^ 0xffff) : null
}

function ipv4Of(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** What nobody's torrent server is. Source: IANA special-purpose registries; the clouds' own documents. */
const never = blockList([
  '0.0.0.0/8',
  // Link-local: on clouds the metadata service lives there.
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  // Metadata services of AWS, Google, Azure, Alibaba and Oracle at addresses of other ranges.
  'fd00:ec2::/32',
  'fd00:c1::a9fe:a9fe/128',
  'fd20:ce::254/128',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
])

const notPublic = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001:db8::/32',
  '3fff::/20',
])

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', bits] = range.split('/')
    list.addSubnet(net, Number(bits), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

/** They lead to what `never` forbids; said before anybody asks a name server. */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

/**
 * Source: "bad port" of fetch.spec.whatwg.org. Beyond it Redis and memcached, which take any line of a request for a
 * command of its own.
 */
const badPorts: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 6379, 11211,
])
