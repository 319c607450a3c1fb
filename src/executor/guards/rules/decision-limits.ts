/** What is allowed at most where neither the owner of a rule nor the administrator says less. */
import {DAY, HOUR, MINUTE, type Bytes, type Seconds, type Share} from '#model/units.ts'

export interface DecisionLimits {
  readonly maxPerRun: number
  readonly maxPerHour: number
  readonly maxPerDay: number
  /** Of all rules together. */
  readonly maxPerDayOfAll: number
  readonly maxBytesPerRun: Bytes
  /** Of the torrents of a server, in 24 hours. */
  readonly maxShare: Share
  readonly maxPerTracker: number
  /** Of one server at once, however large it is: what takes longer than a day is more than somebody wanted. */
  readonly maxAtOnce: number
  /** Of one server, by all rules together. */
  readonly maxChecksPerHour: number
  /** Of a torrent within a week: behind that the cause is elsewhere. */
  readonly maxRepairs: number
  /** To a place where a rule had its data before, within a week: behind that rules disagree. */
  readonly maxReturns: number
  readonly minAgeComplete: Seconds
  readonly minAgeIncomplete: Seconds
  readonly quarantine: Seconds
  /** A torrent that was removed so often and came back is given up only when a person says so. */
  readonly maxRoundsOfTorrent: number
  /** So is an item of which so many releases were given up within a week. */
  readonly maxRoundsOfItem: number
  /** And one of which so many were because of their score: its rule and the profile of its Arr want different things. */
  readonly maxRoundsByScore: number
}

export const usualLimits: DecisionLimits = {
  maxPerRun: 10,
  maxPerHour: 20,
  maxPerDay: 100,
  maxPerDayOfAll: 200,
  maxBytesPerRun: 2 ** 40,
  maxShare: 0.05,
  maxPerTracker: 10,
  maxAtOnce: 100,
  maxChecksPerHour: 20,
  maxRepairs: 3,
  maxReturns: 2,
  minAgeComplete: HOUR,
  minAgeIncomplete: 10 * MINUTE,
  quarantine: DAY,
  maxRoundsOfTorrent: 3,
  maxRoundsOfItem: 10,
  maxRoundsByScore: 2,
}

/** A share of few torrents would be none at all. */
export const LEAST_SHARE = 3
