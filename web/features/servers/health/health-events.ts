/** When servers began to do otherwise, in sentences; and stretches of time in which one did alike. */
import {isTrouble} from '#model/server-trouble.ts'
import type {HealthChange, History} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {duration, written} from '../../../ui/format.ts'
import {causeWords} from '../server-words.ts'
import {healthLook, isOnline} from '../health-words.ts'

export interface HealthEvent {
  readonly id: string
  readonly at: number
  readonly change: HealthChange
  readonly words: string
}

/**
 * One line for each change that tells something: that it went, what it was on its way there, and connecting and warming
 * up on the way back are part of the line that says it is back. @param changes newest first
 */
export function healthEvents(changes: readonly HealthChange[]): readonly HealthEvent[] {
  const all = changes.map((change, at) => ({
    change,
    before: lastingBefore(changes, at),
    answeredAt: firstAnswerOf(changes, at).at,
  }))
  const covered = new Set(all.flatMap(({change, before}) => (before && isBack(change, before) ? before : [])))
  return all
    .filter(({change}, at) => !isPassing(change) && !isOnTheWay(changes, at) && !covered.has(change))
    .map(({change, before, answeredAt}) => ({
      id: `${change.server_id} ${change.at} ${change.status}`,
      at: change.at,
      change,
      words: eventWords(change, before, answeredAt),
    }))
}

/** On the way from one state to another. */
function isPassing({status}: HealthChange): boolean {
  return status === 'connecting' || status === 'unknown'
}

/** So long bad answers may be the beginning of an outage; for longer they are something of their own. */
const BEGINNING_MS = 5 * 60_000

/** It warmed up, and has gone on since; or it answered badly, and soon not at all. */
function isOnTheWay(changes: readonly HealthChange[], at: number): boolean {
  const {server_id: id, status, at: began} = changes[at]!
  const later = changes.slice(0, at).filter((it) => it.server_id === id)
  if (status === 'warming') return later.length > 0
  const next = later.findLast((it) => !isPassing(it))
  if (status !== 'degraded' || next === undefined || isOnline(next) || !isTrouble(next)) return false
  return next.at - began <= BEGINNING_MS
}

function lastingBefore(changes: readonly HealthChange[], at: number): HealthChange | null {
  const id = changes[at]!.server_id
  return (
    changes.slice(at + 1).find((it) => it.server_id === id && !isPassing(it) && it.status !== 'warming') ??
    null
  )
}

/** It answers as soon as it warms up: an outage ends there, also in Activity and Overview. */
function firstAnswerOf(changes: readonly HealthChange[], at: number): HealthChange {
  const {server_id: id} = changes[at]!
  const before = changes.slice(at).filter((it) => it.server_id === id)
  const away = before.findIndex((it, place) => place > 0 && !isPassing(it) && it.status !== 'warming')
  const way = away === -1 ? before : before.slice(0, away)
  return way.findLast(({status}) => status === 'warming') ?? before[0]!
}

function eventWords(change: HealthChange, before: HealthChange | null, answeredAt: number): string {
  if (change.status === 'online') return backWords(change, before, answeredAt)
  const word = text(healthLook(change).word)
  const cause = saysAll.has(change.status) ? '' : causeWords(change.reason)
  return cause === '' ? text('event.became', {word}) : text('event.because', {word, cause})
}

/** Why says no more than what. */
const saysAll: ReadonlySet<string> = new Set(['auth_failed', 'banned', 'warming', 'paused'])

function backWords(change: HealthChange, before: HealthChange | null, answeredAt: number): string {
  if (before === null) return text('event.online')
  if (!isBack(change, before)) return isTrouble(before) ? text('event.well') : text('event.online')
  const time = written(duration((answeredAt - before.at) / 1000))
  const cause = causeWords(before.reason)
  return cause === '' ? text('event.back', {time}) : text('event.back-because', {time, cause})
}

/** It was away, and is there again. */
function isBack(change: HealthChange, before: HealthChange): boolean {
  return change.status === 'online' && !isOnline(before)
}

interface Stretch {
  /** Epoch ms. */
  readonly from: number
  readonly to: number
  /** `null` = nobody knows. */
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet' | null
  readonly words: string
}

/** @param changes newest first, may begin before `from` */
export function healthTimeline(
  changes: readonly HealthChange[],
  from: number,
  to: number,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  let end = to
  for (const change of changes) {
    if (change.at >= end) continue
    const begin = Math.max(change.at, from)
    stretches.unshift(stretchOf(change, begin, end))
    end = begin
    if (begin === from) break
  }
  if (end > from) stretches.unshift({from, to: end, tone: null, words: text('server.band.unknown')})
  return stretches
}

function stretchOf(change: HealthChange, from: number, to: number): Stretch {
  const {tone, word} = healthLook(change)
  const isDrawn = tone === 'good' || tone === 'warn' || tone === 'bad'
  return {from, to, tone: isDrawn ? tone : 'quiet', words: text(word)}
}

/** Milliseconds minute by minute, oldest first; `null` = it did not answer. What nobody measured is left out. */
export function latencyBars(history: History | undefined, id: string): readonly (number | null)[] {
  const values = history?.servers?.find(({server_id}) => server_id === id)?.values
  const {latency_ms: latencies = [], online = []} = values ?? {}
  return online.flatMap((share, at) => {
    if (share === null) return []
    const latency = latencies[at] ?? null
    return share === 0 ? [null] : latency === null ? [] : [latency]
  })
}
