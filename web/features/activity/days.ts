/** What happened, under the days on which it began, in the time zone of the browser. */
import {daysAway, wholeDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'

interface Happened {
  readonly at: number
}

interface Day<H> {
  /** "Today", or the day itself. */
  readonly title: string
  /** The day itself, where the title is a word for it; '' = it is the title. */
  readonly date: string
  readonly its: readonly H[]
}

/** @param all newest first @param now epoch ms */
export function byDay<H extends Happened>(all: readonly H[], now: number): readonly Day<H>[] {
  const days: (Day<H> & {readonly its: H[]})[] = []
  for (const one of all) {
    const date = wholeDay(one.at, now)
    const word = wordOf(daysAway(one.at, now))
    const title = word ?? date
    if (days.at(-1)?.title !== title) days.push({title, date: word === null ? '' : date, its: []})
    days.at(-1)!.its.push(one)
  }
  return days
}

function wordOf(days: number): string | null {
  if (days === 0) return text('activity.today')
  return days === -1 ? text('activity.yesterday') : null
}
