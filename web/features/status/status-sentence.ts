/** The one sentence of the status line: the worst that is wrong at this moment. Pure. */
import type {AttentionNews, LiveServer} from '#model/live.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {dayAndTime, exactTime, timeOfDay} from '../../i18n/format-time.ts'
import {healthLook} from '../servers/health/health-words.ts'
import {serverSentence} from '../servers/server-words.ts'

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
  /** The rules of the configuration only report what they would do. */
  readonly isWatching: boolean
}

/** What can be done about it, by one click. */
export type StatusStep =
  | 'retry'
  | 'read again'
  | 'answer clock'
  | 'answer settings'
  | 'held'
  | 'server'
  | 'servers'
  | 'review'

export interface StatusSentence {
  /** `halt`: nothing acts automatically, or what is seen is old. The whole line says so. */
  readonly tone: 'halt' | 'bad' | 'quiet'
  readonly words: string
  readonly step: StatusStep
}

/** Shorter interruptions are told by "Reconnecting" alone: most are over before one has read of them. */
const TOLD_AFTER_MS = 4000

/** What keeps all rules, or all that depends on one thing, from acting. The graver comes first. */
const halts: readonly (readonly [code: string, words: TextKey, step: StatusStep])[] = [
  ['lost_settings', 'status.halt.lost_settings', 'answer settings'],
  ['clock_jumped', 'status.halt.clock_jumped', 'held'],
  ['internet_down', 'status.halt.internet_down', 'held'],
  ['stood_still', 'status.halt.stood_still', 'held'],
]

/** @param now epoch ms by the clock of the server. @returns `null` = nothing is wrong */
export function statusSentence(state: StatusState, now: number): StatusSentence | null {
  return lost(state, now) ?? halted(state, now) ?? unread(state) ?? troubled(state, now) ?? watching(state)
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
    const alert = alerts.find((it) => it.code === code)
    if (alert) return {tone: 'halt', words: text(words, {since: exactTime(alert.since, now)}), step}
  }
  return null
}

function troubled({servers}: StatusState, now: number): StatusSentence | null {
  const [worst, ...others] = servers
  if (worst === undefined) return null
  if (others.length === 0) return {tone: 'bad', words: serverSentence(worst, now), step: 'server'}
  const words = new Set(servers.map((it) => healthLook(it).word))
  const told = {count: servers.length}
  const same = words.size === 1 && worst.status === 'unreachable'
  return {
    tone: 'bad',
    words: same ? text('status.unreachable', told) : text('status.troubled', told),
    step: 'servers',
  }
}

function watching({isWatching}: StatusState): StatusSentence | null {
  return isWatching ? {tone: 'quiet', words: text('status.watching'), step: 'review'} : null
}
