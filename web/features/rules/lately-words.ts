/** How many a rule wanted while it only simulated, in words. */
import type {RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {bytes, duration, written} from '../../ui/format.ts'

export type Lately = NonNullable<RulePreview['lately']>
export type Span = 'day' | 'week'

/** Of those that are there still; where there are none of them, of those that are gone. @param time as `watchedTime` */
export function latelyWords(
  {count, bytes: size, gone}: Lately[Span],
  subject: RulePreview['subject'],
  time: string,
): string {
  if (count + gone === 0) return text('rules.lately.none', {time})
  if (count === 0) return text('rules.lately.gone', {count: gone, time})
  const words = {count, time, size: written(bytes(size))}
  return subject === 'path' ? text('rules.lately.orphans', words) : text('rules.lately', words)
}

const DAYS_MS = {day: 86_400_000, week: 7 * 86_400_000} as const

/** How long a rule was watched, for as much of a day or a week as it stands as it is. @param since `null` = not known */
export function watchedTime(span: Span, since: number | null, now: number): string {
  const isYoung = since !== null && now - since < DAYS_MS[span]
  return isYoung ? written(duration(Math.max(0, now - since) / 1000)) : text(`rules.lately.${span}`)
}
