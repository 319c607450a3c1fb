/** What rules did, or would have done, in words. */
import {useQuery} from '@tanstack/react-query'
import {ruleStoriesQuery, type Story} from '../../api/activity.ts'
import {listed, text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'

const HOUR_MS = 3_600_000
export const WEEK_MS = 7 * 24 * HOUR_MS

const done = ['removed', 'replaced', 'moved', 'restored', 'added', 'changed'] as const
type Done = (typeof done)[number]

/** What a rule did, by kind, what it did most first. */
export interface RuleWeek {
  readonly counts: readonly {readonly kind: Done; readonly count: number}[]
  /** There was more than was read. */
  readonly isMore: boolean
}

/** By the rule. @param isMore there are older stories that were not read */
export function weeksOf(
  stories: readonly Pick<Story, 'rule_id' | 'what' | 'outcomes'>[],
  isMore: boolean,
): ReadonlyMap<string, RuleWeek> {
  return new Map(
    [...Map.groupBy(stories, ({rule_id: id}) => id)].flatMap(([id, its]) =>
      id === null ? [] : [[id, {counts: countsOf(its), isMore}] as const],
    ),
  )
}

function countsOf(
  stories: readonly Pick<Story, 'what' | 'outcomes'>[],
  outcome: 'done' | 'simulated' = 'done',
): RuleWeek['counts'] {
  return done
    .map((kind) => ({
      kind,
      count: stories
        .filter(({what}) => what === kind)
        .reduce((sum, {outcomes}) => sum + (outcomes[outcome] ?? 0), 0),
    }))
    .filter(({count}) => count > 0)
    .toSorted((one, other) => other.count - one.count)
}

/** What rules did in the last seven days, by the rule. @param rule alone; `null` = all. @returns `undefined` = not read yet */
export function useRuleWeeks(rule: string | null): ReadonlyMap<string, RuleWeek> | undefined {
  // By the hour: another beginning is another question.
  const hour = Math.floor(useNow(60_000) / HOUR_MS) * HOUR_MS
  const {data} = useQuery({
    ...ruleStoriesQuery(rule, hour - WEEK_MS),
    select: ({stories, next_before: next}) => weeksOf(stories, next !== null),
  })
  return data
}

/** Of several rules what they did together. */
export function togetherOf(weeks: readonly RuleWeek[]): RuleWeek {
  const sums = Map.groupBy(
    weeks.flatMap(({counts}) => counts),
    ({kind}) => kind,
  )
  const counts = [...sums].map(([kind, its]) => ({kind, count: its.reduce((sum, it) => sum + it.count, 0)}))
  return {
    counts: counts.toSorted((one, other) => other.count - one.count),
    isMore: weeks.some(({isMore}) => isMore),
  }
}

/** "removed 9 and moved 2"; '' = nothing. */
export function doneWords(week: RuleWeek | undefined): string {
  if (!week) return ''
  return listed(
    week.counts.map(({kind, count}) => text(week.isMore ? `did.least.${kind}` : `did.${kind}`, {count})),
  )
}

/** What rules would have done that only reported it; '' = nothing. @param isMore as of `weeksOf` */
export function wouldWords(stories: readonly Pick<Story, 'what' | 'outcomes'>[], isMore: boolean): string {
  return doneWords({counts: countsOf(stories, 'simulated'), isMore})
}
