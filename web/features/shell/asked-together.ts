/** What rules ask, where all questions of one rule are answered together: what they would do, the answers, and their undo. */
import type {Need} from '#model/needs.ts'
import {queries} from '../../api/queries.ts'
import {
  answerApproval,
  approvalsQuery,
  reopenApproval,
  type Approval,
  type ApprovalAnswer,
} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'

/** What several decisions of one rule would do, and with how much. */
interface AskedTogether {
  readonly ids: readonly string[]
  /** Each set of actions, with how many it is for and whether these are torrents; the most frequent first. */
  readonly acts: readonly {readonly verbs: string; readonly count: number; readonly isTorrents: boolean}[]
  /** As far as they have any. */
  readonly names: readonly string[]
  /** Of the torrents, as far as that is known. */
  readonly bytes: number
  /** Torrents whose size is not known. */
  readonly unsized: number
}

type Asking = Pick<Extract<Need, {kind: 'approval'}>, 'rule_id' | 'arr_ids'>

/** @returns those of the rule and the Arr that a need names */
export function askedTogether(
  {rule_id: ruleId, arr_ids: arrs}: Asking,
  approvals: readonly Approval[],
): AskedTogether {
  const its = approvals.filter(({rule, arr_id: id}) => rule.id === ruleId && id === (arrs[0] ?? null))
  const groups = Map.groupBy(
    its,
    ({actions, subject}) =>
      `${actions.map(({action}) => action).join('+')} ${subject === 'torrent' ? 'torrent' : ''}`,
  )
  const acts = Array.from(groups, ([group, some]) => {
    const [verbs = '', kind] = group.split(' ')
    return {verbs, count: some.length, isTorrents: kind === 'torrent'}
  })
  return {
    ids: its.map(({id}) => id),
    acts: acts.toSorted((one, other) => other.count - one.count),
    names: its.flatMap(({name}) => name ?? []),
    bytes: its.reduce((sum, {size = 0}) => sum + size, 0),
    unsized: its.filter(({subject, size}) => subject === 'torrent' && size === undefined).length,
  }
}

/** So many are answered in a second at least: the first is still held when the last is answered. */
const ANSWERS_PER_SECOND = 10
/** The server holds none for longer. */
const MOST_SECONDS = 60

/** One after the other, as each is judged by itself; with an undo of those that were taken, and why others were not. */
export async function answerAsked(ids: readonly string[], answer: ApprovalAnswer): Promise<void> {
  const begun = serverNow()
  const hold = Math.min(MOST_SECONDS, UNDO_MS / 1_000 + Math.ceil((ids.length - 1) / ANSWERS_PER_SECOND))
  const {done, faults} = await eachOf(ids, (id) => answerApproval(id, answer, hold))
  const until = Math.min(serverNow() + UNDO_MS, answer === 'approve' ? begun + hold * 1_000 : Infinity)
  if (done.length > 0)
    toast({
      tone: 'good',
      text: text(`attention.asks.${answer}`, {count: done.length}),
      undo: {until, run: () => void reopenAsked(done)},
    })
  for (const fault of faults) toast({tone: 'bad', text: fault})
}

async function reopenAsked(ids: readonly string[]): Promise<void> {
  const {done, faults} = await eachOf(ids, reopenApproval)
  if (done.length > 0) toast({tone: 'good', text: text('attention.asks.reopened', {count: done.length})})
  if (faults.length > 0) {
    const values = {count: ids.length - done.length, why: faults.join(' ')}
    toast({tone: 'bad', text: text('attention.asks.not-reopened', values)})
  }
}

/** @returns those that it was done for, and why it was not for others: each reason once */
async function eachOf(
  ids: readonly string[],
  work: (id: string) => Promise<void>,
): Promise<{readonly done: readonly string[]; readonly faults: readonly string[]}> {
  const done: string[] = []
  const faults = new Set<string>()
  for (const id of ids) {
    try {
      await work(id)
      done.push(id)
    } catch (error) {
      faults.add(error instanceof Error ? error.message : String(error))
    }
  }
  await queries.invalidateQueries(approvalsQuery)
  return {done, faults: [...faults]}
}
