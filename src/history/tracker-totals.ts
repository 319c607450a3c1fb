/** What the torrents of each tracker moved in the last 30 days: the figures of the page and of the API, for scrapers. */
import type {Clock} from '#lib/clock.ts'
import {BadArgument} from '#model/errors.ts'
import type {NamedTracker} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {StorageFault} from '#store/faults.ts'
import type {TrafficHistory} from './traffic-history.ts'

export interface TrackerTotal {
  /** As people call it, else its host; '' = no tracker, * = several together. */
  readonly name: string
  readonly downloaded: Bytes
  readonly uploaded: Bytes
}

const MINUTE = 60_000
const MONTH = 30 * 24 * 60 * MINUTE

/** Scrapers ask each few seconds, and a month of hours is read for an answer: it counts for a minute. */
export class TrackerTotals {
  readonly #traffic: Pick<TrafficHistory, 'trackers'>
  readonly #clock: Clock
  /** By their servers, and what trackers are called: what was asked for in this minute. */
  readonly #asked = new Map<string, Promise<readonly TrackerTotal[]>>()
  #minute: EpochMs = 0

  constructor(traffic: Pick<TrafficHistory, 'trackers'>, clock: Clock) {
    this.#traffic = traffic
    this.#clock = clock
  }

  /**
   * @param serverIds only those that who asks may see
   * @param called hosts of one name are one tracker
   * @returns none where it is not known
   */
  of(serverIds: readonly ServerId[], called: readonly NamedTracker[]): Promise<readonly TrackerTotal[]> {
    const minute = Math.floor(this.#clock.now() / MINUTE) * MINUTE
    if (minute !== this.#minute) this.#asked.clear()
    this.#minute = minute
    const name = JSON.stringify([[...serverIds].toSorted(), called])
    const asked = this.#asked.get(name) ?? this.#read(serverIds, called, minute)
    this.#asked.set(name, asked)
    return asked
  }

  async #read(
    serverIds: readonly ServerId[],
    called: readonly NamedTracker[],
    minute: EpochMs,
  ): Promise<readonly TrackerTotal[]> {
    try {
      const time = {from: minute - MONTH, to: this.#clock.now(), span: 'auto'} as const
      const {trackers} = await this.#traffic.trackers(serverIds, time, called)
      return trackers.map(({name, downloaded, uploaded}) => ({
        name,
        downloaded: sumOf(downloaded),
        uploaded: sumOf(uploaded),
      }))
    } catch (error) {
      // Other figures are of use without these.
      if (error instanceof BadArgument || error instanceof StorageFault) return []
      throw error
    }
  }
}

function sumOf(points: readonly (number | null)[]): Bytes {
  return points.reduce<number>((sum, point) => sum + (point ?? 0), 0)
}
