/** What a rule wants for a subject, and why: the same record for the executor, the journal and the explanation. */
import type {CountedLife} from './automation-state.ts'
import type {Access, Principal, Requester} from './access.ts'
import type {ArrId, DownloadId} from './arr.ts'
import type {ActionResult} from './command.ts'
import {CommodarrError} from './errors.ts'
import type {Fact, FactName, FactValue, SubjectKind} from './fact.ts'
import type {ActionClass, ActionName, ActionParams, Operator, Rule, RuleId, RuleMode} from './rule.ts'
import type {ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, EpochMs, Seconds} from './units.ts'

export type Verdict = 'yes' | 'no' | 'unknown'

/** What a decision is about; sentences: `rules/sentences.ts`. */
export const reasonCodes = [
  'conditionTrue',
  'stalled',
  'slow',
  'unavailable',
  'metadataStuck',
  'failedCategory',
  'recheckCategory',
  'missingFiles',
  'errored',
  'unwantedFiles',
  'nothingWanted',
  'mediaUnreadable',
  'scoreUnmet',
  'worseThanFile',
  'importRejected',
  'imported',
  'seedingDone',
  'unregistered',
  'trackerUpkeep',
  'rateLimit',
  'superSeeding',
  'queueOrder',
  'freeSpace',
  'upgraded',
  'extraFiles',
  'orphaned',
] as const
export type ReasonCode = (typeof reasonCodes)[number]

export interface LeafTrace {
  readonly verdict: Verdict
  readonly fact: FactName
  readonly op: Operator
  /** What it was compared with, in base units; `undefined` for `exists`. */
  readonly threshold: unknown
  readonly window: Seconds | null
  readonly actual: Fact
  /** It is unknown because what it names is not there any more; absent = it is there. */
  readonly isGone?: true
}

export interface BranchTrace {
  readonly verdict: Verdict
  readonly branch: 'all' | 'any' | 'not'
  readonly parts: readonly ConditionTrace[]
}

export type ConditionTrace = LeafTrace | BranchTrace

/** How far a hold has come. `left`: observed seconds still to come if nothing changes; 0 = over. */
export type HoldProgress =
  | {readonly kind: 'for'; readonly held: Seconds; readonly needed: Seconds; readonly left: Seconds}
  | {readonly kind: 'strikes'; readonly strikes: number; readonly needed: number; readonly left: Seconds}

export interface WantedAction {
  readonly action: ActionName
  readonly params: ActionParams
  readonly class: ActionClass
  readonly losesBytes: boolean
}

/** A fact the decision stands on; the executor reads it again right before it sends. */
export interface Precondition {
  readonly fact: FactName
  readonly value: FactValue
}

export interface SubjectName {
  readonly kind: SubjectKind
  /** Stable and unique within its kind: for torrents `keyText`. */
  readonly key: string
  /** `null` for what no server holds. */
  readonly serverId: ServerId | null
}

export interface Decision {
  readonly at: EpochMs
  readonly subject: SubjectName
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly mode: RuleMode
  readonly concern: string
  readonly reason: ReasonCode
  /** In order; a failing one stops those behind it. */
  readonly actions: readonly WantedAction[]
  /** Of its rule's condition: what its hold measured. */
  readonly evidence: ConditionTrace
  /** Of the conditions of its actions, and that what is looked up to clear its hold does not; absent = there are none. No hold measured these. */
  readonly besides?: readonly ConditionTrace[]
  readonly hold: HoldProgress | null
  readonly preconditions: readonly Precondition[]
  /** We had its Arr blocklist it for this decision: that is no person's doing. */
  readonly isBlocklisted?: true
}

/**
 * All that a decision hangs on, which has to be so still. What is permitted because its rule waited asks `evidence` alone.
 */
export function hangsOn({evidence, besides = []}: Pick<Decision, 'evidence' | 'besides'>): ConditionTrace {
  return besides.length === 0
    ? evidence
    : {verdict: evidence.verdict, branch: 'all', parts: [evidence, ...besides]}
}

/**
 * What a rule says of a subject now. `closed`: it is not its hour; `candidate`:
 * chosen among others in a whole pass; `lookingUp`: what it would do hangs on facts that are being read;
 * `nothingToDo`: none of its actions applies, or all of it is so already; `keptBack`: another rule decides.
 */
export const ruleOutcomes = [
  'due',
  'candidate',
  'held',
  'lookingUp',
  'keptBack',
  'unknown',
  'no',
  'nothingToDo',
  'closed',
  'outOfScope',
  'off',
] as const
export type RuleOutcome = (typeof ruleOutcomes)[number]

/** A rule leaves a torrent alone until then. put_off: a person had it wait. undone: a person undid what it did. */
export interface PersonWait {
  /** Which one he meant: where it removes torrents others may not, either. */
  readonly ruleName: string
  readonly until: EpochMs
  /** Who. */
  readonly by: string
  readonly why: 'put_off' | 'undone'
}

/** A torrent that a rule leaves alone, as a person said. */
export interface RuleWait extends PersonWait {
  /** Of its entry in the journal, by which it is taken back; of an undo that of what was undone. */
  readonly id: string
  readonly key: TorrentKey
  readonly ruleId: RuleId
  /** What the rule would do, or did. */
  readonly actions: readonly ActionName[]
}

/** What a rule says of a subject now, without its words. */
export interface RuleStanding {
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly name: string
  readonly mode: RuleMode
  readonly concern: string
  readonly reason: ReasonCode
  readonly outcome: RuleOutcome
  /** It may act before what a tracker asks is paid. */
  readonly overridesObligation: boolean
  /** It is not evaluated: it took too much time. */
  readonly isHeldForCost: boolean
  /** What the executor said to what it would do now; `null` = nothing stands in the way, as far as is known. */
  readonly blockedBy: {readonly isSuspension: boolean; readonly message: string} | null
  /** It leaves the torrent alone, as a person said; absent = it does not. */
  readonly waits?: PersonWait
  /** Parts of its scope, by name. */
  readonly scope: readonly {readonly part: string; readonly verdict: Verdict}[]
  readonly evidence: ConditionTrace
  /** What its removal itself asks for beside; `null` or absent = nothing, or it removes nothing. */
  readonly toRemove?: ConditionTrace | null
  readonly hold: HoldProgress | null
  /** Of `keptBack`. */
  readonly keptBackBy: RuleId | null
  readonly actions: readonly WantedAction[]
}

export interface RuleExplanation extends RuleStanding {
  /** What would have to change before it acts, each a sentence without a full stop. */
  readonly needs: readonly string[]
  /** What it says of the subject, in one sentence. */
  readonly sentence: string
}

/** What a verdict on a subject stands on. */
export interface Standing {
  readonly at: EpochMs
  /** In the order in which they decide. */
  readonly rules: readonly RuleStanding[]
  /** `verdictFacts` at least; empty of what is no torrent. */
  readonly facts: {readonly [fact in FactName]?: Fact}
}

export interface Explanation extends Standing {
  readonly subject: SubjectName
  /** Of the servers that it was moved from; absent = it was not. */
  readonly countedBefore?: readonly CountedLife[]
  readonly rules: readonly RuleExplanation[]
}

/** What the verdict on a torrent stands on, beside what rules say of it. */
export const verdictFacts = [
  'state',
  'message',
  'complete',
  'progress',
  'eta',
  'ratio',
  'seedingTime',
  'isPrivate',
  'obligation.profile',
  'obligation.met',
  'obligation.ratioNeeded',
  'obligation.timeNeeded',
  'obligation.timeLeft',
  'tracker.host',
  'arr.id',
  'arr.tracked',
  'arr.messages',
  'arr.importedEvidence',
  'memory.protected',
] as const satisfies readonly FactName[]

export interface PreviewCount {
  readonly count: number
  /** What removing would free, as far as known; else what they have. */
  readonly bytes: Bytes
}

export const previewReasons = ['held', 'already', 'unselected', 'inapplicable', 'blocked', 'unknown'] as const

/** Something that a rule is about, or may be, and would not act on now. */
export interface SparedSubject {
  readonly why: (typeof previewReasons)[number]
  /** Which guard keeps it; `null` = it is not one. */
  readonly guard: string | null
  readonly subject: SubjectName
  readonly bytes: Bytes
  /** Of `held`: so much observed time is still to come, if its condition stays true; `null` = it is not held. */
  readonly left: Seconds | null
}

/** Something that lacks one part of a condition alone, and how much of it. */
export interface NearMatch {
  readonly subject: SubjectName
  readonly fact: FactName
  /** It has so much more than it may have; `false` = so much less than it should. */
  readonly isTooMuch: boolean
  /** In the unit of the fact. */
  readonly lacks: number
  readonly threshold: number
}

/** Where what a rule looks at drops out. */
export interface RuleFunnel {
  readonly looked: number
  readonly inScope: number
  /** The first 100 in its scope. */
  readonly scopeFirst: readonly SubjectName[]
  /** Parts of its condition in their order: how many meet each and all before it. `asked` `null` = several things. */
  readonly parts: readonly {
    readonly asked: Pick<LeafTrace, 'fact' | 'op' | 'threshold' | 'window'> | null
    readonly count: number
    /** The first 100 of them. */
    readonly first: readonly SubjectName[]
  }[]
  /** How many lack one part alone. */
  readonly almost: number
  /** Up to three of them, those first that lack least of what is asked. */
  readonly nearest: readonly NearMatch[]
}

/** What a rule, saved or not, would do now. */
export interface RulePreview {
  readonly funnel: RuleFunnel
  readonly looked: number
  readonly matched: PreviewCount
  readonly held: PreviewCount
  /** Nobody can say whether it is about these. */
  readonly unknown: PreviewCount
  /** What is not known of those, and of how many. */
  readonly unknownFacts: ReadonlyMap<FactName, number>
  /** On which servers those are, and how many. */
  readonly unknownOn: ReadonlyMap<ServerId, number>
  /** Their time has come, and everything that it does about them is so already. */
  readonly already: PreviewCount
  /** What it does about those. */
  readonly alreadyBy: ReadonlySet<ActionName>
  /** Its selection (`select`) takes others. */
  readonly unselected: PreviewCount
  /** None of its actions is for them now. */
  readonly inapplicable: PreviewCount
  /** Kept by a guard, as far as guards can be asked without looking anything up. */
  readonly blocked: PreviewCount
  /** By name. */
  readonly guards: ReadonlyMap<string, PreviewCount>
  readonly wouldAct: PreviewCount
  /** Of those it would act on. */
  readonly servers: ReadonlyMap<string, PreviewCount>
  readonly trackers: ReadonlyMap<string, PreviewCount>
  readonly categories: ReadonlyMap<string, PreviewCount>
  readonly folders: ReadonlyMap<string, PreviewCount>
  /** The first 200. */
  readonly decisions: readonly Decision[]
  /** Of those, by the key of their subject. */
  readonly bytesOf: ReadonlyMap<string, Bytes>
  /** The first 100 of each reason, and of each guard. */
  readonly spared: readonly SparedSubject[]
}

// What the rule action queue is handed by rooms that it may not import, and what it returns.

/** A rule as it stands now, with what its owner may. */
export interface StandingRule {
  readonly rule: Rule
  readonly access: Access
}

/** What is known of a subject now. */
export interface DecisionFacts {
  /**
   * Takes what is known without asking a server, a disk or an Arr; what takes a look is unknown then. Most of what can
   * not be done now is seen so.
   * @throws {CommodarrError} then nothing is sent
   */
  glance(subject: SubjectName): Promise<void>
  /**
   * Has these read again, as far as that can be had.
   * @param isGrave also what costs a look at the disk, or a question to an Arr: something may be destroyed
   * @throws {CommodarrError} then nothing is sent
   */
  refresh(subject: SubjectName, names: readonly FactName[], isGrave: boolean): Promise<void>
  /**
   * Before something is held back because of what its Arr found when it checked itself: that was a minute ago at most, as
   * far as it can be had. Never rejects.
   */
  arrChecked(subject: SubjectName): Promise<void>
  /**
   * Right before a removal is sent, which may have waited long for its turn: whether what came in of it still lies in the
   * library, and what its rule looked at. Never rejects: what cannot be looked at is unknown then.
   */
  lookAgain(subject: SubjectName, names: readonly FactName[]): Promise<void>
  fact(subject: SubjectName, name: FactName): Fact
  /** The program stood still since it was read last: what a look, or its Arr, said then counts no more. */
  isOld(subject: SubjectName): boolean
  /** `null` = it is about no torrent. */
  torrent(subject: SubjectName): TorrentKey | null
  /** What is remembered of it, as a download of whichever Arrs. */
  download(subject: SubjectName): RememberedDownload
}

/** Also of an Arr that is not there any more. */
export interface RememberedDownload {
  /** An Arr grabbed it. */
  readonly wasGrabbed: boolean
  /** That all of it was imported was proven; `null` = never, as far as is known. */
  readonly importedAt: EpochMs | null
  /** So many other releases of its item were given up within a week. */
  readonly givenUp: number
  /** Of these because of their score. */
  readonly givenUpByScore: number
}

/** Does what needs an Arr. */
export interface ArrGate {
  /**
   * @param announce what is given up there, before it is: resolves when that is written down. Anything else can be done
   *   again, and is told when it is done
   */
  act(
    decision: Decision,
    action: WantedAction,
    announce: (change: ArrChange) => Promise<void>,
  ): Promise<ArrResult>
}

/** `change` `null` = there was nothing to be done, or its steps are written down by whoever goes through them. */
export type ArrResult = ActionResult<{readonly change: ArrChange | null}>

/** What an Arr did, as the journal tells it. */
export interface ArrChange {
  /** What is the same again is counted on the line that it has; anything else is a line of its own. */
  readonly sameAs: string
  readonly args: Readonly<Record<string, unknown>>
  readonly message: string
}

/**
 * simulated: would have been done. waiting: for a person. cancelled: it does not hold any more. postponed: time or a
 * budget is missing. refused: by the executor, or nobody can do it. sent: its effect cannot be seen.
 */
const decisionOutcomes = [
  'simulated',
  'waiting',
  'declined',
  'expired',
  'cancelled',
  'postponed',
  'blocked',
  'suspended',
  'quarantined',
  'refused',
  'failed',
  'sent',
  'confirmed',
  'unconfirmed',
] as const
export type DecisionOutcome = (typeof decisionOutcomes)[number]

/** How a command that was sent ends. sent: its server's answer is all that will ever be known. */
export type CommandEnd = Extract<DecisionOutcome, 'sent' | 'confirmed' | 'unconfirmed'>

/** The end of an action, published once, when its line is in the journal (`automation/actions/action-ends.ts`). */
export type ActionEnded = RuleActionEnded | StepEnded

/** Never throws: what fails behind it is logged. */
export interface ActionEndPublisher {
  publish(end: ActionEnded): void
}

/** What ends with a command, as whoever orders it says beforehand. */
export type EndsWith = Omit<RuleActionEnded, 'outcome'> | Omit<StepEnded, 'outcome'>

/** A command that a saga sent, and whose end it waits for. */
interface StepEnded {
  readonly by: 'step'
  readonly sagaId: string
  readonly outcome: CommandEnd
}

/** A decision of a rule, or one of its actions. */
export interface RuleActionEnded {
  /** saga: it was begun before, and took several steps. Then `code` is the word that they ended with. */
  readonly by: 'rule' | 'saga'
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  /** `null` = of all of them. */
  readonly action: ActionName | null
  readonly outcome: DecisionOutcome
  /** Its server, a disk or its Arr was asked before it had to wait; absent = nobody was. */
  readonly isCostly?: boolean | undefined
  /** Its server lacks what it takes: no time changes that, only another version, kind or rule. */
  readonly isSettled?: boolean | undefined
  /** Why; '' = nothing to say. */
  readonly code: string
  readonly message: string
}

/** What rules that ask first want to do, for whoever may answer. */

export interface AskedDecision {
  /** Of its entry in the journal. */
  readonly id: string
  readonly decision: Decision
  /** Why it is asked, where it is not its rule that asks first; `null` = it is. */
  readonly message: string | null
  /** Then nobody answered. */
  readonly until: EpochMs
}

/** Who answers what rules ask. */
export type Answerer = Pick<Principal, 'actor' | 'access' | 'via' | 'credentialId'>

export interface ApprovalQueue {
  /** Those that he may answer, with every right of every action of them; oldest first. */
  waiting(by: Answerer): readonly AskedDecision[]
  /**
   * Judged again, and done if it still holds.
   * @param holdMs so long the answer can be taken back; absent = it is done now
   * @throws {CommodarrError} action_unknown; not_ready = it waits on
   */
  approve(by: Answerer, id: string, holdMs?: number): Promise<void>
  /** @throws {CommodarrError} action_unknown */
  decline(by: Answerer, id: string): Promise<void>
  /**
   * The answer is taken back, and it is asked again: a no for a day, a yes until something of it is done.
   * @throws {CommodarrError} undo_impossible
   */
  reopen(by: Answerer, id: string): Promise<void>
}

/** What a rule would decide before its time; or that it hangs on what nobody looked up yet. */
export type EarlyDecision = Decision | NeedsLook
export interface NeedsLook {
  readonly needs: 'a look'
}

/** What people do about rules whose time runs. */
export interface RuleTimers {
  /** Rules that leave a torrent alone, the first that ends first. */
  waits(): readonly RuleWait[]
  /**
   * This rule leaves the torrent alone for a day.
   * @throws {CommodarrError} rule_unknown: none such acts on it; not_ready, too_many_actions; {StorageFault} then it does
   *   not wait
   */
  putOff(
    by: Requester,
    ruleId: RuleId,
    torrent: {readonly key: TorrentKey; readonly name: string},
  ): Promise<RuleWait>
  /**
   * The time of this rule is over for the torrent: it acts in its next pass, by all that holds for it then. Not where it
   * takes a torrent away: that is a removal of the person, whose dialog names what else needs the files. Nor where it asks
   * first, which its question does.
   * @returns what the rule says then
   * @throws {CommodarrError} rule_unknown, forbidden, not_ready, not_supported; changed_meanwhile: its time does not run
   */
  doNow(
    by: Answerer,
    ruleId: RuleId,
    torrent: {readonly key: TorrentKey; readonly name: string},
  ): Promise<RuleOutcome>
}

/** Why something is done or not done: what routes are handed by whoever judges. */

export interface Explainer {
  /**
   * What every rule says of a torrent now.
   * @param isRefresh what was looked up of it before does not count any more: it is looked up again, and unknown until then
   * @throws {CommodarrError} not_ready, torrent_not_found
   */
  explain(key: TorrentKey, isRefresh?: boolean): Promise<Explanation>
}

/** What a rule is about to do to a torrent if nothing changes. */
export interface ComingAction {
  readonly key: TorrentKey
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly ruleName: string
  /** ask: it will ask whether it may. */
  readonly mode: Extract<RuleMode, 'ask' | 'live'>
  readonly actions: readonly ActionName[]
  /** One of them removes it, takes it out of sight or brings it to another server. */
  readonly takesAway: boolean
  /** They remove it, and another release is searched for. */
  readonly replaces: boolean
  /** A person may have it act before its time (`RuleTimers.doNow`). */
  readonly mayEndEarly: boolean
  /** Observed seconds still to come. */
  readonly left: Seconds
}

/** What rules are about to do. `isAll` = nobody who would say so is missing. */
export type ComingOfRules = () => Promise<{
  readonly actions: readonly ComingAction[]
  readonly isAll: boolean
}>

/** Something that happened to a torrent without an action of ours. */
export interface Milestone {
  readonly at: EpochMs
  readonly what: (typeof milestones)[number]
  /** Who did it; `null` = its server tells it. */
  readonly arrId: ArrId | null
}

/** A download that an Arr imported. */
export interface Arrival {
  readonly at: EpochMs
  readonly downloadId: DownloadId
  /** Its torrent; `null` = it was not met on any server. */
  readonly key: TorrentKey | null
}

export const milestones = ['added', 'completed', 'grabbed', 'imported', 'failed'] as const

/** Whoever judges has not begun, or begins again. */
export class NotReady extends CommodarrError {
  constructor(about: Readonly<Record<string, unknown>> = {}) {
    super('not_ready', 'The rules have not looked at this yet.', about)
  }
}
