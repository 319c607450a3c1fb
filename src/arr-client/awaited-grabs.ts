/**
 * Downloads that the history says were grabbed and that the queue does not have yet: an Arr lists them some seconds
 * later. Awaited for a minute: what is not there by then was never meant to be.
 */
import type {Clock} from '#lib/clock.ts'
import type {DownloadId, HistoryRow} from '#model/arr.ts'

const AWAITED_MS = 60_000

export class AwaitedGrabs {
  readonly #clock: Clock
  /** Until when; by the duration clock, ms. */
  readonly #until = new Map<DownloadId, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get any(): boolean {
    const now = this.#clock.monotonic()
    for (const [id, until] of this.#until) if (until <= now) this.#until.delete(id)
    return this.#until.size > 0
  }

  /** New rows of the history. */
  hear(rows: readonly HistoryRow[], listed: ReadonlyMap<DownloadId, unknown>): void {
    const until = this.#clock.monotonic() + AWAITED_MS
    for (const {event, downloadId} of rows) {
      if (event !== 'grabbed' || downloadId === null || listed.has(downloadId)) continue
      this.#until.set(downloadId, until)
    }
  }

  /** The queue was read. */
  found(listed: ReadonlyMap<DownloadId, unknown>): void {
    for (const id of this.#until.keys()) if (listed.has(id)) this.#until.delete(id)
  }
}
