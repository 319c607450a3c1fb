/**
 * Where our own requests may go. Whoever may add servers here could otherwise make this machine ask what only this
 * machine can reach: the metadata service of its cloud, a mail server, somebody's database.
 *
 *   written address ──objectionTo──▶ refused before anything is sent: schemes, ports, literal addresses in any spelling
 *   name ──lookupWithin──▶ its addresses are checked inside the connection that is made to them, so that nothing can
 *                          change between the check and the connection
 *
 * Redirects are followed by nobody (`http.ts`): they would be a third way.
 */
import dns from 'node:dns'
import {BlockList, isIP, type LookupFunction} from 'node:net'
import os from 'node:os'
import {trimEnd} from '#lib/trim-end.ts'
import {ServerFault} from '#model/errors.ts'
import type {Reach, ServerDefinition} from '#model/server.ts'

type Reached = Pick<ServerDefinition, 'url' | 'httpProxy' | 'reach'>
/** What speaks against this address as it is written; `null` = nothing, though its name may still lead elsewhere. */
export function objectionTo({url: text, httpProxy, reach}: Reached): ServerFault | null {
  if (reach === 'anywhere') return null
  const url = new URL(text)
  if (url.protocol === 'scgi+unix:') return forbidden('sockets of this machine are not for this server')
  if (httpProxy !== null) return forbidden('a proxy can not be held to the addresses that are allowed')
  if (badPorts.has(portOf(url))) return forbidden(`port ${portOf(url)} belongs to another protocol`)
  const host = plainHost(url)
  if (host === null) return forbidden('this is no host')
  if (isIP(host) !== 0) return isForbidden(host, reach) ? forbidden(`${host} ${whyNot[reach]}`) : null
  const isNamed = metadataNames.has(host) || (reach === 'public' && /(^|\.)localhost$/.test(host))
  return isNamed ? forbidden(`${host} ${whyNot[reach]}`) : null
}

/**
 * Node's own lookup, less what may not be reached: of a name with several addresses only the allowed ones are tried.
 * For the socket itself (`net.connect`, undici), which connects to exactly what it was given here.
 */
export function lookupWithin(reach: Reach): LookupFunction | undefined {
  if (reach === 'anywhere') return undefined
  return (host, options, done) => {
    dns.lookup(host, {...options, all: true}, (error, found) => {
      if (error !== null) return done(error, [])
      const allowed = found.filter(({address}) => !isForbidden(address, reach))
      const [first] = allowed
      // The address itself is not told: names of somebody's network are nobody's business.
      if (first === undefined) return done(forbidden(`the name leads to what ${whyNot[reach]}`), [])
      if (options.all) done(null, allowed)
      else done(null, first.address, first.family)
    })
  }
}

/** @param address as `net.isIP` knows it, also with a zone */
export function isForbidden(address: string, reach: Reach): boolean {
  if (reach === 'anywhere') return false
  const [plain = ''] = address.split('%')
  if (isIP(plain) === 4) return isForbidden4(plain, reach)
  const groups = groupsOf(plain)
  const inside = embedded(groups)
  if (inside !== null) return isForbidden4(inside, reach)
  if (never.check(plain, 'ipv6')) return true
  // Of IPv6 only 2000::/3 was ever given out to the public.
  return reach === 'public' && (groups[0]! >> 13 !== 1 || notPublic.check(plain, 'ipv6') || isOurs(plain))
}

function isForbidden4(address: string, reach: Reach): boolean {
  return never.check(address) || (reach === 'public' && (notPublic.check(address) || isOurs(address)))
}

/** This machine by its own public address is not the public: its firewall lets itself in. */
function isOurs(address: string): boolean {
  const ours = new BlockList()
  for (const it of Object.values(os.networkInterfaces()).flatMap((list) => list ?? [])) {
    ours.addAddress(it.address.split('%')[0]!, it.family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return ours.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function forbidden(why: string): ServerFault {
  return new ServerFault(
    'address_forbidden',
    'address_forbidden',
    `Commodarr does not connect there: ${why}.`,
  )
}

const whyNot: {readonly [R in Exclude<Reach, 'anywhere'>]: string} = {
  guarded: 'is link-local, a metadata service or no address of one host',
  public: 'is not a public address',
}

/** Lower case, no brackets, no dot at its end, addresses in their usual spelling; `null` = no host at all. */
function plainHost(url: URL): string | null {
  // Hosts of scgi: are taken as they are written; those of http: are read as the network will read them.
  if (!URL.canParse(`http://${url.host}`)) return null
  const host = trimEnd(new URL(`http://${url.host}`).hostname.replace(/^\[|\]$/g, ''), '.')
  return host === '' ? null : host
}

function portOf({protocol, port}: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

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
