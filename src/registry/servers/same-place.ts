/** Is a server here already? Two of the same kind at the same address are one daemon, listed twice. */
import {isIPv4} from 'node:net'
import type {Access} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {DescribedServer} from './draft.ts'

type Place = Pick<ServerDefinition, 'kind' | 'url'>

/** Servers that he sees, and no others: nobody may find out by guessing where somebody else's server is. */
export function seenBy(
  access: Access,
  describe: (id: ServerId) => DescribedServer | null,
): readonly DescribedServer[] {
  return access.servers.flatMap((id) => describe(id) ?? [])
}

export function leadingTo<S extends Place>({kind, url}: Place, servers: readonly S[]): readonly S[] {
  return servers.filter((it) => it.kind === kind && it.url === url)
}

/**
 * Certainly two daemons. Names, proxies, containers and further networks give one daemon several addresses; only two
 * ports of one machine, and two machines of one network, are never the same.
 */
export function isElsewhere(one: Place, other: Place): boolean {
  if (one.kind !== other.kind) return true
  const [a, b] = [hostOf(one.url), hostOf(other.url)]
  if (a === null || b === null) return false
  if (a.name === b.name) return a.port !== b.port
  return isPlainNetwork(a.name) && isPlainNetwork(b.name) && networkOf(a.name) === networkOf(b.name)
}

/** `null` = a socket, or a port that proxies have: who is behind it cannot be told. */
function hostOf(url: string): {readonly name: string; readonly port: string} | null {
  if (!URL.canParse(url)) return null
  const {hostname, port} = new URL(url)
  return hostname === '' || port === '' ? null : {name: hostname, port}
}

/** Neither this machine, nor a network that Docker gives to containers. */
function isPlainNetwork(host: string): boolean {
  return isIPv4(host) && !host.startsWith('127.') && !isBridged(host)
}

/** Networks that Docker gives to containers by itself. */
export function isBridged(host: string): boolean {
  return /^172\.(1[6-9]|2\d|3[01])\./.test(host)
}

function networkOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'))
}
