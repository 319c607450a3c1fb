/**
 * Moves of data that rules began and whose end nobody has seen: so long the room that they need is not free, although
 * their disk says so. In memory alone, as a server that began anew tells of a move by its state.
 */
import type {Clock} from '#lib/clock.ts'
import type {FleetReader} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

interface MovesDeps {
  readonly fleet: Pick<FleetReader, 'get'>
  /** Other servers that may see the same disk. */
  readonly neighbours: (id: ServerId) => readonly ServerId[]
  readonly clock: Pick<Clock, 'monotonic'>
}

interface Move {
  readonly key: TorrentKey
  readonly path: string
  readonly bytes: Bytes
  /** By the duration clock, ms. */
  readonly at: number
}

/** A server shows that it moves within a look or two; a list that was on its way shows it as it was. */
const SHOWN_MS = 60_000

export class MovesUnderWay {
  readonly #parts: MovesDeps
  readonly #moves = new Map<string, Move>()

  constructor(parts: MovesDeps) {
    this.#parts = parts
  }

  /** Before it is sent: whether it goes out is known only then. */
  begin(move: Omit<Move, 'at'>): void {
    this.#moves.set(keyText(move.key), {...move, at: this.#parts.clock.monotonic()})
  }

  /** On this server, and on those that may see the same disk. */
  around(id: ServerId): {readonly count: number; readonly bytes: Bytes} {
    const servers = new Set([id, ...this.#parts.neighbours(id)])
    let [count, bytes] = [0, 0]
    for (const [name, move] of this.#moves) {
      if (this.#isOver(move)) this.#moves.delete(name)
      else if (servers.has(move.key.serverId)) {
        count++
        bytes += move.bytes
      }
    }
    return {count, bytes}
  }

  #isOver({key, at}: Move): boolean {
    const torrent = this.#parts.fleet.get(key)
    if (!torrent) return true
    return torrent.state !== 'moving' && this.#parts.clock.monotonic() - at >= SHOWN_MS
  }
}
