/**
 * Servers, Arrs and tracker profiles that a rule which keeps names, and that there are not (any more): which torrents it
 * meant by them is unknown, also where a new one came in their place. So the rule stands with these names in doubt, and
 * what it may mean no rule removes (`rules/compiled-rule.ts`, `mayKeep`).
 */
import type {Condition, Leaf, Rule} from '#model/rule.ts'
import {isKeeping, keeps} from '#rules/rule-order.ts'
import {isOfIds, namesIn, type IdFact} from './draft.ts'

/** What there is of each; `null` = not known which. */
export type KnownNames = Readonly<Record<IdFact | 'obligation.profile', readonly string[] | null>>

export interface LostNames {
  /** With the names in doubt, also those of its scope. */
  readonly rule: Rule
  /** What it names and is not there, each once. */
  readonly gone: readonly string[]
}

/** @returns the very rule where nothing that it keeps by is gone, or where it keeps nothing */
export function lostNames(rule: Rule, known: KnownNames): LostNames {
  if (!keeps(rule)) return {rule, gone: []}
  const gone = new Set<string>()
  const doubt = (leaf: Leaf): Leaf => {
    const lost = lostIn(leaf, known)
    if (lost.length === 0) return leaf
    for (const name of lost) gone.add(name)
    return {...leaf, gone: lost}
  }
  // What it leaves out it keeps as well once that is gone: no harm, unless it does more than to keep.
  const isOfAll = !isKeeping(rule)
  const {scope, when, do: actions} = rule
  const ofScope = (['servers', 'arrs'] as const).flatMap((part) => {
    const fact = part === 'servers' ? 'server.id' : 'arr.id'
    const leaf = doubt({fact, op: 'in', value: scope[part]})
    return leaf.gone === undefined ? [] : [{part, leaf}]
  })
  const doubted: Condition = doubtedIn(when, true, isOfAll, doubt)
  const then = actions.map((it) => (it.if ? {...it, if: doubtedIn(it.if, true, isOfAll, doubt)} : it))
  if (gone.size === 0) return {rule, gone: []}
  // All that its owner sees: no list would leave out what only those who name it may be about.
  const open = {servers: known['server.id'] ?? [], arrs: []}
  const opened = Object.fromEntries(ofScope.map(({part}) => [part, open[part]]))
  const asked = ofScope.length === 0 ? doubted : {all: [...ofScope.map(({leaf}) => leaf), doubted]}
  return {rule: {...rule, scope: {...scope, ...opened}, when: asked, do: then}, gone: [...gone]}
}

/** @param isWanted the rule keeps something where this is true, not where it is false */
function doubtedIn(
  condition: Condition,
  isWanted: boolean,
  isOfAll: boolean,
  doubt: (leaf: Leaf) => Leaf,
): Condition {
  const within = (one: Condition) => doubtedIn(one, isWanted, isOfAll, doubt)
  if ('all' in condition) return {all: condition.all.map(within)}
  if ('any' in condition) return {any: condition.any.map(within)}
  if ('not' in condition) return {not: doubtedIn(condition.not, !isWanted, isOfAll, doubt)}
  const isTurned = condition.op === 'ne' || condition.op === 'notIn'
  return isOfAll || isWanted !== isTurned ? doubt(condition) : condition
}

function lostIn(leaf: Leaf, known: KnownNames): readonly string[] {
  const {fact} = leaf
  if (!isOfIds(fact) && fact !== 'obligation.profile') return []
  const there = known[fact]
  if (there === null) return []
  const names = new Set(there.map((name) => name.toLowerCase()))
  return namesIn(leaf).filter((name) => !names.has(name.toLowerCase()))
}
