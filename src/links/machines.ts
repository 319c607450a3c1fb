/** Which servers run on the same machine: their torrents may lie on the same disk. */
import {hostname, networkInterfaces} from 'node:os'
import {isLoopback} from '#clients/http.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

export class Machines {
  readonly #machineOf = new Map<ServerId, string>()
  readonly #on = new Map<string, ServerId[]>()

  constructor(definitions: Iterable<Pick<ServerDefinition, 'id' | 'url'>>) {
    const own = ownAddresses()
    for (const definition of definitions) {
      const machine = machineOf(definition, own)
      this.#machineOf.set(definition.id, machine)
      const on = this.#on.get(machine)
      if (on) on.push(definition.id)
      else this.#on.set(machine, [definition.id])
    }
  }

  /** The others, switched off or not. */
  neighbours(id: ServerId): readonly ServerId[] {
    const on = this.#on.get(this.#machineOf.get(id) ?? '') ?? []
    return on.filter((other) => other !== id)
  }
}

/** It runs on the machine that we run on. */
export function isOnThisMachine(definition: ServerDefinition): boolean {
  return machineOf(definition, ownAddresses()) === 'here'
}

/**
 * The host it is reached by. One are: all names and addresses of this machine, a socket in its file system, and names
 * without a dot, which containers of one machine have for each other. Too many neighbours cost a question, too few data.
 */
function machineOf({url}: Pick<ServerDefinition, 'url'>, own: ReadonlySet<string>): string {
  const {protocol, hostname: name} = new URL(url)
  const host = name.toLowerCase().replaceAll(/^\[|\]$/g, '')
  const isNear = protocol === 'scgi+unix:' || isLoopback(name) || !/[.:]/.test(host)
  return isNear || containerHosts.has(host) || own.has(host) ? 'here' : host
}

/** What containers call the machine they run on. */
const containerHosts = new Set([
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
])

function ownAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return new Set([hostname().toLowerCase(), ...all.map(({address}) => address.toLowerCase())])
}
