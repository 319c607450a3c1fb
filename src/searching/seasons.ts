/**
 * Whether what a season lacks is searched as the season or episode by episode, and what that costs. A search of a season
 * asks each indexer once, of an anime season once more for each episode; it covers monitored episodes alone, and rejects a
 * pack that holds another one. A whole series is never asked for: its Arr would search complete seasons, too. Source:
 * `ReleaseSearchService` and `MonitoredEpisodeSpecification` of Sonarr.
 */
import {seasonUnit, type ItemUnit, type SearchUnit} from '#model/searching.ts'
import type {EpochMs} from '#model/units.ts'

export interface WantedEpisode {
  readonly id: number
  readonly monitored: boolean
  /** When it was over. */
  readonly availableAt: EpochMs | null
}

export type SeriesType = 'standard' | 'daily' | 'anime'

export interface SeasonFacts {
  readonly seriesId: number
  readonly seasonNumber: number
  readonly seriesType: SeriesType
  /** Those that were on air. */
  readonly airedCount: number
  /** One of its episodes is not monitored. */
  readonly hasUnmonitored: boolean
}

/** As `SearchBySeries` says. */
export type BySeason = boolean | 'smart'

/** Of an anime season less is cheaper one by one. */
const ANIME_SHARE = 0.8
/** A pack would be rejected; so few are asked for one by one. */
const FEW = 5
/** After so many empty searches of the season, its episodes have their turn. */
const EMPTY_SEASONS = 2

/** @param wanted of the season. @returns the season alone; or each episode, the newest first */
export function unitsOfSeason(
  season: SeasonFacts,
  wanted: readonly WantedEpisode[],
  by: BySeason,
): readonly SearchUnit[] {
  if (wanted.length === 0) return []
  if (isAsSeason(season, wanted, by)) return [seasonUnit(season.seriesId, season.seasonNumber)]
  return newest(wanted).map(unitOf)
}

/**
 * What one search of a unit asks its Arr for. A season that was empty twice is asked for by its newest episodes, then as a
 * season again: some indexers have no packs of it, or offer no single episodes for a season.
 * @param empties searches in a row that found nothing to take
 */
export function askedOf(
  unit: SearchUnit,
  wanted: readonly WantedEpisode[],
  empties: number,
): readonly SearchUnit[] {
  const isTurnOfEpisodes = empties % (EMPTY_SEASONS + 1) === EMPTY_SEASONS
  if (!unit.startsWith('season/') || !isTurnOfEpisodes) return [unit]
  return newest(wanted).slice(0, FEW).map(unitOf)
}

/** How many questions it is to each indexer, at least. @param season `null` of what has none */
export function questionsOf(
  asked: readonly SearchUnit[],
  season: SeasonFacts | null,
  wanted: readonly WantedEpisode[],
): number {
  if (season === null) return asked.length
  if (!asked.some((unit) => unit.startsWith('season/')))
    return season.seasonNumber === 0 ? 2 * asked.length : asked.length
  switch (season.seriesType) {
    case 'anime':
      return 1 + season.airedCount
    case 'daily':
      return new Set(wanted.map(({availableAt}) => new Date(availableAt ?? 0).getUTCFullYear())).size
    case 'standard':
      return season.seasonNumber === 0 ? 1 + wanted.length : 1
  }
}

function isAsSeason(season: SeasonFacts, wanted: readonly WantedEpisode[], by: BySeason): boolean {
  if (by !== 'smart') return by
  const {airedCount, seriesType, seasonNumber, hasUnmonitored} = season
  if (seasonNumber === 0 || wanted.length < 2 || wanted.some(({monitored}) => !monitored)) return false
  if (hasUnmonitored && wanted.length <= FEW) return false
  return seriesType !== 'anime' || wanted.length >= ANIME_SHARE * airedCount
}

function newest(wanted: readonly WantedEpisode[]): readonly WantedEpisode[] {
  return wanted.toSorted((a, b) => (b.availableAt ?? 0) - (a.availableAt ?? 0) || b.id - a.id)
}

function unitOf({id}: WantedEpisode): ItemUnit {
  return `episode/${id}`
}
