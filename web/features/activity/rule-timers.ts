/** Has a rule wait with torrents, or act on them before its time: one after the other, as each is judged by itself. */
import {doRuleNow, waitWithRule, type Waiting} from '../../api/activity.ts'
import {queries} from '../../api/queries.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {wordsOf} from '../actions/run-action.ts'
import {undoAll} from './undo-story.ts'

const UNDO_MS = 10_000

type Timed = Pick<Waiting, 'torrents' | 'rule_id' | 'rule_name'>

/** With what could be put off, and an undo of that; what could not is told with its reason. */
export async function waitADay(timed: Timed): Promise<void> {
  const waits: string[] = []
  const faults = await each(timed, async (torrent, rule) => {
    const {id} = await waitWithRule(torrent, rule)
    waits.push(id)
  })
  if (waits.length > 0)
    toast({
      tone: 'good',
      text: text('next.waited', {count: waits.length, rule: timed.rule_name ?? ''}),
      undo: {until: serverNow() + UNDO_MS, run: () => void goOn(waits)},
    })
  if (faults.length > 0) toast({tone: 'bad', text: text('next.failed', {why: faults.join(' ')})})
}

/** The rule may act again at once. @param ids of the entries in the journal */
export async function goOn(ids: readonly string[]): Promise<void> {
  await undoAll(ids.map((id) => ({how: 'journal', id, unblock: null})))
  await queries.invalidateQueries({queryKey: ['activity']})
}

/** What comes of it is in its story. */
export async function doNow(timed: Timed): Promise<void> {
  const rule = timed.rule_name ?? ''
  let acts = 0
  let waits = 0
  const faults = await each(timed, async (torrent, id) => {
    const {outcome} = await doRuleNow(torrent, id)
    if (acting.has(outcome)) acts++
    else waits++
  })
  if (acts > 0) toast({tone: 'good', text: text('next.acts-now', {count: acts, rule})})
  if (waits > 0) toast({tone: 'info', text: text('next.acts-later', {count: waits, rule})})
  if (faults.length > 0) toast({tone: 'bad', text: text('next.not-now', {why: faults.join(' ')})})
}

const acting: ReadonlySet<string> = new Set(['due', 'nothingToDo'])

/** @returns why it was refused, each reason once */
async function each(
  {torrents, rule_id: rule}: Timed,
  work: (torrent: Timed['torrents'][number], rule: string) => Promise<void>,
): Promise<readonly string[]> {
  const faults = new Set<string>()
  for (const torrent of rule === null ? [] : torrents) {
    try {
      await work(torrent, rule!)
    } catch (error) {
      faults.add(wordsOf(error))
    }
  }
  return [...faults]
}
