/** One look at all servers: what each does now, who does otherwise than before, and who is not looked at any more. */
import type {Turns} from '#lib/time-slice.ts'
import type {Servers, ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {HealthWatch, isOnTheWay, type NoticedChange} from './health-watch.ts'
import {Meter, type StateCounts} from './meter.ts'
import type {Sample} from './sample.ts'

/** How many torrents of each server do what (`fleet/counts.ts`). */
export interface FleetCounts {
  countsByServer(): ReadonlyMap<ServerId, StateCounts>
}

export interface Tick {
  readonly slot: EpochMs
  readonly at: EpochMs
  readonly samples: readonly Sample[]
  readonly changes: readonly NoticedChange[]
  /** Not sampled for a minute: removed, or switched off. */
  readonly gone: readonly ServerId[]
}

export interface LookParts {
  readonly servers: Pick<Servers, 'list'>
  readonly fleet: FleetCounts
  readonly turns: Turns
}

/** While a server is changed it is not there for a moment. */
const GONE_MS = 60_000

const nothing: StateCounts = {torrents: 0, downloading: 0, seeding: 0, failing: 0}

export class Look {
  readonly #parts: LookParts
  readonly #watch = new HealthWatch()
  readonly #meters = new Map<ServerId, {readonly meter: Meter; at: number}>()
  readonly #listedAt = new Map<ServerId, number>()

  constructor(parts: LookParts) {
    this.#parts = parts
  }

  /** @param monotonic ms of the monotonic clock */
  async at(slot: EpochMs, now: EpochMs, monotonic: number): Promise<Tick> {
    const {servers, fleet, turns} = this.#parts
    const counts = fleet.countsByServer()
    const samples: Sample[] = []
    const changes: NoticedChange[] = []
    for (const server of servers.list()) {
      const change = this.#watch.look(server.id, server.health, now)
      if (change) changes.push(change)
      if (this.#isToBeRead(server)) {
        samples.push(this.#read(server, counts.get(server.id) ?? nothing, slot, monotonic))
      }
      this.#listedAt.set(server.id, monotonic)
      if (turns.due()) await turns.next()
    }
    return {slot, at: now, samples, changes, gone: this.#gone(monotonic)}
  }

  /** Not who is switched off on purpose; nor, after our own start, who was not tried yet: it may be well. */
  #isToBeRead({id, enabled, health}: ServerView): boolean {
    return enabled && (this.#meters.has(id) || !isOnTheWay(health.status))
  }

  #read(server: ServerView, counts: StateCounts, slot: EpochMs, monotonic: number): Sample {
    const known = this.#meters.get(server.id) ?? {meter: new Meter(), at: monotonic}
    known.at = monotonic
    this.#meters.set(server.id, known)
    return known.meter.read(server, counts, slot, monotonic)
  }

  #gone(monotonic: number): ServerId[] {
    for (const [id, at] of this.#listedAt) {
      if (monotonic - at <= GONE_MS) continue
      this.#listedAt.delete(id)
      this.#watch.forget(id)
    }
    const gone: ServerId[] = []
    for (const [id, {at}] of this.#meters) if (monotonic - at > GONE_MS) gone.push(id)
    for (const id of gone) this.#meters.delete(id)
    return gone
  }
}
