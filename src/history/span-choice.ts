/** Which span answers a question, so that no answer has more points than anybody can see, nor costs too much. */
import {BadArgument} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import {keptMs, type HistoryDays} from './retention.ts'
import {beginOf, spans, type Span} from './sample.ts'

export const MOST_POINTS = 2_000
/** Samples that are read for one answer: a second in SQLite, in slices. */
export const MOST_SAMPLES = 300_000

interface AskedRange {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly span: Span | 'auto'
  /** How many are asked about. */
  readonly servers: number
  /** What is kept of it, the finest first; absent = all spans. */
  readonly kept?: readonly Span[]
}

/** Beginnings of points from `from` to before `to`. */
export interface SelectedRange {
  readonly span: Span
  readonly from: EpochMs
  readonly to: EpochMs
  readonly points: number
}

/**
 * `auto`: the finest span that was still kept at `from` and does not make too many points; of days the newest ones.
 * Nothing ends later than what is open now.
 * @throws {BadArgument} when the span that was asked for, or every span, makes too much
 */
export function selectRange(asked: AskedRange, now: EpochMs, days: HistoryDays): SelectedRange {
  const {kept = spans} = asked
  const ranges = kept.map((span) => rangeOf(asked, span, now))
  if (asked.span === 'auto') {
    const fitting = ranges.find(
      (range) =>
        isFitting(range, asked) &&
        (range.span === kept.at(-1) || asked.from >= now - keptMs(range.span, days)),
    )
    return fitting ?? checked(newest(ranges.at(-1)!), asked)
  }
  return checked(rangeOf(asked, asked.span, now), asked)
}

function rangeOf({from, to}: AskedRange, span: Span, now: EpochMs): SelectedRange {
  const ms = span * 1_000
  const begin = beginOf(from, span)
  const end = Math.min(to, beginOf(now, span) + ms)
  const points = Math.max(0, Math.ceil((end - begin) / ms))
  return {span, from: begin, to: begin + points * ms, points}
}

/** The last of them. */
function newest(range: SelectedRange): SelectedRange {
  const points = Math.min(range.points, MOST_POINTS)
  return {...range, points, from: range.to - points * range.span * 1_000}
}

function isFitting({points}: SelectedRange, {servers}: AskedRange): boolean {
  return points <= MOST_POINTS && points * servers <= MOST_SAMPLES
}

function checked(range: SelectedRange, asked: AskedRange): SelectedRange {
  if (isFitting(range, asked)) return range
  const what =
    range.points > MOST_POINTS ? 'a longer span or a shorter time' : 'fewer servers or a shorter time'
  throw new BadArgument(`That would be too much for one answer (${range.points} points): ask for ${what}.`, {
    points: range.points,
    accepted: MOST_POINTS,
    servers: asked.servers,
  })
}
