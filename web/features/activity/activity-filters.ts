/** The filters of the activity: as they stand in the address, as clicks change them, and as the server is asked. Pure. */
import type {ActivityWish, Story} from '../../api/activity.ts'
import {startOfDay} from '../../i18n/format-time.ts'
import type {ActivitySearch, Span} from './activity-search.ts'

/** In the order in which they are listed. */
export const storyKinds = [
  'imported',
  'replaced',
  'removed',
  'added',
  'changed',
  'moved',
  'restored',
  'paused',
  'servers',
  'settings',
] as const satisfies readonly Story['what'][]

export const facetNames = ['what', 'who', 'rule', 'arr', 'server'] as const
export type FacetName = (typeof facetNames)[number]

/** What is wanted of a filter, and what is left out. */
export interface Choice {
  readonly some: readonly string[]
  readonly none: readonly string[]
}

/** As it stands in the address: "removed,-added". */
export function choiceOf(written: string | undefined): Choice {
  const parts = (written ?? '').split(',').filter((it) => it !== '' && it !== '-')
  const isOut = (part: string) => part.startsWith('-')
  return {
    some: parts.filter((it) => !isOut(it)).map(unescaped),
    none: parts.filter(isOut).map((it) => unescaped(it.slice(1))),
  }
}

/** `undefined` = nothing is chosen. */
export function writtenChoice({some, none}: Choice): string | undefined {
  const parts = [...some.map(escaped), ...none.map((it) => `-${escaped(it)}`)]
  return parts.length === 0 ? undefined : parts.join(',')
}

/** Names may hold what separates them. */
function escaped(value: string): string {
  return value.replaceAll('%', '%25').replaceAll(',', '%2C').replace(/^-/, '%2D')
}

function unescaped(part: string): string {
  return part.replaceAll('%2C', ',').replaceAll('%2D', '-').replaceAll('%25', '%')
}

/** A click includes a value, with Shift leaves it out; the same again clears it. */
export function turned({some, none}: Choice, value: string, isExcluding: boolean): Choice {
  const [had, others] = isExcluding ? [none, some] : [some, none]
  const mine = had.includes(value) ? had.filter((it) => it !== value) : [...had, value]
  const rest = others.filter((it) => it !== value)
  return isExcluding ? {some: rest, none: mine} : {some: mine, none: rest}
}

/** Whether anything but the range is asked for. */
export function hasFilters({when: _when, hidden: _hidden, ...others}: ActivitySearch): boolean {
  return Object.keys(others).length > 0
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const spansMs: Readonly<Record<Exclude<Span, 'today'>, number>> = {
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
}

/** @param scope ids of the servers that the whole program is about; `null` = all @param now epoch ms */
export function wishOf(
  {q, show, when, torrent, hidden, ...search}: ActivitySearch,
  scope: readonly string[] | null,
  now: number,
): ActivityWish {
  const what = choiceOf(search.what)
  const who = choiceOf(search.who)
  const rule = choiceOf(search.rule)
  const arr = choiceOf(search.arr)
  const server = choiceOf(search.server)
  const isKind = (it: string) => (storyKinds as readonly string[]).includes(it)
  const isWho = (it: string) => /^(rule|arr|system|api|user:.+)$/s.test(it)
  return {
    q,
    show: show === 'waiting' ? undefined : show,
    info_hash: torrent,
    ...(when !== undefined && {from: beginOf(when, now)}),
    ...(hidden && {hidden: 'true'}),
    ...asked('what', what.some.filter(isKind), what.none.filter(isKind)),
    ...asked('who', who.some.filter(isWho), who.none.filter(isWho)),
    ...asked('rule_id', rule.some, rule.none),
    ...asked('arr_id', arr.some, arr.none),
    ...asked('server_id', server.some.length > 0 ? server.some : (scope ?? []), server.none),
  }
}

function asked(name: string, some: readonly string[], none: readonly string[]): ActivityWish {
  return {...(some.length > 0 && {[name]: some}), ...(none.length > 0 && {[`not_${name}`]: none})}
}

function beginOf(when: Span, now: number): number {
  // In whole minutes, so that the same question is the same a moment later.
  return when === 'today' ? startOfDay(now) : Math.floor((now - spansMs[when]) / 60_000) * 60_000
}
