/**
 * From when on something can be had. Of a film by the rule of Radarr: from its dates, the least availability that is
 * wanted of it, and the delay of all. Source: `Movie.IsAvailable` of Radarr.
 */
import {availabilities} from '#model/library.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import type {LibraryStore} from './library-store.ts'

type Rows = Pick<LibraryStore, 'kindAt' | 'numberAt'>

const DAY_MS = DAY * 1_000
const MINUTE_MS = MINUTE * 1_000
/** A film in cinemas of which no release is known can be had then. */
const AFTER_CINEMAS_MS = 90 * DAY_MS

/**
 * @param delayDays of all films of its Arr (`availabilityDelay`), may be below 0
 * @returns `null` = nobody knows when; of a series, season, artist or author always
 */
export function availableAt(place: number, rows: Rows, delayDays: number): EpochMs | null {
  switch (rows.kindAt(place)) {
    case 'movie':
      return orNull(filmAvailableAt(place, rows, delayDays * DAY_MS))
    case 'episode':
      // It counts once it is over. Source: `EpisodeRepository` of Sonarr
      return orNull(rows.numberAt(place, 'releasedAt') + rows.numberAt(place, 'runtimeMinutes') * MINUTE_MS)
    case 'album':
    case 'book':
      return orNull(rows.numberAt(place, 'releasedAt'))
    default:
      return null
  }
}

/** NaN = nobody knows. */
function filmAvailableAt(place: number, rows: Rows, delayMs: number): number {
  const least = availabilities[rows.numberAt(place, 'minimumAvailability')]
  if (least === 'tba' || least === 'announced') return 0
  const inCinemasAt = rows.numberAt(place, 'inCinemasAt')
  if (least === 'inCinemas' && !Number.isNaN(inCinemasAt)) return inCinemasAt + delayMs
  const releasedAt = firstRelease(place, rows)
  return Number.isNaN(releasedAt) ? inCinemasAt + AFTER_CINEMAS_MS + delayMs : releasedAt + delayMs
}

/** Of a film, to have at home; NaN = none is known. */
export function firstRelease(place: number, rows: Rows): number {
  const [digital, physical] = [rows.numberAt(place, 'digitalAt'), rows.numberAt(place, 'physicalAt')]
  if (Number.isNaN(digital)) return physical
  return Number.isNaN(physical) ? digital : Math.min(digital, physical)
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
