/** What is said of searches: what came of one, why releases were rejected, and what searches that are ordered cost. */
import type {OrderedSearches, StoredSearch} from '../../../api/searches.ts'
import {dayAndTime, daysAway, timeOfDay} from '../../../i18n/format-time.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {count, duration, written} from '../../../ui/format.ts'

type Outcome = StoredSearch['outcome']

/** One phrase: never that it went well without a release that was grabbed. */
export function resultWords({
  outcome,
  found,
  grabs,
  indexers,
}: Pick<StoredSearch, 'outcome' | 'found' | 'grabs' | 'indexers'>): string {
  const [first] = grabs
  if (outcome === 'grabbed' && first)
    return grabs.length === 1
      ? text('searches.result.grabbed.one', {release: first.title})
      : text('searches.result.grabbed.more', {release: first.title, count: grabs.length - 1})
  if (outcome === 'all_rejected' && found !== null)
    return text('searches.result.rejected', {count: found, shown: count(found)})
  if (outcome === 'partial' && indexers !== null)
    return text('searches.result.partial.of', {count: indexers, shown: count(indexers)})
  return text(`searches.result.${outcome}`)
}

const tones: Readonly<Partial<Record<Outcome, 'good' | 'warn' | 'busy'>>> = {
  grabbed: 'good',
  held_by_client: 'good',
  running: 'busy',
  all_rejected: 'warn',
  refused: 'warn',
  no_indexer: 'warn',
  failed: 'warn',
  stuck: 'warn',
}

export function resultTone(outcome: Outcome): 'good' | 'warn' | 'busy' | 'quiet' {
  return tones[outcome] ?? 'quiet'
}

export interface RejectLine {
  readonly count: number
  readonly why: string
  /** What would help. */
  readonly remedy: string
}

/** Most first. */
export function rejectLines({rejects}: Pick<StoredSearch, 'rejects'>): readonly RejectLine[] {
  return Object.entries(rejects)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, its]) => ({
      count: its,
      why: text(`searches.reject.${name}` as TextKey),
      remedy: text(`searches.remedy.${name}` as TextKey),
    }))
}

/** "88 searches, 264 questions to indexers; the last begins about 16:40." */
export function costWords({cost, left}: Pick<OrderedSearches, 'cost' | 'left'>, now: number): string {
  const {searches, questions, seconds, last_at: lastAt} = cost
  if (searches === 0 || lastAt === null) return text('searches.cost.none')
  const figures = {
    searches: text('searches.cost.searches', {count: searches, shown: count(searches)}),
    questions: text('searches.cost.questions', {count: questions, shown: count(questions)}),
  }
  const time = daysAway(lastAt, now) === 0 ? timeOfDay(lastAt) : dayAndTime(lastAt, now)
  const words =
    seconds < 60
      ? text('searches.cost.now', figures)
      : text('searches.cost.until', {...figures, time, span: written(duration(seconds))})
  return left === 0 ? words : `${words} ${text('searches.cost.left', {count: left, shown: count(left)})}`
}

/** Why some of them are not searched, most first: "12 not out yet, 3 already in the queue". */
export function notSearchedWords({items}: Pick<OrderedSearches, 'items'>): string | null {
  const others = items.filter(({answer}) => answer !== 'queued')
  if (others.length === 0) return null
  const reasons = Map.groupBy(others, ({answer, hold}) => (answer === 'held' ? `hold.${hold}` : answer))
  return [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, some]) => `${count(some.length)} ${text(`searches.not.${reason}` as TextKey)}`)
    .join(', ')
}
