/** Why? What every rule says of one subject now, and what would have to change. */
import {
  verdictFacts,
  type Explanation,
  type RuleExplanation,
  type RuleOutcome,
  type ConditionTrace,
  type RuleStanding,
  type Standing,
  type WantedAction,
} from '#model/decision.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {blockersOf, decidersOf, supportOf, type Blocker} from './blockers.ts'
import type {CompiledRule} from './compiled-rule.ts'
import {Conflicts} from './conflicts.ts'
import type {FactReaders} from './fact-readers.ts'
import type {HoldMemory} from './hold.ts'
import {evaluateRule, openActions, wantedActions, type RuleEvaluation} from './rule-evaluation.ts'
import {removalOf, waitsFor} from './removal-forecast.ts'
import {isKeeping} from './rule-order.ts'
import type {RuleSet} from './rule-set.ts'
import {blockerWords, scopeWords, sentenceOf, shutWords, supportWords} from './sentences.ts'
import type {SteadyTime} from './steady-clock.ts'
import {anyOf} from './verdict.ts'

export interface Circumstances {
  readonly at: EpochMs
  readonly time: SteadyTime
  memoryOf(rule: Rule): HoldMemory | null
  /** It is not asked, as it took too much time. */
  isHeld(rule: Rule): boolean
}

/** Beside what the verdict stands on: for which items of its Arr it is, and why it owes nothing. */
const explanationFacts: readonly FactName[] = [...verdictFacts, 'arr.mediaIds', 'obligation.reason']

export function explain<S>(ruleSet: RuleSet<S>, subject: S, now: Circumstances): Explanation {
  const conflicts = new Conflicts()
  const names = new Map(ruleSet.rules.map(({rule}) => [rule.id, rule.name]))
  const rules = ruleSet.rules.map((compiled) =>
    explainRule(
      compiled,
      subject,
      stand(compiled, subject, now, conflicts, evaluationOf(compiled, subject, now)),
      names,
    ),
  )
  const facts = factsFor(ruleSet.readers, subject, explanationFacts)
  return {at: now.at, subject: ruleSet.readers.name(subject), rules, facts}
}

/** The rules of a set that may say when something is removed, and those that may keep them back. */
export interface RemovalRules<S> {
  readonly readers: FactReaders<S>
  readonly rules: readonly CompiledRule<S>[]
  /** Those of them that may remove something, and whether waiting may make their condition true. */
  readonly removing: ReadonlyMap<CompiledRule<S>, {readonly waits: boolean}>
}

export function removalRulesIn<S>({readers, rules}: RuleSet<S>): RemovalRules<S> {
  const on = rules.filter(({rule}) => rule.mode !== 'off')
  const removing = on.filter((it) => removalsOf(it).length > 0)
  const concerns = new Set(removing.map(({rule}) => rule.concern))
  const waits = (it: CompiledRule<S>) => {
    const uses = [it.when, ...removalsOf(it).map((removal) => removal.if)].flatMap((asks) => asks?.uses ?? [])
    return waitsFor(uses.map(({fact}) => fact))
  }
  const keepsBack = ({rule}: CompiledRule<S>) =>
    (rule.conflict === 'exclusive' && concerns.has(rule.concern)) ||
    rule.do.some(({action}) => action === 'skip')
  return {
    readers,
    rules: removing.length === 0 ? [] : on.filter((it) => removing.includes(it) || keepsBack(it)),
    removing: new Map(removing.map((it) => [it, {waits: waits(it)}])),
  }
}

/** What the rules that remove say of a subject now: the part of `explain` that says from when on it may go. */
export function standingIn<S>(
  {readers, rules, removing}: RemovalRules<S>,
  subject: S,
  now: Circumstances,
): Standing {
  const conflicts = new Conflicts()
  const standings = rules.flatMap((compiled) => {
    const evaluation = evaluationOf(compiled, subject, now)
    // Of most rules nothing more is to be found out: what is not about the subject decides nothing.
    if (evaluation !== null && evaluation.scope !== 'yes') {
      if (isInDoubt(compiled, subject, evaluation, now.at)) doubt(compiled, subject, conflicts)
      return []
    }
    if (evaluation?.verdict === 'no' && !removing.get(compiled)?.waits) return []
    return [stand(compiled, subject, now, conflicts, evaluation).standing]
  })
  return {at: now.at, rules: standings, facts: factsFor(readers, subject, verdictFacts)}
}

function factsFor<S>(readers: FactReaders<S>, subject: S, names: readonly FactName[]): Explanation['facts'] {
  if (readers.name(subject).kind !== 'torrent') return {}
  return Object.fromEntries(names.map((name) => [name, readers.fact(name, null, subject)]))
}

/** A rule as it stands, and what its words are made of. */
interface Stood {
  readonly standing: RuleStanding
  /** `null` = it is not asked, as it took too much time. */
  readonly evaluation: RuleEvaluation | null
  /** `null` = that hangs on what is being looked up. */
  readonly wanted: readonly WantedAction[] | null
  /** Also where it acts. */
  readonly keptBack: ReturnType<Conflicts['keptBack']>
  /** It may keep it: while that is unknown, nothing is removed. */
  readonly isInDoubt: boolean
}

/** `null` = it is not asked, as it took too much time. */
function evaluationOf<S>(compiled: CompiledRule<S>, subject: S, now: Circumstances): RuleEvaluation | null {
  const {rule} = compiled
  return now.isHeld(rule) ? null : evaluateRule(compiled, subject, rule.hold && now.memoryOf(rule), now)
}

/** @param conflicts of this subject, with what the rules before this one say */
function stand<S>(
  compiled: CompiledRule<S>,
  subject: S,
  now: Circumstances,
  conflicts: Conflicts,
  evaluation: RuleEvaluation | null,
): Stood {
  const {rule, scope, when, readers, schedule, mayKeep} = compiled
  const {key} = readers.name(subject)
  if (evaluation === null) {
    if (rule.mode !== 'off' && scope.evaluate(subject) !== 'no') conflicts.doubted(rule, key)
    const standing = heldForCost(compiled)
    return {standing, evaluation: null, wanted: null, keptBack: null, isInDoubt: false}
  }
  const keptBack = rule.mode === 'off' ? null : conflicts.keptBack(rule, key)
  const wanted = wantedActions(compiled, subject, evaluation.memory)
  const outcome = outcomeOf(compiled, evaluation, now.at, {
    isKeptBack: keptBack !== null,
    open: wanted && openActions(compiled, subject, wanted).length,
  })
  // It has its way, also where that is so already.
  const isSo = outcome === 'nothingToDo' && wanted !== null && wanted.length > 0
  // It waits for an event to act on; what it keeps it keeps meanwhile.
  const keepsOn = outcome === 'closed' && keptBack === null && schedule.isOpen(now.at)
  const isKept = keepsOn && wanted?.some(({action}) => action === 'skip') === true
  if (outcome === 'due' || outcome === 'lookingUp' || isSo || isKept) conflicts.decided(rule, key)
  // Which of its candidates it keeps is chosen in its pass: until then it may be this one.
  else if ((keepsOn || outcome === 'candidate') && mayKeep?.(subject)) doubt(compiled, subject, conflicts)
  const inDoubt = isInDoubt(compiled, subject, evaluation, now.at)
  if (inDoubt) doubt(compiled, subject, conflicts)
  const standing: RuleStanding = {
    ...namesOf(rule),
    outcome,
    isHeldForCost: false,
    blockedBy: null,
    // Traces are dear, and asked for of few: when something may be removed hangs on those that wait for something.
    get scope() {
      return scope.trace(subject)
    },
    get evidence() {
      return when.trace(subject)
    },
    get toRemove() {
      return askedToRemove(compiled, subject)
    },
    hold: evaluation.hold,
    keptBackBy: outcome === 'keptBack' ? keptBack!.by : null,
    actions: wanted?.length ? wanted : compiled.actions.map((action) => action.wanted),
  }
  return {standing, evaluation, wanted, keptBack, isInDoubt: inDoubt}
}

/** It may be one that the rule keeps at this hour: whether it is one is unknown. */
function isInDoubt<S>(
  {rule, mayKeep, schedule}: CompiledRule<S>,
  subject: S,
  {verdict}: RuleEvaluation,
  at: EpochMs,
): boolean {
  return rule.mode !== 'off' && verdict === 'unknown' && schedule.isOpen(at) && (mayKeep?.(subject) ?? false)
}

function doubt<S>({rule, readers}: CompiledRule<S>, subject: S, conflicts: Conflicts): void {
  conflicts.doubted(rule, readers.name(subject).key)
}

/** Of several ways to remove it one is enough. */
function askedToRemove<S>(rule: CompiledRule<S>, subject: S): ConditionTrace | null {
  const conditions = removalsOf(rule).map((it) => it.if)
  if (conditions.length === 0 || conditions.includes(null)) return null
  const parts = conditions.map((it) => it!.trace(subject))
  return parts.length === 1
    ? parts[0]!
    : {verdict: anyOf(parts.map(({verdict}) => verdict)), branch: 'any', parts}
}

function removalsOf<S>({actions}: CompiledRule<S>): CompiledRule<S>['actions'] {
  return actions.filter(({wanted}) => removalOf({actions: [wanted]}) !== null)
}

/** Whatever it would say takes too long to find out. */
function heldForCost<S>({rule, actions}: CompiledRule<S>): RuleStanding {
  return {
    ...namesOf(rule),
    outcome: 'unknown',
    isHeldForCost: true,
    blockedBy: null,
    scope: [],
    evidence: {verdict: 'unknown', branch: 'all', parts: []},
    hold: null,
    keptBackBy: null,
    actions: actions.map((action) => action.wanted),
  }
}

function namesOf({id, revision, name, mode, concern, reason, guards}: Rule) {
  return {
    ruleId: id,
    ruleRevision: revision,
    name,
    mode,
    concern,
    reason,
    overridesObligation: Boolean(guards.obligationOverride),
  }
}

function explainRule<S>(
  compiled: CompiledRule<S>,
  subject: S,
  {standing, evaluation, wanted, keptBack, isInDoubt}: Stood,
  names: ReadonlyMap<string, string>,
): RuleExplanation {
  const {rule, schedule, readers} = compiled
  const {outcome, evidence, scope: parts, actions} = standing
  if (evaluation === null) {
    const needs = ['a person reviews this rule: it took too much time, and is not evaluated']
    const sentence = `"${rule.name}" is suspended: it took too much time. A person has to review it.`
    return {...standing, needs, sentence}
  }
  const lookUp = (fact: FactName) => readers.fact(fact, null, subject)
  const shut = evaluation.verdict === 'yes' && wanted ? shutActions(compiled, subject, lookUp) : []
  const inWords = (blockers: readonly Blocker[]) => blockers.map((it) => blockerWords(it, lookUp))
  // What keeps it out is not so; what is not known of its scope beside that changes nothing.
  const outside = parts.filter(({verdict}) => verdict === evaluation.scope && verdict !== 'yes')
  const inScope = evaluation.scope === 'yes'
  const deciding = inScope
    ? [...new Set([...inWords(decidersOf(evidence)), ...shut])]
    : outside.map(({part, verdict}) => scopeWords(part, verdict === 'unknown'))
  const needs = inScope ? [...new Set([...deciding, ...inWords(blockersOf(evidence))])] : deciding
  const sentence = sentenceOf({
    outcome,
    name: rule.name,
    mode: rule.mode,
    reason: rule.reason,
    actions,
    hold: evaluation.hold,
    onlyOn: schedule.onlyOn,
    support: supportOf(evidence).map(supportWords),
    needs: outcome === 'lookingUp' ? ['what its actions ask for is being looked up'] : deciding,
    keptBackBy: keptBack && {name: names.get(keptBack.by)!, isDoubt: keptBack.isDoubt},
    mayKeep: isInDoubt,
    isProtected: isProtected(lookUp, actions),
  })
  return {...standing, needs, sentence}
}

/** Of actions whose own condition is not true now what stands in the way, each with the action. */
function shutActions<S>(
  {actions}: CompiledRule<S>,
  subject: S,
  lookUp: (fact: FactName) => Fact,
): readonly string[] {
  return actions.flatMap(({wanted, if: condition}) => {
    const trace = condition?.trace(subject)
    if (!trace || trace.verdict === 'yes') return []
    const blockers = blockersOf(trace)
    const words = blockers.every(isForAll) ? blockers.map((it) => blockerWords(it, lookUp)) : []
    return [shutWords(wanted, words)]
  })
}

/**
 * Not every reader may know of other servers and of Arrs. The evidence is cut for each of them (`http`); conditions of
 * actions are no part of it.
 */
function isForAll({leaf: {fact, actual}}: Blocker): boolean {
  return !/^(arr|server|content)\./.test(fact) && !('unknown' in actual && actual.server)
}

/** The executor refuses to touch it, whatever rules say. */
function isProtected(lookUp: (fact: FactName) => Fact, actions: readonly WantedAction[]): boolean {
  const fact = lookUp('memory.protected')
  return 'value' in fact && fact.value === true && actions.some((it) => it.class !== 'harmless')
}

function outcomeOf<S>(
  {rule, schedule, select}: CompiledRule<S>,
  {scope, verdict, isDue}: RuleEvaluation,
  at: EpochMs,
  {isKeptBack, open}: {readonly isKeptBack: boolean; readonly open: number | null},
): RuleOutcome {
  if (rule.mode === 'off') return 'off'
  if (scope !== 'yes') return 'outOfScope'
  if (verdict !== 'yes') return verdict
  if (!isDue) return 'held'
  if (!schedule.isOpen(at)) return 'closed'
  // What only keeps does so whatever happens.
  if (schedule.onlyOn.length > 0 && !isKeeping(rule)) return 'closed'
  if (isKeptBack) return 'keptBack'
  if (open === null) return 'lookingUp'
  if (open === 0) return 'nothingToDo'
  return select ? 'candidate' : 'due'
}
