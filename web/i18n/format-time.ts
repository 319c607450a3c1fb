/** Moments as people name them, in the time zone of the browser. Days of 24 hours. */
import {locale} from '../i18n/text.ts'

const DAY_MS = 86_400_000

/** "today 07:02", "yesterday 14:10", "tomorrow 08:10", else "18 Nov", of other years "18 Nov 2024". Epoch ms. */
export function exactTime(at: number, now: number): string {
  return isNear(at, now) ? `${relativeDay(dayOf(at) - dayOf(now))} ${timeOfDay(at)}` : day(at, now)
}

/** A sentence of the server, which writes moments in UTC for everybody: "at" one becomes "today 07:02", or "on 18 Nov". */
export function withExactTimes(sentence: string, now: number): string {
  return sentence.replaceAll(
    /\b(at )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/g,
    (whole, before: string | undefined, written: string) => {
      const at = Date.parse(written)
      // Sentences name torrents, and a name may look like a moment that there is not.
      if (Number.isNaN(at)) return whole
      return `${before !== undefined && !isNear(at, now) ? 'on ' : ''}${exactTime(at, now)}`
    },
  )
}

/** Today, yesterday or tomorrow. */
function isNear(at: number, now: number): boolean {
  return Math.abs(dayOf(at) - dayOf(now)) <= 1
}

/** "18 Nov", of other years "18 Nov 2024". */
export function day(at: number, now: number): string {
  const isSameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return shape({day: 'numeric', month: 'short', ...(!isSameYear && {year: 'numeric'})}).format(at)
}

/** "3 December", about a year away and more "3 December 2027". */
export function dayInSentence(at: number, now: number): string {
  const isFar = Math.abs(daysAway(at, now)) >= FAR_DAYS
  return shape({day: 'numeric', month: 'long', ...(isFar && {year: 'numeric'})}).format(at)
}

/** From then on a day and a month do not say which. */
const FAR_DAYS = 330

/** Where the day of the browser began, epoch ms. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

/** "Monday 23 November", of other years "Monday 23 November 2024". */
export function wholeDay(at: number, now: number): string {
  const isSameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return shape({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!isSameYear && {year: 'numeric'}),
  }).format(at)
}

/** Days of the calendar: 1 = tomorrow. */
export function daysAway(at: number, now: number): number {
  return dayOf(at) - dayOf(now)
}

/** "18 Nov, 07:02", of other years "18 Nov 2024, 07:02". */
export function dayAndTime(at: number, now: number): string {
  return `${day(at, now)}, ${timeOfDay(at)}`
}

/** "07:02". */
export function timeOfDay(at: number): string {
  return shape({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(at)
}

/** "Wed 18 Nov 2026, 07:02:10 CET": the whole truth, for titles. */
export function fullTime(at: number): string {
  return shape({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at)
}

/** Number of the calendar day; days of 23 and 25 hours count as one. */
function dayOf(at: number): number {
  const date = new Date(at)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}

function relativeDay(days: number): string {
  return new Intl.RelativeTimeFormat(dateLocale(), {numeric: 'auto'}).format(days, 'day')
}

const shapes = new Map<string, Intl.DateTimeFormat>()

function shape(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${dateLocale()} ${JSON.stringify(options)}`
  const known = shapes.get(key)
  if (known) return known
  const fresh = new Intl.DateTimeFormat(dateLocale(), options)
  shapes.set(key, fresh)
  return fresh
}

/** English pages write the day before the month. */
function dateLocale(): string {
  return locale() === 'en' ? 'en-GB' : locale()
}
