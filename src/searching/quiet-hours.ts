/**
 * When an Arr is not searched on a schedule: spans of the day, as the clocks of a place show them. Where those are set
 * forward or back a span ends when they show its end for the last time, and what they skip is in no span.
 */
import type {QuietHours} from '#config/schema/schema-arrs.ts'
import type {EpochMs} from '#model/units.ts'

interface Span {
  readonly start: EpochMs
  readonly end: EpochMs
}

/** All spans that reach into one day of the place, in order. */
interface Day extends Span {
  readonly spans: readonly Span[]
}

/**
 * When the quiet hours end in which a moment lies; `null` = it lies in none.
 * @param ofPlace time zone of the hours that name none
 */
export function quietUntil({spans, timeZone}: QuietHours, ofPlace: string): (now: EpochMs) => EpochMs | null {
  const zone = timeZone ?? ofPlace
  let day: Day | null = null
  return (now) => {
    // Each unit of a long list asks for it.
    if (day === null || now < day.start || now >= day.end) day = dayOf(now, spans, zone)
    let until: EpochMs | null = null
    // Where one ends another one may go on.
    for (const {start, end} of day.spans) if (start <= (until ?? now) && end > (until ?? now)) until = end
    return until
  }
}

function dayOf(now: EpochMs, spans: QuietHours['spans'], zone: string): Day {
  const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  const all = [-1, 0, 1, 2].flatMap((days) => spans.map((span) => spanOf(date.add({days}), span, zone)))
  return {
    start: date.toZonedDateTime(zone).epochMilliseconds,
    end: date.add({days: 1}).toZonedDateTime(zone).epochMilliseconds,
    spans: all.toSorted((one, other) => one.start - other.start),
  }
}

/** The span that begins on that day. */
function spanOf(date: Temporal.PlainDate, {from, to}: QuietHours['spans'][number], zone: string): Span {
  const lastDay = from < to ? date : date.add({days: 1})
  return {start: shownAt(date, from, zone, 'earlier'), end: shownAt(lastDay, to, zone, 'later')}
}

/** When the clocks of the place show that time, for the first or the last time; what they skip, when they skip it. */
function shownAt(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  which: 'earlier' | 'later',
): EpochMs {
  const wanted = date.toPlainDateTime(time)
  const shown = wanted.toZonedDateTime(timeZone, {disambiguation: which})
  if (shown.toPlainDateTime().equals(wanted)) return shown.epochMilliseconds
  const after = wanted.toZonedDateTime(timeZone, {disambiguation: 'later'})
  return after.getTimeZoneTransition('previous')!.epochMilliseconds
}
