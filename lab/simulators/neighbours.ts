/**
 * Simulated servers that reach each other as peers: who adds another one at its port downloads from it what both have, as
 * fast as the network of a house. What one gets, the other one uploads.
 */
import type {World} from './world.ts'

/** bytes/s between two of them: most of a gigabit. */
export const HOUSE_PACE = 110_000_000

const FIRST_PORT = 51_413

export class Neighbours {
  readonly #byPort = new Map<number, World>()

  /** From now on it listens at a port of its own. */
  join(world: World): void {
    world.peerPort = FIRST_PORT + this.#byPort.size
    world.neighbours = this
    this.#byPort.set(world.peerPort, world)
  }

  /** @param peer `ip:port`: all of them are on one machine, so that the port says which */
  at(peer: string): World | null {
    return this.#byPort.get(Number(/:(\d+)$/.exec(peer)?.[1])) ?? null
  }

  /** Another one than this has it, too. */
  others(hash: string, than: World): boolean {
    return this.#byPort.values().some((it) => it !== than && it.get(hash) !== undefined)
  }
}
