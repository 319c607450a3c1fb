/** What rules did, or would have done, in words. */
import {useQuery} from '@tanstack/react-query'
import {ruleTalliesQuery, type RuleTallies} from '../../api/rules.ts'
import {listed, text, type TextKey} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'

const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS
const DAYS = 7

type Tally = RuleTallies['rules'][number]['tallies'][number]
type Done = Tally['kind']

/** What a rule did, by kind, what it did most first. */
export interface RuleWeek {
  readonly counts: readonly {readonly kind: Done; readonly count: number}[]
  /** That went, as far as known. */
  readonly bytes: number
  /** So often a guard kept something from it. */
  readonly held: number
  /** How much of both on each day, today last. */
  readonly days: readonly number[]
  /** Of a dry run: what it would have acted on; `null` = it is none. */
  readonly matched: {readonly count: number; readonly bytes: number} | null
}

/** What a rule that is not in the answer did. */
export const nothingDone: RuleWeek = {
  counts: [],
  bytes: 0,
  held: 0,
  days: Array.from({length: DAYS}, () => 0),
  matched: null,
}

/** By the rule. */
export function weeksOf({rules}: Pick<RuleTallies, 'rules'>): ReadonlyMap<string, RuleWeek> {
  return new Map(
    rules.map(({rule_id: id, tallies, matched}) => {
      const done = tallies.filter(({outcome}) => outcome === 'done')
      const held = tallies.filter(({outcome}) => outcome === 'held')
      const dayOf = (day: number) => sumOf([...done, ...held].filter((it) => it.day === day))
      const week = {
        counts: countsOf(done),
        bytes: done.reduce((all, it) => all + it.bytes, 0),
        held: sumOf(held),
        days: nothingDone.days.map((_, day) => dayOf(day)),
        matched,
      }
      return [id, week]
    }),
  )
}

function sumOf(tallies: readonly Pick<Tally, 'count'>[]): number {
  return tallies.reduce((all, {count}) => all + count, 0)
}

function countsOf(tallies: readonly Pick<Tally, 'kind' | 'count'>[]): RuleWeek['counts'] {
  const kinds = Map.groupBy(tallies, ({kind}) => kind)
  return [...kinds]
    .map(([kind, its]) => ({kind, count: sumOf(its)}))
    .toSorted((one, other) => other.count - one.count)
}

/** What rules did today and on the six days before, by the rule. @returns `undefined` = not read yet */
export function useRuleWeeks(): ReadonlyMap<string, RuleWeek> | undefined {
  const {data} = useQuery({...ruleTalliesQuery(firstDay(useNow(60_000))), select: weeksOf})
  return data
}

/** Whether that is all that they did: of a long journal only the newest actions are counted. */
export function useAllCounted(): boolean {
  const {data} = useQuery({...ruleTalliesQuery(firstDay(useNow(60_000))), select: (it) => it.is_all})
  return data ?? true
}

/** When the first of seven days began here, today being the last. @param now epoch ms */
export function firstDay(now: number): number {
  const day = new Date(now)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - DAYS + 1).getTime()
}

/** Of several rules what they did together. */
export function togetherOf(weeks: readonly RuleWeek[]): RuleWeek {
  const matched = weeks.flatMap((it) => it.matched ?? [])
  return {
    counts: countsOf(weeks.flatMap(({counts}) => counts)),
    bytes: weeks.reduce((all, it) => all + it.bytes, 0),
    held: weeks.reduce((all, it) => all + it.held, 0),
    days: nothingDone.days.map((_, day) => weeks.reduce((all, {days}) => all + days[day]!, 0)),
    matched:
      matched.length === 0
        ? null
        : {count: sumOf(matched), bytes: matched.reduce((all, it) => all + it.bytes, 0)},
  }
}

/** "removed 9 and moved 2"; '' = nothing. */
export function doneWords(week: Pick<RuleWeek, 'counts'> | undefined): string {
  return listed((week?.counts ?? []).map(({kind, count}) => text(`did.${kind}` satisfies TextKey, {count})))
}

/** What rules would have done that only reported it; '' = nothing. */
export function wouldWords({rules}: Pick<RuleTallies, 'rules'>): string {
  const simulated = rules.flatMap(({tallies}) => tallies.filter(({outcome}) => outcome === 'simulated'))
  return doneWords({counts: countsOf(simulated)})
}
