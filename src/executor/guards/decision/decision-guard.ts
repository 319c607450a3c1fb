/** How a guard of decisions looks at what a rule wants: facts in, a verdict with its reason out; it never acts. */
import type {Access} from '#model/access.ts'
import type {ConditionTrace, Decision, WantedAction} from '#model/decision.ts'
import type {Fact, FactName, FactValue} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs, Seconds, Share} from '#model/units.ts'
import type {DecisionLimits} from './decision-limits.ts'

/**
 * block: a condition has to change. postpone: time or a budget is all that is missing. quarantine: it is set aside
 * first. degrade: the torrent may go, its data stays. suspend: the whole rule stops until somebody looked.
 */
export type GuardAnswer = 'pass' | 'degrade' | 'quarantine' | 'postpone' | 'block' | 'suspend'

export interface GuardVerdict {
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
  /** `null` = our connection never was in doubt. */
  readonly sinceInternetFault: Seconds | null
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
  /** What this rule wants of this server in this run beyond what it may: the share counts what is wanted. */
  readonly heldBackOfServer: number
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
  readonly now: EpochMs
  readonly server: ServerSituation
  readonly budgets: Budgets
  readonly limits: DecisionLimits
  /** By an Arr, as far as is known here; `null` = never. */
  readonly importedAt: EpochMs | null
  /** Of its quarantine for this rule; `null` = it is in none. */
  readonly quarantine: {readonly isOver: boolean; readonly until: EpochMs} | null
}

export interface DecisionGuard {
  readonly name: string
  /** Which actions it looks at. */
  readonly guards: (item: DecisionItem) => boolean
  readonly look: (item: DecisionItem) => Objection | null
}

export interface Objection extends Omit<GuardVerdict, 'guard' | 'verdict'> {
  readonly verdict: Exclude<GuardAnswer, 'pass'>
}

/** `undefined` = unknown. */
export function valueOf(item: DecisionItem, name: FactName): FactValue | undefined {
  const fact = item.fact(name)
  return 'unknown' in fact ? undefined : fact.value
}

/** `undefined` = unknown, or no number. */
export function numberOf(item: DecisionItem, name: FactName): number | undefined {
  const value = valueOf(item, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

const setAside = new Set(['quarantine', 'recycle', 'orphan.recycle', 'arr.blocklist'])

/** Destroys something, or takes it out of sight: what the guards are for. */
export function isGrave({action}: Pick<DecisionItem, 'action'>): boolean {
  return action.class === 'destructive' || setAside.has(action.action)
}

/** Bytes may be lost, or leave their place. */
export function touchesData({action}: DecisionItem): boolean {
  return action.losesBytes || action.action === 'recycle' || action.action === 'orphan.recycle'
}

/** Every fact that the decision is grounded on. */
export function factsOf(trace: ConditionTrace): readonly FactName[] {
  return 'branch' in trace ? trace.parts.flatMap(factsOf) : [trace.fact]
}

export function unknownBlocks(name: FactName, lift: string): Objection {
  return {verdict: 'block', code: 'fact_unknown', detail: {fact: name}, lift}
}
