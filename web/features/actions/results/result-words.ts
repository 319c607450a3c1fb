import type {RecentAction} from '../../../api/actions.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {counted, doneWords, verbWords} from '../action-words.ts'
import {
  canConfirm,
  confirmableCount,
  type DoneGroup,
  type ProblemGroup,
  type ResultGroups,
} from './result-groups.ts'

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
