/** What happened, under the days on which it began, in the time zone of the browser. */
import {text} from '../../i18n/text.ts'
import {day} from '../../i18n/format-time.ts'
import {startOfDay} from './journal-search.ts'

interface Happened {
  readonly at: number
}

/** @param all newest first */
export function byDay<H extends Happened>(
  all: readonly H[],
  now: number,
): readonly {readonly title: string; readonly its: readonly H[]}[] {
  const days: {title: string; its: H[]}[] = []
  for (const one of all) {
    const title = dayWords(one.at, now)
    if (days.at(-1)?.title !== title) days.push({title, its: []})
    days.at(-1)!.its.push(one)
  }
  return days
}

function dayWords(at: number, now: number): string {
  const [that, today] = [startOfDay(at), startOfDay(now)]
  if (that === today) return text('journal.today')
  // A day may have 23 or 25 hours.
  if (that === startOfDay(today - 1)) return text('journal.yesterday')
  return day(at, now)
}
