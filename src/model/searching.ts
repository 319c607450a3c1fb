/** Words of the search engine: what an Arr is asked to search, why, and why not now. */
import type {RuleId} from './rule.ts'
import type {EpochMs} from './units.ts'

/**
 * Why something is searched, the strongest first: a unit has all that hold, and the first counts. person: a user wants it
 * now. failure: a download of it was given up. request: it was asked for in a request manager. rule: a rule wants it.
 * today: an episode of the last 24 hours. missing: there is no file. minimum: the score of its file is below the least of
 * its profile. cutoff: the quality of its file is below the cut-off. score: the score of its file is below where upgrades
 * end. upgrade: something better would be taken.
 */
export const searchReasons = [
  'person',
  'failure',
  'request',
  'rule',
  'today',
  'missing',
  'minimum',
  'cutoff',
  'score',
  'upgrade',
] as const
export type SearchReason = (typeof searchReasons)[number]

/** What is wanted apart from what the library says. */
export const searchWishes = ['person', 'failure', 'request', 'rule'] as const
export type SearchWish = (typeof searchWishes)[number]

/**
 * Why one unit is not searched now. searched_enough: it was searched once, and nothing about it changed: more is not wanted.
 * held: a person holds it back. loop: releases of it were given up again and again. unknown: its quality profile is not known. held_by_rule: nothing but a rule holds it back.
 */
export const searchHolds = [
  'unmonitored',
  'unreleased',
  'grace',
  'in_queue',
  'running',
  'resting',
  'searched_enough',
  'no_upgrade',
  'no_indexer',
  'skip_tag',
  'held',
  'loop',
  'temporary_profile',
  'elsewhere',
  'unknown',
  'held_by_rule',
] as const
export type SearchHold = (typeof searchHolds)[number]

/** Why nothing of an Arr, or nothing for this reason, is searched now. */
export type SearchPause =
  /** Of budgets. */
  | 'own_command'
  | 'all_busy'
  | 'spacing'
  | 'hour_limit'
  | 'day_limit'
  | 'indexer_limit'
  /** Of what surrounds it. */
  | 'observed'
  | 'processing_only'
  | 'off'
  | 'storage'
  | 'arr_offline'
  | 'arr_starting'
  | 'library_unsure'
  | 'clock'
  | 'paused'
  | 'internet'
  | 'command_stuck'
  | 'no_indexer'
  | 'indexer_blocked'
  | 'servers_offline'
  | 'disk_low'
  | 'import_waiting'
  | 'queue_full'
  | 'quiet_hours'
  | 'others_searching'
  | 'request_budget'

/** A movie, episode, album or book, as `mediaKey` gives it. */
export type ItemUnit = `${'movie' | 'episode' | 'album' | 'book'}/${number}`
/** Of a series, by its number. */
export type SeasonUnit = `season/${number}/${number}`
/** What one command searches: `movie/17`, `season/5/3`, `episode/99`, `album/3`, `book/8`. */
export type SearchUnit = ItemUnit | SeasonUnit

export function seasonUnit(seriesId: number, seasonNumber: number): SeasonUnit {
  return `season/${seriesId}/${seasonNumber}`
}

/** `null` = it is none. */
export function seasonIn(unit: string): {readonly seriesId: number; readonly seasonNumber: number} | null {
  const found = /^season\/(\d+)\/(\d+)$/.exec(unit)
  return found && {seriesId: Number(found[1]), seasonNumber: Number(found[2])}
}

/**
 * How a search ended, as far as it says something of the next one. empty: nothing was found, or all of it rejected.
 * partial: without indexers that were blocked. failed: the Arr, its indexers or its download client stood in the way.
 */
export const searchResults = ['grabbed', 'empty', 'partial', 'failed'] as const
export type SearchResult = (typeof searchResults)[number]

/** Releases of an item were given up again and again. */
export interface ReleaseLoop {
  /** Within a week. */
  readonly count: number
  /** It is not searched before, unless a person has it searched on. */
  readonly until: EpochMs
  /** The last of them. */
  readonly release: string
}

/** Until when something waits; `until` `null` = until something changes. */
export interface Waiting<Code extends string> {
  readonly code: Code
  readonly until: EpochMs | null
}

/** What is known of the searches of a unit, over restarts. */
export interface SearchState {
  readonly arrId: string
  readonly unit: SearchUnit
  /** Of the item, also in another database of the Arr: it is what the numbers stand for. `null` = not known. */
  readonly foreignId: string | null
  /** The last one; `null` = none of ours. */
  readonly searchId: string | null
  readonly searchedAt: EpochMs | null
  /** Why, the last time. */
  readonly reason: SearchReason | null
  /** Of the units of that reason; 0 = it has none. */
  readonly round: number
  /** How the last one ended; `null` = it has not. */
  readonly result: SearchResult | null
  /** It rests until then; `null` = it does not. */
  readonly restsUntil: EpochMs | null
  /** Searches in a row that found nothing to take. */
  readonly empties: number
  /** Searches in a row that came to nothing because of the Arr or its indexers. */
  readonly failures: number
  /** What it was searched in (`searching/world.ts`); `null` = nothing is known. */
  readonly world: string | null
  /** A person holds it back since then. */
  readonly heldAt: EpochMs | null
  readonly wish: {readonly reason: SearchWish; readonly at: EpochMs} | null
}

/** A rule that keeps something from being searched. */
export interface HoldingRule {
  readonly id: RuleId
  readonly name: string
}

/**
 * How far what is wanted is from its search. ready: it waits for its turn. resting: it was searched, and is again later.
 * coming: it is in the queue of its Arr, or being searched. unreleased: it is not out, or has just come out. held: it is
 * not searched before something changes.
 */
export const wantedGroups = ['ready', 'resting', 'coming', 'unreleased', 'held'] as const
export type WantedGroup = (typeof wantedGroups)[number]

export interface WantedQuery {
  readonly arrs: readonly string[]
  /** `null` = all. */
  readonly group: WantedGroup | null
  readonly offset: number
  readonly limit: number
}

export interface WantedUnit {
  readonly arrId: string
  readonly unit: SearchUnit
  /** `null` = it is not in the library any more. */
  readonly title: string | null
  readonly reason: SearchReason
  readonly group: WantedGroup
  /** `null` = it is ready. */
  readonly hold: Waiting<SearchHold> | null
  /** The rule that holds it back; `null` = none does. */
  readonly heldBy: HoldingRule | null
  /** What holds all of its Arr meanwhile. */
  readonly pause: Waiting<SearchPause> | null
  /** Among those of its reason in its Arr; `null` = it waits for no turn. */
  readonly place: {readonly place: number; readonly of: number} | null
  /** About when it is searched; `null` = that depends on something that is not known. */
  readonly nextAt: EpochMs | null
  /** By us; `null` = it was not. */
  readonly searchedAt: EpochMs | null
  /** How the last search of ours ended; `null` = there was none, or it goes on. */
  readonly result: SearchResult | null
  /** Searches in a row that found nothing to take. */
  readonly empties: number
  /** When it was asked for in a request manager; `null` = it was not. */
  readonly requestedAt: EpochMs | null
  /** Who asked, as that manager says; `null` = that is not known, or no business of who asks. */
  readonly requester: string | null
}

export interface WantedWindow {
  readonly items: readonly WantedUnit[]
  readonly total: number
  /** Of all of these Arrs. */
  readonly counts: Readonly<Record<WantedGroup, number>>
  readonly arrs: readonly {
    readonly arrId: string
    readonly wanted: number
    /** Why nothing that is missing is searched there now; `null` = nothing but its turn is waited for. */
    readonly pause: Waiting<SearchPause> | null
  }[]
}

/** What the units of a search are called where rules are about them. */
export const wantedKinds = ['movie', 'season', 'episode', 'album', 'book'] as const
export type WantedKind = (typeof wantedKinds)[number]

/** What one unit of an Arr is called by rules: which it is, and its title for people. */
export function wantedKey(arrId: string, unit: SearchUnit, title: string): string {
  return [unit, arrId, title].join('\n')
}

/** @param key of `wantedKey` */
export function wantedIn(key: string): {
  readonly arrId: string
  readonly unit: SearchUnit
  readonly title: string
} {
  const [unit = '', arrId = '', ...title] = key.split('\n')
  return {arrId, unit: unit as SearchUnit, title: title.join('\n')}
}
