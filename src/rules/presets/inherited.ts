/**
 * What a preset needs of an inherited configuration: plain values with units, absent keys already filled in. `app/` maps
 * the sections of `config.toml` onto these records; nothing here knows the file. Source: qBitrr.
 */
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds, Share} from '#model/units.ts'

/** `null` = unlimited. */
export type InheritedRate = BytesPerSecond | null | 'leaveAlone'

/** -1 never, 1 at the ratio, 2 at the time, 3 at either, 4 at both. */
export type InheritedRemoval = -1 | 1 | 2 | 3 | 4

/** What a tracker asks, where `HitAndRunMode` is not `disabled`. */
export interface InheritedHitAndRun {
  readonly mode: 'and' | 'or'
  readonly ratio: number
  readonly time: Seconds
  /** Below it nothing is owed. */
  readonly fromProgress: Share
  readonly partialRatio: number
  /** `TrackerUpdateBuffer`. */
  readonly buffer: Seconds
}

/** A row of `[[…Trackers]]`. Of limits `null` = not set. */
export interface InheritedTracker {
  /** Small letters, without port. */
  readonly host: string
  /** The row stands for all hosts in the domain that `host` is. */
  readonly isDomain: boolean
  /** Of a tracker profile: whatever its priority, it comes behind all rows of the file. */
  readonly isOfProfile: boolean
  /** `null` = a bare host: nothing that could be added to a torrent. */
  readonly announceUrl: string | null
  readonly priority: number
  readonly sorts: boolean
  readonly maximumEta: Seconds | null
  readonly maxRatio: number | null
  readonly maxSeedingTime: Seconds | null
  readonly downRate: BytesPerSecond | null
  readonly upRate: BytesPerSecond | null
  readonly superSeed: boolean
  readonly addIfMissing: boolean
  readonly removeIfExists: boolean
  readonly tags: readonly string[]
  /** `null` = it does not say, so another row of its host may; `disabled` = nothing, whatever others say. */
  readonly hitAndRun: InheritedHitAndRun | 'disabled' | null
}

/** Whose torrents a preset is about. */
export interface InheritedGround {
  /** Name in the file: `Radarr-4K`, `qBit-Seedbox`. */
  readonly section: string
  /** `null` = torrents that no Arr owns. */
  readonly arrId: string | null
  /** Empty = all. */
  readonly servers: readonly string[]
  readonly categories: readonly string[]
  /** As their servers may spell them: what differs from all of these in capitals may be somebody's own. */
  readonly spellings: readonly string[]
  readonly subcategories: boolean
  /** Categories below these that have values of their own. */
  readonly exceptCategories: readonly string[]
  /** Of an Arr: categories that servers manage by values of their own, also what it puts there after an import. */
  readonly managedCategories: readonly {
    readonly server: string
    readonly spellings: readonly string[]
    readonly subcategories: boolean
  }[]
  /** `IgnoreTorrentsYoungerThan`. */
  readonly youngerThan: Seconds
  /** `--observe`: everything is judged and told, nothing done. */
  readonly observes: boolean
  /** The file ran in the program before us: what removes or sends more than there asks first. */
  readonly asksMore: boolean
}

/** An Arr's section, or the managed categories of a server that share their values. */
export interface InheritedSection extends InheritedGround {
  /** `Trackers` of the section itself. */
  readonly trackers: readonly InheritedTracker[]
  /** `Trackers` of servers; a row of the section with the same host stands in its place. */
  readonly serverTrackers: readonly {
    readonly server: string
    readonly trackers: readonly InheritedTracker[]
  }[]
  /**
   * `Trackers` of `[qBit]`, for an Arr's torrents on every server of every kind; what the section and the server say
   * of the same host stands in their place.
   */
  readonly sharedTrackers: readonly InheritedTracker[]
  /**
   * What else asks for seeding, whoever looks after a torrent: rows of sections that are off and, of a managed category,
   * those of `[qBit]`. What the rows above say of the same host stands in their place.
   */
  readonly otherTrackers: readonly InheritedTracker[]
  /** Profiles of people ask for seeding somewhere: their hosts are not named here, as whose section it is may not see them. */
  readonly hasAskingProfiles: boolean
  /** `null` = never. */
  readonly stalledDelay: Seconds | null
  readonly searchesStalled: boolean
  /** `null` = never. */
  readonly maximumEta: Seconds | null
  /** `DoNotRemoveSlow`. */
  readonly keepsSlow: boolean
  readonly deletableShare: Share
  /** `null` = not set. */
  readonly maxRatio: number | null
  readonly maxSeedingTime: Seconds | null
  readonly removal: InheritedRemoval
  readonly downRate: InheritedRate
  readonly upRate: InheritedRate
  readonly hitAndRun: InheritedHitAndRun | null
  /** `RemoveTrackerWithMessage`, where `RemoveDeadTrackers` is on. */
  readonly deadMessages: readonly string[]
  /** `FailedCategory`, `RecheckCategory`. */
  readonly failedCategory: string
  readonly recheckCategory: string
}

/** The part of a section by which something is owed. */
export type OwingSection = Pick<
  InheritedSection,
  | 'section'
  | 'trackers'
  | 'serverTrackers'
  | 'sharedTrackers'
  | 'otherTrackers'
  | 'hitAndRun'
  | 'removal'
  | 'maxRatio'
  | 'maxSeedingTime'
>

/** By whom something is owed: nothing goes before its tracker is paid, whoever looks after it. */
export interface Owing {
  readonly sections: readonly InheritedSection[]
  /** For torrents that no section looks after. */
  readonly unmanaged: OwingSection
  /** What people set for trackers on the pages: owed beside all that the configuration asks, never in place of it. */
  readonly profiles: readonly OwingProfile[]
  /** Times that the database does not know of: what was found since may have been under other trackers in them. */
  readonly lostTimes: readonly UnknownTime[]
}

/** A tracker profile that people made, as far as something is owed by it. */
export interface OwingProfile {
  readonly name: string
  /** Hosts, and domains that stand for all hosts in them. None = it cannot be read any more, and everything owes. */
  readonly hosts: readonly string[]
  /** `null` = all. */
  readonly servers: readonly string[] | null
  /** `null` = nothing beside what private torrents usually owe. */
  readonly hitAndRun: InheritedHitAndRun | null
  readonly phrases: TrackerPhrases
  /** Where these are heard; `null` = everywhere. Not where its owner manages no longer: they may free torrents. */
  readonly phrasesOn: readonly string[] | null
}

export interface UnknownTime {
  /** `null` = all. */
  readonly servers: readonly string[] | null
  readonly from: EpochMs
  /** From then on it was known, and what came is known. */
  readonly to: EpochMs
}

export interface InheritedArr extends InheritedSection {
  readonly arrId: string
  /** `ReSearch`. */
  readonly searchesAgain: boolean
  /** The category itself, without those below. */
  readonly category: string
  /** Any folder, name or extension is not wanted. */
  readonly filtersFiles: boolean
  /** `AutoDelete`, with a list of extensions. */
  readonly clearsFolders: boolean
  /** `FileExtensionAllowlist` names extensions. */
  readonly hasAllowlist: boolean
  /** There is an ffprobe. */
  readonly probesMedia: boolean
  readonly importMode: 'auto' | 'move' | 'copy'
  /** `RefreshDownloadsTimer`; 0 = off. */
  readonly refreshEvery: Seconds
  /** `ForceMinimumCustomFormat`. */
  readonly asksScore: boolean
  /** `CustomFormatUnmetSearch`. */
  readonly searchesUnmetScores: boolean
  /** `ArrErrorCodesToBlocklist`. */
  readonly errorMessages: readonly string[]
  /** Reject classes that its entries stand for. */
  readonly errorClasses: readonly string[]
}

/** `FreeSpace` on one volume. */
export interface InheritedFreeSpace {
  /** Bytes that stay free. */
  readonly keep: Bytes
  /** `AutoPauseResume`. */
  readonly mayStop: boolean
  /** By `FreeSpaceFolder`, where its volume is that of a server. */
  readonly isMeasured?: boolean
}
