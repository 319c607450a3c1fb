/** What a rule wants for a subject, and why: the same record for the executor, the journal and the explanation. */
import type {Fact, FactName, FactValue, SubjectKind} from './fact.ts'
import type {ActionClass, ActionName, ActionParams, Operator, RuleId, RuleMode} from './rule.ts'
import type {ServerId} from './torrent-key.ts'
import type {EpochMs, Seconds} from './units.ts'

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
