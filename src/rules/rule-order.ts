/** In which order rules decide: those that only keep before all others, then by their number. */
import type {Rule} from '#model/rule.ts'

/** It does nothing but keep others from deciding. */
export function isKeeping({do: actions}: Pick<Rule, 'do'>): boolean {
  return actions.length > 0 && actions.every(({action}) => action === 'skip')
}

/** It keeps others from deciding, whatever else it does. */
export function keeps({do: actions}: Pick<Rule, 'do'>): boolean {
  return actions.some(({action}) => action === 'skip')
}

/** What cannot be read has its place by its number. For a stable sort: of equal ones the one that stood first decides first. */
export function byTurn(one: OrderedRule, other: OrderedRule): number {
  return rankOf(one) - rankOf(other) || one.order - other.order
}

export interface OrderedRule {
  readonly order: number
  /** `null` = it cannot be read. */
  readonly do: Rule['do'] | null
}

function rankOf({do: actions}: OrderedRule): number {
  return actions !== null && isKeeping({do: actions}) ? 0 : 1
}
