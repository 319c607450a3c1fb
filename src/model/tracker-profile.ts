/**
 * A tracker as people describe it: what it asks of each torrent, how it words what it says, and the limits that hold at
 * it. Source: the `Trackers` tables of qBitrr.
 */
import type {UserId} from './access.ts'
import type {Branded, ServerId} from './torrent-key.ts'
import type {BytesPerSecond, Seconds, Share} from './units.ts'

export type TrackerProfileId = Branded<string, 'TrackerProfileId'>

export function asTrackerProfileId(text: string): TrackerProfileId {
  return text as TrackerProfileId
}

/** What has to be paid before a torrent may go. */
export interface TrackerObligation {
  readonly need: 'both' | 'either'
  /** 0 = no ratio is asked for. */
  readonly ratio: number
  /** 0 = no time is asked for. */
  readonly time: Seconds
  /** Added to `time`: trackers count later than clients do. */
  readonly grace: Seconds
  /** Who has downloaded less of it owes nothing. */
  readonly fromProgress: Share
  /** Ratio of those in between. */
  readonly partialRatio: number
}

/** As a row of `Trackers` has them. `null` = not set, so the section's hold. */
export interface TrackerLimits {
  readonly maxRatio: number | null
  readonly maxSeedingTime: Seconds | null
  readonly maxEta: Seconds | null
  readonly downRate: BytesPerSecond | null
  readonly upRate: BytesPerSecond | null
  /** Of several trackers of one torrent the limits of the highest count; `null` = behind all that have one. */
  readonly priority: number | null
  readonly superSeed: boolean
  readonly tags: readonly string[]
}

/** Words by which its messages are known. */
export interface TrackerPhrases {
  /** It does not know the torrent (any more). */
  readonly unregistered: readonly string[]
  /** Says nothing about the torrent: stronger than any other phrase. */
  readonly ignored: readonly string[]
}

/** Everything that a person says of it. */
export interface TrackerProfileContent {
  readonly name: string
  /** `#rrggbb`; `null` = the page sets one. */
  readonly colour: string | null
  /** Small letters, without port. A domain stands for all hosts in it. None = what was said cannot be read any more. */
  readonly hosts: readonly string[]
  /** `null` = all that its owner may manage. */
  readonly servers: readonly ServerId[] | null
  /** `null` = it asks for nothing beside what private torrents usually owe. */
  readonly obligation: TrackerObligation | null
  readonly limits: TrackerLimits
  readonly phrases: TrackerPhrases
}

export interface TrackerProfile extends TrackerProfileContent {
  readonly id: TrackerProfileId
  /** `null` = of a user without an account. */
  readonly ownerId: UserId | null
  readonly revision: number
}

/** Of torrents that are seen now: how many owe otherwise than before, once something is changed. */
export interface OwingChange {
  /** They owed something, and owe nothing then: rules may remove them. */
  readonly stopsOwing: number
  readonly bytesThatStop: number
  /** They owe something then, and owed nothing. */
  readonly startsOwing: number
}

export const noLimits: TrackerLimits = {
  maxRatio: null,
  maxSeedingTime: null,
  maxEta: null,
  downRate: null,
  upRate: null,
  priority: null,
  superSeed: false,
  tags: [],
}

export const nothingChanges: OwingChange = {stopsOwing: 0, bytesThatStop: 0, startsOwing: 0}
