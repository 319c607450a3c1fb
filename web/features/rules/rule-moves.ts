/** Moving a rule among those of its group: what it is put before or behind, and what it passes by that. Pure. */
import type {ListedRule} from '../../api/rules.ts'
import {groupOf, type RuleRow} from './rule-rows.ts'

export interface Neighbour {
  readonly side: 'before' | 'behind'
  /** Id of a rule. */
  readonly of: string
}

/** The rule of a row that people may put elsewhere; `null` = it keeps the place that its section has. */
export function movableIn({rules}: Pick<RuleRow, 'rules'>): ListedRule | null {
  const [first, ...others] = rules
  return others.length === 0 && first?.rule.may === 'edit' ? first.rule : null
}

/**
 * @param rows of the group, in their order
 * @param to number of the place that it shall have among them, from 0
 * @returns `null` = it stands there already
 */
export function neighbourAt(rows: readonly RuleRow[], id: string, to: number): Neighbour | null {
  const from = rows.findIndex((it) => it.id === id)
  const at = Math.max(0, Math.min(rows.length - 1, to))
  if (from < 0 || at === from) return null
  const {rules} = rows[at]!
  return at < from ? {side: 'before', of: rules[0]!.rule.id} : {side: 'behind', of: rules.at(-1)!.rule.id}
}

/** Rules that decided before it, and decide behind it now, beside those of its group. In the order of now. */
export function passedBy(
  id: string,
  before: readonly ListedRule[],
  after: readonly ListedRule[],
  group: ReadonlySet<string>,
): readonly ListedRule[] {
  const at = (all: readonly ListedRule[], one: string) => all.findIndex((it) => it.id === one)
  return after.filter(
    (it) =>
      !group.has(it.id) &&
      it.mode !== 'off' &&
      at(before, it.id) < at(before, id) &&
      at(after, it.id) > at(after, id),
  )
}

/** Numbers of before, of those that got another one. */
export function formerOrders(
  before: readonly Pick<ListedRule, 'id' | 'order'>[],
  after: readonly Pick<ListedRule, 'id' | 'order'>[],
): readonly (readonly [id: string, order: number])[] {
  const now = new Map(after.map(({id, order}) => [id, order]))
  return before.flatMap(({id, order}) => (now.has(id) && now.get(id) !== order ? [[id, order] as const] : []))
}

/** One rule is put elsewhere. */
export type Move = Neighbour & {readonly id: string}

/**
 * What puts two rows in each other's place, one move after the other. What keeps its place stays, and the other one passes
 * it. @param one decides before `other` @param all in the order in which they decide
 * @returns `null` = both keep their places, or what only keeps would decide later
 */
export function swapOf(
  one: Pick<RuleRow, 'rules'>,
  other: Pick<RuleRow, 'rules'>,
  all: readonly Pick<ListedRule, 'id'>[],
): readonly Move[] | null {
  const isKeeping = ({rules}: Pick<RuleRow, 'rules'>) => groupOf(rules[0]!.rule) === 'keep'
  if (isKeeping(one) !== isKeeping(other)) return null
  const [mine, its] = [movableIn(one), movableIn(other)]
  if (mine === null && its === null) return null
  if (its === null) return [{id: mine!.id, side: 'behind', of: other.rules.at(-1)!.rule.id}]
  const first: Move = {id: its.id, side: 'before', of: one.rules[0]!.rule.id}
  const at = all.findIndex(({id}) => id === its.id)
  const last = all[at - 1]
  if (mine === null || last === undefined || last.id === mine.id) return [first]
  return [first, {id: mine.id, side: 'behind', of: last.id}]
}
