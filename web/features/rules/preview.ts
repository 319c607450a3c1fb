/** What a rule would do now, and what it did lately. */
import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {withChoice} from '#search-query/choices.ts'
import {Problem} from '../../api/problem.ts'
import {useAsked} from '../../api/queries.ts'
import {previewQuery, type RulePreview} from '../../api/rules.ts'
import {useShown} from '../../api/unread.ts'
import {text, textIfAny, type TextKey, type TextValues} from '../../i18n/text.ts'
import {bytes, duration, exactDuration, written} from '../../ui/format.ts'
import {thresholdWords, valueWords} from '../explain/fact-words.ts'
import {joined, plainText, type Blank} from './sentence-pieces.ts'

/** What it is about, in the names of texts; those about whole servers are said as those about torrents. */
export function kindOf(subject: string | null | undefined): '' | '-orphans' | '-wanted' {
  return subject === 'path' ? '-orphans' : subject === 'wanted' ? '-wanted' : ''
}

/** Why a rule would do nothing now: the first of these that is true; and where what it looks at drops out. */
type Counts = Pick<RulePreview, 'subject' | 'looked'> & {
  readonly [name in Part | 'matched' | 'unknown' | 'would_act']: {readonly count: number}
} & {readonly already: Pick<RulePreview['already'], 'actions'>}

/** Of what matches, those parts that it does nothing about. */
const idleParts = ['held', 'already', 'unselected', 'inapplicable', 'blocked'] as const
type Part = (typeof idleParts)[number]

/** What is so already: "tagged", "stopped". */
function alreadyWords({actions}: Pick<RulePreview['already'], 'actions'>): string {
  const [action, ...others] = actions
  const own = others.length === 0 ? textIfAny(`preview.so.${action}`) : undefined
  return own ?? text('preview.so')
}

/** '' = it would do something. */
export function ruleVerdict({
  subject,
  looked,
  matched,
  unknown,
  would_act: wouldAct,
  ...parts
}: Counts): string {
  if (wouldAct.count > 0) return ''
  const say = (key: TextKey, values: TextValues = {}) => text(key, values)
  const kind = kindOf(subject)
  if (looked === 0) return say(nothingThere[kind])
  if (matched.count === 0) return say(unknown.count >= looked ? 'preview.why.unknown' : noneMeets[kind])
  return capitalized(`${idleWords({matched, ...parts})}.`)
}

const nothingThere = {
  '': 'preview.why.no-torrents',
  '-orphans': 'preview.why.no-orphans',
  '-wanted': 'preview.why.no-wanted',
} as const

const noneMeets = {
  '': 'preview.why.no-torrent',
  '-orphans': 'preview.why.no-orphan',
  '-wanted': 'preview.why.no-title',
} as const

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

type Idle = Pick<Counts, Part | 'matched'>

/** "the 3 that match are tagged already or wait for their time": why nothing is done about what matches. */
export function idleWords(of: Idle): string {
  const {count} = of.matched
  const parts = idleParts.filter((it) => of[it].count > 0)
  const words = parts.map((it) => [text(`preview.idle.${it}`, {count, so: alreadyWords(of.already)})])
  return `${text('preview.idle', {count})} ${plainText(joined(words, 'sentence.or'))}`
}

export type NamedTorrents = RulePreview['funnel']['scope_first']

/** Digits that tell the hashes of a fleet from each other; of very many as many as a search has room for. */
const DIGITS = 12
const ROOM = 1_800

/** A search for just these: a hash may be on several servers. */
export function queryFor(torrents: NamedTorrents): string {
  const digits = Math.min(DIGITS, Math.floor(ROOM / Math.max(1, torrents.length)) - 1)
  const groups = [...Map.groupBy(torrents, (it) => it.server_id)].map(([server, some]) => {
    const hashes = some.map((it) => it.info_hash.slice(0, digits)).join(',')
    return `${withChoice('', 'server', server, 'include')} hash:${hashes}`
  })
  return groups.length === 1 ? groups[0]! : groups.map((it) => `(${it})`).join(' OR ')
}

type FunnelPart = RulePreview['funnel']['parts'][number]
type Near = RulePreview['funnel']['nearest'][number]

/** "age at least 14 d". @param now epoch ms */
export function partWords({says, op, threshold, unit, window}: FunnelPart, now: number): string {
  if (says === null || op === null) return text('preview.funnel.several')
  const what = window === null ? says : text('why.over', {what: says, time: exactDuration(window)})
  const asked = text(`why.op.${op}` satisfies TextKey, {value: thresholdWords(threshold, unit, now)})
  return text(op === 'eq' ? 'preview.funnel.is' : 'preview.funnel.part', {what, asked})
}

/** The part that none of those meets which meet all before it, and how many they are; `null` = some meet all. */
export function stopIn({in_scope: inScope, parts}: RulePreview['funnel']): {at: number; last: number} | null {
  const at = parts.findIndex(({count}) => count === 0)
  if (at < 0 || inScope === 0) return null
  return {at, last: parts[at - 1]?.count ?? inScope}
}

/** "age: 20 h to go". */
export function nearWords({says, unit, lacks, too_much: isTooMuch}: Near, now: number): string {
  const value = valueWords(lacks, unit, now)
  return text(isTooMuch ? 'preview.near.more' : 'preview.near.less', {what: says, value})
}

export interface Preview {
  /** As it was last; `null` = there was none yet. */
  readonly data: RulePreview | null
  /** Of the text that was looked at. */
  readonly mistakes: readonly Mistake[]
  /** Why there is none otherwise, in words; '' = nothing speaks against it. */
  readonly error: string
  readonly again: () => void
  readonly isNotReady: boolean
  /** What is shown is of another text. */
  readonly isBehind: boolean
}

/** Whoever writes is told what is wrong when he pauses: half a word is no mistake. */
const PAUSE_MS = 500

/** What a rule would do now, while it is written. */
export function usePreview(yaml: string, ruleId: string | null): Preview {
  const asked = useAsked(yaml, ['rule-preview', ruleId])
  const isPaused = useIsPaused(yaml)
  const {data, error, isPlaceholderData, refetch} = useQuery({
    ...previewQuery(asked, ruleId),
    placeholderData: keepPreviousData,
  })
  useShown(error)
  const problem = error instanceof Problem && isPaused ? error : null
  const mistakes = asked === yaml ? mistakesIn(problem) : []
  const isNotReady = problem?.code === 'not_ready'
  const isOther = error && mistakesIn(problem).length === 0 && !isNotReady
  return {
    data: data ?? null,
    mistakes,
    isNotReady,
    again: () => void refetch(),
    error: isOther && isPaused ? error.message : '',
    isBehind: isPlaceholderData || asked !== yaml || error !== null,
  }
}

function useIsPaused(text: string): boolean {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused === text
}

export interface Mistake {
  /** From 1; `null` = of the whole. */
  readonly line: number | null
  readonly message: string
}

/** Those that the server told; [] = it said no for another reason, or did not. */
export function mistakesIn(problem: Problem | null): readonly Mistake[] {
  return (problem?.fields ?? []).flatMap(({says, line}) =>
    says === undefined ? [] : {line: line ?? null, message: says},
  )
}

/** The first mistake of a text as a sentence shows its values: by what the value is called there. '' = there is none. */
export function mistakeOf({place, label}: Pick<Blank, 'place' | 'label'>, problem: Problem | null): string {
  const [first] = mistakesIn(problem)
  if (first === undefined) return ''
  const path = place
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${step}`))
    .join('')
  const named = text('rules.blank.named', {label})
  return first.message.replace(new RegExp(`^\`${RegExp.escape(path)}[^\`]*\``), () => named)
}

/** How many a rule wanted while it only simulated, in words. */
export type Lately = NonNullable<RulePreview['lately']>
export type Span = 'day' | 'week'

/** Of those that are there still; where there are none of them, of those that are gone. @param time as `watchedTime` */
export function latelyWords(
  {count, bytes: size, gone}: Lately[Span],
  subject: RulePreview['subject'],
  time: string | null,
): string {
  if (count + gone === 0) return time === null ? text('rules.lately.new') : text('rules.lately.none', {time})
  if (time === null) return latelyWords({count, bytes: size, gone}, subject, text('rules.lately.moment'))
  if (count === 0) return text('rules.lately.gone', {count: gone, time})
  const words = {count, time, size: written(bytes(size))}
  return text(matchedLately[kindOf(subject)], words)
}

const matchedLately = {
  '': 'rules.lately',
  '-orphans': 'rules.lately.orphans',
  '-wanted': 'rules.lately.wanted',
} as const

/** What cannot be evaluated now, and what that waits for: servers that are away, then Arrs and disks. */
export function waitingWords({
  unknown,
  unknown_away: away,
}: Pick<RulePreview, 'unknown' | 'unknown_away'>): readonly string[] {
  const others = away.reduce((left, {count}) => left - count, unknown.count)
  return [
    ...away.map(({server_name: server, count}) => text('rules.live.away', {server, count})),
    ...(others > 0 ? [text('rules.live.unknown', {count: others})] : []),
  ]
}

const DAYS_MS = {day: 86_400_000, week: 7 * 86_400_000} as const

/** Shorter is no time that says something. */
const A_MOMENT_MS = 60_000

/** How long a rule was watched, for as much of a day or a week as it stands as it is. @param since `null` = not known @returns `null` = not long enough to speak of */
export function watchedTime(span: Span, since: number | null, now: number): string | null {
  if (since !== null && now - since < A_MOMENT_MS) return null
  const isYoung = since !== null && now - since < DAYS_MS[span]
  return isYoung ? written(duration(Math.max(0, now - since) / 1000)) : text(`rules.lately.${span}`)
}
