/**
 * Servers as a manager was told of them, each with a clock that runs only while it is really watched: up, listed, at its
 * usual speed, with our own way to the internet well. Holds count by it.
 */
import type {Clock} from '#lib/clock.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Seconds} from '#model/units.ts'
import {newSteadyClock, stepSteadyClock, type SteadyClock, type SteadyTime} from '#rules/steady-clock.ts'
import {isCutOff} from './torrent-facts.ts'

/** A server that is asked more often is looked at as often as everybody is judged. */
const LEAST_INTERVAL_MS = 60_000

interface WatchedServer {
  readonly server: ManagedServer
  /** By the duration clock, ms. */
  readonly toldAt: number
  readonly clock: SteadyClock
}

export class WatchedServers {
  readonly #clock: Clock
  readonly #run: string
  readonly #isClockTrusted: () => boolean
  readonly #servers = new Map<ServerId, WatchedServer>()
  #clocks = 0

  /** @param run of this life of its manager: no other one counts by the same clocks */
  constructor(clock: Clock, run: string, isClockTrusted: () => boolean) {
    this.#clock = clock
    this.#run = run
    this.#isClockTrusted = isClockTrusted
  }

  of(id: ServerId): ManagedServer | undefined {
    return this.#servers.get(id)?.server
  }

  /** Since it was told of last; 0 = nobody told of it. */
  sinceTold(id: ServerId): Seconds {
    const known = this.#servers.get(id)
    return known ? (this.#clock.monotonic() - known.toldAt) / 1000 : 0
  }

  timeOf(id: ServerId): SteadyTime {
    return this.#servers.get(id)?.clock ?? this.#newClock()
  }

  /** All of them, anew. @returns those that stand otherwise than before */
  take(servers: readonly ManagedServer[]): readonly ServerId[] {
    const toldAt = this.#clock.monotonic()
    // Up to now they were as they were told before.
    this.step()
    const gone = new Set(this.#servers.keys())
    const changed: ServerId[] = []
    for (const server of servers) {
      gone.delete(server.id)
      const before = this.#servers.get(server.id)
      this.#servers.set(server.id, {server, toldAt, clock: before?.clock ?? this.#newClock()})
      if (!before || standsOtherwise(before.server, server)) changed.push(server.id)
    }
    for (const id of gone) this.#servers.delete(id)
    this.step()
    return changed
  }

  /** Their clocks, to now. */
  step(): void {
    const monotonic = this.#clock.monotonic()
    const isClockTrusted = this.#isClockTrusted()
    for (const [id, known] of this.#servers) {
      const {server, clock} = known
      const isUp = server.status === 'online' || server.status === 'degraded'
      const isUsual = server.altSpeed !== true && !isCutOff(server)
      const steady = isUp && isClockTrusted && server.fullLists > 0 && isUsual
      const syncIntervalMs = Math.max(server.pollMs ?? 0, LEAST_INTERVAL_MS)
      this.#servers.set(id, {...known, clock: stepSteadyClock(clock, {monotonic, steady, syncIntervalMs})})
    }
  }

  /** Another one each time: of a server that comes back, too, nobody knows what was meanwhile. */
  #newClock(): SteadyClock {
    return newSteadyClock(`${this.#run}/${++this.#clocks}`)
  }
}

/** Its torrents are to be judged anew: what it says is believed now, or no longer, or its time counts otherwise. */
function standsOtherwise(one: ManagedServer, other: ManagedServer): boolean {
  const before = standingOf(one)
  return standingOf(other).some((it, at) => it !== before[at])
}

/** What may be done of its torrents hangs on that. */
export function standingOf({
  status,
  populationDrop,
  altSpeed,
  internet,
  epoch,
}: ManagedServer): readonly unknown[] {
  return [status, populationDrop, altSpeed, internet, epoch]
}
