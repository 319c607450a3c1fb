/** The servers in sight, as the header and all pages show them: from the socket, in their order. */
import {useSyncExternalStore} from 'react'
import type {LiveMessage, LiveServer, LiveTopic} from '#model/live.ts'
import {Signal} from '../lib/signal.ts'
import {liveSocket, type LiveSocket, type Subscriber} from './socket.ts'

class LiveServers implements Subscriber {
  readonly changes = new Signal()
  /** In their order; the same array until something changes. `null` = not known yet. */
  list: readonly LiveServer[] | null = null
  readonly #socket: LiveSocket
  readonly #byId = new Map<string, LiveServer>()
  #order: readonly string[] = []

  constructor(socket: LiveSocket) {
    this.#socket = socket
    socket.add(this)
  }

  get(id: string): LiveServer | null {
    return this.#byId.get(id) ?? null
  }

  open(): void {
    const topics: LiveTopic[] = ['servers', 'actions', 'attention']
    this.#socket.send({type: 'watch', topics})
  }

  receive(message: LiveMessage): void {
    if (message.type !== 'servers') return
    for (const server of message.servers) this.#byId.set(server.server_id, server)
    if (message.order) {
      this.#order = message.order
      const present = new Set(message.order)
      for (const id of this.#byId.keys()) if (!present.has(id)) this.#byId.delete(id)
    }
    this.list = this.#order.flatMap((id) => this.#byId.get(id) ?? [])
    this.changes.emit()
  }
}

export const liveServers = new LiveServers(liveSocket)

/** `null` until the first answer. */
export function useServers(): readonly LiveServer[] | null {
  return useSyncExternalStore(liveServers.changes.listen, () => liveServers.list)
}

export function useServer(id: string): LiveServer | null {
  return useSyncExternalStore(liveServers.changes.listen, () => liveServers.get(id))
}
