/** Times as people write them: a calendar date, which is a span of time, or an age, which moves on by itself. */
import type {EpochMs, Seconds} from '#model/units.ts'
import {quantityOf} from './quantities.ts'

type Moment =
  | {readonly age: Seconds}
  /** First and last millisecond. */
  | {readonly span: readonly [EpochMs, EpochMs]}
  | {readonly wrong: 'time'}
  /** An age without its unit, or with one that does not exist. */
  | {readonly wrong: 'unit'; readonly number: string; readonly unit: string}

/** Today, and where days begin. */
export interface Calendar {
  readonly now: EpochMs
  /** Name of the IANA data base, like `Europe/Berlin`; UTC when absent. */
  readonly timeZone?: string | undefined
}

/** Reads `7d`, `2026-01-31`, `2026-01`, `2026`, `today`, `yesterday`, `2026-01-31T12:00:00Z`. */
export function momentOf(text: string, calendar: Calendar): Moment {
  const span = namedDay(text, calendar) ?? calendarSpan(text, calendar) ?? instant(text, calendar)
  if (span) return {span}
  if (/^\d{1,3}$/.test(text)) return {wrong: 'unit', number: text, unit: ''}
  const age = quantityOf(text, 'duration')
  if ('amount' in age) return /[a-z]$/i.test(text) ? {age: age.amount} : {wrong: 'time'}
  return age.wrong === 'unit' && !/^\d{4}-/.test(text) ? age : {wrong: 'time'}
}

function namedDay(text: string, {now, timeZone}: Calendar): [EpochMs, EpochMs] | null {
  const back = ['today', 'yesterday'].indexOf(text.toLowerCase())
  if (back < 0) return null
  const here = wallOf({now, timeZone})
  return spanOf(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate() - back, 'day', timeZone)
}

/** What clocks on the wall show now, in the UTC fields of the date. */
export function wallOf({now, timeZone}: Calendar): Date {
  return new Date(now + offsetAt(now, timeZone))
}

function calendarSpan(text: string, {timeZone}: Calendar): [EpochMs, EpochMs] | null {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text)
  if (!parts) return null
  const [year, month, day] = parts.slice(1).map((part) => (part === undefined ? undefined : Number(part)))
  if (year! < 1000 || month! < 1 || month! > 12 || day! < 1 || day! > daysIn(year!, month!)) return null
  const length = day !== undefined ? 'day' : month !== undefined ? 'month' : 'year'
  return spanOf(year!, (month ?? 1) - 1, day ?? 1, length, timeZone)
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function instant(text: string, {timeZone}: Calendar): [EpochMs, EpochMs] | null {
  const shape = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/i.exec(text)
  if (!shape) return null
  const at = Date.parse(shape[2] === undefined ? `${shape[1]}Z` : text.toUpperCase())
  if (Number.isNaN(at)) return null
  const ms = shape[2] === undefined ? asUtc(at, timeZone) : at
  return [ms, ms]
}

function spanOf(
  year: number,
  month: number,
  day: number,
  length: 'day' | 'month' | 'year',
  timeZone: string | undefined,
): [EpochMs, EpochMs] {
  const next = {day: [year, month, day + 1], month: [year, month + 1, 1], year: [year + 1, 0, 1]}[length]
  const begin = asUtc(Date.UTC(year, month, day), timeZone)
  return [begin, asUtc(Date.UTC(next[0]!, next[1], next[2]), timeZone) - 1]
}

/** What clocks on the wall show, as if it were UTC, to UTC. Twice, for the hours in which summer time begins or ends. */
function asUtc(wall: number, timeZone: string | undefined): EpochMs {
  const near = wall - offsetAt(wall, timeZone)
  return wall - offsetAt(near, timeZone)
}

/** How far clocks on the wall are ahead of UTC, ms. */
function offsetAt(at: EpochMs, timeZone = 'UTC'): number {
  if (timeZone === 'UTC') return 0
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((it) => it.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - Math.floor(at / 1000) * 1000
}
