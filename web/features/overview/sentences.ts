/** The sentences of the overview: how the fleet is, and what happened today. */
import type {AttentionNews, LiveServer} from '#model/live.ts'
import type {Need} from '#model/needs.ts'
import {isTrouble} from '#model/server-trouble.ts'
import type {Today, TodayLine} from '../../api/today.ts'
import {text, type TextKey, type TextValues} from '../../i18n/text.ts'
import {bytes, duration, written} from '../../ui/format.ts'
import {writtenChoice} from '../activity/activity-filters.ts'
import type {ActivitySearch} from '../activity/activity-search.ts'
import {isOnline} from '../servers/health-words.ts'
import {momentWords} from '../servers/server-words.ts'
import {serversInTrouble} from '../status/fleet-status.ts'

/** How it all is, in one sentence: the first of these that is true. */
interface Situation {
  /** In the order of people; all in sight. */
  readonly servers: readonly LiveServer[]
  /** As the bell lists them. */
  readonly needs: readonly Need[]
  readonly clock: AttentionNews['clock']
  /** What holds rules back, also what ends without a person. */
  readonly alerts: AttentionNews['alerts']
  /** Rules only observe: until when or what; only administrators know. */
  readonly observing: Verdict['title'] | null
}

type Alert = AttentionNews['alerts'][number]

type VerdictTone = 'good' | 'warn' | 'info'

export interface Verdict {
  readonly tone: VerdictTone
  readonly title: {readonly key: TextKey; readonly values: TextValues}
  /** Whose story the second line tells. */
  readonly about:
    | {readonly kind: 'observing' | 'clock' | 'settings' | 'servers' | 'connecting' | 'online' | 'needs'}
    | {readonly kind: 'alert'; readonly alert: Alert}
    | {readonly kind: 'server'; readonly server: LiveServer}
}

/** @param situation with at least one server */
export function verdictOf(situation: Situation): Verdict {
  const {servers, needs, observing} = situation
  if (observing !== null) {
    return {tone: 'info', title: observing, about: {kind: 'observing'}}
  }
  return pausedVerdict(situation) ?? serversVerdict(servers, needs) ?? calmVerdict(servers, needs)
}

/** All rules are held back. */
function pausedVerdict({clock, alerts}: Situation): Verdict | null {
  if (clock !== null) return {tone: 'warn', title: words('verdict.clock'), about: {kind: 'clock'}}
  const alert = alerts.find(({server_id: server, arr_id: arr, name}) => !server && !arr && !name)
  if (alert === undefined) return null
  const about =
    alert.code === 'lost_settings' ? ({kind: 'settings'} as const) : ({kind: 'alert', alert} as const)
  return {tone: 'warn', title: words('verdict.paused'), about}
}

/** Told at once, also of a server that may come back by itself and so needs nobody yet. */
function serversVerdict(servers: readonly LiveServer[], needs: readonly Need[]): Verdict | null {
  const meant = servers.filter(({enabled}) => enabled)
  const away = serversInTrouble(servers).filter((it) => !isOnline(it))
  const [worst] = away
  if (worst === undefined) return null
  const about = {kind: 'server', server: worst} as const
  if (away.length === meant.length) return {tone: 'warn', title: words('verdict.no-server'), about}
  const areUnreachable = away.every(({status}) => status === 'unreachable')
  const which = areUnreachable ? 'unreachable' : 'unusable'
  const isOfAway = (id: string) => away.some((it) => it.server_id === id)
  const isRestWell =
    needs.every((need) => need.kind === 'server' && isOfAway(need.server_id ?? '')) &&
    meant.every((it) => isOfAway(it.server_id) || (isOnline(it) && !isTrouble(it)))
  const title = isRestWell
    ? words(`verdict.${which}.only`, {count: away.length})
    : words(`verdict.${which}`, {count: away.length})
  return {tone: 'warn', title, about}
}

function calmVerdict(servers: readonly LiveServer[], needs: readonly Need[]): Verdict {
  const meant = servers.filter(({enabled}) => enabled)
  const troubled = serversInTrouble(servers)
  const coming = meant.filter((it) => !isOnline(it) && !isTrouble(it)).length
  if (needs.length > 0) {
    const key = coming === 0 && troubled.length === 0 ? 'verdict.needs.online' : 'verdict.needs'
    return {tone: 'warn', title: words(key, {count: needs.length}), about: {kind: 'needs'}}
  }
  if (meant.length === 0) return {tone: 'info', title: words('verdict.all-off'), about: {kind: 'servers'}}
  const [worst] = troubled
  if (worst !== undefined) {
    const key = coming === 0 ? 'verdict.troubled.only' : 'verdict.troubled'
    const title = words(key, {count: troubled.length})
    return {tone: 'warn', title, about: {kind: 'server', server: worst}}
  }
  if (coming > 0)
    return {tone: 'info', title: words('verdict.connecting', {count: coming}), about: {kind: 'connecting'}}
  return {tone: 'good', title: words('verdict.well'), about: {kind: 'online'}}
}

function words(key: TextKey, values: TextValues = {}): Verdict['title'] {
  return {key, values}
}

/** What happened today as sentences: one of a kind, the newest kind first. */
export type SentenceKind = TodayLine['kind'] | 'imported' | 'offline'

export interface Sentence {
  readonly kind: SentenceKind
  readonly at: number
  /** Its beginning, in bold. */
  readonly strong: string
  readonly rest: string
  readonly leadsTo:
    | {readonly to: 'activity'; readonly search: ActivitySearch}
    | {readonly to: 'library'}
    | {readonly to: 'servers'}
    | {readonly to: 'server'; readonly id: string}
  /** Torrents that it removed, all of them; `null` = it removed none, or they are too many to be named. */
  readonly removed: NonNullable<TodayLine['torrents']> | null
}

export const MOST_SENTENCES = 6

/** @param servers in sight, for their names @param now epoch ms */
export function todaySentences(
  today: Today,
  servers: readonly Pick<LiveServer, 'server_id' | 'server_name'>[],
  now: number,
): readonly Sentence[] {
  const lines = today.lines.map((line) => sentenceOf(line, today.complete))
  return [...lines, ...importedSentence(today), ...offlineSentence(today, servers, now)]
    .toSorted((one, other) => other.at - one.at)
    .slice(0, MOST_SENTENCES)
}

const kinds = {
  given_up: 'replaced',
  recycled: 'removed',
  removed: 'removed',
  deleted: 'removed',
  added: 'added',
  restored: 'restored',
} as const

function sentenceOf(line: TodayLine, isComplete: boolean): Sentence {
  const {kind, last_at: at} = line
  const {strong, rest} = wordsOf(line)
  const isRemoval = kind === 'recycled' || kind === 'removed' || kind === 'deleted'
  return {
    kind,
    at,
    strong: isComplete ? strong : text('today.at-least') + strong,
    rest,
    leadsTo: {to: 'activity', search: searchOf(line)},
    removed: isRemoval ? line.torrents : null,
  }
}

function searchOf({kind, rule_id: rule, actor}: TodayLine): ActivitySearch {
  const today = {when: 'today'} as const
  const itsRule = rule === null ? {} : {rule: writtenChoice({some: [rule], none: []})!}
  if (kind === 'failed') return {...today, show: 'failed'}
  // Dry runs are bookkeeping.
  if (kind === 'simulated') return {...today, ...itsRule, who: 'rule', hidden: true}
  if (kind === 'deleted' || kind === 'added' || kind === 'restored')
    return {...today, what: kinds[kind], ...(actor === null ? {who: '-rule'} : {q: actor})}
  return {...today, what: kinds[kind], who: 'rule', ...itsRule}
}

function wordsOf(line: TodayLine): {readonly strong: string; readonly rest: string} {
  const {kind, count, reason, actor} = line
  const stop = text('today.stop')
  switch (kind) {
    case 'given_up':
      return {
        strong: text(reason === 'stalled' ? 'today.given_up.stalled' : 'today.given_up', {count}),
        rest: actor === null ? stop : text('today.by-rule', {rule: actor}) + stop,
      }
    case 'recycled':
    case 'removed': {
      const sum = line.bytes === null ? stop : text('today.bytes', {bytes: written(bytes(line.bytes))})
      if (reason === 'seedingDone')
        return {strong: text('today.seeded', {count}), rest: text(`today.seeded.${kind}`, {count}) + sum}
      const by = actor === null ? text('today.by-rules') : text('today.by-rule', {rule: actor})
      return {strong: text(`today.${kind}`, {count}), rest: by + sum}
    }
    case 'deleted':
    case 'added':
    case 'restored': {
      const strong = text(`today.${kind}`, {count, who: actor ?? text('today.several')})
      const names = namesOf(line)
      return {strong, rest: names === '' ? stop : text('today.names', {names})}
    }
    case 'failed':
      return {strong: text('today.failed', {count}), rest: stop}
    case 'simulated': {
      const key: TextKey = actor === null ? 'today.simulated' : 'today.simulated.rule'
      return {strong: text(key, {count, rule: actor ?? ''}), rest: stop}
    }
  }
}

/** All of them by name, else none: a few of many would look like all. */
function namesOf({count, names}: TodayLine): string {
  return names.length === count ? names.join(', ') : ''
}

function importedSentence({arrivals}: Today): readonly Sentence[] {
  const [newest] = arrivals?.newest ?? []
  if (!arrivals || !newest) return []
  const {count, usual_delay: delay} = arrivals
  return [
    {
      kind: 'imported',
      at: newest.at,
      strong: text('today.imported', {count}),
      rest:
        delay === null ? text('today.stop') : text('today.imported.delay', {time: written(duration(delay))}),
      leadsTo: {to: 'library'},
      removed: null,
    },
  ]
}

function offlineSentence(
  {outages}: Today,
  servers: readonly Pick<LiveServer, 'server_id' | 'server_name'>[],
  now: number,
): readonly Sentence[] {
  const names = new Map(servers.map((it) => [it.server_id, it.server_name]))
  const known = outages.filter(({server_id: id}) => names.has(id))
  const [newest] = known
  if (newest === undefined) return []
  const ids = new Set(known.map(({server_id: id}) => id))
  const lasted = (one: Today['outages'][number]) => one.ended_at - one.at
  const timeOf = (ms: number) => written(duration(ms / 1000))
  const shared = {kind: 'offline', at: newest.ended_at, removed: null} as const
  if (ids.size > 1) {
    const longest = known.toSorted((one, other) => lasted(other) - lasted(one))[0]!
    return [
      {
        ...shared,
        strong: text('today.offline.several', {count: ids.size}),
        rest: text('today.offline.several.more', {
          name: names.get(longest.server_id)!,
          time: timeOf(lasted(longest)),
        }),
        leadsTo: {to: 'servers'},
      },
    ]
  }
  const name = names.get(newest.server_id)!
  const leadsTo = {to: 'server', id: newest.server_id} as const
  if (known.length > 1) {
    const sum = known.reduce((all, one) => all + lasted(one), 0)
    return [
      {
        ...shared,
        strong: text('today.offline.often', {count: known.length, name}),
        rest: text('today.offline.sum', {time: timeOf(sum)}),
        leadsTo,
      },
    ]
  }
  return [
    {
      ...shared,
      strong: text('today.offline', {name, time: timeOf(lasted(newest))}),
      rest: text('today.offline.at', {at: momentWords(newest.at, now)}),
      leadsTo,
    },
  ]
}
