/**
 * What the main thread and a manager say to each other: plain records, as a manager runs in another thread and may
 * one day run on another machine. A message that was lost costs one interval: everything is told again when asked for,
 * or by itself in time.
 */
import type {LibraryKnown, LibraryPart} from '#library/parts.ts'
import type {InstanceTime} from '#lib/instance-clock.ts'
import type {
  ArrCheck,
  ArrId,
  BlockedRelease,
  DownloadId,
  LibraryDoubt,
  LibraryFolders,
  LibraryRoom,
  QualityProfile,
  QueueRow,
  RefusedGrab,
} from '#model/arr.ts'
import type {ArrAction} from '#model/arr-service.ts'
import type {DownloadRecord, GivenUpRecord, SearchEnd, TorrentFactsRecord} from '#model/automation-state.ts'
import type {
  ArrChange,
  ComingAction,
  Decision,
  EarlyDecision,
  Explanation,
  RuleOutcome,
  WantedAction,
} from '#model/decision.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {ImportProof} from '#model/import-triage.ts'
import type {FactName} from '#model/fact.ts'
import type {LookUpAnswer, ManagedServer, ManagerId, RowsMessage} from '#model/manager.ts'
import type {SeenContainer} from '#model/profile-switches.ts'
import type {UserId} from '#model/access.ts'
import type {Condition, Rule, RuleId, RuleMode} from '#model/rule.ts'
import type {Reach} from '#model/server.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {MemoryWrite, WantedFact} from '#rules/evaluate.ts'
import type {HoldMemory} from '#rules/hold.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import type {ArrTimes} from '../arr/arr-timers.ts'
import type {LibraryFileFound, LibraryFiles, PlacedData, TorrentData} from '../arr/library-places.ts'
import type {TitleMessage} from '../arr/title-cache.ts'
import type {ImportStatusChange} from './import-statuses.ts'
import type {RemovalDate} from './removal-dates.ts'
import type {ArrFacts} from './torrent-subject.ts'

/** What a manager begins with. */
export interface ManagerInit {
  readonly id: ManagerId
  /** Of its life span, which no other one shares. */
  readonly run: string
  readonly timeZone: string
  /** It judges at the latest this long after the last time, ms. Source: `LoopSleepTimer`. */
  readonly restMs: number
  readonly time: InstanceTime
  /** `null` = of the torrents that no Arr owns. */
  readonly arr: ArrBirth | null
}

export interface ArrBirth {
  readonly id: ArrId
  readonly url: string
  /** In the clear, as it goes to another thread; it is in no message and no log. */
  readonly apiKey: string
  readonly skipVerify: boolean
  readonly reach: Reach
  /** From where its history is read. */
  readonly historyFrom: EpochMs
  readonly timers: ArrTimes
}

/** How far a rule has come with each subject, by its key. */
export interface HoldsMessage {
  readonly ruleId: RuleId
  readonly holds: ReadonlyMap<string, HoldMemory>
}

export interface DecisionResult {
  readonly ruleId: RuleId
  /** As `SubjectName.key`. */
  readonly key: string
  /** So long its rule does not decide it again, ms. */
  readonly restMs: number
  /** It was put off: what stands otherwise now may be decided before. */
  readonly isPutOff: boolean
  /** Its server lacks what it takes: only where its server or its Arr stands otherwise it may be decided before. */
  readonly isSettled: boolean
  /** It was put off, or what it stood on had changed: whoever had the rule look waits for it on. */
  readonly isUndone: boolean
}

/** What rules may cost, so that nobody's keep those of others waiting. */
export interface RuleBounds {
  /** Of rules of members: from whose account they spend. */
  readonly owners: readonly (readonly [RuleId, UserId])[]
  /** Those that took too much, until a person looks. */
  readonly held: readonly RuleId[]
}

/** From the main thread. */
export type ToManager = ManagerMessage | {readonly kind: 'time'; readonly time: InstanceTime}

/** But for the time, which its thread goes by. */
export type ManagerMessage =
  | {
      readonly kind: 'rules'
      readonly rules: readonly Rule[]
      readonly holds: readonly HoldsMessage[]
      /** Those of them whose owners may not see its Arr. */
      readonly deaf: readonly RuleId[]
      readonly bounds: RuleBounds
      /** What the configuration says is owed, and where. */
      readonly owing: Owing
    }
  | {readonly kind: 'servers'; readonly servers: readonly ManagedServer[]}
  | {readonly kind: 'rows'; readonly rows: RowsMessage}
  | {readonly kind: 'remembered'; readonly records: readonly TorrentFactsRecord[]}
  /** What was known of the downloads of its Arr before. */
  | {readonly kind: 'downloads'; readonly records: readonly DownloadRecord[]}
  /** What is known of the library of its Arr. */
  | {readonly kind: 'library'; readonly known: LibraryKnown}
  | {readonly kind: 'lookedUp'; readonly answers: readonly LookUpAnswer[]}
  /** What became of these decisions is known; they may be made again in a while. */
  | {readonly kind: 'results'; readonly results: readonly DecisionResult[]}
  /** Something happened that its Arr may not have told of yet. */
  | {readonly kind: 'look'}
  /** Somebody says that something happened in its Arr. */
  | {readonly kind: 'hint'}
  /** A person does not wait for the next try. */
  | {readonly kind: 'tryNow'}
  | {readonly kind: 'question'; readonly id: number; readonly question: Question}

/** What a manager is asked, with what comes back. */
export interface Questions {
  /** `null` = it is none of its torrents. */
  readonly explain: {
    /** A refresh: without what was looked up of it before. */
    readonly asked: {readonly key: TorrentKey; readonly isRefresh: boolean}
    readonly answer: Explanation | null
  }
  /** Of these what the nearest rule is about to do; `null` = of all for which the time of a rule runs. */
  readonly coming: {
    readonly asked: {readonly keys: readonly TorrentKey[] | null}
    readonly answer: readonly ComingAction[]
  }
  /** What a rule whose time runs would decide of it now; `null` = its time does not run, or it would do nothing. */
  readonly early: {
    readonly asked: {readonly key: TorrentKey; readonly ruleId: RuleId}
    readonly answer: EarlyDecision | null
  }
  /** A person has the rule, as he saw it, act before its time is over. What it says then; `null` = nothing is ended. */
  readonly endHold: {
    readonly asked: {readonly key: TorrentKey; readonly ruleId: RuleId; readonly revision: number}
    readonly answer: RuleOutcome | null
  }
  /** What a condition says of each of its torrents, as rules would judge it now. */
  readonly verdicts: {
    readonly asked: {readonly condition: Condition}
    readonly answer: readonly ArrVerdicts[]
  }
  /** Somebody asks these facts of those of its torrents: they are looked up as if a rule did. */
  readonly look: {
    readonly asked: {readonly keys: readonly TorrentKey[]; readonly facts: readonly FactName[]}
    readonly answer: null
  }
  /** A person has the rule, as he saw it, look at these now, by key. Of how many it does. */
  readonly runNow: {readonly asked: RunAsked; readonly answer: number}
  /** What its Arr says of it, read again; `null` = it has no Arr. */
  readonly saying: {
    readonly asked: {readonly key: TorrentKey; readonly isFresh: boolean}
    readonly answer: ArrFacts | null
  }
  /**
   * Which files of its library lie in the data of a torrent, which may be none of its own. `null` = the same torrent is
   * on another server, too, and nobody can say which of both the library is.
   */
  readonly libraryFiles: {
    readonly asked: {
      readonly data: TorrentData
      readonly category: string
      /** Of the same torrent on other servers, where it lies by the same path. */
      readonly copies: readonly string[]
    }
    readonly answer: LibraryFiles | null
  }
  /** Where its library is. */
  readonly libraryFolders: {readonly asked: object; readonly answer: LibraryFolders}
  /** What the disks of its library have left, read now. */
  readonly libraryRoom: {readonly asked: object; readonly answer: LibraryRoom}
  /** Of how many grabs since then each indexer was the source, by its name. */
  readonly grabsByIndexer: {
    readonly asked: {readonly since: EpochMs}
    readonly answer: ReadonlyMap<string, number>
  }
  /** Whether a file of its library lies in the data of a torrent, which may be none of its own. */
  readonly libraryFileIn: {readonly asked: {readonly data: PlacedData}; readonly answer: LibraryFileFound}
  /** That its Arr checked itself within the last minute: something would be held back for what it found before. */
  readonly checked: {readonly asked: object; readonly answer: null}
  /** Something that a person wants of its Arr. @returns which command a search is to its Arr */
  readonly act: {readonly asked: {readonly action: AskedOfArr}; readonly answer: number | null}
  /** Whether its Arr may import all of this, whatever it has against it. */
  readonly importProof: {readonly asked: {readonly downloadId: DownloadId}; readonly answer: ImportProof}
  /** What we would have to search, were this given up. */
  readonly owes: {
    readonly asked: {readonly downloadId: DownloadId; readonly searchAgain: boolean}
    readonly answer: SearchOwed | null
  }
  /** Something that a rule wants of its Arr for a torrent. */
  readonly ruleAction: {
    /** `isDry`: what would be done, and nothing is; of what is given up alone. */
    readonly asked: {
      readonly key: TorrentKey
      readonly action: WantedAction
      readonly isDry: boolean
      /** For who reads the history of the Arr. */
      readonly why: string
    }
    readonly answer: ArrCommandResult
  }
  readonly grab: {readonly asked: {readonly downloadId: DownloadId}; readonly answer: GrabMessage | null}
  readonly isFailed: {
    readonly asked: {readonly downloadId: DownloadId; readonly grabbedAt: EpochMs}
    readonly answer: boolean
  }
  readonly blocklist: {
    readonly asked: {readonly downloadId: DownloadId; readonly skipRedownload: boolean; readonly why: string}
    readonly answer: null
  }
  /** @returns how many entries left the blocklist of its Arr; 0 = it has none of this release */
  readonly unblock: {readonly asked: {readonly release: BlockedRelease}; readonly answer: number}
  /** @returns which command it is to its Arr */
  readonly search: {readonly asked: {readonly media: readonly string[]}; readonly answer: number}
  /** The same on a schedule, after a last look. @returns `null` = nothing of it is wanted any more */
  readonly searchWanted: {readonly asked: WantedSearch; readonly answer: SearchSent | null}
  /** The same as a list, with its end: why nothing is taken. It may take minutes. */
  readonly searchExplained: {readonly asked: WantedSearch; readonly answer: SearchEnd | null}
  /** What came of a search. @returns `null` = it is under way */
  readonly searchEnd: {readonly asked: SearchAsked; readonly answer: SearchEnd | null}
  readonly heardOf: {
    readonly asked: {readonly media: readonly string[]; readonly since: EpochMs}
    readonly answer: boolean
  }
  /** Movies, series, artists or authors as its Arr has them now, in this order; `null` = it is not there (any more). */
  readonly containers: {
    readonly asked: {readonly ids: readonly number[]}
    readonly answer: readonly (SeenContainer | null)[]
  }
  readonly qualityProfiles: {readonly asked: object; readonly answer: readonly QualityProfile[]}
  /** Gives movies, series, artists or authors this quality profile, and changes nothing else of them. */
  readonly setProfile: {
    readonly asked: {readonly ids: readonly number[]; readonly profileId: number}
    readonly answer: null
  }
}

/** A rule as a person saw it, with the torrents that it looks at, by key. */
export interface RunAsked {
  readonly ruleId: RuleId
  readonly revision: number
  readonly mode: RuleMode
  readonly keys: readonly string[]
}

export type QuestionName = keyof Questions
export type Question = {[name in QuestionName]: {readonly ask: name} & Questions[name]['asked']}[QuestionName]

/** Of torrents of one server; packed, as there may be a hundred thousand. */
export interface ArrVerdicts {
  readonly serverId: ServerId
  /** 40 digits each. */
  readonly hashes: string
  /** One letter each: 0 no, 1 yes, 2 unknown. */
  readonly verdicts: string
}

/** What became of what a rule wants of an Arr. */
export interface ArrCommandResult {
  /** `null` = nothing was done (yet). */
  readonly change: ArrChange | null
  /** What has to be searched by us; `null` = nothing. */
  readonly owed: SearchOwed | null
}

/** A search whose end is asked for. */
export interface SearchAsked {
  /** `movie/17`. */
  readonly media: readonly string[]
  /** `null` = the Arr searched by itself, or did not say. */
  readonly commandId: number | null
  /** When it was asked. */
  readonly since: EpochMs
  /** What it is for, as people call it; absent = its Arr is asked. */
  readonly title?: string
  /** So many indexers should be asked; absent = not known. */
  readonly indexers?: number
}

/** What a schedule has an Arr search. */
export interface WantedSearch {
  /** `movie/17`; `season/5/3` alone. */
  readonly media: readonly string[]
  /** What is known of it is from a moment ago. */
  readonly isLookedAt: boolean
  /** Also what is not monitored. */
  readonly unmonitored: boolean
  /** It is searched only as long as it has no file. */
  readonly missing: boolean
  /** What was searched there at this time or later, by anybody, is not searched again; absent = whenever. */
  readonly notSince?: EpochMs
}

export interface SearchSent {
  readonly commandId: number
  /** It ran already for another program or a user of the Arr: an Arr makes the same command once. */
  readonly isOthers: boolean
}

/** What we have to search, as the Arr does not do so by itself. */
export interface SearchOwed {
  /** `movie/17`. */
  readonly media: readonly string[]
  /** What made it necessary; '' = no failure did: then it may be made again. */
  readonly failure: string
  /** That it was given up stands in the history of its Arr, behind this grab; `null` = nothing was. */
  readonly given: {readonly downloadId: DownloadId; readonly grabbedAt: EpochMs} | null
}

/** What the Arr's history says of a download that it grabbed. */
export interface GrabMessage {
  readonly at: EpochMs
  /** Of the release, as its blocklist calls it. */
  readonly title: string
  readonly media: readonly string[]
  readonly isImportedInPart: boolean
  readonly searchesItself: boolean
}

export interface FaultMessage {
  readonly code: ErrorCode
  readonly message: string
  readonly about: Readonly<Record<string, unknown>>
}

/** What a person wants that its Arr has to be asked for. */
type AskedOfArr = Exclude<ArrAction, {readonly what: 'resumeSearches'}>

/** A release of an item that an Arr has as failed. */
export type GivenUpRelease = Omit<GivenUpRecord, 'arrId' | 'reason' | 'resumedAt'>

/** What its Arr has now, for people and for who owns what. */
export interface ArrReport {
  /** `null` = it cannot be read: nothing follows from what is absent. */
  readonly queue: readonly QueueRow[] | null
  /** Downloads that its history knows. */
  readonly inHistory: readonly DownloadId[]
  readonly readAt: EpochMs | null
  readonly isBehind: boolean
  readonly isLive: boolean
  readonly fault: string | null
  /** It refuses our key, so it is not asked again and again. */
  readonly isKeyRefused: boolean
  /** When it is asked again, of one that fails; `null` = now, or it does not. */
  readonly nextTryAt: EpochMs | null
  readonly version: string | null
  /** What its health checks found; `null` = not known (yet). */
  readonly checks: readonly ArrCheck[] | null
  /** Search commands that are queued or running there, anyone's, as far as it says so. */
  readonly searching: number
  /** Each folder of its library once of which something was looked for and not seen. */
  readonly unseen: readonly LibraryDoubt[]
  /** Since when it has another database than what was remembered of it; `null` = it has not, as far as is known. */
  readonly replacedAt: EpochMs | null
}

/** From a manager. */
export type FromManager =
  | {readonly said: 'decided'; readonly decisions: readonly Decision[]}
  /** This rule took too much of the thread, ms lately: it is not asked any more. */
  | {readonly said: 'costly'; readonly ruleId: RuleId; readonly ms: number}
  | {readonly said: 'remember'; readonly writes: readonly MemoryWrite[]}
  /** How far a download got, to be known after a restart. */
  | {readonly said: 'download'; readonly record: DownloadRecord}
  | {readonly said: 'wanted'; readonly wanted: readonly WantedFact[]}
  | {readonly said: 'arr'; readonly arr: ArrReport}
  /** What downloads of its Arr are for, as far as it is another thing than was told before. */
  | {readonly said: 'titles'; readonly titles: readonly TitleMessage[]}
  /** What the library of its Arr has, as far as it is another thing than was said before. */
  | {readonly said: 'library'; readonly part: LibraryPart}
  /** From when on a rule may remove these, where the list shows another time. */
  | {readonly said: 'removable'; readonly dates: readonly RemovalDate[]}
  /** How far its Arr got with importing these, where the list shows another status. */
  | {readonly said: 'imports'; readonly changes: readonly ImportStatusChange[]}
  /** Its Arr chose these, and its download client did not take them. */
  | {readonly said: 'refused'; readonly releases: readonly RefusedGrab[]}
  /** Releases that its Arr has as failed, whoever did that. */
  | {readonly said: 'gaveUp'; readonly releases: readonly GivenUpRelease[]}
  | {readonly said: 'answer'; readonly id: number; readonly answer: unknown}
  | {readonly said: 'fault'; readonly id: number; readonly fault: FaultMessage}
