/**
 * From when on something can be had. Of a film by the rule of Radarr: from its dates, the least availability that is
 * wanted of it, and the delay of all. Source: `Movie.IsAvailable` of Radarr.
 */
import type {LibraryRow} from '#model/library.ts'
import {DAY, type EpochMs} from '#model/units.ts'

type Dated = Pick<
  LibraryRow,
  | 'kind'
  | 'minimumAvailability'
  | 'inCinemasAt'
  | 'digitalAt'
  | 'physicalAt'
  | 'releasedAt'
  | 'runtimeMinutes'
>

const DAY_MS = DAY * 1_000
/** A film in cinemas of which no release is known can be had then. */
const AFTER_CINEMAS_MS = 90 * DAY_MS

/**
 * @param delayDays of all films of its Arr (`availabilityDelay`), may be below 0
 * @returns `null` = nobody knows when; of a series, season, artist or author always
 */
export function availableAt(row: Dated, delayDays: number): EpochMs | null {
  const {kind, releasedAt, runtimeMinutes} = row
  if (kind === 'movie') return filmAvailableAt(row, delayDays)
  // It counts once it is over. Source: `EpisodeRepository` of Sonarr
  if (kind === 'episode') return releasedAt === null ? null : releasedAt + runtimeMinutes * 60_000
  return kind === 'album' || kind === 'book' ? releasedAt : null
}

function filmAvailableAt(
  {minimumAvailability, inCinemasAt, digitalAt, physicalAt}: Dated,
  delayDays: number,
): EpochMs | null {
  if (minimumAvailability === 'tba' || minimumAvailability === 'announced') return 0
  const delayMs = delayDays * DAY_MS
  if (minimumAvailability === 'inCinemas' && inCinemasAt !== null) return inCinemasAt + delayMs
  const released = [digitalAt, physicalAt].filter((at) => at !== null)
  if (released.length > 0) return Math.min(...released) + delayMs
  return inCinemasAt === null ? null : inCinemasAt + AFTER_CINEMAS_MS + delayMs
}
