/** All pages with a live connection: how many there may be, and their common end. */
import {randomUUID} from 'node:crypto'
import type {FastifyRequest} from 'fastify'
import type {WebSocket} from 'ws'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {liveCloseCodes} from '#model/live.ts'
import {LiveSocket} from './live-socket.ts'
import {socketLimits, type LiveDeps} from './parts.ts'

export class LiveSockets {
  readonly #parts: LiveDeps
  readonly #instance = randomUUID()
  readonly #open = new Map<LiveSocket, string>()

  constructor(parts: LiveDeps) {
    this.#parts = parts
    parts.onEnd((userId) => {
      for (const live of Array.from(this.#open.keys())) {
        if (userId === null || live.userId === userId) live.askWho()
      }
    })
  }

  /** @throws {CommodarrError} too_many_sockets */
  checkRoom(principal: Principal): void {
    const owner = ownerOf(principal)
    const own = [...this.#open.values()].filter((it) => it === owner).length
    if (own < socketLimits.perPrincipal && this.#open.size < socketLimits.inAll) return
    throw new CommodarrError('too_many_sockets', 'Too many live connections are open; close some.')
  }

  /** @param request by which he came; it is asked again and again whether it would still be let in */
  admit(socket: WebSocket, request: FastifyRequest): void {
    const live: LiveSocket = new LiveSocket(socket, request, this.#parts, this.#instance, () =>
      this.#open.delete(live),
    )
    this.#open.set(live, ownerOf(request.principal))
  }

  /** Everybody is told that it goes on in a moment. */
  closeAll(): void {
    for (const live of Array.from(this.#open.keys()))
      live.close(liveCloseCodes.restarting, 'Commodarr is stopping.')
  }
}

function ownerOf({userId, via, name}: Principal): string {
  return userId ?? `${via} ${name}`
}
