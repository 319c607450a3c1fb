/**
 * Where we are in an Arr's history. Rows of the same moment may be written after we asked, so each question begins a
 * little earlier, and what was seen there is dropped.
 * Source: Sonarr and Radarr.
 */
import type {Clock} from '#lib/clock.ts'
import type {HistoryRow, DownloadId} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'

export const OVERLAP_MS = 5_000

/** Plain, so that it can be kept over a restart. */
export interface HistoryCursor {
  /** Of the newest row. */
  readonly at: EpochMs
  /** Rows not older than the overlap, as `id@time`: another database begins to count again. */
  readonly seen: readonly string[]
}

export function askFrom({at}: HistoryCursor): EpochMs {
  return at - OVERLAP_MS
}

/** @returns the rows that are new, in the order given, and where to go on */
export function advance(
  cursor: HistoryCursor,
  rows: readonly HistoryRow[],
): {readonly fresh: readonly HistoryRow[]; readonly cursor: HistoryCursor} {
  const seen = new Set(cursor.seen)
  const fresh = rows.filter((row) => !seen.has(nameOf(row)) && row.at >= askFrom(cursor))
  const at = fresh.reduce((newest, row) => Math.max(newest, row.at), cursor.at)
  const recent = rows.filter((row) => row.at >= at - OVERLAP_MS).map(nameOf)
  // What was seen and is not told again (the Arr was cleaned up) is forgotten with the time it has.
  const kept = at === cursor.at ? cursor.seen : []
  return {fresh, cursor: {at, seen: [...new Set([...recent, ...kept])]}}
}

function nameOf({id, at}: HistoryRow): string {
  return `${id}@${at}`
}

const AWAITED_MS = 60_000

/**
 * Downloads that the history says were grabbed and that the queue does not have yet: an Arr lists them some seconds
 * later. Awaited for a minute: what is not there by then was never meant to be.
 */
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
