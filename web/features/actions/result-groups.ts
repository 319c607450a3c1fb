/** What came of an action: its torrents in groups, with the words for each. */
import type {ActionProblem, RecentAction} from '../../api/actions.ts'
import {forPage} from '../../api/problem.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import {counted, doneWords, verbWords} from './action-words.ts'

/** What became of an action, put together by outcome and cause: as its panel shows it. */
export interface ProblemGroup {
  readonly outcome: ActionProblem['outcome']
  /** Of docs/reference/errors.md; '' = none was told. */
  readonly code: string
  /** The cause, in the words of the server; of servers that are not online those of the first. */
  readonly message: string
  readonly count: number
  readonly servers: readonly string[]
  readonly items: readonly {readonly key: string; readonly name: string}[]
}

interface DoneGroup {
  readonly count: number
  readonly servers: readonly {readonly name: string; readonly count: number}[]
}

export interface ResultGroups {
  readonly done: DoneGroup
  readonly problems: readonly ProblemGroup[]
  /** Torrents that are not done beyond those in the groups. */
  readonly omitted: number
}

type Outcome = Pick<RecentAction, 'count' | 'counts' | 'problems' | 'problems_omitted' | 'servers'>

/** Failures first, then what was never sent, then what got no answer; the largest of each first. */
const order: readonly ActionProblem['outcome'][] = ['failed', 'refused', 'unconfirmed', 'done']

export function resultGroups({counts, problems, problems_omitted: omitted, servers}: Outcome): ResultGroups {
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

function doneOn(servers: Outcome['servers'], problems: readonly ActionProblem[]): DoneGroup['servers'] {
  return servers
    .map(({server_id, server_name: name, count}) => ({
      name,
      count: count - problems.filter((it) => it.server_id === server_id).length,
    }))
    .filter(({count}) => count > 0)
}

/** Torrents that a confirmation may help, whether they are among the problems or beyond them. */
function confirmableCount({confirmable}: Pick<RecentAction, 'confirmable'>): number {
  return Object.values(confirmable).reduce((sum, some) => sum + some, 0)
}

export function canConfirm(action: Pick<RecentAction, 'retryable' | 'confirmable'>): boolean {
  return action.retryable > 0 && confirmableCount(action) > 0
}

/** Nothing more to say than that it is done. */
export function isAllDone({counts, count}: Pick<RecentAction, 'count' | 'counts'>): boolean {
  return counts.done === count && counts.failed + counts.refused + counts.unconfirmed === 0
}

const outcomeWords: Readonly<Record<ProblemGroup['outcome'], TextKey>> = {
  done: 'result.done',
  failed: 'result.failed',
  refused: 'result.refused',
  unconfirmed: 'result.unconfirmed',
}

/** "Stop: 41 of 46 done". */
export function resultTitle({
  verb,
  counts,
  count: all,
}: Pick<RecentAction, 'verb' | 'counts' | 'count'>): string {
  return text('result.title', {verb: verbWords(verb), done: count(counts.done), all: count(all)})
}

/** "4 not sent". */
export function groupTitle({outcome, count: many}: Pick<ProblemGroup, 'outcome' | 'count'>): string {
  return counted(outcomeWords[outcome], many)
}

/** "30 on seedbox, 11 on nas". */
export function whereDone({servers}: DoneGroup): string {
  return servers.map(({name, count: many}) => text('result.on', {count: count(many), name})).join(', ')
}

/** The cause in one sentence; with the servers where it does not name them. */
export function causeWords(group: ProblemGroup): string {
  const {servers, message, code} = group
  if (code === 'server_not_online' && servers.length > 1) {
    return text('result.not-online', {names: someNames(servers)})
  }
  if (code === 'forbidden') return text('result.forbidden', {names: someNames(servers)})
  return withServers(group, firstSentence(message))
}

/** What was said of the cause after the one sentence; '' = nothing. */
export function moreOfCause({message, servers, code}: ProblemGroup): string {
  if (code === 'forbidden' || (code === 'server_not_online' && servers.length > 1)) return ''
  return message.trim().slice(firstSentence(message).length).trim()
}

function withServers({servers}: ProblemGroup, words: string): string {
  const named = servers.filter((name) => !words.includes(name))
  return named.length === 0 ? words : `${someNames(named)}: ${words}`
}

const sentences = new Intl.Segmenter('en', {granularity: 'sentence'})

function firstSentence(message: string): string {
  const [first] = sentences.segment(message.trim())
  return first?.segment.trim() ?? ''
}

const MOST_NAMES = 3

/** "a, b", "a, b, c and 5 more". */
function someNames(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(', ')
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return text('result.names-more', {names: shown, more: count(names.length - MOST_NAMES)})
}

/**
 * What is confirmed for how many, where the causes alone do not say it: some ask for one thing and some for another, or
 * for nothing, or not all of them are shown.
 */
export function confirmWords(
  action: Pick<RecentAction, 'retryable' | 'confirmable'>,
  {omitted}: Pick<ResultGroups, 'omitted'>,
): readonly string[] {
  if (!canConfirm(action)) return []
  const {accepts_others: others = 0, accepts_doubt: doubts = 0} = action.confirmable
  const rest = action.retryable - confirmableCount(action)
  if (omitted === 0 && rest === 0 && (others === 0 || doubts === 0)) return []
  return [
    ...(others > 0 ? [counted('result.confirms.others', others)] : []),
    ...(doubts > 0 ? [counted('result.confirms.doubt', doubts)] : []),
    ...(rest > 0 ? [counted('result.confirms.rest', rest)] : []),
  ]
}

/** The whole as plain text, for whoever helps. */
export function resultText(action: RecentAction, groups: ResultGroups): string {
  const lines = [resultTitle(action)]
  if (groups.done.count > 0)
    lines.push(`${doneWords(action.verb, groups.done.count)}: ${whereDone(groups.done)}`)
  for (const group of groups.problems) {
    lines.push(`${groupTitle(group)}: ${causeWords(group)} ${moreOfCause(group)}`.trimEnd())
    lines.push(...group.items.map(({name}) => `  ${name}`))
  }
  if (groups.omitted > 0) lines.push(counted('result.omitted', groups.omitted))
  return lines.join('\n')
}
