/** One sentence about an Arr: what happened for it in seven days; or what stands in its way. Pure. */
import type {Arr, ArrKind} from '../../../api/arrs.ts'
import type {Story} from '../../../api/activity.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {listed, text, type TextKey} from '../../../i18n/text.ts'
import {until, written} from '../../../ui/format.ts'

const weekKinds = ['imported', 'replaced', 'seeded', 'removed', 'moved', 'added', 'restored'] as const
type WeekKind = (typeof weekKinds)[number]

/** A download of each is one of these. */
const importsOf: Readonly<Record<ArrKind, TextKey>> = {
  radarr: 'arr.week.imported.movie',
  sonarr: 'arr.week.imported.episode',
  lidarr: 'arr.week.imported.album',
  readarr: 'arr.week.imported.book',
  whisparr: 'arr.week.imported',
}

type WeekStory = Pick<Story, 'what' | 'outcomes' | 'reason'>

/** "27 movies were imported, 5 bad downloads were replaced and 9 torrents reached their seeding goal"; '' = nothing. */
export function weekWords(kind: ArrKind, stories: readonly WeekStory[]): string {
  const counts = Map.groupBy(stories, kindOf)
  return listed(
    weekKinds.flatMap((it) => {
      const count = (counts.get(it) ?? []).reduce((sum, {outcomes}) => sum + (outcomes.done ?? 0), 0)
      if (count === 0) return []
      return [text(it === 'imported' ? importsOf[kind] : `arr.week.${it}`, {count})]
    }),
  )
}

function kindOf({what, reason}: WeekStory): WeekKind | null {
  if (what === 'removed' && reason === 'seedingDone') return 'seeded'
  return weekKinds.find((it) => it === what) ?? null
}

interface WeekFacts {
  readonly kind: ArrKind
  readonly name: string
  readonly stories: readonly WeekStory[]
  /** There was more than was read. */
  readonly isMore: boolean
  /** Downloads that need a person. */
  readonly needs: number
  /** Settings in the Arr that should change; `null` = not known. */
  readonly findings: number | null
}

/** "This week 27 movies were imported. 1 download needs you, and 1 setting in Radarr should change." */
export function weekSentence({kind, name, stories, isMore, needs, findings}: WeekFacts): string {
  const did = weekWords(kind, stories)
  const asks = [
    ...(needs > 0 ? [text('arr.week.needs', {count: needs})] : []),
    ...((findings ?? 0) > 0 ? [text('arr.week.findings', {count: findings!, name})] : []),
  ]
  return [
    did === '' ? text('arr.week.none', {name}) : text(isMore ? 'arr.week.least' : 'arr.week', {did}),
    ...(asks.length === 0 ? [] : [text('arr.week.asks', {asks: listed(asks)})]),
  ].join(' ')
}

/** What stands in its way takes the place of the week. key: a person has to enter another one. */
export type ArrLead =
  | {readonly is: 'week' | 'reading'}
  | {readonly is: 'away' | 'key'; readonly words: string}

/** @param now epoch ms by the clock of the server */
export function leadOf({name, enabled, obstacle, manager}: Arr, now: number): ArrLead {
  if (!enabled || obstacle !== null || manager === null) return {is: 'week'}
  const {fault, fault_since: since, key_refused: isRefused, next_try_at: nextTry, read_at: readAt} = manager
  if (isRefused) return {is: 'key', words: text('arr.lead.key', {name})}
  if (fault !== null) {
    const words = [
      since === null
        ? text('arr.lead.away', {name, fault: withoutStop(fault)})
        : text('arr.lead.away.since', {name, fault: withoutStop(fault), since: exactTime(since, now)}),
      text('arr.lead.away.goes-on'),
      nextTry === null || nextTry <= now
        ? text('arr.lead.away.trying')
        : text('arr.lead.away.next', {time: written(until(nextTry, now))}),
    ]
    return {is: 'away', words: words.join(' ')}
  }
  return {is: readAt === null ? 'reading' : 'week'}
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
