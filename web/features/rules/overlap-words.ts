/** What is said at a rule that decides over others. Pure. */
import type {RuleOverlap} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import type {GroupOfRules, RuleGroup, RuleRow} from './rule-rows.ts'

/** Where a rule stands on the page. */
export interface Standing {
  readonly group: RuleGroup
  /** From 1. */
  readonly order: number
  readonly row: RuleRow
}

/** By the id of the rule; of those that are switched off nothing. */
export function standingsOf(groups: readonly GroupOfRules[]): ReadonlyMap<string, Standing> {
  return new Map(
    groups.flatMap(({group, rows}) =>
      rows.flatMap((row, at) => row.rules.map(({rule}) => [rule.id, {group, order: at + 1, row}] as const)),
    ),
  )
}

export interface RowOverlap {
  /** Over which it decides. */
  readonly other: RuleRow
  readonly words: string
  readonly count: number
  readonly first: RuleOverlap['first']
}

/** What the rules of a row decide over, by the other row; of most torrents first. */
export function overlapsOfRow(
  rowId: string,
  overlaps: readonly RuleOverlap[],
  standings: ReadonlyMap<string, Standing>,
): readonly RowOverlap[] {
  const own = overlaps.flatMap((it) => {
    const [mine, other] = [standings.get(it.rule_id), standings.get(it.other_id)]
    return mine?.row.id === rowId && other && other.row.id !== rowId ? [{it, mine, other}] : []
  })
  return [...Map.groupBy(own, ({other}) => other.row.id).values()]
    .map((some) => {
      const [{mine, other}] = some as [(typeof some)[number]]
      const count = some.reduce((sum, {it}) => sum + it.count, 0)
      const number = {order: other.order}
      const name =
        mine.group === other.group
          ? text('rules.overlap.rule', number)
          : text('rules.overlap.of-group', {group: text(`rules.group.${other.group}`), ...number})
      return {
        other: other.row,
        words: text('rules.overlap', {other: name, count}),
        count,
        first: some.flatMap(({it}) => it.first),
      }
    })
    .toSorted((one, other) => other.count - one.count)
}
