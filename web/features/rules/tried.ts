/** What the rules of a row would do now, as Try shows it. Pure. */
import type {RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {bytes, duration, exactDuration, written} from '../../ui/format.ts'
import {valueWords} from '../explain/fact-words.ts'
import {kindOf, type NamedTorrents} from './preview.ts'

type Tally = RulePreview['matched']

/** Of several rules what they would do together. */
export type Tried = Pick<
  RulePreview,
  | 'subject'
  | 'looked'
  | 'matched'
  | 'held'
  | 'already'
  | 'unselected'
  | 'inapplicable'
  | 'blocked'
  | 'unknown'
  | 'would_act'
  | 'unknown_away'
  | 'rows'
  | 'spared'
>

export function triedTogether(previews: readonly RulePreview[]): Tried | null {
  const [first] = previews
  if (!first) return null
  const sum = (
    name:
      | 'matched'
      | 'held'
      | 'already'
      | 'unselected'
      | 'inapplicable'
      | 'blocked'
      | 'unknown'
      | 'would_act',
  ): Tally => ({
    count: previews.reduce((all, it) => all + it[name].count, 0),
    bytes: previews.reduce((all, it) => all + it[name].bytes, 0),
  })
  return {
    subject: first.subject,
    looked: Math.max(...previews.map(({looked}) => looked)),
    matched: sum('matched'),
    held: sum('held'),
    already: {...sum('already'), actions: [...new Set(previews.flatMap((it) => it.already.actions))]},
    unselected: sum('unselected'),
    inapplicable: sum('inapplicable'),
    blocked: sum('blocked'),
    unknown: sum('unknown'),
    would_act: sum('would_act'),
    unknown_away: awayTogether(previews),
    rows: previews.flatMap(({rows}) => rows),
    spared: previews.flatMap(({spared}) => spared),
  }
}

function awayTogether(previews: readonly RulePreview[]): Tried['unknown_away'] {
  const byServer = Map.groupBy(
    previews.flatMap(({unknown_away: away}) => away),
    ({server_id: id}) => id,
  )
  return [...byServer.values()].map((its) => ({
    ...its[0]!,
    count: its.reduce((all, {count}) => all + count, 0),
  }))
}

export interface TriedLine {
  readonly of: Pick<RulePreview['spared'][number], 'server_id' | 'info_hash' | 'name' | 'size'>
  /** Why now, or when. */
  readonly why: string
}

const MOST_LINES = 5

/** What goes first, then what waits for its time. @param now epoch ms */
export function triedLines({rows, spared}: Tried, now: number): readonly TriedLine[] {
  const acting = rows.map((of) => ({of, why: becauseWords(of.because, now)}))
  const waiting = spared
    .filter(({why}) => why === 'held')
    .toSorted((one, other) => (one.left ?? 0) - (other.left ?? 0))
    .map((of) => ({of, why: waitWords(of.left)}))
  return [...acting, ...waiting].slice(0, MOST_LINES)
}

/** "ratio 2.4 · seeding time 14 d". */
function becauseWords(because: RulePreview['rows'][number]['because'], now: number): string {
  return because
    .map(({says, unit, window, value}) => {
      const what = window === null ? says : text('why.over', {what: says, time: exactDuration(window)})
      return `${what} ${valueWords(value, unit, now)}`
    })
    .join(' · ')
}

function waitWords(left: number | null): string {
  return left === null ? '' : text('rules.try.in', {time: written(duration(left))})
}

/** "61 torrents, 318 GiB"; '' = none. */
export function amountWords({
  subject,
  would_act: {count, bytes: size},
}: Pick<Tried, 'subject' | 'would_act'>): string {
  if (count === 0) return ''
  const words = {count, size: written(bytes(size))}
  return text(`preview.big${kindOf(subject)}`, words)
}

/** The torrents that it would act on, as far as they are named. */
export function actedOn({
  rows,
}: {
  readonly rows: readonly Pick<Tried['spared'][number], 'server_id' | 'info_hash'>[]
}): NamedTorrents {
  return rows.flatMap(({server_id: server, info_hash: hash}) =>
    server === null || hash === null ? [] : [{server_id: server, info_hash: hash}],
  )
}

type Recorded = NonNullable<RulePreview['recorded']>

/** Of several rules; `null` = not of all of them anything is known. */
export function recordedTogether(previews: readonly Pick<RulePreview, 'recorded'>[]): Recorded | null {
  const all = previews.map(({recorded}) => recorded)
  if (all.length === 0 || all.includes(null)) return null
  const sum = (name: 'count' | 'again' | 'unknown' | 'unwatched') =>
    all.reduce((whole, it) => whole + it![name], 0)
  return {
    count: sum('count'),
    again: sum('again'),
    unknown: sum('unknown'),
    unwatched: sum('unwatched'),
    is_cut: all.some((it) => it!.is_cut),
  }
}

/** "Last 7 days: 1 instead of 5." What is not known is said, and never guessed. */
export function recordedWords({count, again, unknown, unwatched, is_cut: isCut}: Recorded): string {
  if (count === 0) return text('rules.try.recorded.none')
  const unrecorded = unknown - unwatched
  // Where nothing is known of any, no number says anything.
  const said =
    unknown >= count
      ? text('rules.try.recorded.not-known', {count})
      : unknown > 0 && again === 0
        ? text('rules.try.recorded.fewer', {fewer: count - unknown, count})
        : text(unknown > 0 ? 'rules.try.recorded.least' : 'rules.try.recorded', {again, count})
  const words = [
    said,
    ...(unwatched > 0 ? [text('rules.try.recorded.unwatched', {count: unwatched})] : []),
    ...(unrecorded > 0 ? [text('rules.try.recorded.unknown', {count: unrecorded})] : []),
    // A wider value may have matched what nobody wrote down.
    ...(again === count ? [text('rules.try.recorded.more')] : []),
    ...(isCut ? [text('rules.try.recorded.cut')] : []),
  ]
  return words.join(' ')
}
