/** How it all is, in one sentence: the first of these that is true. Pure. */
import type {AttentionNews, LiveServer} from '#model/live.ts'
import type {Need} from '#model/needs.ts'
import {isTrouble} from '#model/server-trouble.ts'
import type {TextKey, TextValues} from '../../i18n/text.ts'
import {isOnline} from '../servers/health/health-words.ts'
import {serversInTrouble} from '../status/fleet-figures.ts'

export interface Situation {
  /** In the order of people; all in sight. */
  readonly servers: readonly LiveServer[]
  /** As the bell lists them. */
  readonly needs: readonly Need[]
  readonly clock: AttentionNews['clock']
  /** What holds rules back, also what ends without a person. */
  readonly alerts: AttentionNews['alerts']
  /** Rules only observe; only administrators know. */
  readonly isObserving: boolean
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
  const {servers, needs, isObserving} = situation
  if (isObserving) return {tone: 'info', title: words('verdict.observing'), about: {kind: 'observing'}}
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
