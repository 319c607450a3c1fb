/** A rule, compiled once for as long as it stays as it is. */
import {createHash} from 'node:crypto'
import type {Precondition, WantedAction} from '#model/decision.ts'
import {factNames, factOf, type FactName} from '#model/fact.ts'
import {actionKinds, type ActionName, type ActionParams, type Rule} from '#model/rule.ts'
import {compileCondition, type CompiledCondition} from './condition.ts'
import type {FactReaders, FactUse, ReadFact} from './fact-readers.ts'
import {compileSchedule, type CompiledSchedule} from './schedule.ts'
import {compileScope, type CompiledScope} from './scope.ts'
import {compileSelection, type CompiledSelection} from './select.ts'

interface CompiledAction<S> {
  readonly wanted: WantedAction
  /** Parameters that are what a fact is. */
  readonly filled: readonly (readonly [param: string, read: ReadFact<S>])[]
  readonly if: CompiledCondition<S> | null
}

export interface CompiledRule<S> {
  readonly rule: Rule
  /** Of what a hold counts: with another one it begins anew. */
  readonly mark: string
  readonly scope: CompiledScope<S>
  readonly when: CompiledCondition<S>
  readonly resetOn: CompiledCondition<S> | null
  readonly schedule: CompiledSchedule
  readonly select: CompiledSelection<S> | null
  readonly actions: readonly CompiledAction<S>[]
  /** Of everything it may look at. */
  readonly uses: readonly FactUse[]
  /** Some fact moves by itself. */
  readonly isRestless: boolean
  preconditions(subject: S): readonly Precondition[]
}

/** They take nothing away for good, but the limits of removals count them, too. Source: rules.md §4. */
const setsAside: ReadonlySet<ActionName> = new Set(['quarantine', 'recycle', 'orphan.recycle'])

/** It may cost bytes, a torrent, or its place: nothing is concluded from silence for it. */
export function isDestructive({do: actions}: Rule): boolean {
  return actions.some(({action}) => actionKinds[action].class === 'destructive' || setsAside.has(action))
}

export function compileRule<S>(rule: Rule, readers: FactReaders<S>): CompiledRule<S> {
  const destructive = isDestructive(rule)
  const scope = compileScope(rule.scope, readers)
  const when = compileCondition(rule.when, readers, destructive)
  const resetOn = rule.hold?.resetOn ? compileCondition(rule.hold.resetOn, readers, destructive) : null
  const select = rule.select && compileSelection(rule.select, readers)
  const actions = rule.do.map(({action, params, if: condition}) => ({
    wanted: {action, params, ...actionKinds[action]},
    filled: filledBy(params, readers),
    if: condition ? compileCondition(condition, readers, destructive) : null,
  }))
  const parts = [scope, when, resetOn, select, ...actions.map((action) => action.if)]
  const uses = parts.flatMap((part) => part?.uses ?? [])
  return {
    rule,
    mark: markOf(rule),
    scope,
    when,
    resetOn,
    schedule: compileSchedule(rule.schedule),
    select,
    actions,
    uses,
    isRestless: uses.some(({fact}) => factOf(fact).moves !== 'never'),
    preconditions: preconditionsBy(rule, uses, readers),
  }
}

function filledBy<S>(params: ActionParams, readers: FactReaders<S>): CompiledAction<S>['filled'] {
  return Object.entries(params).flatMap(([param, value]): CompiledAction<S>['filled'] => {
    const isFact = typeof value === 'object' && value !== null && 'fact' in value
    return isFact ? [[param, readers.reader(value.fact as FactName, null)]] : []
  })
}

/** Simulated holds are their own: switching to live begins at nothing. */
function markOf({when, hold, mode}: Rule): string {
  const text = JSON.stringify([when, hold, mode === 'simulate'])
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/** What costs something is stood on only by who looked at it. */
function preconditionsBy<S>(
  {subject}: Rule,
  uses: readonly FactUse[],
  readers: FactReaders<S>,
): (subject: S) => readonly Precondition[] {
  const used = new Set<FactName>(uses.map(({fact}) => fact))
  const standing = factNames.filter((fact) => {
    const {standing: counts, subjects, cost} = factOf(fact)
    return counts && subjects.includes(subject) && (cost === 'cheap' || used.has(fact))
  })
  const reads = standing.map((fact): readonly [FactName, ReadFact<S>] => [fact, readers.reader(fact, null)])
  return (one) =>
    reads.flatMap(([fact, read]) => {
      const value = read(one)
      return value === undefined ? [] : [{fact, value}]
    })
}
