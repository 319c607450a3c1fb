/** Which servers run on the same machine: their torrents may lie on the same disk. */
import {isLoopback} from '#clients/http.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

export class Machines {
  readonly #machineOf = new Map<ServerId, string>()
  readonly #on = new Map<string, ServerId[]>()

  constructor(definitions: Iterable<ServerDefinition>) {
    for (const definition of definitions) {
      const machine = machineOf(definition)
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

/** The host it is reached by; all names of this machine are one, and so is a socket in its file system. */
function machineOf({url}: ServerDefinition): string {
  const {protocol, hostname} = new URL(url)
  return protocol === 'scgi+unix:' || isLoopback(hostname) ? 'localhost' : hostname.toLowerCase()
}
