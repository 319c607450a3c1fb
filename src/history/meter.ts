/**
 * What a server does at the moment, as a sample of ten seconds. Bytes are what its counters moved since the last look:
 *
 *     counter fell      the server began again: what it counts since then
 *     no counter        speed × time since the last look
 *     first look        nothing: what was before is not known
 *     no answers        nothing; what it does meanwhile is in the look that sees it again
 */
import type {ServerFigures} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {EpochMs} from '#model/units.ts'
import {FINEST, type Sample} from './sample.ts'

/** How many torrents do what. */
export interface StateCounts {
  readonly torrents: number
  readonly downloading: number
  readonly seeding: number
  readonly failing: number
}

/** After a longer pause (this machine slept) nobody knows how fast it was meanwhile. */
const LONGEST_SECONDS = 300

interface Counters {
  /** Another address or kind is another daemon: its counters are not compared. */
  readonly place: string
  readonly down: number | null
  readonly up: number | null
  /** Of the monotonic clock, ms. */
  readonly at: number
}

/** One server's; remembers what its counters said. */
export class Meter {
  #last: Counters | null = null

  /**
   * @param slot beginning of the ten seconds
   * @param now of the monotonic clock, ms
   */
  read(server: ServerView, counts: StateCounts, slot: EpochMs, now: number): Sample {
    const stats = answers(server) ? server.stats : null
    const moved = stats === null ? this.#pass(now) : this.#moved(`${server.kind} ${server.url}`, stats, now)
    return {
      serverId: server.id,
      span: FINEST,
      at: slot,
      count: 1,
      online: stats === null ? 0 : 1,
      ...speeds(bounded(stats?.downSpeed) ?? 0, bounded(stats?.upSpeed) ?? 0),
      downloaded: moved.down,
      uploaded: moved.up,
      torrents: counts.torrents,
      downloading: counts.downloading,
      seeding: counts.seeding,
      failing: counts.failing,
      freeSpace: bounded(stats?.freeSpace),
      latencyMs: stats === null ? null : bounded(server.health.latencyP50Ms),
    }
  }

  #pass(now: number): {down: number; up: number} {
    if (this.#last !== null) this.#last = {...this.#last, at: now}
    return {down: 0, up: 0}
  }

  #moved(place: string, stats: ServerFigures, now: number): {down: number; up: number} {
    const last = this.#last?.place === place ? this.#last : null
    const seconds = last === null ? 0 : Math.min((now - last.at) / 1_000, LONGEST_SECONDS)
    const [down, up] = [bounded(stats.sessionDownloaded), bounded(stats.sessionUploaded)]
    this.#last = {place, down, up, at: now}
    return {
      down: volume(last?.down ?? null, down, stats.downSpeed, seconds),
      up: volume(last?.up ?? null, up, stats.upSpeed, seconds),
    }
  }
}

/** Its figures are of now: online, also when it is slow or old, or only its list is young. */
function answers({health}: ServerView): boolean {
  return health.status === 'online' || health.status === 'degraded' || health.status === 'warming'
}

function speeds(down: number, up: number) {
  return {downSpeed: down, upSpeed: up, downSpeedMax: down, upSpeedMax: up}
}

/** Whole bytes, so that sums are exact. */
function volume(before: number | null, now: number | null, speed: number, seconds: number): number {
  if (before !== null && now !== null) return Math.round(now >= before ? now - before : now)
  return bounded(Math.round(speed * seconds)) ?? 0
}

/** What no server can mean is not known. */
function bounded(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null
}
