/** How much a rule may destroy in one run, an hour, a day; what is over it waits. */
import {
  isCounted,
  isGrave,
  isOfPath,
  numberOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

export const budget: DecisionGuard = {
  name: 'budget',
  guards: isCounted,
  look(item) {
    const {budgets, limits, rule} = item
    const least = (own: number | undefined, instance: number) => Math.min(own ?? instance, instance)
    return (
      over(
        'max_per_run',
        budgets.run.count,
        least(rule.guards.maxPerRun, limits.maxPerRun),
        'the next run',
      ) ??
      over('max_per_hour', budgets.hour.count, least(rule.guards.maxPerHour, limits.maxPerHour), 'an hour') ??
      over('max_per_day', budgets.day.count, least(rule.guards.maxPerDay, limits.maxPerDay), 'a day') ??
      over('max_per_day_of_all', budgets.dayOfAll.count, limits.maxPerDayOfAll, 'a day') ??
      bytesOf(item, least(rule.guards.maxBytesPerRun, limits.maxBytesPerRun))
    )
  },
}

function over(code: string, done: number, most: number, wait: string): Objection | null {
  if (done < most) return null
  return {verdict: 'postpone', code, detail: {done, most}, lift: `It goes on after ${wait}.`}
}

function bytesOf(item: DecisionItem, most: number): Objection | null {
  if (!item.action.losesBytes && !(isOfPath(item) && isGrave(item))) return null
  const bytes = item.budgets.run.bytes + (bytesAtStake(item) ?? 0)
  if (bytes <= most) return null
  const lift = 'It goes on with the next run; what is larger than the limit alone, never.'
  return {verdict: 'postpone', code: 'max_bytes_per_run', detail: {bytes, most}, lift}
}

/** What would be lost at most; `undefined` = unknown. */
export function bytesAtStake(item: DecisionItem): number | undefined {
  return numberOf(item, 'content.exclusiveBytes') ?? numberOf(item, 'size') ?? numberOf(item, 'path.size')
}
