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
const MOST_OUTAGES = 100

interface WatchedServer {
  readonly server: ManagedServer
  /** By the duration clock, ms. */
  readonly reportedAt: number
  readonly clock: SteadyClock
  /** Times without a connection of ours, the oldest first. By the duration clock, ms; `to` is `null` while it lasts. */
  readonly outages: readonly {readonly from: number; readonly to: number | null}[]
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
  sinceReported(id: ServerId): Seconds {
    const known = this.#servers.get(id)
    return known ? (this.#clock.monotonic() - known.reportedAt) / 1000 : 0
  }

  timeOf(id: ServerId): SteadyTime {
    const known = this.#servers.get(id)
    if (!known) return this.#newClock()
    const {clock, server} = known
    return isCutOff(server) ? {...clock, lostMs: server.unprovenFor * 1_000} : clock
  }

  /** Of the last so many seconds, those in which it was cut off, as far as this manager saw it. */
  cutOffWithin(id: ServerId, last: Seconds): Seconds {
    const now = this.#clock.monotonic()
    const begin = now - last * 1_000
    const all = (this.#servers.get(id)?.outages ?? []).map(({from, to}) =>
      Math.max(0, (to ?? now) - Math.max(from, begin)),
    )
    return all.reduce((sum, ms) => sum + ms, 0) / 1_000
  }

  /** All of them, again. @returns those that stand otherwise than before */
  take(servers: readonly ManagedServer[]): readonly ServerId[] {
    const reportedAt = this.#clock.monotonic()
    // Up to now they were as they were told before.
    this.step()
    const gone = new Set(this.#servers.keys())
    const changed: ServerId[] = []
    for (const server of servers) {
      gone.delete(server.id)
      const before = this.#servers.get(server.id)
      const outages = outagesOf(before, server, reportedAt)
      this.#servers.set(server.id, {server, reportedAt, clock: before?.clock ?? this.#newClock(), outages})
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
      const isUsual = server.altSpeed !== true && !isCutOff(server)
      const steady = isUp(server) && isClockTrusted && server.fullLists > 0 && isUsual
      const syncIntervalMs = Math.max(server.pollMs ?? 0, LEAST_INTERVAL_MS)
      this.#servers.set(id, {...known, clock: stepSteadyClock(clock, {monotonic, steady, syncIntervalMs})})
    }
  }

  /** Another one each time: of a server that comes back, too, nobody knows what was meanwhile. */
  #newClock(): SteadyClock {
    return newSteadyClock(`${this.#run}/${++this.#clocks}`)
  }
}

function outagesOf(
  before: WatchedServer | undefined,
  server: ManagedServer,
  now: number,
): WatchedServer['outages'] {
  const all = before?.outages ?? []
  const last = all.at(-1)
  const lasts = last?.to === null
  if (isCutOff(server) === lasts) return all
  if (lasts) return [...all.slice(0, -1), {...last, to: now}]
  // What counted twice would be taken off twice.
  const from = Math.max(now - server.unprovenFor * 1_000, last?.to ?? Number.NEGATIVE_INFINITY)
  return [...all, {from, to: null}].slice(-MOST_OUTAGES)
}

/** Its torrents are to be judged again: what it says is believed now, or no longer, or its time counts otherwise. */
function standsOtherwise(one: ManagedServer, other: ManagedServer): boolean {
  const before = standingOf(one)
  return standingOf(other).some((it, at) => it !== before[at])
}

/** It answers, and its list counts. */
export function isUp({status}: ManagedServer): boolean {
  return status === 'online' || status === 'degraded'
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
