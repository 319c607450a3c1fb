/**
 * What managers, rules and the executor must still know after a restart, as plain records: they go from thread to
 * thread and into the database as they are. `unknown` holds JSON whose shape its writer knows, with the `version` of
 * that shape beside it; `undefined` there = it cannot be read any more.
 */
import type {ReleaseClass} from './arr.ts'
import type {RuleId} from './rule.ts'
import type {SearchUnit} from './searching.ts'
import type {InfoHash, ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, EpochMs, Seconds} from './units.ts'

export interface Strike {
  readonly at: EpochMs
  /** What was seen: bytes, speed, peers, the tracker's words. */
  readonly evidence: unknown
}

/** How far a rule has come with a subject. */
export interface HoldRecord {
  readonly ruleId: RuleId
  readonly revision: number
  /** As `SubjectName.key`. */
  readonly subject: string
  /** `null` for what no server holds. */
  readonly serverId: ServerId | null
  readonly version: number
  readonly state: unknown
  readonly strikeCount: number
  /** The newest, oldest first. */
  readonly strikes: readonly Strike[]
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
  /** `null` = not by age. */
  readonly expiresAt: EpochMs | null
}

/** A rule that does nothing until somebody looked. */
export interface RuleSuspension {
  readonly ruleId: RuleId
  readonly revision: number
  readonly at: EpochMs
  /** The guard that did it. */
  readonly reason: string
  readonly detail: unknown
}

/** What our tags say of a torrent; the database is the truth, also where no tags are written. Source: qBitrr, Tagless. */
export const torrentMarks = ['allowedSeeding', 'allowedStalled', 'imported', 'freeSpacePaused'] as const
export type TorrentMark = (typeof torrentMarks)[number]

/** As people know them from the labels of their torrents. */
export const markLabels: Readonly<Record<TorrentMark, string>> = {
  allowedSeeding: 'qBitrr-allowed_seeding',
  allowedStalled: 'qBitrr-allowed_stalled',
  imported: 'qBitrr-imported',
  freeSpacePaused: 'qBitrr-free_space_paused',
}

/** Of a torrent that a rule stopped and will remove, unless it is well again by then. */
export const quarantineTag = 'commodarr-quarantine'

/** What labels on a server say. */
export function marksIn(tags: readonly string[]): readonly TorrentMark[] {
  return torrentMarks.filter((mark) => tags.includes(markLabels[mark]))
}

/** A torrent's labels with ours as the database has them, whatever stands on its server. */
export function labelsWith(tags: readonly string[], marks: readonly TorrentMark[]): readonly string[] {
  const theirs = labelsOfPeople(tags)
  if (marks.length === 0 && theirs.length === tags.length) return tags
  return [...theirs, ...marks.map((mark) => markLabels[mark])]
}

/** A torrent's labels but ours. */
export function labelsOfPeople(tags: readonly string[]): readonly string[] {
  const ours = Object.values(markLabels)
  return tags.filter((tag) => !ours.includes(tag))
}

/** What a server counted of a torrent from when it was added there until it was moved to another server. */
export interface CountedLife {
  /** Which server and torrent, and when it was added there: each counts once, however often it is handed on. */
  readonly life: string
  readonly uploaded: Bytes
  readonly downloaded: Bytes
}

/** All of them together, as a tracker adds them up. */
export function countedTogether(lives: readonly CountedLife[]): Pick<CountedLife, 'uploaded' | 'downloaded'> {
  const sum = (of: 'uploaded' | 'downloaded') => lives.reduce((all, life) => all + life[of], 0)
  return {uploaded: sum('uploaded'), downloaded: sum('downloaded')}
}

export interface TorrentFactsRecord extends TorrentKey {
  readonly firstSeenAt: EpochMs
  /** It came while we looked, or after it was gone; `null` = it was there when we looked first. */
  readonly cameAt: EpochMs | null
  /** Seen seeding while its server was online. A lower bound: a crash forgets up to an hour of it. */
  readonly seedingObserved: Seconds
  /** Of the servers that it was moved here from by the same .torrent file, so of one user of its tracker. */
  readonly countedBefore: readonly CountedLife[]
  /** It was seen with all that was wanted of it; `null` = never. Clients forget that once they download again. */
  readonly completeSeenAt: EpochMs | null
  /** Hosts of all trackers under which its server ever listed it: a tracker that has another host name now is owed as before. */
  readonly trackersSeen: readonly string[]
  /**
   * When it was last found under trackers that were not kept of it, as nobody looked while it got them: it may have been
   * under others between. One that is in doubt after a lost time stays. `null` = never.
   */
  readonly trackersFoundAt: EpochMs | null
  readonly lastManualChangeAt: EpochMs | null
  readonly pinnedAt: EpochMs | null
  /** The file filter was applied. */
  readonly filteredAt: EpochMs | null
  /** What the media probe found, and of which file; `null` = not asked yet. */
  readonly probed: unknown
  readonly marks: readonly TorrentMark[]
  /** Where it goes back to after failing or rechecking. */
  readonly categoryBefore: string | null
  /** Why; `null` = if it is stopped, somebody else did it. */
  readonly stoppedByUs: string | null
  readonly timesRemoved: number
  /** Of a hybrid that is listed under its v2 hash: by it other versions of its server list it. `null` = under no other. */
  readonly infoHashV1: InfoHash | null
  /** `null` = its server has it. */
  readonly goneAt: EpochMs | null
}

export interface DownloadRecord {
  readonly arrId: string
  /** As the Arr writes it. */
  readonly downloadId: string
  /** `null` = not met on any server yet. */
  readonly serverId: ServerId | null
  readonly hash: InfoHash | null
  /** Adopted: the Arr did not grab it, so it is never blocklisted silently. */
  readonly ownership: 'owned' | 'adopted'
  readonly mediaIds: readonly number[]
  /** Of its import; the manager's word. */
  readonly state: string
  readonly grabbedAt: EpochMs | null
  readonly importedAt: EpochMs | null
  readonly failedAt: EpochMs | null
  /** That it was imported; `null` = there is none. */
  readonly proof: unknown
  readonly detail: unknown
  readonly updatedAt: EpochMs
}

/** An item that an Arr was asked to search. */
export interface SearchRecord {
  readonly arrId: string
  /** `movie:12`, `season:3:1`, … */
  readonly item: string
  /** What made it necessary; '' = no failure did. */
  readonly failure: string
  /** The same for all items of one command. */
  readonly searchId: string
  readonly reason: string
  /** `intended`: nobody knows yet whether the Arr heard of it. */
  readonly phase: 'intended' | 'sent'
  readonly at: EpochMs
}

/** A release of an item that was given up: by a rule, a person or the Arr itself, as the history of the Arr tells. */
export interface GivenUpRecord {
  readonly arrId: string
  /** `movie/12`, … */
  readonly item: string
  /** '' = the Arr lost it. */
  readonly downloadId: string
  /** By the clock of the Arr; where it does not say when it grabbed it, when that failed. */
  readonly grabbedAt: EpochMs
  /** Of the release. */
  readonly title: string
  readonly at: EpochMs
  /** Of our rule; `null` = somebody else gave it up. */
  readonly reason: string | null
  /** A person had the item searched on since then: it does not count any more. `null` = it counts. */
  readonly resumedAt: EpochMs | null
}

/**
 * Why something is searched. schedule: its turn came, as it is missing or could be better. arr: the Arr chose it without
 * us, from its feeds or for somebody who works there; of these only what was refused is known.
 */
export const searchCauses = ['person', 'failure', 'rule', 'schedule', 'arr'] as const
export type SearchCause = (typeof searchCauses)[number]

/**
 * How a search ended. refused: the Arr chose releases, and its download client took none. held_by_client: it chose one, and
 * holds it until its download client answers. no_grab: well, and nothing was grabbed, of which the Arr does not say more.
 * partial: nothing was grabbed, and some indexers were blocked. no_indexer: none was asked. lost: the Arr began again
 * before it had searched. stuck: it had not ended after a day. unknown: the Arr could not be asked, or had forgotten it.
 */
export const searchOutcomes = [
  'grabbed',
  'refused',
  'held_by_client',
  'no_grab',
  'nothing_found',
  'all_rejected',
  'partial',
  'no_indexer',
  'failed',
  'lost',
  'stuck',
  'unknown',
] as const
export type SearchOutcome = (typeof searchOutcomes)[number]

/** How often a search asks each of the indexers that Arrs share, by their common names. */
export interface IndexerQuestions {
  readonly searchId: string
  readonly askedAt: EpochMs
  readonly asked: Readonly<Record<string, number>>
}

/** A release that an Arr grabbed, with the download that came of it. */
export interface SearchGrab {
  /** `null` = the Arr lost it. */
  readonly downloadId: string | null
  readonly title: string
}

/** A release that a download client did not take from an Arr, of which nothing is left there but a line of its log. */
export interface RefusedRelease {
  readonly title: string
  /** As the Arr says it; '' = not at all. */
  readonly why: string
}

/** What is known of a search once it is over. */
export interface SearchEnd {
  readonly outcome: SearchOutcome
  /** When it ended, by the clock of the Arr where that says so. */
  readonly endedAt: EpochMs
  /** What it was for, as people call it; `null` = the Arr does not tell. */
  readonly title: string | null
  /** The last words of the Arr about its command; `null` = it said nothing. */
  readonly said: string | null
  /** Releases that indexers had; `null` = the Arr does not say. */
  readonly found: number | null
  /** Indexers that were asked; `null` = the Arr does not say. */
  readonly indexers: number | null
  readonly grabs: readonly SearchGrab[]
  /** What it chose, and its download client did not take. */
  readonly refused: readonly RefusedRelease[]
  /** Of so many releases the Arr says each class of reasons not to take it; empty = it was not asked why. */
  readonly rejects: Readonly<Partial<Record<ReleaseClass, number>>>
}

/**
 * One command to search, one search of an Arr that a failure led to, or a release that it chose without us and that was
 * refused: from when that was so first to when it was last.
 */
export interface SearchRun {
  readonly searchId: string
  readonly arrId: string
  /** `movie/17`, … */
  readonly items: readonly string[]
  /** What of the library it was planned for; `null` = no schedule planned it. */
  readonly unit: SearchUnit | null
  readonly cause: SearchCause
  readonly reason: string
  /** Of the Arr; `null` = it searched by itself, or nobody knows whether it heard of it. */
  readonly commandId: number | null
  readonly askedAt: EpochMs
  /** `null` = it is not known to be over. */
  readonly end: SearchEnd | null
}

/** An end that somebody waits for. */
export interface DeadlineRecord {
  readonly kind: string
  readonly subject: string
  readonly dueAt: EpochMs
  readonly version: number
  readonly detail: unknown
  readonly createdAt: EpochMs
}

export interface SagaRecord {
  readonly id: string
  readonly kind: string
  readonly subject: string
  /** The last one that was begun; whether it was done has to be asked. */
  readonly step: string
  readonly version: number
  readonly state: unknown
  readonly startedAt: EpochMs
  readonly updatedAt: EpochMs
  /** `null` = it is not finished. */
  readonly endedAt: EpochMs | null
  readonly outcome: string | null
}

export const trashStates = ['kept', 'restoring', 'restored', 'purging', 'purged'] as const
export type TrashState = (typeof trashStates)[number]

/** A torrent that was set aside, and can be brought back. */
export interface TrashRecord extends TorrentKey {
  readonly id: string
  readonly name: string
  readonly verb: string
  readonly paths: readonly {readonly from: string; readonly to: string}[]
  readonly bytes: Bytes
  readonly version: number
  /** What the torrent was like. */
  readonly resume: unknown
  /** `null` = a person did it. */
  readonly rule: {readonly id: RuleId; readonly revision: number} | null
  readonly userId: string | null
  readonly setAsideAt: EpochMs
  readonly until: EpochMs
  readonly state: TrashState
  readonly stateAt: EpochMs
  readonly message: string | null
}

/** The disk at one of our paths, as it was when it was believed last. */
export interface MountRecord {
  readonly path: string
  readonly device: string
  readonly inode: string
  readonly fileSystem: string
  readonly totalBytes: Bytes
  readonly hadFiles: boolean
  readonly seenAt: EpochMs
}

/** A destructive action, as far as it counts against a budget. */
export interface SpentRecord {
  /** Of the command in the journal. */
  readonly id: string
  readonly at: EpochMs
  /** `null` = a person did it. */
  readonly ruleId: RuleId | null
  readonly serverId: ServerId
  /** Hosts. */
  readonly trackers: readonly string[]
  /** Ours, that a file of no torrent lay in; `null` = it was a torrent, or nobody wrote the folder down. */
  readonly folder: string | null
  readonly bytes: Bytes
}

/** What a rule said of a subject, and how often: one line of the journal. */
export interface VerdictRecord {
  readonly journalId: string
  readonly ruleId: RuleId
  /** Kind and key. */
  readonly subject: string
  readonly said: string
  readonly count: number
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
}
