/**
 * When a film can be had, by the rule of Radarr: from its dates, the least availability that is wanted of it and the
 * delay of all. Source: `Movie.IsAvailable` of Radarr; an episode by `EpisodeRepository` of Sonarr.
 */
import {DAY, type EpochMs} from '#model/units.ts'

export interface FilmDates {
  /** tba, announced, inCinemas, released; what else there is counts as released. */
  readonly minimumAvailability: string
  readonly inCinemasAt: EpochMs | null
  readonly digitalAt: EpochMs | null
  readonly physicalAt: EpochMs | null
}

/** A film in cinemas of which no release is known can be had then. */
const AFTER_CINEMAS_MS = 90 * DAY * 1_000

/** @param delayDays of all films of its Arr (`availabilityDelay`), may be below 0. @returns `null` = it is not known */
export function filmAvailableAt(
  {minimumAvailability, inCinemasAt, digitalAt, physicalAt}: FilmDates,
  delayDays: number,
): EpochMs | null {
  const least = minimumAvailability.toLowerCase()
  if (least === 'tba' || least === 'announced') return 0
  const delayMs = delayDays * DAY * 1_000
  if (least === 'incinemas' && inCinemasAt !== null) return inCinemasAt + delayMs
  const released = [digitalAt, physicalAt].filter((at) => at !== null)
  if (released.length > 0) return Math.min(...released) + delayMs
  return inCinemasAt === null ? null : inCinemasAt + AFTER_CINEMAS_MS + delayMs
}

/** An episode counts once it is over. @param runtimeMinutes 0 = not known */
export function episodeAvailableAt(airsAt: EpochMs | null, runtimeMinutes: number): EpochMs | null {
  return airsAt === null ? null : airsAt + runtimeMinutes * 60_000
}
