/** What became of an action, put together by outcome and cause: as its panel shows it. Pure. */
import type {ActionProblem, RecentAction} from '../../../api/actions.ts'
import {forPage} from '../../../api/problem.ts'

export interface ProblemGroup {
  readonly outcome: ActionProblem['outcome']
  /** Of docs/errors.md; '' = none was told. */
  readonly code: string
  /** The cause, in the words of the server; of servers that are not online those of the first. */
  readonly message: string
  readonly count: number
  readonly servers: readonly string[]
  readonly items: readonly {readonly key: string; readonly name: string}[]
}

export interface DoneGroup {
  readonly count: number
  readonly servers: readonly {readonly name: string; readonly count: number}[]
}

export interface ResultGroups {
  readonly done: DoneGroup
  readonly problems: readonly ProblemGroup[]
  /** Torrents that are not done beyond those in the groups. */
  readonly omitted: number
}

type Told = Pick<RecentAction, 'count' | 'counts' | 'problems' | 'problems_omitted' | 'servers'>

/** Failures first, then what was never sent, then what got no answer; the largest of each first. */
const order: readonly ActionProblem['outcome'][] = ['failed', 'refused', 'unconfirmed', 'done']

export function resultGroups({counts, problems, problems_omitted: omitted, servers}: Told): ResultGroups {
  const nameOf = new Map(servers.map((it) => [it.server_id, it.server_name]))
  const groups = new Map<string, ActionProblem[]>()
  for (const problem of problems) {
    const cause = causeOf(problem)
    groups.set(cause, [...(groups.get(cause) ?? []), problem])
  }
  return {
    done: {count: counts.done, servers: omitted > 0 ? [] : doneOn(servers, problems)},
    problems: [...groups.values()].map((group) => groupOf(group, nameOf)).toSorted(byWeight),
    omitted,
  }
}

/** Every server that is away says so in its own words; it is one cause anyway. */
function causeOf({outcome, code, message}: ActionProblem): string {
  return code === 'server_not_online' ? `${outcome} ${code}` : `${outcome} ${message ?? code ?? ''}`
}

function groupOf(group: readonly ActionProblem[], nameOf: ReadonlyMap<string, string>): ProblemGroup {
  const {outcome, message, code} = group[0]!
  const ids = new Set(group.map(({server_id}) => server_id))
  return {
    outcome,
    code: code ?? '',
    message: forPage(message ?? code ?? ''),
    count: group.length,
    servers: [...ids].map((id) => nameOf.get(id) ?? id),
    items: group.map((it) => ({key: `${it.server_id}~${it.info_hash}`, name: it.name ?? it.info_hash})),
  }
}

function byWeight(a: ProblemGroup, b: ProblemGroup): number {
  return order.indexOf(a.outcome) - order.indexOf(b.outcome) || b.count - a.count
}

function doneOn(servers: Told['servers'], problems: readonly ActionProblem[]): DoneGroup['servers'] {
  return servers
    .map(({server_id, server_name: name, count}) => ({
      name,
      count: count - problems.filter((it) => it.server_id === server_id).length,
    }))
    .filter(({count}) => count > 0)
}

/** Torrents that a confirmation may help, whether they are among the problems or beyond them. */
export function confirmableCount({confirmable}: Pick<RecentAction, 'confirmable'>): number {
  return Object.values(confirmable).reduce((sum, some) => sum + some, 0)
}

export function canConfirm(action: Pick<RecentAction, 'retryable' | 'confirmable'>): boolean {
  return action.retryable > 0 && confirmableCount(action) > 0
}

/** Nothing more to say than that it is done. */
export function isAllDone({counts, count}: Pick<RecentAction, 'count' | 'counts'>): boolean {
  return counts.done === count && counts.failed + counts.refused + counts.unconfirmed === 0
}
