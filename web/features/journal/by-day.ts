/** Deeds under the days on which they began, in the time zone of the browser. */
import type {Deed} from '../../api/explanation.ts'
import {text} from '../../text/text.ts'
import {day} from '../../ui/format-time.ts'

export interface DayOfDeeds {
  readonly title: string
  readonly deeds: readonly Deed[]
}

/** @param deeds newest first */
export function byDay(deeds: readonly Deed[], now: number): readonly DayOfDeeds[] {
  const days: {title: string; deeds: Deed[]}[] = []
  for (const deed of deeds) {
    const title = dayWords(deed.at, now)
    if (days.at(-1)?.title !== title) days.push({title, deeds: []})
    days.at(-1)!.deeds.push(deed)
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

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
