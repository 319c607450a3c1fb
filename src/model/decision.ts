/** What a rule wants for a subject, and why: the same record for the executor, the journal and the explanation. */
import type {Fact, FactName, FactValue, SubjectKind} from './fact.ts'
import type {ActionClass, ActionName, ActionParams, Operator, RuleId, RuleMode} from './rule.ts'
import type {ServerId} from './torrent-key.ts'
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
  readonly evidence: ConditionTrace
  readonly hold: HoldProgress | null
  readonly preconditions: readonly Precondition[]
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

export interface RuleExplanation {
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly name: string
  readonly mode: RuleMode
  readonly concern: string
  readonly outcome: RuleOutcome
  /** Parts of its scope, by name. */
  readonly scope: readonly {readonly part: string; readonly verdict: Verdict}[]
  readonly evidence: ConditionTrace
  readonly hold: HoldProgress | null
  /** Of `keptBack`. */
  readonly keptBackBy: RuleId | null
  readonly actions: readonly WantedAction[]
  /** What would have to change before it acts, each a sentence without a full stop. */
  readonly needs: readonly string[]
  readonly sentence: string
}

export interface Explanation {
  readonly at: EpochMs
  readonly subject: SubjectName
  /** The one that matters most. */
  readonly sentence: string
  /** In the order in which they decide. */
  readonly rules: readonly RuleExplanation[]
}

export interface PreviewCount {
  readonly count: number
  /** What removing would free, as far as known; else what they have. */
  readonly bytes: Bytes
}

/** What a rule, saved or not, would do now. */
export interface RulePreview {
  readonly looked: number
  readonly matched: PreviewCount
  readonly held: PreviewCount
  /** Nobody can say whether it is about these. */
  readonly unknown: PreviewCount
  /** What is not known of those, and of how many. */
  readonly unknownFacts: ReadonlyMap<FactName, number>
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
}
