/** What waits for who looks, reckoned from what the pages know anyway. Pure. */
import type {AttentionNews} from '#model/live.ts'
import type {Arr} from '../../api/arrs.ts'

type Asking = Pick<AttentionNews, 'rules' | 'approvals'>

/** Arrs that are on and cannot be looked after: they do not answer, refuse us, or something stands in their way. */
export function arrsInTrouble(arrs: readonly Arr[]): readonly Arr[] {
  return arrs.filter(
    ({enabled, obstacle, manager}) => enabled && (obstacle !== null || (manager && manager.fault !== null)),
  )
}

interface Shown {
  readonly isClockAsked: boolean
  readonly servers: readonly {readonly server_id: string}[]
  readonly arrs: readonly {readonly id: string}[]
}

/** What of the same cause has a line of its own: the question of the clock, a server or an Arr in trouble. */
const shownElsewhere: Readonly<
  Record<string, (alert: AttentionNews['alerts'][number], shown: Shown) => boolean>
> = {
  clock_jumped: (_, {isClockAsked}) => isClockAsked,
  another_server: ({server_id: id}, {servers}) => servers.some((it) => it.server_id === id),
  address_forbidden: ({server_id: id}, {servers}) => servers.some((it) => it.server_id === id),
  arr_away: ({arr_id: id}, {arrs}) => arrs.some((it) => it.id === id),
}

/** Those that hold rules back, each once beside what else is shown. */
export function alertsBeside(alerts: AttentionNews['alerts'], shown: Shown): AttentionNews['alerts'] {
  return alerts.filter((alert) => shownElsewhere[alert.code]?.(alert, shown) !== true)
}

/** Decisions about its torrents that ask first, and its rules that stopped themselves. */
export function asksOfArr(id: string, {rules, approvals}: Asking): number {
  const held = rules.filter(({arrs}) => arrs.includes(id)).length
  return approvals.reduce((sum, {arr_id: arrId, count}) => sum + (arrId === id ? count : 0), held)
}

/** All that waits for a person on the page of an Arr: its own downloads, and what its rules ask. */
export function waitingOfArr({id, manager}: Pick<Arr, 'id' | 'manager'>, asking: Asking): number {
  return (manager?.waiting ?? 0) + asksOfArr(id, asking)
}

/** A name with a dot in it stands in quotes, with its dot: then the section is all that they hold. */
const wholeSection = /^(?:[\w-]+|"(?:[^"\\]|\\.)*")$/

/**
 * In the order in which people read what the configuration lost: whole sections before single settings of others.
 * @param settings as the program names them: tables, rows and keys, joined by dots
 */
export function sectionsFirst(settings: readonly string[]): readonly string[] {
  const [sections, others] = [true, false].map((isWhole) =>
    settings.filter((name) => wholeSection.test(name) === isWhole),
  ) as [string[], string[]]
  return [...sections, ...others]
}
