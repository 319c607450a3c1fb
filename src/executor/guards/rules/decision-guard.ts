/** How a guard of decisions looks at what a rule wants: facts in, a verdict with its reason out; it never acts. */
import {dirname} from 'node:path'
import type {Access} from '#model/access.ts'
import type {ArrCheck, LibraryClaim, LibraryDoubt, TakenBy} from '#model/arr.ts'
import type {
  ConditionTrace,
  Decision,
  RememberedDownload,
  SubjectName,
  WantedAction,
} from '#model/decision.ts'
import type {Fact, FactName, FactValue, UnknownReason} from '#model/fact.ts'
import {orphanIn} from '#model/orphans.ts'
import type {Rule} from '#model/rule.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs, Seconds, Share} from '#model/units.ts'
import type {Guard} from '../guard.ts'
import type {CommonCause} from './common-cause.ts'
import type {DecisionLimits} from './decision-limits.ts'
import type {LostInCheck} from './lost-in-check.ts'

/**
 * block: a condition has to change. postpone: time or a budget is all that is missing. quarantine: it is set aside
 * first. degrade: the torrent may go, its data stays. suspend: the whole rule stops until somebody looked.
 */
export type GuardAnswer = 'pass' | 'degrade' | 'quarantine' | 'postpone' | 'block' | 'suspend'

/** What a guard of decisions found, as the journal tells it. */
export interface GuardResult {
  readonly guard: string
  readonly verdict: GuardAnswer
  /** Of what stands in the way; '' = nothing. */
  readonly code: string
  /** The figures of the sentence. */
  readonly detail: Readonly<Record<string, unknown>>
  /** What would have to change, for people; '' = nothing. */
  readonly lift: string
}

/** What is known of the server beside its facts; `undefined` = unknown. */
export interface ServerSituation {
  /** Whole lists that agree, since this epoch began. */
  readonly fullSyncs: number | undefined
  readonly epochFor: Seconds | undefined
  /** Commands that failed in the last ten minutes. */
  readonly failures: number
  /** Torrents whose trackers all fail, of all servers of this machine. */
  readonly trackersFailing: Share | undefined
  /** Since our connection is back, by whatever showed that it was gone; 0 = it is gone. `null` = it never was. */
  readonly sinceInternetFault: Seconds | null
  /** It does not tell categories, although people may have set some there: what protects by one is not known. */
  readonly hidesCategories: boolean
  /** Moves that rules began, on disks that it may see, and whose end is not seen yet. */
  readonly movesUnderWay: number
}

/** What is known of the Arr that a torrent is for. */
export interface ArrSituation {
  /** What its own health checks found that is about this torrent, or about all; `undefined` = unknown. */
  readonly checks: readonly Pick<ArrCheck, 'source' | 'holds' | 'about'>[] | undefined
  /** What it has of it, or its library, was not seen where it should lie; `null` = nothing speaks against it. */
  readonly unseen: LibraryDoubt | null
  /** A person took the torrent from it; `null` = as far as is known nobody did. */
  readonly taken: TakenBy | null
  /** Its commands that touch files and run or wait: an import by hand, a copy; `undefined` = unknown. */
  readonly fileWork: readonly string[] | undefined
  /** Another Commodarr looks after it. */
  readonly isOthers: boolean
}

export interface Tally {
  readonly count: number
  readonly bytes: Bytes
}

/** What destructive actions have cost, and what those before it in this run will. */
export interface Budgets {
  readonly run: Tally
  /** Of the torrent's trackers the one that is charged most in this run. */
  readonly runOfTracker: number
  readonly hour: Tally
  readonly day: Tally
  /** Of all rules together. */
  readonly dayOfAll: Tally
  /** Of this rule on this server. */
  readonly dayOfServer: Tally
  /** Of this rule in the folder that a file lies in; of a torrent the same as `day`. */
  readonly dayOfFolder: Tally
  /**
   * What this rule wants of this server in this run beyond what it may: the share counts what is wanted. Files of no
   * torrent are of no server, and count together.
   */
  readonly heldBackOfServer: number
  /** The same, of the folder that a file lies in. */
  readonly heldBackOfFolder: number
}

export interface DecisionItem {
  readonly decision: Decision
  readonly action: WantedAction
  readonly rule: Rule
  /** Of the owner of the rule. */
  readonly access: Pick<Access, 'may'>
  /** `null` = it is about no torrent. */
  readonly key: TorrentKey | null
  readonly fact: (name: FactName) => Fact
  /** `undefined` = the clock jumped, so how old anything is nobody knows (`lib/trusted-time.ts`). */
  readonly now: EpochMs | undefined
  readonly server: ServerSituation
  /** `null` = it has no Arr. */
  readonly arr: ArrSituation | null
  /** Whose library its data is, or may be; `null` = nobody's, as far as was looked. */
  readonly library: LibraryClaim | null
  readonly budgets: Budgets
  readonly limits: DecisionLimits
  readonly download: RememberedDownload
  /** What rules had mended of it within a week, and when the next repair may be; `null` = now. */
  readonly repairs: {readonly count: number; readonly nextAt: EpochMs | null}
  /** How often rules brought it back to where it had been within a week, whether this does so, and the names of those rules. */
  readonly moves: {readonly returns: number; readonly isReturn: boolean; readonly rules: readonly string[]}
  /** Checks that rules had sent to its server within an hour. */
  readonly checksOfServer: number
  /** A thing that it is part of, whose torrents got into trouble together; `null` = none. */
  readonly commonCause: CommonCause | null
  /** What a check of ours did not find any more, of it or on its disk; `null` = nothing is missing. */
  readonly lostInCheck: LostInCheck | null
  /** So many that protect the configuration does not name any more; 0 = nothing is asked about. */
  readonly lostSettings: number
  /** A person said yes to it, or it is the end of what was begun. */
  readonly isAnswered: boolean
  /** Of its quarantine for this rule, or of the time after a person took it back; `null` = it is in none. */
  readonly quarantine: {
    readonly isOver: boolean
    readonly until: EpochMs
    readonly isTakenBack: boolean
  } | null
}

export interface DecisionGuard extends Guard<DecisionItem, Objection> {
  /** As the journal calls it. */
  readonly name: string
}

export interface Objection extends Omit<GuardResult, 'guard'> {
  readonly verdict: Exclude<GuardAnswer, 'pass'>
}

/** `undefined` = unknown. */
export function valueOf(item: Pick<DecisionItem, 'fact'>, name: FactName): FactValue | undefined {
  const fact = item.fact(name)
  return 'unknown' in fact ? undefined : fact.value
}

/** `undefined` = unknown, or no number. */
export function numberOf(item: DecisionItem, name: FactName): number | undefined {
  const value = valueOf(item, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

const intoTrash = new Set(['recycle', 'extraFiles.recycle', 'orphan.recycle'])
const setAside = new Set(['quarantine', 'arr.blocklist', ...intoTrash])

/** Destroys something, or takes it out of sight: what the guards are for. */
export function isGrave({action}: Pick<DecisionItem, 'action'>): boolean {
  return action.class === 'destructive' || setAside.has(action.action)
}

/** It is about files of ours that no torrent claims. */
export function isOfPath({decision}: Pick<DecisionItem, 'decision'>): boolean {
  return decision.subject.kind === 'path'
}

/** The folder of ours that a file of no torrent lies in; `null` = it is about something else. */
export function folderOf({kind, key}: SubjectName): string | null {
  return kind === 'path' ? dirname(orphanIn(key).path) : null
}

/** What the limits of a run, an hour and a day count. */
export function isCounted(item: Pick<DecisionItem, 'action'>): boolean {
  return isGrave(item) || item.action.action === 'exec'
}

/** Its data goes to another place of its server. */
export function movesData({action: {action, params}}: Pick<DecisionItem, 'action'>): boolean {
  const isHere = action === 'move' && params['server'] === undefined
  return isHere || (action === 'category' && params['moveData'] === true)
}

/** To another server: copied there first, and then removed here. */
export function isMovedAway({action, params}: Pick<WantedAction, 'action' | 'params'>): boolean {
  return (action === 'move' && params['server'] !== undefined) || copyOf({params}) !== null
}

/** Removes a torrent from where it is, or takes it out of sight. */
export function takesAway(action: WantedAction): boolean {
  return isGrave({action}) || isMovedAway(action)
}

/** What a removal is told of the copy that it leaves behind. */
export interface LeftCopy {
  readonly copiedTo: ServerId
  /** It runs there, so that it goes on paying what its tracker asks. */
  readonly seedsOn: boolean
}

/** `null` = it leaves none. */
export function copyOf({params}: Pick<WantedAction, 'params'>): LeftCopy | null {
  return params['copiedTo'] === undefined ? null : (params as unknown as LeftCopy)
}

/** Bytes leave their place: on its server, for another one, or into a library. Any import but a copy may move them. */
export function movesBytes(item: Pick<DecisionItem, 'action'>): boolean {
  const {action, params} = item.action
  return movesData(item) || action === 'copyTo' || (action === 'arr.import' && params['mode'] !== 'copy')
}

/** What has to be looked at closely before it is done. */
export function isDelicate(item: Pick<DecisionItem, 'action'>): boolean {
  return isGrave(item) || movesData(item) || item.action.action === 'copyTo'
}

/** Bytes of its torrent may be lost, or leave their place. The trash service knows the disk of what is in the trash. */
export function touchesData(item: Pick<DecisionItem, 'action'>): boolean {
  const {action, losesBytes} = item.action
  return (losesBytes && action !== 'purge') || movesFiles(item) || movesData(item)
}

/** We move its files ourselves, one by one, into the trash. */
export function movesFiles({action}: Pick<DecisionItem, 'action'>): boolean {
  return intoTrash.has(action.action)
}

/** The torrent itself seeds on, whole: its tracker loses nothing. */
export function leavesTorrent({action}: Pick<DecisionItem, 'action'>): boolean {
  const isKept = action.action === 'arr.blocklist' || action.action === 'extraFiles.recycle'
  return isKept || (copyOf(action)?.seedsOn ?? isMovedAway(action))
}

/** `undefined` = nobody knows how long ago it was; a time that lies ahead is a wrong clock. */
export function secondsSince(at: EpochMs, {now}: Pick<DecisionItem, 'now'>): Seconds | undefined {
  return now === undefined || now < at ? undefined : (now - at) / 1_000
}

/** Every fact that the decision is grounded on. */
export function factsOf(trace: ConditionTrace): readonly FactName[] {
  return 'branch' in trace ? trace.parts.flatMap(factsOf) : [trace.fact]
}

/** It may be told in a minute. */
export const FACT_UNKNOWN = 'fact_unknown'

/** @param lift what is to come from who is there and does not report it; who is away has to come back first */
export function unknownBlocks(item: DecisionItem, name: FactName, lift: string): Objection {
  const fact = item.fact(name)
  const ofSilence = 'unknown' in fact ? silences[fact.unknown] : undefined
  return {verdict: 'block', code: FACT_UNKNOWN, detail: {fact: name}, lift: ofSilence ?? lift}
}

const silences: {readonly [R in UnknownReason]?: string} = {
  serverNotOnline: 'Its server has to be online.',
  frozen: 'Its server lacks many torrents: they have to be back, or to be gone for certain.',
  stale: 'Its server has to list it.',
}
