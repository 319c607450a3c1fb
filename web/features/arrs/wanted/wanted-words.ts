/** What is said of what is wanted: when its turn comes, how the last search ended, and what holds its Arr up. */
import type {Wanted, WantedItem} from '../../../api/wanted.ts'
import {dayAndTime, daysAway, timeOfDay} from '../../../i18n/format-time.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {ago, count, until, written} from '../../../ui/format.ts'

/** "in 3 h · 12 of 80"; `null` = it is not known, or it waits for no time. */
export function nextWords({next_at: next, until: ends, place, of}: WantedItem, now: number): string | null {
  const at = next ?? ends
  const rank =
    place === null || of === null ? null : text('wanted.place', {place: count(place), of: count(of)})
  if (at === null) return rank
  const moment =
    at - now > DAYS_AWAY_MS ? dayAndTime(at, now) : text('wanted.in', {time: written(until(at, now))})
  // The end of what holds it: its turn comes after that.
  const time = next === null ? text('wanted.earliest', {time: moment}) : moment
  return rank === null ? time : `${time} · ${rank}`
}

/** Further away the day says more. */
const DAYS_AWAY_MS = 36 * 3_600_000

export function lastWords({searched_at: at, result, empties}: WantedItem, now: number): string | null {
  if (at === null) return null
  const time = written(ago(at, now))
  if (result === null) return time
  const what = text(`wanted.result.${result}`)
  return `${time} · ${result === 'empty' && empties > 1 ? text('wanted.again', {what, count: empties}) : what}`
}

/** Why it is wanted; of a request who asked, as far as that may be known, and how long ago. */
export function reasonWords({reason, requested_at: at, requester}: WantedItem, now: number): string {
  const why = text(`wanted.reason.${reason}`)
  if (reason !== 'request' || at === null) return why
  const who = requester === null ? why : text('wanted.requested', {user: requester})
  return `${who} · ${written(ago(at, now))}`
}

type OfArr = Wanted['arrs'][number]

/** Whether searches of an Arr go on, and until when they do not. */
export function turnWords({pause, until: end}: Pick<OfArr, 'pause' | 'until'>, now: number): string {
  if (pause === null) return text('wanted.searches')
  const why = text(`wanted.pause.${pause}` as TextKey)
  if (end === null) return why
  const time = daysAway(end, now) === 0 ? timeOfDay(end) : dayAndTime(end, now)
  if (pause === 'spacing') return text('wanted.next_at', {time})
  return text(limits.has(pause) ? 'wanted.limit' : 'wanted.until', {why, time})
}

/** They end with a search; pauses do not. */
const limits: ReadonlySet<string> = new Set(['hour_limit', 'day_limit', 'indexer_limit', 'request_budget'])
