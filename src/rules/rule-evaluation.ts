/** One rule on one subject, now: what evaluation, preview and explanation have in common. */
import type {ConditionTrace, Decision, HoldProgress, Verdict, WantedAction} from '#model/decision.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {notYetSo} from './already-so.ts'
import type {CompiledRule} from './compiled-rule.ts'
import type {FactUse, ReadFact} from './fact-readers.ts'
import {heldOf, stepHold, type HoldMemory} from './hold.ts'
import type {SteadyTime} from './steady-clock.ts'
import {not} from './verdict.ts'

interface Now {
  readonly at: EpochMs
  readonly time: SteadyTime
}

export interface RuleEvaluation {
  readonly scope: Verdict
  /** Scope and condition together. */
  readonly verdict: Verdict
  readonly hold: HoldProgress | null
  /** What to remember from now on. */
  readonly memory: HoldMemory | null
  /** It is true, and was for long enough. */
  readonly isDue: boolean
  /** Seconds until it is worth another look without any news. */
  readonly next: Seconds
}

const outside: RuleEvaluation = {
  scope: 'no',
  verdict: 'no',
  hold: null,
  memory: null,
  isDue: false,
  next: Number.POSITIVE_INFINITY,
}

/** @param before asked for only where the rule has a hold */
export function evaluateRule<S>(
  compiled: CompiledRule<S>,
  subject: S,
  before: HoldMemory | null,
  now: Now,
): RuleEvaluation {
  const scope = compiled.scope.evaluate(subject)
  if (scope === 'no' && before === null) return outside
  const verdict = scope === 'yes' ? compiled.when.evaluate(subject) : scope
  const moves =
    scope === 'yes' && compiled.isRestless ? nextChange(compiled, subject) : Number.POSITIVE_INFINITY
  const {hold} = compiled.rule
  if (!hold) {
    return {scope, verdict, hold: null, memory: null, isDue: verdict === 'yes', next: moves}
  }
  if (verdict === 'no' && before === null) return {...outside, scope, next: moves}
  const reset = compiled.resetOn?.evaluate(subject) ?? 'no'
  // What takes away counts no time in which nobody knows whether its hold is cleared.
  const isUnsure = reset === 'unknown' && compiled.looksToReset && verdict === 'yes'
  const step = stepHold(hold, compiled.mark, before, {
    verdict: isUnsure ? 'unknown' : verdict,
    reset: reset === 'yes',
    time: now.time,
    at: now.at,
    seen: () => seenOf(compiled, subject),
    ...(compiled.each && {each: compiled.each(subject)}),
  })
  const {memory, progress, isOver, next} = step
  return {scope, verdict, hold: progress, memory, isDue: isOver, next: Math.min(next, moves)}
}

/** Lazy facts that would help: of the condition while nothing cheap speaks against it, and of what is done when due. */
export function missingFacts<S>(
  compiled: CompiledRule<S>,
  subject: S,
  {scope, verdict, isDue}: RuleEvaluation,
): readonly FactUse[] {
  if (scope !== 'yes') return []
  const {when, actions, select, resetOn} = compiled
  if (verdict === 'unknown') return when.couldBe('yes', subject) ? when.missing(subject) : []
  if (!isDue) return (verdict === 'yes' && resetOn?.missing(subject)) || []
  const ofActions = actions.flatMap(({if: condition}) => condition?.missing(subject) ?? [])
  const ofSelection = (select?.uses ?? []).filter((use) => isUnread(use, compiled, subject))
  return [...ofActions, ...ofSelection]
}

/** Lazy facts that were read long ago, and that it still hangs on: nothing cheap speaks against it. */
export function agedFacts<S>(
  compiled: CompiledRule<S>,
  subject: S,
  {scope, isDue}: RuleEvaluation,
): readonly FactUse[] {
  const {when, actions, select, readers, isCurious, resetOn} = compiled
  if (!isCurious || scope !== 'yes' || !when.couldBe('yes', subject, true)) return []
  const ofRule = [...when.aged(subject), ...(resetOn?.aged(subject) ?? [])]
  if (!isDue) return ofRule
  const ofActions = actions.flatMap(({if: condition}) => condition?.aged(subject) ?? [])
  const ofSelection = (select?.uses ?? []).filter(({fact}) => readers.isAged?.(fact, subject))
  return [...ofRule, ...ofActions, ...ofSelection]
}

/**
 * `null`: whether one of them is wanted hangs on a fact that is being looked up.
 * @param memory of its hold, for actions that are about those of a set that it held for
 */
export function wantedActions<S>(
  compiled: CompiledRule<S>,
  subject: S,
  memory: HoldMemory | null,
): readonly WantedAction[] | null {
  const wanted: WantedAction[] = []
  for (const {wanted: action, filled, held, if: condition} of compiled.actions) {
    const verdict = condition?.evaluate(subject) ?? 'yes'
    const meant = held === null ? action : about(action, held, heldOf(compiled.rule.hold, memory))
    if (verdict === 'yes') wanted.push(...filledIn(meant, filled, subject))
    if (verdict === 'unknown' && condition!.couldBe('yes', subject)) return null
  }
  return wanted
}

/** What is left of its actions to be done: of the rest the effect is there already. */
export function openActions<S>(
  {readers}: CompiledRule<S>,
  subject: S,
  wanted: readonly WantedAction[],
): readonly WantedAction[] {
  return notYetSo(wanted, (fact) => readers.reader(fact, null)(subject))
}

function about(action: WantedAction, param: string, names: readonly string[]): WantedAction {
  return {...action, params: {...action.params, [param]: names}}
}

/** Not at all where a fact that it needs is nothing, or not known: such a rule asks for the fact in its condition. */
function filledIn<S>(
  action: WantedAction,
  filled: readonly (readonly [param: string, read: ReadFact<S>])[],
  subject: S,
): readonly WantedAction[] {
  if (filled.length === 0) return [action]
  const values = filled.map(([param, read]) => [param, read(subject)] as const)
  if (values.some(([, value]) => value === undefined || value === null)) return []
  const inLine = values.map(([param, value]) => [param, Array.isArray(value) ? value.join('; ') : value])
  return [{...action, params: {...action.params, ...Object.fromEntries(inLine)}}]
}

export function decisionOf<S>(
  compiled: CompiledRule<S>,
  subject: S,
  actions: readonly WantedAction[],
  {at, hold}: {readonly at: EpochMs; readonly hold: HoldProgress | null},
): Decision {
  const {rule} = compiled
  const besides = tracesBeside(compiled, subject, actions)
  return {
    at,
    subject: compiled.readers.name(subject),
    ruleId: rule.id,
    ruleRevision: rule.revision,
    mode: rule.mode,
    concern: rule.concern,
    reason: rule.reason,
    actions,
    evidence: compiled.when.trace(subject),
    ...(besides.length > 0 && {besides}),
    hold,
    preconditions: compiled.preconditions(subject),
  }
}

/** Of each action that it wants and that has a condition of its own, and of what would clear its hold. */
function tracesBeside<S>(
  {actions, resetOn, looksToReset}: CompiledRule<S>,
  subject: S,
  wanted: readonly WantedAction[],
): readonly ConditionTrace[] {
  const cleared = looksToReset ? resetOn!.trace(subject) : null
  const ofHold: readonly ConditionTrace[] = cleared
    ? [{verdict: not(cleared.verdict), branch: 'not', parts: [cleared]}]
    : []
  const ofActions = actions.flatMap(({wanted: {action}, if: condition}) =>
    condition?.evaluate(subject) === 'yes' && wanted.some((it) => it.action === action)
      ? [condition.trace(subject)]
      : [],
  )
  return [...ofActions, ...ofHold]
}

function nextChange<S>({when, resetOn, actions}: CompiledRule<S>, subject: S): Seconds {
  let next = when.nextChange(subject)
  if (resetOn) next = Math.min(next, resetOn.nextChange(subject))
  for (const {if: condition} of actions) if (condition) next = Math.min(next, condition.nextChange(subject))
  return next
}

function isUnread<S>({fact, window}: FactUse, {readers}: CompiledRule<S>, subject: S): boolean {
  const seen = readers.fact(fact, window, subject)
  return 'unknown' in seen && seen.unknown === 'notRead'
}

function seenOf<S>({when, readers}: CompiledRule<S>, subject: S) {
  return Object.fromEntries(
    when.uses.flatMap(({fact, window}) => {
      const seen = readers.fact(fact, window, subject)
      return 'unknown' in seen ? [] : [[fact, seen.value]]
    }),
  )
}
