/** What decided: two to four reasons, what keeps it first, with what is counted and where it can be changed. */
import type {ConditionTrace, LeafTrace, RuleStanding, Standing} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {VerdictKey} from '#model/verdict-texts.ts'
import type {
  Counted,
  CountedThing,
  Phrase,
  PhraseUnit,
  PhraseValue,
  VerdictKind,
  VerdictReason,
} from '#model/verdict.ts'
import {
  numberOf,
  owedOf,
  removalOf,
  textOf,
  valueOf,
  type Forecast,
  type KnownFacts,
} from './removal-forecast.ts'
import {arrValues, phrase, text, valueAs, type Candidate, type VerdictAround} from './verdict-phrases.ts'

const MOST = 4

export function reasonsFor(
  standing: Standing,
  around: VerdictAround,
  {
    candidate,
    candidates,
    kind,
  }: {
    readonly candidate: Candidate | null
    readonly candidates: readonly Candidate[]
    readonly kind: VerdictKind
  },
): readonly VerdictReason[] {
  const {facts} = standing
  const reasons = [
    ...protectedReason(facts),
    ...serverReason(standing, around, kind),
    ...(candidate ? candidateReasons(candidate, standing) : []),
    ...importReason(facts, around),
    ...(candidate ? [] : noRuleReason(standing, candidates)),
    ...progressReason(facts),
  ]
  return reasons.slice(0, MOST)
}

function reason(says: Phrase, rest: Partial<Omit<VerdictReason, 'says'>> = {}): VerdictReason {
  return {says, more: null, blocks: false, counted: [], change: null, ...rest}
}

function protectedReason(facts: KnownFacts): readonly VerdictReason[] {
  if (valueOf(facts, 'memory.protected') !== true) return []
  return [reason(phrase('fate.reason.protected'), {blocks: true})]
}

function serverReason(
  {facts}: Standing,
  {server}: VerdictAround,
  kind: VerdictKind,
): readonly VerdictReason[] {
  const {state} = facts
  if (kind !== 'undecided' || !server || !state || !('unknown' in state)) return []
  const named = {server: text(server.name)}
  const says =
    state.since === null
      ? phrase('fate.reason.server.never', named)
      : phrase('fate.reason.server', {...named, since: valueAs('since', state.since)})
  return [reason(says, {blocks: true})]
}

/* ───────────────────────────── the rule that decides ───────────────────────────── */

function candidateReasons(candidate: Candidate, standing: Standing): readonly VerdictReason[] {
  const {rule, forecast} = candidate
  const {facts} = standing
  switch (forecast.kind) {
    case 'owed':
    case 'owedUnknown':
      return [trackerReason(facts), wouldReason(rule, facts, false)]
    case 'waits': {
      const {until, by, why, ruleName} = forecast.wait
      const values = {rule: text(ruleName), until: valueAs('until', until), who: text(by)}
      return [
        reason(phrase(`fate.reason.waits.${why}`, values), {blocks: true}),
        wouldReason(rule, facts, false),
      ]
    }
    case 'suspended':
      return [
        reason(phrase('fate.reason.suspended', {rule: text(rule.name)}), {
          blocks: true,
          change: changeOf(rule, null),
        }),
        wouldReason(rule, facts, false),
      ]
    case 'blocked':
      return [
        reason(phrase('fate.reason.guard'), {
          blocks: true,
          more: phrase('fate.reason.guard.says', {message: text(forecast.message)}),
        }),
        wouldReason(rule, facts, false),
      ]
    case 'keptBack': {
      const other = standing.rules.find(({ruleId}) => ruleId === rule.keptBackBy)
      const values = {rule: text(rule.name), other: text(other?.name ?? rule.name)}
      return [
        reason(phrase('fate.reason.kept-back', values), {
          blocks: true,
          change: other ? changeOf(other, null) : null,
        }),
        wouldReason(rule, facts, false),
      ]
    }
    case 'dryRun':
      return [
        reason(phrase('fate.reason.rule.dry-run', {rule: text(rule.name)}), {
          blocks: true,
          counted: countedIn(rule, facts),
          change: changeOf(rule, null),
        }),
      ]
    default:
      return [wouldReason(rule, facts, true, forecast), ...paidReason(facts)]
  }
}

/** What it says of the torrent, with what is counted and the value that decides. */
function wouldReason(
  rule: RuleStanding,
  facts: KnownFacts,
  isFirst: boolean,
  forecast?: Forecast,
): VerdictReason {
  const leaf = forecast && 'leaf' in forecast && forecast.leaf ? forecast.leaf : countedLeaf(rule)
  return reason(phrase(wouldKey(rule), {rule: text(rule.name)}), {
    blocks: isFirst && forecast?.kind !== 'due' && forecast?.kind !== 'asks',
    counted: countedIn(rule, facts),
    change: changeOf(rule, leaf),
  })
}

function wouldKey({outcome, mode}: RuleStanding): VerdictKey {
  if (outcome === 'no' || outcome === 'unknown' || outcome === 'lookingUp') return 'fate.reason.rule.not-yet'
  if (outcome === 'held') return 'fate.reason.rule.waits'
  return mode === 'ask' ? 'fate.reason.rule.asks' : 'fate.reason.rule.would'
}

function changeOf(rule: RuleStanding, leaf: LeafTrace | null): VerdictReason['change'] {
  const place = {kind: 'rule', ruleId: rule.ruleId, name: rule.name} as const
  const isHeld = rule.outcome === 'held' && unmetOf(rule) === null
  if (isHeld && rule.hold) {
    const {kind, needed} = rule.hold
    return {place: {...place, fact: null}, value: valueAs(kind === 'for' ? 'span' : 'count', needed)}
  }
  return {place: {...place, fact: leaf?.fact ?? null}, value: leaf && thresholdOf(leaf)}
}

function thresholdOf({fact, threshold}: LeafTrace): PhraseValue | null {
  const counted = countedFacts[fact]
  return counted && typeof threshold === 'number' ? valueAs(counted.writes, threshold) : null
}

/* ───────────────────────────── what is counted ───────────────────────────── */

const countedFacts: {
  readonly [fact in FactName]?: {
    readonly what: CountedThing
    readonly unit: Counted['unit']
    readonly writes: Exclude<PhraseUnit, 'text' | 'phrase'>
  }
} = {
  ratio: {what: 'ratio', unit: 'plain', writes: 'plain'},
  ratioBySize: {what: 'ratio', unit: 'plain', writes: 'plain'},
  seedingTime: {what: 'seeding', unit: 'seconds', writes: 'span'},
  seedingObserved: {what: 'seeding', unit: 'seconds', writes: 'span'},
  age: {what: 'age', unit: 'seconds', writes: 'span'},
  sinceCompleted: {what: 'sinceCompleted', unit: 'seconds', writes: 'span'},
  sinceActivity: {what: 'idle', unit: 'seconds', writes: 'span'},
}

function countedIn(rule: RuleStanding, facts: KnownFacts): readonly Counted[] {
  const {hold} = rule
  if (rule.outcome === 'held' && hold && unmetOf(rule) === null) {
    return hold.kind === 'for'
      ? [{what: 'held', done: hold.held, needed: hold.needed, unit: 'seconds'}]
      : [{what: 'strikes', done: hold.strikes, needed: hold.needed, unit: 'count'}]
  }
  const {evidence, toRemove} = rule
  const first = [...neededOf('all', toRemove ? [evidence, toRemove] : [evidence]).values()].slice(0, 2)
  const share = numberOf(facts, 'progress')
  const isPart = first.length === 0 && share !== null && share < 1 && rule.outcome !== 'no'
  return isPart ? [{what: 'progress', done: share, needed: 1, unit: 'share'}] : first
}

/** What these count: of two comparisons with one thing the greater decides, and the smaller where one is enough. */
function neededOf(branch: 'all' | 'any', parts: readonly ConditionTrace[]): Map<CountedThing, Counted> {
  const needed = new Map<CountedThing, Counted>()
  for (const one of openIn(branch, parts).flatMap((part) => [...neededIn(part)])) {
    const known = needed.get(one.what)
    const decides = !known || (branch === 'all' ? one.needed > known.needed : one.needed < known.needed)
    if (decides) needed.set(one.what, one)
  }
  return needed
}

function neededIn(trace: ConditionTrace): Iterable<Counted> {
  if (!('branch' in trace)) return [countedOf(trace)].filter((it) => it !== null)
  // What must not grow counts to nothing.
  return trace.branch === 'not' ? [] : neededOf(trace.branch, trace.parts).values()
}

/** Without alternatives that no time fulfils, as long as another one is left. */
function openIn(branch: 'all' | 'any' | 'not', parts: readonly ConditionTrace[]): readonly ConditionTrace[] {
  const open = branch === 'any' ? parts.filter((part) => !isHopeless(part)) : parts
  return open.length > 0 ? open : parts
}

/** What its condition, and then its removal, counts, without alternatives that no time fulfils. */
function countedLeavesOf({evidence, toRemove}: RuleStanding): readonly LeafTrace[] {
  return [evidence, ...(toRemove ? [toRemove] : [])].flatMap(fulfillableLeavesOf)
}

function fulfillableLeavesOf(trace: ConditionTrace): readonly LeafTrace[] {
  if (!('branch' in trace)) return [trace]
  return openIn(trace.branch, trace.parts).flatMap(fulfillableLeavesOf)
}

/** Something in it is not true, and is nothing that grows. */
function isHopeless(trace: ConditionTrace): boolean {
  if (!('branch' in trace)) return trace.verdict === 'no' && countedOf(trace) === null
  if (trace.branch === 'not') return false
  return trace.branch === 'all' ? trace.parts.some(isHopeless) : trace.parts.every(isHopeless)
}

/** What its removal counts and has not reached: it waits for that, however long it was held. `null` = nothing. */
function unmetOf({toRemove}: RuleStanding): LeafTrace | null {
  return toRemove ? unmetIn(toRemove) : null
}

function unmetIn(trace: ConditionTrace): LeafTrace | null {
  if (trace.verdict === 'yes') return null
  if (!('branch' in trace)) return trace.verdict === 'no' && countedOf(trace) !== null ? trace : null
  // That something grows does not fulfil what must not be.
  if (trace.branch === 'not') return null
  const open = trace.branch === 'any' ? trace.parts.filter((part) => !isHopeless(part)) : trace.parts
  return open.map(unmetIn).find((it) => it !== null) ?? null
}

function countedOf({fact, op, threshold, actual}: LeafTrace): Counted | null {
  const known = countedFacts[fact]
  if (!known || (op !== 'gte' && op !== 'gt') || typeof threshold !== 'number' || threshold <= 0) return null
  if ('unknown' in actual || typeof actual.value !== 'number') return null
  return {what: known.what, done: actual.value, needed: threshold, unit: known.unit}
}

/** What a person would change first: a value that is counted, one that is not reached before those that are. */
function countedLeaf(rule: RuleStanding): LeafTrace | null {
  const unmet = unmetOf(rule)
  if (unmet) return unmet
  const leaves = countedLeavesOf(rule).filter((leaf) => countedOf(leaf) !== null)
  return leaves.find(({verdict}) => verdict === 'no') ?? leaves[0] ?? null
}

/* ───────────────────────────── its tracker ───────────────────────────── */

function trackerReason(facts: KnownFacts): VerdictReason {
  const owed = owedOf(facts)
  const change = {place: {kind: 'tracker'}, value: null} as const
  if (!owed) return reason(phrase('fate.reason.tracker.unknown'), {blocks: true, change})
  const {timeNeeded, timeLeft, ratio, by, isDefault} = owed
  const ratioNeeded = numberOf(facts, 'obligation.ratioNeeded')
  const values = {
    tracker: text(by),
    ...(timeNeeded !== null && {needed: valueAs('span', timeNeeded)}),
    ...(ratioNeeded !== null && {ratio: valueAs('plain', ratioNeeded)}),
  }
  const key: VerdictKey = isDefault
    ? 'fate.reason.tracker.default'
    : timeNeeded !== null && ratioNeeded !== null
      ? 'fate.reason.tracker.both'
      : timeNeeded !== null
        ? 'fate.reason.tracker.time'
        : ratioNeeded !== null
          ? 'fate.reason.tracker.ratio'
          : 'fate.tracker.unfinished'
  const counted: Counted[] = []
  if (timeNeeded !== null && timeLeft !== null) {
    const done = Math.max(0, timeNeeded - timeLeft)
    counted.push({what: 'seeding', done, needed: timeNeeded, unit: 'seconds'})
  }
  if (ratioNeeded !== null && ratio !== null) {
    counted.push({what: 'ratio', done: ratio, needed: ratioNeeded, unit: 'plain'})
  }
  const value = timeNeeded !== null ? valueAs('span', timeNeeded) : null
  return reason(phrase(key, values), {
    blocks: true,
    more: phrase('fate.reason.tracker.hint'),
    counted,
    change: {...change, value},
  })
}

function paidReason(facts: KnownFacts): readonly VerdictReason[] {
  if (valueOf(facts, 'obligation.met') !== 'yes') return []
  return [reason(phrase('fate.reason.tracker.met'))]
}

/* ───────────────────────────── what else there is to say ───────────────────────────── */

function importReason(facts: KnownFacts, around: VerdictAround): readonly VerdictReason[] {
  if (textOf(facts, 'arr.id') === null || valueOf(facts, 'complete') !== true) return []
  const evidence = facts['arr.importedEvidence']
  const values = arrValues(facts, around)
  if (!evidence) return []
  if ('unknown' in evidence) {
    return evidence.unknown === 'notRead' ? [] : [reason(phrase('fate.reason.import-unknown', values))]
  }
  return [
    reason(phrase(evidence.value === null ? 'fate.reason.not-imported' : 'fate.reason.imported', values)),
  ]
}

function noRuleReason({rules}: Standing, candidates: readonly Candidate[]): readonly VerdictReason[] {
  if (candidates.length > 0) return []
  const asked = rules.filter((rule) => removalOf(rule) !== null && rule.outcome !== 'off')
  if (asked.length === 0) return [reason(phrase('fate.reason.no-rules'))]
  return [reason(phrase('fate.reason.none', {count: valueAs('count', asked.length)}))]
}

function progressReason(facts: KnownFacts): readonly VerdictReason[] {
  const share = numberOf(facts, 'progress')
  const isComplete = valueOf(facts, 'complete')
  if (isComplete === true) return [reason(phrase('fate.reason.complete'))]
  if (isComplete !== false || share === null) return []
  return [
    reason(phrase('fate.reason.incomplete', {share: valueAs('share', share)}), {
      counted: [{what: 'progress', done: share, needed: 1, unit: 'share'}],
    }),
  ]
}
