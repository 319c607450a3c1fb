/** What the address of the journal says: which deeds are shown. Servers are those that the whole program is about. */
import {actionClasses} from '#model/rule.ts'
import type {Deed, JournalWish} from '../../api/explanation.ts'

export const origins = ['rule', 'user', 'api', 'arr', 'system'] as const satisfies readonly Deed['origin'][]
export const outcomes = [
  'done',
  'held',
  'simulated',
  'planned',
  'waiting',
  'sent',
  'unconfirmed',
  'failed',
  'declined',
  'expired',
  'undone',
] as const satisfies readonly Deed['outcome'][]
/** As rules call what they want to do. */
export const kinds = actionClasses
export const spans = ['hour', 'today', 'day', 'week'] as const

export interface JournalSearch {
  readonly q?: string
  readonly who?: (typeof origins)[number]
  /** Name of a person or a rule. */
  readonly actor?: string
  readonly what?: (typeof kinds)[number]
  readonly outcome?: (typeof outcomes)[number]
  /** What was done, as the journal names it; commas between several. */
  readonly verb?: string
  readonly when?: (typeof spans)[number]
  /** Id of a rule. */
  readonly rule?: string
  /** Info hash of a torrent. */
  readonly torrent?: string
}

/** Unknown and misspelt parts are left out: an old address still leads to a list. */
export function readJournalSearch(found: Readonly<Record<string, unknown>>): JournalSearch {
  const {q, who, actor, what, outcome, verb, when, rule, torrent} = found
  return {
    ...textOf('q', q),
    ...textOf('actor', actor),
    ...textOf('rule', rule),
    ...(isOne(origins, who) && {who}),
    ...(isOne(kinds, what) && {what}),
    ...(isOne(outcomes, outcome) && {outcome}),
    ...(typeof verb === 'string' && /^[\w.+-]+(,[\w.+-]+)*$/.test(verb) && {verb: verb.slice(0, 200)}),
    ...(isOne(spans, when) && {when}),
    ...(typeof torrent === 'string' && /^[0-9a-f]{40}$/.test(torrent) && {torrent}),
  }
}

const HOUR_MS = 3_600_000
const spanMs = {hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS}

/** Where the day of the browser began, epoch ms. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

/** @param servers ids; `null` = all @param now epoch ms */
export function wishOf(
  {q, who, actor, what, outcome, verb, when, rule, torrent}: JournalSearch,
  servers: readonly string[] | null,
  now: number,
): JournalWish {
  return {
    q,
    actor,
    outcome,
    origin: who,
    ...(verb !== undefined && {verb: verb.split(',')}),
    info_hash: torrent,
    class: what,
    rule_id: rule,
    ...(servers !== null && {server_id: servers}),
    // In whole minutes, so that the same question is the same a moment later.
    ...(when !== undefined && {from: beginOf(when, now)}),
  }
}

function beginOf(when: (typeof spans)[number], now: number): number {
  if (when === 'today') return startOfDay(now)
  return Math.floor((now - spanMs[when]) / 60_000) * 60_000
}

function textOf(name: 'q' | 'actor' | 'rule', found: unknown): JournalSearch {
  // The router reads what looks like JSON: figures alone come as a number.
  const isText = (typeof found === 'string' && found !== '') || typeof found === 'number'
  return isText ? {[name]: String(found).slice(0, 200)} : {}
}

function isOne<T extends string>(all: readonly T[], found: unknown): found is T {
  return (all as readonly unknown[]).includes(found)
}
