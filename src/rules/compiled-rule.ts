/** A rule, compiled once for as long as it stays as it is. */
import {createHash} from 'node:crypto'
import type {Precondition, Verdict, WantedAction} from '#model/decision.ts'
import {factNames, factOf, type FactName, type FactValue} from '#model/fact.ts'
import {
  kindOf,
  type ActionName,
  type ActionParams,
  type Condition,
  type Leaf,
  type Rule,
  type RuleAction,
} from '#model/rule.ts'
import {compileCondition, type CompiledCondition} from './condition.ts'
import {leavesOf} from './condition-shape.ts'
import type {FactReaders, FactUse, ReadFact} from './fact-readers.ts'
import {verdictReader} from './leaf.ts'
import {keeps} from './rule-order.ts'
import {compileSchedule, type CompiledSchedule} from './schedule.ts'
import {compileScope, type CompiledScope} from './scope.ts'
import {compileSelection, type CompiledSelection} from './select.ts'

interface CompiledAction<S> {
  readonly wanted: WantedAction
  /** Parameters that are what a fact is. */
  readonly filled: readonly (readonly [param: string, read: ReadFact<S>])[]
  /** The parameter that is what its hold held for, by name. */
  readonly held: string | null
  readonly if: CompiledCondition<S> | null
}

export interface CompiledRule<S> {
  readonly rule: Rule
  /** How it sees the world: not every rule may know everything. */
  readonly readers: FactReaders<S>
  /** Of what a hold counts: with another one it begins again. */
  readonly mark: string
  readonly scope: CompiledScope<S>
  readonly when: CompiledCondition<S>
  readonly resetOn: CompiledCondition<S> | null
  /** What would clear its hold takes a look, and it takes something away: who did not look does not know. */
  readonly looksToReset: boolean
  /** Of a hold of each in a set: the names of those that fit now. */
  readonly each: ((subject: S) => readonly string[]) | null
  /** `null` = it keeps nothing. Whether it may be one that the rule keeps: also where that is unknown, nothing is removed. */
  readonly mayKeep: ((subject: S) => boolean) | null
  readonly schedule: CompiledSchedule
  readonly select: CompiledSelection<S> | null
  readonly actions: readonly CompiledAction<S>[]
  /** Of everything it may look at. */
  readonly uses: readonly FactUse[]
  /** Some fact has to be looked up. */
  readonly isCurious: boolean
  /** Some fact moves by itself. */
  readonly isRestless: boolean
  preconditions(subject: S): readonly Precondition[]
}

/** They take nothing away permanently, but the limits of removals count them, too. */
const setsAside: ReadonlySet<ActionName> = new Set([
  'quarantine',
  'recycle',
  'extraFiles.recycle',
  'orphan.recycle',
])

/** It may cost bytes, a torrent, or its place. */
export function takesAway(action: Pick<RuleAction, 'action' | 'params'>): boolean {
  return kindOf(action).class === 'destructive' || setsAside.has(action.action)
}

/** Nothing is concluded from silence for it. */
export function isDestructive({do: actions}: Rule): boolean {
  return actions.some(takesAway)
}

export function compileRule<S>(rule: Rule, readers: FactReaders<S>): CompiledRule<S> {
  const destructive = isDestructive(rule) || keeps(rule)
  const scope = compileScope(rule.scope, readers)
  const when = compileCondition(rule.when, readers, destructive)
  const resetOn = rule.hold?.resetOn ? compileCondition(rule.hold.resetOn, readers, destructive) : null
  const select = rule.select && compileSelection(rule.select, readers)
  const actions = rule.do.map(({action, params, if: condition}) => ({
    wanted: {action, params, ...kindOf({action, params})},
    filled: filledBy(params, readers),
    held: Object.keys(params).find((param) => isHeld(params[param])) ?? null,
    if: condition ? compileCondition(condition, readers, destructive) : null,
  }))
  const parts = [scope, when, resetOn, select, ...actions.map((action) => action.if)]
  const uses = parts.flatMap((part) => part?.uses ?? [])
  return {
    rule,
    readers,
    mark: markOf(rule),
    scope,
    when,
    resetOn,
    looksToReset:
      isDestructive(rule) && (resetOn?.uses.some(({fact}) => factOf(fact).cost === 'lazy') ?? false),
    each: rule.hold && 'each' in rule.hold ? eachOf(rule.when, rule.hold.each, readers) : null,
    mayKeep: mayKeepBy(scope, when, actions),
    schedule: compileSchedule(rule.schedule),
    select,
    actions,
    uses,
    isCurious: uses.some(
      ({fact}) => factOf(fact).cost === 'lazy' || (readers.looksBehind?.(fact) ?? null) !== null,
    ),
    isRestless: uses.some(({fact}) => factOf(fact).moves !== 'never'),
    preconditions: preconditionsBy(rule, uses, readers),
  }
}

function mayKeepBy<S>(
  scope: CompiledScope<S>,
  when: CompiledCondition<S>,
  actions: readonly CompiledAction<S>[],
): CompiledRule<S>['mayKeep'] {
  const keeping = actions.filter(({wanted}) => wanted.action === 'skip')
  if (keeping.length === 0) return null
  const mayAct = (subject: S) => keeping.some((it) => it.if === null || it.if.mayBe('yes', subject))
  return (subject) => scope.mayBe(subject) && when.mayBe('yes', subject) && mayAct(subject)
}

function filledBy<S>(params: ActionParams, readers: FactReaders<S>): CompiledAction<S>['filled'] {
  return Object.entries(params).flatMap(([param, value]): CompiledAction<S>['filled'] => {
    const isFact = typeof value === 'object' && value !== null && 'fact' in value
    return isFact ? [[param, readers.reader(value.fact as FactName, null)]] : []
  })
}

function isHeld(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'held' in value
}

/**
 * Those of a set that make some comparison over it true by themselves, by their names: of `host: words` the host, as
 * the words of the same one may differ from look to look.
 */
function eachOf<S>(
  when: Condition,
  fact: FactName,
  readers: FactReaders<S>,
): (subject: S) => readonly string[] {
  const read = readers.reader(fact, null)
  const tests = leavesOf(when).flatMap(({leaf}) => (leaf.fact === fact ? [verdictReader(leaf)] : []))
  return (subject) => {
    const all = (read(subject) ?? []) as readonly string[]
    return [...new Set(all.filter((one) => tests.some((test) => test([one]) === 'yes')).map(nameOf))]
  }
}

function nameOf(one: string): string {
  return one.split(': ', 1)[0]!
}

/** Simulated holds are their own: switching to live begins at nothing. */
function markOf({when, hold, mode}: Rule): string {
  const text = JSON.stringify([when, hold, mode === 'simulate'])
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

type Asking = Pick<Rule, 'when' | 'hold' | 'do'>

/** What a rule asks of the value of a fact, each comparison by itself. */
export function asksOf(rule: Asking, fact: FactName): readonly ((value: FactValue) => Verdict)[] {
  return comparisonsOf(rule)
    .filter((leaf) => leaf.fact === fact && leaf.op !== 'exists')
    .map(verdictReader)
}

/** Whether a rule asks for anything that hangs on whether bytes flow, beside the state itself. */
export function asksForFlow(rule: Asking): boolean {
  return comparisonsOf(rule).some(({fact}) => factOf(fact).ofFlow)
}

function comparisonsOf({when, hold, do: actions}: Asking): readonly Leaf[] {
  const resetOn = hold && 'resetOn' in hold ? hold.resetOn : undefined
  const conditions = [when, resetOn, ...actions.map((it) => it.if)].filter((it) => it !== undefined)
  return conditions.flatMap((it) => leavesOf(it)).map(({leaf}) => leaf)
}

/** What costs something is stood on only by who looked at it. */
function preconditionsBy<S>(
  {subject}: Rule,
  uses: readonly FactUse[],
  readers: FactReaders<S>,
): (subject: S) => readonly Precondition[] {
  const used = new Set<FactName>(uses.map(({fact}) => fact))
  const standing = factNames.filter((fact) => {
    const {standing: how, subjects, cost} = factOf(fact)
    return how !== 'never' && subjects.includes(subject) && (cost === 'cheap' || used.has(fact))
  })
  const reads = standing.map((fact): readonly [FactName, ReadFact<S>] => [fact, readers.reader(fact, null)])
  return (one) =>
    reads.flatMap(([fact, read]) => {
      const value = read(one)
      return value === undefined ? [] : [{fact, value}]
    })
}
