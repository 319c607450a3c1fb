/** A question to the fleet: which torrents, in what order, which window of them, counted by what. */
import type {ArrId} from './arr.ts'
import type {ActionName, Condition, RuleMode} from './rule.ts'
import {fieldsOf, torrentFields, type FieldOf} from './torrent-fields.ts'
import type {ImportStatus, TorrentField, TorrentState} from './torrent.ts'
import type {ServerId, TorrentKey} from './torrent-key.ts'

/** Of `any` one is enough, of `all` every one is wanted, of `none` not one. */
export interface Choice<T> {
  readonly any?: readonly T[] | undefined
  readonly all?: readonly T[] | undefined
  readonly none?: readonly T[] | undefined
}

/** Both ends included; an unknown value is in no range. */
export interface Range {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Leaves, and what joins them. What is not known is found by neither a question nor its opposite. */
export type ConditionOf<Leaf> =
  | {readonly all: readonly ConditionOf<Leaf>[]}
  | {readonly any: readonly ConditionOf<Leaf>[]}
  | {readonly not: ConditionOf<Leaf>}
  | Leaf

/** Columns of text that can be searched for a piece of it, in any case. */
export type SearchableField = {
  [F in TorrentField]: (typeof torrentFields)[F] extends {readonly pieces: true} ? F : never
}[TorrentField]

/** A pattern that names must match, or must not. Syntax of RE2, which never takes long; without regard to case. */
export interface NamePattern {
  readonly pattern: string
  readonly negated: boolean
}

/** Columns read as one, as a path stands in two: a piece is there when one of them has it. */
export interface PiecesAcross {
  readonly fields: readonly SearchableField[]
  readonly choice: Choice<string>
}

/** All trackers of a torrent, of which it has at least one, are among these hosts (as in `trackers`); or, negated, not all. */
export interface TrackersAmong {
  readonly hosts: readonly string[]
  readonly negated: boolean
}

/** Parts are joined by AND. */
export interface TorrentFilter {
  /** Only these; for looking at chosen torrents. */
  readonly keys?: readonly TorrentKey[] | undefined
  readonly servers?: Choice<ServerId> | undefined
  readonly states?: Choice<TorrentState> | undefined
  /** '' = no category. */
  readonly categories?: Choice<string> | undefined
  /** '' = no tags. */
  readonly tags?: Choice<string> | undefined
  /** Tracker hosts, and `*.domain` for all below a domain; '' = no tracker. */
  readonly trackers?: Choice<string> | undefined
  /** Each must be met; a torrent whose trackers are not all known meets none. */
  readonly onlyTrackers?: readonly TrackersAmong[] | undefined
  /** Words, all of them in the name, any case and order; `"quoted words"` stay together, `-word` excludes. */
  readonly text?: string | undefined
  readonly patterns?: readonly NamePattern[] | undefined
  /** Pieces of text in a column; of `any` one is enough. */
  readonly contains?: {readonly [F in SearchableField]?: Choice<string>} | undefined
  readonly containsAcross?: readonly PiecesAcross[] | undefined
  /** Beginnings of info hashes, lower-case hex; one is enough. */
  readonly hashes?: readonly string[] | undefined
  readonly private?: boolean | undefined
  readonly complete?: boolean | undefined
  /** A rate above 0. */
  readonly active?: boolean | undefined
  readonly trackerProblem?: boolean | undefined
  /** Another server in sight holds the same hash. */
  readonly duplicate?: boolean | undefined
  /** Shown from memory: its server is not online, or its last whole list lacked it. */
  readonly stale?: boolean | undefined
  /** Somebody should look at it (`needsAttention`). Moves on by itself, as ages do. */
  readonly attention?: boolean | undefined
  /** Whose they are; '' = no Arr's. */
  readonly arrs?: Choice<ArrId | ''> | undefined
  /** Pieces of what torrents are for in their Arrs. */
  readonly arrItems?: Choice<string> | undefined
  /** How far their Arrs got with importing them; what is not known is neither. */
  readonly arrImports?: Choice<ImportStatus> | undefined
  /** Facts of rules, each as a condition that must be met. What is unknown meets none. Moves on without a call. */
  readonly facts?: readonly Condition[] | undefined
  /** Arrs that who asks may see: for the four above there are no others. */
  readonly arrsInSight?: readonly ArrId[] | undefined
  /** Servers of whose disks who asks may know: what facts say of all others is unknown. */
  readonly disksInSight?: readonly ServerId[] | undefined
  /** Ranges over any numeric column, in the column's unit. */
  readonly ranges?: {readonly [F in TorrentField]?: Range} | undefined
  /** Seconds since a time of the torrent; what is to come has a negative age. Moves on by itself. */
  readonly ages?: {readonly [F in TimeField]?: Range} | undefined
  /** Of each list one filter is enough; a list without any lets nothing in. */
  readonly groups?: readonly (readonly TorrentFilter[])[] | undefined
}

/** Does what matches change by itself, as time goes on? */
export function isAboutTime(filter: TorrentFilter): boolean {
  return hasPart(
    filter,
    ({ages = {}, attention, facts}) =>
      attention !== undefined || facts !== undefined || Object.keys(ages).length > 0,
  )
}

/** All facts of rules that it asks, wherever in it. */
export function factsIn(filter: TorrentFilter): readonly Condition[] {
  return [...(filter.facts ?? []), ...(filter.groups ?? []).flat().flatMap(factsIn)]
}

/** Does what matches depend on copies on other servers? */
export function isAboutCopies(filter: TorrentFilter): boolean {
  return hasPart(filter, ({duplicate}) => duplicate !== undefined)
}

function hasPart(filter: TorrentFilter, is: (filter: TorrentFilter) => boolean): boolean {
  return is(filter) || (filter.groups ?? []).flat().some((alternative) => hasPart(alternative, is))
}

/** Past ones before those to come. */
export const timeFields = fieldsOf('moment').toSorted((a, b) => isToCome(a) - isToCome(b))
export type TimeField = FieldOf<'moment'>

function isToCome(field: TimeField): number {
  return 'isAhead' in torrentFields[field] ? 1 : 0
}

export interface SortKey {
  readonly by: TorrentField | 'server'
  readonly descending: boolean
}

/** A rule by which a search may ask: one that who searches may see. */
export interface KnownRule {
  readonly id: string
  readonly name: string
  /** What it does, for who completes its name; both absent = that is not said here. */
  readonly mode?: RuleMode
  readonly actions?: readonly ActionName[]
  /**
   * What it asks of a torrent, for who searches; `null` = it is not evaluated: it is about something else, or does nothing
   * anywhere. Absent = only its name is known here.
   */
  readonly condition?: () => Condition | null
}

/** A tracker that people gave a name. */
export interface NamedTracker {
  readonly name: string
  /** As a filter takes them: hosts, and `*.domain` for all below a domain. */
  readonly hosts: readonly string[]
}

/** By the name that people gave it, else by its host. */
export function trackerCalled(host: string, named: readonly NamedTracker[]): string {
  const isIts = (entry: string) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : entry === host)
  return named.find(({hosts}) => hosts.some(isIts))?.name ?? host
}

/** Torrents of one server that have the same trackers, together. */
export interface TrackerSum {
  readonly serverId: ServerId
  /** Those that are known, each once; none = without a tracker, or unknown. */
  readonly hosts: readonly string[]
  /** `false` = they may have others. */
  readonly areAllKnown: boolean
  readonly torrents: number
  readonly private: number
  /** What is wanted of them; of all sums what is known. */
  readonly size: number
  readonly uploaded: number
  readonly downloaded: number
  /** That still owe their tracker seeding. */
  readonly owing: number
  /** Of which a tracker has an error. */
  readonly failing: number
}

/** By what rows can be put together; a torrent is in one group. The tracker is the first one's name, else its host. */
export const groupNames = ['server', 'state', 'category', 'tag', 'tracker', 'private'] as const
export type GroupName = (typeof groupNames)[number]

export const facetNames = ['server', 'state', 'category', 'tag', 'tracker', 'private'] as const
export type FacetName = (typeof facetNames)[number]

export interface TorrentQuery {
  /** Whose turn and time it takes (`personOf`); absent = the program's own. */
  readonly by?: string | undefined
  /** The servers the asker may see, applied below the filter. */
  readonly scope: readonly ServerId[]
  readonly filter: TorrentFilter
  /** First key first; ties end in name, server, hash, so that an order is always the same. */
  readonly sort: readonly SortKey[]
  /** Rank of the first row wanted, and how many. */
  readonly offset: number
  readonly limit: number
  readonly facets: readonly FacetName[]
  /** Names of trackers, for the facet that counts them; absent = each host is counted. */
  readonly trackers?: readonly NamedTracker[] | undefined
}

/** Count and wanted bytes per value of a facet; each facet ignores its own part of the filter, so choices stay visible. */
export interface FacetCount {
  readonly value: string
  readonly count: number
  readonly size: number
}

export interface TorrentTotals {
  readonly count: number
  readonly size: number
  readonly downSpeed: number
  readonly upSpeed: number
}

/** All torrents that a filter lets through, in no order that means anything. */
export interface TorrentMatches {
  readonly keys: readonly TorrentKey[]
  readonly totals: TorrentTotals
}

export interface TorrentWindow {
  readonly totals: TorrentTotals
  readonly keys: readonly TorrentKey[]
  /** The fleet's own row numbers of `keys`, for reading columns; stable while the torrent lives. */
  readonly rows: readonly number[]
  readonly facets: {readonly [F in FacetName]?: readonly FacetCount[]}
}

/**
 * live: it is asked again soon, so that hardly anything is waited for. once: what is known by now. act: something is to be
 * done with what is found, so that nothing that was said before counts.
 */
export type FactWish = 'live' | 'once' | 'act'
