/** When a rule may remove a torrent, as far as that hangs on time, and what else it hangs on. */
import type {ConditionTrace, LeafTrace, PersonWait, ReasonCode, RuleStanding} from '#model/decision.ts'
import type {Fact, FactName, FactValue, UnknownFact} from '#model/fact.ts'
import type {ActionName} from '#model/rule.ts'
import type {TorrentState} from '#model/torrent.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {decidersOf} from './blockers.ts'
import {privateDefault} from './obligation.ts'

export type KnownFacts = {readonly [fact in FactName]?: Fact}

/** What a tracker still asks of a torrent. */
export interface Owed {
  /** Seconds of seeding; `null` = it asks for none. */
  readonly timeNeeded: Seconds | null
  readonly timeLeft: Seconds | null
  /** `null` = it asks for none, or it is reached. */
  readonly ratioNeeded: number | null
  readonly ratio: number | null
  /** Who requires it: a profile, a host, or a section of config.toml. */
  readonly by: string
  /** No one of them does: it is what Commodarr has private torrents seed. */
  readonly isDefault: boolean
}

/** What keeps a rule from removing a torrent now, or that nothing does. */
export type Forecast =
  | {readonly kind: 'due' | 'asks' | 'turn' | 'hours' | 'lookingUp' | 'dryRun' | 'costly'}
  | {readonly kind: 'suspended'}
  /** A person had it wait, for so many more seconds. */
  | {readonly kind: 'waits'; readonly left: Seconds; readonly wait: PersonWait}
  | {readonly kind: 'blocked'; readonly message: string}
  /** In so many seconds, if nothing changes; `leaf` `null` = its condition has to hold so long. */
  | {readonly kind: 'time'; readonly left: Seconds; readonly leaf: LeafTrace | null}
  | {readonly kind: 'amount'; readonly leaf: LeafTrace}
  /** It has to seed for so long, and does not while it is stopped. */
  | {readonly kind: 'stopped'; readonly left: Seconds; readonly leaf: LeafTrace}
  /** It acts when a disk gets full. */
  | {readonly kind: 'space'}
  | {readonly kind: 'owed'; readonly left: Seconds | null}
  | {readonly kind: 'owedUnknown'}
  | {readonly kind: 'keptBack'}
  | {readonly kind: 'unknown'; readonly leaf: LeafTrace | null; readonly fact: UnknownFact | null}

const removing: ReadonlySet<ActionName> = new Set<ActionName>([
  'recycle',
  'remove',
  'removeWithData',
  'failDownload',
  'quarantine',
])

/** The first of its actions that takes the torrent away; `null` = none does. */
export function removalOf({actions}: Pick<RuleStanding, 'actions'>): ActionName | null {
  return actions.find(({action}) => removing.has(action))?.action ?? null
}

/** What is still owed; `null` = nothing, or what is owed is not known. */
export function owedOf(facts: KnownFacts): Owed | null {
  if (valueOf(facts, 'obligation.met') !== 'no') return null
  const ratio = numberOf(facts, 'ratio')
  const needed = numberOf(facts, 'obligation.ratioNeeded')
  return {
    timeNeeded: numberOf(facts, 'obligation.timeNeeded'),
    timeLeft: numberOf(facts, 'obligation.timeLeft'),
    ratioNeeded: needed !== null && (ratio === null || ratio < needed) ? needed : null,
    ratio,
    by: textOf(facts, 'obligation.profile') ?? textOf(facts, 'tracker.host') ?? '?',
    isDefault: valueOf(facts, 'obligation.profile') === privateDefault.profile,
  }
}

/** What a person's wait puts off: what keeps it for other reasons does so all the same. */
const putOff: ReadonlySet<Forecast['kind']> = new Set<Forecast['kind']>([
  'due',
  'asks',
  'turn',
  'hours',
  'time',
])

/**
 * `null`: this rule will not remove it, as far as can be seen.
 * @param at now
 */
export function forecastOf(rule: RuleStanding, facts: KnownFacts, at: EpochMs): Forecast | null {
  const forecast = forecastWithoutWait(rule, facts)
  const {waits} = rule
  if (!waits || !forecast || !putOff.has(forecast.kind)) return forecast
  const left = (waits.until - at) / 1_000
  const isSooner = forecast.kind !== 'time' || forecast.left < left
  return isSooner && left > 0 ? {kind: 'waits', left, wait: waits} : forecast
}

function forecastWithoutWait(rule: RuleStanding, facts: KnownFacts): Forecast | null {
  const {toRemove = null} = rule
  if (removalOf(rule) === null && toRemove === null) return null
  switch (rule.outcome) {
    case 'off':
    case 'outOfScope':
      return null
    case 'nothingToDo':
      return toRemove === null || toRemove.verdict === 'yes' ? null : planned(rule, facts)
    case 'keptBack':
      return {kind: 'keptBack'}
    case 'lookingUp':
      return {kind: 'lookingUp'}
    case 'unknown':
      return rule.isHeldForCost ? {kind: 'costly'} : unknownForecast(rule)
    default:
      return planned(rule, facts)
  }
}

/** Its condition is true, or waits for what will come. */
function planned(rule: RuleStanding, facts: KnownFacts): Forecast | null {
  const {toRemove} = rule
  if (toRemove?.verdict === 'unknown') return unknownForecast({evidence: toRemove, scope: rule.scope})
  const ofRule = rule.outcome === 'no' ? waitFor(rule.evidence, facts) : heldFor(rule)
  const ofRemoval: Wait | null = toRemove ? waitFor(toRemove, facts) : {kind: 'now'}
  if (ofRule === null || ofRemoval === null) return null
  const wait = longest([ofRule, ofRemoval])
  if (wait.kind !== 'now' && wait.kind !== 'time') return wait
  if (rule.mode === 'simulate') return {kind: 'dryRun'}
  // Its time comes, and it does nothing then.
  if (rule.blockedBy?.isSuspension) return {kind: 'suspended'}
  const owing = isFreeOfObligation(rule, facts)
    ? null
    : owingAfter(wait.kind === 'time' ? wait.left : 0, facts)
  if (owing) return owing
  if (wait.kind === 'time') return wait
  if (rule.blockedBy) return {kind: 'blocked', message: rule.blockedBy.message}
  if (rule.outcome === 'candidate') return {kind: 'turn'}
  if (rule.outcome === 'closed') return {kind: 'hours'}
  return {kind: rule.mode === 'ask' ? 'asks' : 'due'}
}

/** Of what is given up before it was complete nothing can be paid. */
function isFreeOfObligation(rule: RuleStanding, facts: KnownFacts): boolean {
  const isGivenUp = removalOf(rule) === 'failDownload' && givenUp.has(rule.reason)
  return rule.overridesObligation || (isGivenUp && valueOf(facts, 'complete') === false)
}

const givenUp: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['stalled', 'unavailable', 'metadataStuck'])

/** What is still owed when so much time has passed. */
function owingAfter(left: Seconds, facts: KnownFacts): Forecast | null {
  const owed = owedOf(facts)
  if (owed) {
    // It pays nothing while it is stopped.
    const isPaidByThen = left > 0 && !isStopped(facts) && owed.timeLeft !== null && owed.timeLeft <= left
    return isPaidByThen ? null : {kind: 'owed', left: owed.timeLeft}
  }
  const met = facts['obligation.met']
  const isUnseen = met && 'unknown' in met && met.unknown === 'missing'
  return isUnseen ? {kind: 'owedUnknown'} : null
}

type Wait =
  | Extract<Forecast, {readonly kind: 'time' | 'amount' | 'stopped' | 'space' | 'owed' | 'owedUnknown'}>
  | {readonly kind: 'now'}

function heldFor({outcome, hold}: RuleStanding): Wait {
  return outcome === 'held' && hold ? {kind: 'time', left: hold.left, leaf: null} : {kind: 'now'}
}

/** Facts that only time moves, while a torrent goes on as it does. */
const growing: ReadonlySet<FactName> = new Set<FactName>([
  'age',
  'seedingTime',
  'seedingObserved',
  'sinceActivity',
  'sinceCompleted',
  'stalledFor',
  'metadataFor',
])

/** Those of them that move only while it seeds. */
const ofSeeding: ReadonlySet<FactName> = new Set<FactName>(['seedingTime', 'seedingObserved'])
const still: ReadonlySet<string> = new Set<TorrentState>(['stopped', 'error', 'missingFiles'])

/** It does nothing until somebody starts it, or repairs what ails it. */
export function isStopped(facts: KnownFacts): boolean {
  return still.has(textOf(facts, 'state') ?? '')
}

/** Of its disk: it fills up whatever the torrent does. */
const ofSpace: ReadonlySet<FactName> = new Set<FactName>([
  'server.freeBytes',
  'path.freeBytes',
  'path.usedShare',
])

/** A condition that asks for none of these does not become true by waiting. */
const brought: ReadonlySet<FactName> = new Set<FactName>([
  ...growing,
  ...ofSpace,
  'obligation.met',
  'obligation.timeLeft',
  'ratio',
  'ratioBySize',
  'uploaded',
])

/** A condition that asks for these may become true by waiting, where it is not yet. */
export function waitsFor(facts: Iterable<FactName>): boolean {
  return [...facts].some((fact) => brought.has(fact))
}

/** What time, or seeding, has to bring before a condition is true; `null` = they cannot bring it. */
function waitFor(trace: ConditionTrace, facts: KnownFacts, wanted: 'yes' | 'no' = 'yes'): Wait | null {
  if (trace.verdict === wanted) return {kind: 'now'}
  if (!('branch' in trace)) return waitForLeaf(trace, facts, wanted)
  const {branch, parts} = trace
  if (branch === 'not') return waitFor(parts[0]!, facts, wanted === 'yes' ? 'no' : 'yes')
  const each = parts.map((part) => waitFor(part, facts, wanted))
  const needsEach = (branch === 'all') === (wanted === 'yes')
  if (!needsEach) return soonest(each)
  return each.includes(null) ? null : longest(each as readonly Wait[])
}

function waitForLeaf(leaf: LeafTrace, facts: KnownFacts, wanted: 'yes' | 'no'): Wait | null {
  const {fact, op, threshold, actual, verdict} = leaf
  if (verdict === 'unknown') return null
  if (ofSpace.has(fact)) return {kind: 'space'}
  if (fact === 'obligation.met' && wanted === 'yes') {
    return owedOf(facts) ? {kind: 'owed', left: owedOf(facts)!.timeLeft} : null
  }
  if ('unknown' in actual || typeof actual.value !== 'number' || typeof threshold !== 'number') return null
  if (fact === 'obligation.timeLeft' && wanted === 'yes' && (op === 'lte' || op === 'lt')) {
    return {kind: 'owed', left: actual.value}
  }
  const rises = wanted === 'yes' ? op === 'gte' || op === 'gt' : op === 'lt' || op === 'lte'
  if (!rises) return null
  const left = threshold - actual.value
  if (ofSeeding.has(fact) && isStopped(facts)) return {kind: 'stopped', left, leaf}
  if (growing.has(fact)) return {kind: 'time', left, leaf}
  return fact === 'ratio' || fact === 'ratioBySize' || fact === 'uploaded' ? {kind: 'amount', leaf} : null
}

function longest(waits: readonly Wait[]): Wait {
  return waits.reduce((one, other) => (rankOf(other) > rankOf(one) ? other : one), {kind: 'now'} as Wait)
}

function soonest(waits: readonly (Wait | null)[]): Wait | null {
  const [first, ...others] = waits.filter((wait) => wait !== null)
  return first ? others.reduce((one, other) => (rankOf(other) < rankOf(one) ? other : one), first) : null
}

/** What has a time comes before what has none. */
function rankOf(wait: Wait): number {
  if (wait.kind === 'now') return 0
  if (wait.kind === 'time' || (wait.kind === 'owed' && wait.left !== null)) return 1 + (wait.left ?? 0)
  return Number.POSITIVE_INFINITY
}

/** It is so of this one, or of its kind of server, permanently. */
const neverShown: ReadonlySet<UnknownFact['unknown']> = new Set([
  'missing',
  'notSupported',
  'notAllowed',
] as const)

/** What is unknown as it does not apply to this one counts for nothing. */
function unknownForecast({evidence, scope}: Pick<RuleStanding, 'evidence' | 'scope'>): Forecast | null {
  // What it is about was not asked.
  if (scope.some(({verdict}) => verdict === 'unknown')) return {kind: 'unknown', leaf: null, fact: null}
  const leaves = decidersOf(evidence).map(({leaf}) => leaf)
  const unknowns = leaves.flatMap((leaf) => ('unknown' in leaf.actual ? [{leaf, fact: leaf.actual}] : []))
  if (unknowns.length === 0 || unknowns.some(({fact}) => neverShown.has(fact.unknown))) return null
  const shown = unknowns.find(({fact}) => fact.unknown !== 'notRead')
  return shown ? {kind: 'unknown', ...shown} : {kind: 'lookingUp'}
}

export function valueOf(facts: KnownFacts, name: FactName): FactValue | undefined {
  const fact = facts[name]
  return fact && 'value' in fact ? fact.value : undefined
}

export function numberOf(facts: KnownFacts, name: FactName): number | null {
  const value = valueOf(facts, name)
  return typeof value === 'number' ? value : null
}

export function textOf(facts: KnownFacts, name: FactName): string | null {
  const value = valueOf(facts, name)
  return typeof value === 'string' && value !== '' ? value : null
}
