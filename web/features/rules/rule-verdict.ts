/** What settles it about a rule, in one sentence: what it did this week, or why nothing. Pure. */
import type {Rule, RulePreview} from '../../api/rules.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {guardWords} from '../explain/action-words.ts'
import {idleWords, kindOf, partWords, stopIn} from './preview.ts'
import {doneWords, WEEK_MS, type RuleWeek} from './rule-week.ts'

export interface RuleKnown {
  readonly rule: Pick<Rule, 'mode' | 'suspended' | 'obstacle' | 'created_at'>
  /** Of the last seven days; `undefined` = not read yet. */
  readonly week: RuleWeek | undefined
  /** As it stands, without what is being written; `null` = not known. */
  readonly preview: Pick<
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
    | 'funnel'
    | 'lately'
  > | null
}

/** @param now epoch ms @returns '' = nothing can be said (yet), or its obstacle says it */
export function ruleSentence({rule, week, preview}: RuleKnown, now: number): string {
  if (rule.obstacle !== null) return ''
  if (rule.suspended) return text('rules.verdict.paused', {reason: guardWords(rule.suspended.reason)})
  const did = doneWords(week)
  if (did !== '') return text('rules.verdict.did', {did})
  if (rule.mode === 'off') return text('rules.verdict.off')
  if (week === undefined || preview === null) return ''
  const {subject, matched, would_act: acts, lately} = preview
  const kind = kindOf(subject)
  const isDry = rule.mode === 'simulate'
  const dry = acts.count === 0 ? (lately?.week.count ?? 0) + (lately?.week.gone ?? 0) : 0
  if (isDry && dry > 0) return text('rules.verdict.dry-run-week', {count: dry})
  const isYoung = rule.created_at !== null && now - rule.created_at < WEEK_MS
  const when = text(isYoung ? 'rules.verdict.ever' : 'rules.verdict.week')
  if (matched.count === 0) {
    // Of one that acts only what it did is kept, not what matched.
    const key = isDry && lately ? 'rules.verdict.unmatched' : 'rules.verdict.idle'
    return text(key, {when, why: nothingWords(preview, now)})
  }
  if (acts.count > 0) {
    const count = {count: acts.count}
    if (isDry) return text(`rules.verdict.dry-run${kind}`, count)
    // What is wanted is never asked about.
    if (rule.mode === 'ask') return text(`rules.verdict.asks${kind === '-wanted' ? '' : kind}`, count)
    return text(`rules.verdict.acts${kind}`, count)
  }
  return text('rules.verdict.idle', {when, why: idleWords(preview)})
}

/** Facts of which one can have too little, and the words for that. */
const tooLittle: Readonly<Record<string, TextKey>> = {
  age: 'rules.verdict.why.age',
  ratio: 'rules.verdict.why.ratio',
  ratioBySize: 'rules.verdict.why.ratio',
  seedingTime: 'rules.verdict.why.seeding',
  seedingObserved: 'rules.verdict.why.seeding',
}

/** "no torrent is old enough". */
function nothingWords(
  {subject, looked, unknown, funnel}: NonNullable<RuleKnown['preview']>,
  now: number,
): string {
  const kind = kindOf(subject)
  if (looked === 0) return text(nothingThere[kind])
  if (unknown.count > 0) return text('rules.verdict.why.unknown', {count: unknown.count})
  if (funnel.in_scope === 0) {
    return text(`rules.verdict.why.scope${kind}`)
  }
  const stop = stopIn(funnel)
  const part = stop && funnel.parts[stop.at]!
  if (!part) return text(noneMeets[kind])
  const little = tooLittle[part.fact ?? '']
  if (little !== undefined && kind === '' && (part.op === 'gt' || part.op === 'gte')) return text(little)
  const words = {part: partWords(part, now)}
  return text(`rules.verdict.why.part${kind}`, words)
}

const nothingThere = {
  '': 'rules.verdict.why.no-torrents',
  '-orphans': 'rules.verdict.why.no-orphans',
  '-wanted': 'rules.verdict.why.no-wanted',
} as const

const noneMeets = {
  '': 'rules.verdict.why.none',
  '-orphans': 'rules.verdict.why.orphans',
  '-wanted': 'rules.verdict.why.wanted',
} as const

/** "71 matched, 1.4 TiB"; '' = it is no dry run, or nothing did. */
export function matchedWords({matched}: Pick<RuleWeek, 'matched'>): string {
  if (matched === null || matched.count === 0) return ''
  const {count, bytes: size} = matched
  return size === 0
    ? text('rules.week.matched', {count})
    : text('rules.week.matched-size', {count, size: written(bytes(size))})
}
