/** What needs the user: what is shown now, what is put off, and what an answer sends. */
import type {ImportNeed, Need, NeedAnswer} from '#model/needs.ts'
import type {ArrAction} from '../../api/arrs.ts'
import {usePreference, type Preferences} from '../../api/preferences.ts'
import {queries} from '../../api/queries.ts'
import {
  answerApproval,
  approvalsQuery,
  reopenApproval,
  type Approval,
  type ApprovalAnswer,
} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useAttention} from '../../live/attention.ts'
import {serverNow, useNow} from '../../live/clock.ts'

/** A minute more or less is none for what is put off for a day. */
const STEP_MS = 60_000

interface Needs {
  readonly needs: readonly Need[]
  /** So many wait until they are reminded of. */
  readonly later: number
}

/** What needs who looks, without what was read or put off: the same at the bell and on the overview. */
export function useNeeds(): Needs {
  const {needs} = useAttention()
  const [readUntil] = usePreference('notices.read')
  const [putOff] = usePreference('needs.later')
  const now = useNow(STEP_MS)
  const unread = needs.filter(({kind, since}) => kind !== 'notice' || (since ?? 0) > readUntil)
  const shown = unread.filter((need) => !isPutOff(need, putOff, now))
  return {needs: shown, later: unread.length - shown.length}
}

interface PuttingOff {
  readonly putOff: (need: Need) => void
  readonly showAll: () => void
}

/** Puts one off until tomorrow, or brings all of them back. Kept per user, on the server. */
export function usePuttingOff(): PuttingOff {
  const {needs} = useAttention()
  const [kept, keep] = usePreference('needs.later')
  const now = useNow(STEP_MS)
  const change = (next: Preferences['needs.later']) => keep(next)
  return {
    putOff: (need) => change(withPutOff(need, kept, now)),
    showAll: () => change(withoutPutOff(needs, kept)),
  }
}

/** What somebody wants to be reminded of later. One that ended and began again is another one. */
type PutOff = Preferences['needs.later']
type Named = Pick<Need, 'id' | 'since'>

const DAY_MS = 86_400_000
/** The oldest go first: a list of preferences has its end. */
const MOST = 50

/** @param now epoch ms */
export function isPutOff({id, since}: Named, putOff: PutOff, now: number): boolean {
  const one = putOff[id]
  return one !== undefined && one.since === since && one.until > now
}

export function withPutOff({id, since}: Named, putOff: PutOff, now: number): PutOff {
  const others = Object.entries(putOff).filter(([name, {until}]) => name !== id && until > now)
  return Object.fromEntries([...others.slice(1 - MOST), [id, {since, until: now + DAY_MS}]])
}

export function withoutPutOff(needs: readonly Named[], putOff: PutOff): PutOff {
  const shown = new Set(needs.map(({id}) => id))
  return Object.fromEntries(Object.entries(putOff).filter(([id]) => !shown.has(id)))
}

// What rules ask, where it is answered together.

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

const UNDO_MS = 10_000
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

// What is sent for an answer about a download that an Arr does not import.

/** @returns `null` = it cannot be said of this one */
export function importAction(
  answer: NeedAnswer,
  {download_id: downloadId, media}: Pick<ImportNeed, 'download_id' | 'media'>,
): ArrAction | null {
  if (answer === 'search') return media.length === 0 ? null : {action: 'search', items: [...media]}
  if (downloadId === null) return null
  switch (answer) {
    case 'import':
      // Whatever the Arr does without being asked: the torrent goes on seeding.
      return {action: 'import_anyway', download_id: downloadId, mode: 'copy'}
    case 'blocklist':
      return {action: 'blocklist', download_id: downloadId, search_again: true}
    case 'ignore':
      return {action: 'ignore', download_id: downloadId}
    default:
      return null
  }
}
