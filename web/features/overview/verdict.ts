/** How it all is, in one sentence: the first of these that is true. Pure. */
import type {LiveServer} from '#model/live.ts'
import type {TextKey, TextValues} from '../../i18n/text.ts'
import {isOnline, isTrouble} from '../servers/health/health-words.ts'
import type {Concerns} from '../shell/AttentionList.tsx'

export interface Situation {
  /** In the order of people; all in sight. */
  readonly servers: readonly LiveServer[]
  readonly concerns: Concerns
  /** Rules only observe; only administrators know. */
  readonly isObserving: boolean
}

type VerdictTone = 'good' | 'warn' | 'info'

export interface Verdict {
  readonly tone: VerdictTone
  readonly title: {readonly key: TextKey; readonly values: TextValues}
  /** Whose story the second line tells. */
  readonly about:
    | {readonly kind: 'observing' | 'clock' | 'settings' | 'servers' | 'connecting' | 'online' | 'needs'}
    | {readonly kind: 'alert'; readonly alert: Concerns['alerts'][number]}
    | {readonly kind: 'server'; readonly server: LiveServer}
}

/** How many items the bell counts. */
export function countOf(concerns: Concerns): number {
  return Object.values(concerns).reduce((sum, some) => sum + some.length, 0)
}

/** @param situation with at least one server */
export function verdictOf({servers, concerns, isObserving}: Situation): Verdict {
  if (isObserving) return {tone: 'info', title: words('verdict.observing'), about: {kind: 'observing'}}
  return pausedVerdict(concerns) ?? serversVerdict(servers, concerns) ?? calmVerdict(servers, concerns)
}

/** All rules are held back. */
function pausedVerdict({clocks, alerts}: Concerns): Verdict | null {
  if (clocks.length > 0) return {tone: 'warn', title: words('verdict.clock'), about: {kind: 'clock'}}
  const alert = alerts.find(({server_id: server, arr_id: arr, name}) => !server && !arr && !name)
  if (alert === undefined) return null
  const about =
    alert.code === 'lost_settings' ? ({kind: 'settings'} as const) : ({kind: 'alert', alert} as const)
  return {tone: 'warn', title: words('verdict.paused'), about}
}

function serversVerdict(servers: readonly LiveServer[], concerns: Concerns): Verdict | null {
  const meant = servers.filter(({enabled}) => enabled)
  const away = concerns.servers.filter((it) => !isOnline(it))
  const [worst] = away
  if (worst === undefined) return null
  const about = {kind: 'server', server: worst} as const
  if (away.length === meant.length) return {tone: 'warn', title: words('verdict.no-server'), about}
  const areUnreachable = away.every(({status}) => status === 'unreachable')
  const more = countOf(concerns) - away.length
  const which = areUnreachable ? 'unreachable' : 'unusable'
  const isRestWell =
    more === 0 && meant.every((it) => isOnline(it) || away.some((one) => one.server_id === it.server_id))
  const title = isRestWell
    ? words(`verdict.${which}.only`, {count: away.length})
    : words(`verdict.${which}`, {count: away.length})
  return {tone: 'warn', title, about}
}

function calmVerdict(servers: readonly LiveServer[], concerns: Concerns): Verdict {
  const meant = servers.filter(({enabled}) => enabled)
  const coming = meant.filter((it) => !isOnline(it) && !isTrouble(it)).length
  const needs = countOf(concerns)
  if (needs > 0) {
    const key = coming === 0 && concerns.servers.length === 0 ? 'verdict.needs.online' : 'verdict.needs'
    return {tone: 'warn', title: words(key, {count: needs}), about: {kind: 'needs'}}
  }
  if (meant.length === 0) return {tone: 'info', title: words('verdict.all-off'), about: {kind: 'servers'}}
  if (coming > 0)
    return {tone: 'info', title: words('verdict.connecting', {count: coming}), about: {kind: 'connecting'}}
  return {tone: 'good', title: words('verdict.well'), about: {kind: 'online'}}
}

function words(key: TextKey, values: TextValues = {}): Verdict['title'] {
  return {key, values}
}
