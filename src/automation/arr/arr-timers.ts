/**
 * Has an Arr look for new releases and at its downloads as often as its section says, whatever else happens, and whether
 * or not there is any torrent. Source: qBitrr.
 */
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Seconds} from '#model/units.ts'

/** 0 = never. */
export interface ArrTimes {
  readonly rssSync: Seconds
  readonly refresh: Seconds
}

export class ArrTimers {
  readonly #clock: Clock
  readonly #ask: (what: keyof ArrTimes) => Promise<void>
  readonly #cancels = new Map<keyof ArrTimes, () => void>()

  /** @param ask what it cannot do now it does the next time */
  constructor(clock: Clock, ask: (what: keyof ArrTimes) => Promise<void>) {
    this.#clock = clock
    this.#ask = ask
  }

  start(times: ArrTimes): void {
    for (const what of ['rssSync', 'refresh'] as const) if (times[what] > 0) this.#plan(what, times[what])
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }

  #plan(what: keyof ArrTimes, seconds: Seconds): void {
    const cancel = this.#clock.after(seconds * 1_000, () => {
      this.#plan(what, seconds)
      void this.#askFor(what)
    })
    this.#cancels.set(what, cancel)
  }

  async #askFor(what: keyof ArrTimes): Promise<void> {
    try {
      await this.#ask(what)
    } catch (error) {
      // That it is away is told by who reads its queue.
      if (!(error instanceof CommodarrError)) throw error
    }
  }
}
