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

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const
/** The month in which each begins, from 0. */
const seasons: Readonly<Record<string, number>> = {spring: 2, summer: 5, autumn: 8, fall: 8, winter: 11}
const lengths = ['week', 'month', 'year'] as const
type Length = (typeof lengths)[number] | 'day'

/** Words for times, as they are offered. */
export const timeWords: readonly string[] = [
  'today',
  'yesterday',
  ...lengths.flatMap((length) => [`this ${length}`, `last ${length}`]),
  ...months,
  ...Object.keys(seasons),
]

/** One of them that lacks its second word: a length of time or a year may follow, with white space before it. */
export function followedIn(text: string): 'length' | 'year' | null {
  const word = text.toLowerCase()
  if (word === 'this' || word === 'last') return 'length'
  return monthsNamed(word) === null ? null : 'year'
}

/** The beginning of a word for a time, for what looks ahead in a text. */
export const timeWordBegins = `today|yesterday|this|last|${[...months.map((it) => it.slice(0, 3)), ...Object.keys(seasons)].join('|')}`

/** A second word for `this` and `last`. */
export const lengthWord = lengths.join('|')

interface MomentWish extends Calendar {
  /** What has no year is the next of its kind; else the last that has begun. */
  readonly isAhead?: boolean | undefined
}

/**
 * Reads `7d`, `2026-01-31`, `2026-01`, `2026`, `today`, `yesterday`, `2026-01-31T12:00:00Z`, `last month`, `march`,
 * `spring 2026`.
 */
export function momentOf(text: string, calendar: MomentWish): Moment {
  const word = text.toLowerCase().replaceAll(/\s/g, '')
  const span =
    namedDay(word, calendar) ??
    nearSpan(word, calendar) ??
    namedSpan(word, calendar) ??
    calendarSpan(text, calendar) ??
    instant(text, calendar)
  if (span) return {span}
  if (/^\d{1,3}$/.test(text)) return {wrong: 'unit', number: text, unit: ''}
  const age = quantityOf(text, 'duration')
  if ('amount' in age) return /[a-z]$/i.test(text) ? {age: age.amount} : {wrong: 'time'}
  return age.wrong === 'unit' && !/^\d{4}-/.test(text) ? age : {wrong: 'time'}
}

/** Whether it is a month or a season without its year: which year is meant hangs on what else is said. */
export function isOfAnyYear(text: string): boolean {
  return monthsNamed(text.toLowerCase().replaceAll(/\s/g, '')) !== null
}

function namedDay(word: string, {now, timeZone}: Calendar): [EpochMs, EpochMs] | null {
  const back = ['today', 'yesterday'].indexOf(word)
  if (back === -1) return null
  const here = wallOf({now, timeZone})
  return spanOf(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate() - back, 'day', timeZone)
}

/** `this month`, `last week`: weeks begin on Monday. */
function nearSpan(word: string, {now, timeZone}: Calendar): [EpochMs, EpochMs] | null {
  const [, which, length] = new RegExp(`^(this|last)(${lengthWord})$`).exec(word) ?? []
  if (which === undefined) return null
  const back = which === 'last' ? 1 : 0
  const here = wallOf({now, timeZone})
  const [year, month, day] = [here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate()]
  if (length === 'year') return spanOf(year - back, 0, 1, 'year', timeZone)
  if (length === 'month') return spanOf(year, month - back, 1, 'month', timeZone)
  const sinceMonday = (here.getUTCDay() + 6) % 7
  return spanOf(year, month, day - sinceMonday - 7 * back, 'week', timeZone)
}

/** `march`, `mar`, `spring`, each also with a year; winter is named by the year in which it begins. */
function namedSpan(word: string, {now, timeZone, isAhead}: MomentWish): [EpochMs, EpochMs] | null {
  const [, name = '', year] = /^([a-z]+)(\d{4})?$/.exec(word) ?? []
  const named = monthsNamed(name)
  if (named === null) return null
  const inYear = (it: number): [EpochMs, EpochMs] => [
    spanOf(it, named.first, 1, 'month', timeZone)[0],
    spanOf(it, named.first + named.count - 1, 1, 'month', timeZone)[1],
  ]
  if (year !== undefined) return Number(year) < 1000 ? null : inYear(Number(year))
  const here = wallOf({now, timeZone}).getUTCFullYear()
  const near = [here - 1, here, here + 1].map(inYear)
  return (isAhead ? near.find(([, end]) => end >= now) : near.findLast(([begin]) => begin <= now)) ?? null
}

/** The first month of it, from 0, and how many it has. */
function monthsNamed(name: string): {readonly first: number; readonly count: 1 | 3} | null {
  const season = Object.hasOwn(seasons, name) ? seasons[name] : undefined
  if (season !== undefined) return {first: season, count: 3}
  const month = name.length < 3 ? -1 : months.findIndex((it) => it === name || it.slice(0, 3) === name)
  return month === -1 ? null : {first: month, count: 1}
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
  length: Length,
  timeZone: string | undefined,
): [EpochMs, EpochMs] {
  const next = {
    day: [year, month, day + 1],
    week: [year, month, day + 7],
    month: [year, month + 1, 1],
    year: [year + 1, 0, 1],
  }[length]
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
