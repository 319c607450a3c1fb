/**
 * Where we are in an Arr's history. Rows of the same moment may be written after we asked, so each question begins a
 * little earlier, and what was seen there is dropped.
 * Source: Sonarr and Radarr.
 */
import type {HistoryRow} from '#model/arr.ts'
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
