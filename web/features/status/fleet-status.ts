/** How all servers together are: figures, and the sentence about them. */
import {useQuery} from '@tanstack/react-query'
import type {AttentionNews, LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {moveInQuery, type MoveIn} from '../../api/move-in.ts'
import {usePermission} from '../../api/session.ts'
import {useUnread} from '../../api/unread.ts'
import {dayAndTime, exactTime, timeOfDay} from '../../i18n/format-time.ts'
import {text, type TextKey, type TextValues} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {liveSocket, useConnection} from '../../live/socket.ts'
import {healthLook, isOnline} from '../servers/health-words.ts'
import {serverSentence} from '../servers/server-words.ts'
import {useScopedServers} from '../servers/switcher/scope.ts'

/** What the servers in the scope do together, and which of them need attention most. */
interface FleetFigures {
  /** bytes/s, of those that are online; `undefined` = none of them is. */
  readonly down: number | undefined
  readonly up: number | undefined
  /** bytes/s together; `null` = at least one of them has no limit, or does not tell. */
  readonly downLimit: number | null
  readonly upLimit: number | null
  /** How many of those that can have alternative limits have them in force. */
  readonly slow: number
  readonly canBeSlow: number
}

export function figuresOf(servers: readonly LiveServer[]): FleetFigures {
  const online = servers.filter(isOnline)
  return {
    down: speedOf(online.map((it) => it.down_speed)),
    up: speedOf(online.map((it) => it.up_speed)),
    downLimit: limitOf(online.map((it) => it.down_limit)),
    upLimit: limitOf(online.map((it) => it.up_limit)),
    slow: online.filter((it) => it.alt_speed === true).length,
    canBeSlow: online.filter((it) => it.alt_speed !== undefined).length,
  }
}

function speedOf(speeds: readonly (number | undefined)[]): number | undefined {
  const known = speeds.filter((it) => it !== undefined)
  return known.length === 0 ? undefined : sum(known)
}

/** One without a limit is enough, and there is none. */
function limitOf(limits: readonly (number | null | undefined)[]): number | null {
  const known = limits.filter((it) => typeof it === 'number')
  return known.length > 0 && known.length === limits.length ? sum(known) : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0)
}

/** The worse, the further in front. */
const weights: Readonly<Record<string, number>> = {
  paused: 5,
  auth_failed: 5,
  incompatible: 4,
  banned: 3,
  unreachable: 2,
  degraded: 1,
}

/** Nothing works there until somebody answers. */
const WORST = 6

/** Worst first; those that a person switched off are not among them. */
export function serversInTrouble(servers: readonly LiveServer[]): readonly LiveServer[] {
  const weight = ({status, reason}: LiveServer) =>
    reason === 'another_server' ? WORST : (weights[status] ?? 0)
  return servers.filter((it) => it.enabled && isTrouble(it)).sort((a, b) => weight(b) - weight(a))
}

/** The one sentence of the status line: the worst that is wrong at this moment. */
export interface StatusState {
  /** Epoch ms since when nothing is heard of Commodarr; `null` = it is there. */
  readonly lostSince: number | null
  /** The same of a page that has never been live: what it asks for by HTTP may well be answered. */
  readonly notLiveSince: number | null
  /** Why a part of the page could not be read that does not say so itself; `null` = all was read. */
  readonly unread: string | null
  readonly clock: AttentionNews['clock']
  readonly alerts: AttentionNews['alerts']
  /** Worst first; only those that the switcher shows. */
  readonly servers: readonly LiveServer[]
  /** The rules of the configuration only report what they would do; `null` = they act. */
  readonly observing: MoveIn['observing']
}

/** What can be done about it, by one click. */
export type StatusStep =
  | 'retry'
  | 'read again'
  | 'answer clock'
  | 'answer settings'
  | 'held'
  | 'system'
  | 'server'
  | 'servers'
  | 'review'
  | 'set up'

export interface StatusSentence {
  /** `halt`: nothing acts automatically, or what is seen is old. The whole line says so. */
  readonly tone: 'halt' | 'bad' | 'quiet'
  readonly words: string
  readonly step: StatusStep
}

/** Shorter interruptions are told by "Reconnecting" alone: most are over before one has read of them. */
const TOLD_AFTER_MS = 4000

/** What keeps all rules, or all that depends on one thing, from acting. The graver comes first. */
const halts: readonly (readonly [code: RegExp, words: TextKey, step: StatusStep])[] = [
  [/^storage_/, 'status.halt.storage', 'system'],
  [/^lost_settings$/, 'status.halt.lost_settings', 'answer settings'],
  [/^clock_jumped$/, 'status.halt.clock_jumped', 'held'],
  [/^internet_down$/, 'status.halt.internet_down', 'held'],
  [/^stood_still$/, 'status.halt.stood_still', 'held'],
]

const STEP_MS = 5_000

/** What is wrong now, by what all pages know. */
export function useStatusSentence(): StatusSentence | null {
  const connection = useConnection()
  const {clock, alerts} = useAttention()
  const servers = serversInTrouble(useScopedServers())
  const isAdministrator = usePermission('admin')
  const {data: moveIn} = useQuery({...moveInQuery, enabled: isAdministrator})
  const isLost = connection.state === 'reconnecting'
  const failedSince = connection.state === 'connecting' ? connection.failedSince : null
  const now = useNow(isLost || failedSince !== null ? 1_000 : STEP_MS)
  const unread = useUnread()
  return statusSentence(
    {
      lostSince: isLost ? connection.since + liveSocket.clockAhead : null,
      notLiveSince: failedSince === null ? null : failedSince + liveSocket.clockAhead,
      unread: unread?.message ?? null,
      clock,
      alerts,
      servers,
      observing: moveIn?.observing ?? null,
    },
    now,
  )
}

/** @param now epoch ms by the clock of the server. @returns `null` = nothing is wrong */
export function statusSentence(state: StatusState, now: number): StatusSentence | null {
  return (
    lost(state, now) ?? halted(state, now) ?? unread(state) ?? troubled(state, now) ?? watching(state, now)
  )
}

function lost({lostSince, notLiveSince}: StatusState, now: number): StatusSentence | null {
  const since = lostSince ?? notLiveSince
  if (since === null || now - since < TOLD_AFTER_MS) return null
  const seconds = Math.round((now - since) / 1000)
  const words =
    lostSince === null
      ? text('live.never', {seconds})
      : text('live.lost', {when: timeOfDay(lostSince), seconds})
  return {tone: 'halt', words, step: 'retry'}
}

function unread({unread: why}: StatusState): StatusSentence | null {
  return why === null ? null : {tone: 'bad', words: text('status.unread', {why}), step: 'read again'}
}

function halted({clock, alerts}: StatusState, now: number): StatusSentence | null {
  if (clock !== null) {
    const when = dayAndTime(now + clock.ahead_ms, now)
    return {tone: 'halt', words: text('clock.note', {when}), step: 'answer clock'}
  }
  for (const [code, words, step] of halts) {
    const alert = alerts.find((it) => code.test(it.code))
    if (!alert) continue
    const values = {since: exactTime(alert.since, now), message: alert.message}
    return {tone: 'halt', words: text(words, values), step}
  }
  return null
}

function troubled({servers}: StatusState, now: number): StatusSentence | null {
  const [worst, ...others] = servers
  if (worst === undefined) return null
  if (others.length === 0) return {tone: 'bad', words: serverSentence(worst, now), step: 'server'}
  const words = new Set(servers.map((it) => healthLook(it).word))
  const values = {count: servers.length}
  const same = words.size === 1 && worst.status === 'unreachable'
  return {
    tone: 'bad',
    words: same ? text('status.unreachable', values) : text('status.troubled', values),
    step: 'servers',
  }
}

function watching({observing}: StatusState, now: number): StatusSentence | null {
  if (observing === null) return null
  const {key, values} = watchingTitle(observing, now)
  return {tone: 'quiet', words: text(key, values), step: observing.is_open ? 'set up' : 'review'}
}

/**
 * Until when, or until what, Commodarr only watches: the one sentence of status line and overview.
 *
 * @param now epoch ms by the clock of the server
 */
export function watchingTitle(
  {until}: NonNullable<MoveIn['observing']>,
  now: number,
): {readonly key: TextKey; readonly values: TextValues} {
  // What is over has no end any more: it goes on until somebody decides.
  if (until === null || until <= now) return {key: 'watching', values: {}}
  return {key: 'watching.until', values: {until: exactTime(until, now)}}
}
