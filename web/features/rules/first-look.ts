/** When a rule that was just switched on looks for the first time. Pure. */
import type {ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'

/** One without times of its own looks in its next pass, which is never later. */
const PASS_MS = 60_000
/** One with times of its own is new for so long. */
const NEW_MS = 86_400_000

interface Window {
  readonly from: string
  readonly to: string
  readonly timeZone?: string
}

type Started = Pick<ListedRule, 'mode' | 'mode_then' | 'suspended' | 'obstacle' | 'changed_at' | 'rule'>

/** @param now epoch ms @returns '' = it looked since, does not act, or that is not known */
export function firstLookWords(rule: Started, now: number): string {
  const {mode, mode_then: then, suspended, obstacle, changed_at: at} = rule
  const isActing = (mode === 'live' || mode === 'ask') && then === null
  if (!isActing || suspended !== null || obstacle !== null || at === null) return ''
  const schedule = (rule.rule?.['schedule'] ?? {}) as {
    readonly window?: Window
    readonly every?: unknown
    readonly cron?: unknown
    readonly on?: unknown
  }
  const {window, every, cron, on} = schedule
  const isNew = now - at < NEW_MS
  if (window !== undefined && !isOpen(window, now)) {
    return isNew ? text('rules.first.at', {time: window.from}) : ''
  }
  if (every === undefined && cron !== undefined) return isNew ? text('rules.first.cron') : ''
  if (every === undefined && on !== undefined) return isNew ? text('rules.first.event') : ''
  return now - at < PASS_MS ? text('rules.first.soon') : ''
}

/** By the hour alone: on which days it is open does not change at what hour it looks. */
function isOpen({from, to, timeZone}: Window, now: number): boolean {
  const time = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && {timeZone}),
  }).format(now)
  return from < to ? time >= from && time < to : time >= from || time < to
}
