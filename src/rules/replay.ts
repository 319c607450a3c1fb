/**
 * What today's rules would say of what was decided once, from the facts that were written down then. Nothing is read
 * again: a fact that was not recorded, or only in part, is unknown.
 */
import type {ConditionTrace, HoldProgress, Precondition, SubjectName} from '#model/decision.ts'
import {factOf, type Fact, type FactName, type FactValue} from '#model/fact.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {blockersOf, type Blocker} from './blockers.ts'
import {compileRule, type CompiledRule} from './compiled-rule.ts'
import type {FactReaders} from './fact-readers.ts'
import {blockerWords} from './sentences.ts'
import {durationWords} from './value-words.ts'

/** A decision as the journal keeps it. */
export interface Recorded {
  readonly at: EpochMs
  readonly ruleId: RuleId
  readonly subject: SubjectName
  readonly evidence: ConditionTrace
  readonly hold: HoldProgress | null
  /** What was known beside the evidence. */
  readonly preconditions: readonly Precondition[]
}

/**
 * `same`: it would be decided again. `gone`: there is no such rule. `off`: it does nothing. `outOfScope`: it is not about
 * this one. `held`: it waits longer now, and whether it would have stayed so is not known. `no`: its condition is not true. `unknown`: it asks what was not recorded.
 */
export type ReplayOutcome = 'same' | 'gone' | 'off' | 'outOfScope' | 'held' | 'no' | 'unknown'

interface Replayed {
  readonly outcome: ReplayOutcome
  /** What stands in the way, for people; '' = nothing. */
  readonly words: string
}

/** Longer texts and lists are cut in the journal: their rest is not known. */
const CUT = '…'
const LONGEST_LIST = 20

interface Subject {
  readonly recorded: Recorded
  readonly facts: ReadonlyMap<string, Fact>
}

export class Replay {
  readonly #rules: ReadonlyMap<RuleId, CompiledRule<Subject>>

  constructor(rules: readonly Rule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, compileRule(rule, recordedFacts)]))
  }

  of(recorded: Recorded): Replayed {
    const compiled = this.#rules.get(recorded.ruleId)
    if (!compiled) return {outcome: 'gone', words: 'there is no such rule any more'}
    if (compiled.rule.mode === 'off') return {outcome: 'off', words: 'the rule is off'}
    const subject = {recorded, facts: factsOf(recorded)}
    if (compiled.scope.evaluate(subject) === 'no') {
      return {outcome: 'outOfScope', words: 'the rule is not about this one any more'}
    }
    const trace = compiled.when.trace(subject)
    if (trace.verdict !== 'yes') return {outcome: trace.verdict, words: wordsOf(trace, subject)}
    return shutBy(compiled, subject) ?? heldBy(compiled.rule, recorded)
  }
}

/** Nothing of it would be done: the own condition of each action stands in the way. `null` = some of it would be. */
function shutBy({actions}: CompiledRule<Subject>, subject: Subject): Replayed | null {
  const traces = actions.map(({if: condition}) => condition?.trace(subject) ?? null)
  const shut = traces.filter((trace) => trace !== null && trace.verdict !== 'yes')
  if (shut.length === 0 || shut.length < actions.length) return null
  const outcome = shut.some((trace) => trace?.verdict === 'unknown') ? 'unknown' : 'no'
  return {outcome, words: [...new Set(shut.map((trace) => wordsOf(trace!, subject)))].join('; ')}
}

/** What stands in the way. */
function wordsOf(trace: ConditionTrace, subject: Subject): string {
  const lookUp = (fact: FactName) => recordedFacts.fact(fact, null, subject)
  return blockersOf(trace)
    .map((blocker) => notRecorded(blocker) ?? blockerWords(blocker, lookUp))
    .join('; ')
}

function notRecorded({leaf: {fact, actual}}: Blocker): string | null {
  return 'unknown' in actual && actual.unknown === 'notRead' ? `${factOf(fact).says} was not recorded` : null
}

function heldBy({hold}: Rule, {hold: had}: Recorded): Replayed {
  if (!hold) return {outcome: 'same', words: ''}
  if ('for' in hold) {
    if (had?.kind !== 'for') return {outcome: 'unknown', words: 'how long that was so was not recorded'}
    if (had.held >= hold.for) return {outcome: 'same', words: ''}
    const words = `held for ${durationWords(had.held)} of the ${durationWords(hold.for)} it asks for now`
    return {outcome: 'held', words}
  }
  if (had?.kind !== 'strikes') return {outcome: 'unknown', words: 'how often that was so was not recorded'}
  if (had.strikes >= hold.strikes) return {outcome: 'same', words: ''}
  return {outcome: 'held', words: `${had.strikes} of the ${hold.strikes} strikes it asks for now`}
}

/** Own conditions of actions ask what the evidence of the rule need not have. */
function factsOf({at, subject, evidence, preconditions}: Recorded): ReadonlyMap<string, Fact> {
  const source = subject.serverId ?? 'journal'
  const facts = new Map<string, Fact>()
  for (const {fact, value} of preconditions) facts.set(nameOf(fact, null), {value, observedAt: at, source})
  addFactsOf(evidence, facts)
  return facts
}

function addFactsOf(trace: ConditionTrace, facts: Map<string, Fact>): void {
  if ('branch' in trace) for (const part of trace.parts) addFactsOf(part, facts)
  else facts.set(nameOf(trace.fact, trace.window), trace.actual)
}

const recordedFacts: FactReaders<Subject> = {
  reader: (fact, window) => (subject) => {
    const seen = recordedFacts.fact(fact, window, subject)
    return 'unknown' in seen ? undefined : seen.value
  },
  fact(fact, window, {recorded, facts}): Fact {
    const {serverId} = recorded.subject
    const source = serverId ?? 'journal'
    if (fact === 'server.id' && serverId !== null) return {value: serverId, observedAt: recorded.at, source}
    const seen = facts.get(nameOf(fact, window))
    if (seen && ('unknown' in seen || !isCut(seen.value))) return seen
    return {unknown: 'notRead', since: null, source}
  },
  name: ({recorded}) => recorded.subject,
}

function nameOf(fact: FactName, window: Seconds | null): string {
  return `${fact} ${window ?? ''}`
}

function isCut(value: FactValue): boolean {
  if (typeof value === 'string') return value.endsWith(CUT)
  return Array.isArray(value) && (value.length >= LONGEST_LIST || value.some((it) => `${it}`.endsWith(CUT)))
}
