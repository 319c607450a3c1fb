/**
 * Sends an action and tells what became of it. All went well: one toast, with undo where the world allows it. Else the
 * results stay in the panel, and the rows bear a mark. The rows show what is expected at once: that comes from the
 * server with the next news.
 *
 *   act ─▶ POST ─▶ settled: toast | panel ─▶ undo ─▶ toast | panel
 *            └─ held ─▶ toast with a ring ─▶ time is up: panel if something did not go well
 */
import {
  recentAction,
  retryAction,
  sendAction,
  undoAction,
  type ActionBody,
  type ActionVerb,
  type ChosenBody,
  type RecentAction,
} from '../../api/actions.ts'
import {Problem} from '../../api/problem.ts'
import {serverNow} from '../../live/clock.ts'
import {text} from '../../text/text.ts'
import {announce} from '../../ui/announce.ts'
import {toast} from '../../ui/toast.ts'
import {rowFailures} from '../torrents/row-failures.ts'
import {doneWords, verbWords} from './action-words.ts'
import {chosenBody} from './chosen-body.ts'
import {counted} from './counted.ts'
import {isAllDone} from './result-groups.ts'
import {resultTitle} from './result-words.ts'
import {putAway, showResult, showUnsent} from './results.ts'
import type {ActionTarget} from './target.ts'
import {undoStack} from './undo-stack.ts'

export interface Wish {
  readonly verb: ActionVerb
  readonly args?: Readonly<Record<string, unknown>>
  /** Of removals: wait so long before it is sent. */
  readonly holdSeconds?: number
}

const UNDO_MS = 10_000
/** After a held removal was sent its servers take a moment. */
const LOOK_AGAIN_MS = 1500

/** Without a dialog: what cannot be asked for at all stands in the panel. */
export async function act(target: ActionTarget, wish: Wish): Promise<void> {
  try {
    // Marks of what was done before are over; new ones come with the answer.
    if (target.kind === 'some') rowFailures.take(target.names)
    await actOn(await chosenBody(target), wish)
  } catch (error) {
    unsent(verbWords(wish.verb), error, () => void act(target, wish))
  }
}

/** For dialogs, which show on their fields what is not accepted. @throws {Problem} {NoAnswer} */
export async function actOn(chosen: ChosenBody, {verb, args, holdSeconds}: Wish): Promise<void> {
  const body = {verb, args: args ?? {}, ...chosen, ...(holdSeconds && {hold_seconds: holdSeconds})}
  settled(await recentAction(await sendAction(body as unknown as ActionBody)))
}

/** What the server said, or that it did not say anything. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Problem)) return text('result.no-answer')
  const fields = error.fields.map(({field, accepted}) => `${field}: ${[accepted].flat().join(', ')}`)
  return [error.message, ...fields].join(' ')
}

/** What could not be asked for at all, with its cause. */
export function unsent(title: string, error: unknown, again: () => void): void {
  showUnsent({title, words: wordsOf(error), again: isInVain(error) ? null : again})
}

/** The same question would get the same no. */
export function isInVain(error: unknown): boolean {
  return error instanceof Problem && inVain.has(error.code)
}

const inVain: ReadonlySet<string> = new Set([
  ...['bad_request', 'bad_argument', 'not_supported', 'payload_too_large', 'forbidden', 'session_required'],
  ...['not_found', 'server_unknown', 'torrent_not_found', 'action_unknown', 'undo_impossible'],
  'retry_impossible',
])

/** Held removals of this page: their end is told by the socket, or asked for when it does not. */
const held = new Set<string>()

function settled(action: RecentAction): void {
  mark(action)
  if (action.state === 'held') return waiting(action)
  if (action.undo.possible && action.undo.until !== null) {
    undoStack.push({id: action.action_id, until: action.undo.until})
  }
  if (isAllDone(action)) praise(action)
  else {
    showResult(action)
    announce(resultTitle(action))
  }
}

function praise(action: RecentAction): void {
  const {undo, action_id: id, verb, count} = action
  toast({
    ...{tone: 'good', text: doneWords(verb, count)},
    ...(undo.possible && {undo: {until: serverNow() + UNDO_MS, run: () => void undoOne(id)}}),
  })
}

function waiting(action: RecentAction): void {
  const {action_id: id, held_until: until, counts, count} = action
  held.add(id)
  undoStack.push({id, until: until!})
  const waits = count - counts.refused
  toast({text: counted('delete.waits', waits), undo: {until: until!, run: () => void undoOne(id)}})
  if (counts.refused > 0) showResult(action)
  setTimeout(() => void lookAgain(id), until! - serverNow() + LOOK_AGAIN_MS)
}

/** In case the socket was away when it ended. */
async function lookAgain(id: string): Promise<void> {
  if (held.has(id)) hearOf(await recentAction(id).catch(() => null))
}

/** From the socket, or asked for. */
export function hearOf(action: RecentAction | null): void {
  if (action === null || !held.has(action.action_id)) return
  if (action.state === 'held' || action.state === 'running') return
  held.delete(action.action_id)
  undoStack.drop(action.action_id)
  if (action.state === 'undone') return
  mark(action)
  if (action.state === 'dropped') return showUnsent(dropped(action))
  if (isAllDone(action)) announce(doneWords(action.verb, action.count))
  else showResult(action)
}

function dropped({count, action_id: id}: RecentAction) {
  return {
    title: counted('delete.dropped', count),
    words: text('delete.dropped.why'),
    again: () => void retry(id),
  }
}

/** Takes one action back. */
export async function undoOne(id: string): Promise<void> {
  undoStack.drop(id)
  try {
    undone(await undoAction(id))
  } catch (error) {
    unsent(text('undo.failed'), error, () => void undoOne(id))
  }
}

function undone(action: RecentAction): void {
  held.delete(action.action_id)
  putAway(action.action_id)
  const {undone: back, verb, count} = action
  // A removal that was taken back in time was never sent.
  if (back === null) return void toast({tone: 'good', text: counted('delete.kept', count)})
  const {done} = back.counts
  if (back.problems.length + back.problems_omitted === 0) {
    toast({tone: 'good', text: text('undo.done', {what: doneWords(verb, done)})})
    return
  }
  showResult({...action, verb: 'undo', ...back, count: done + back.problems.length + back.problems_omitted})
}

/** `Ctrl Z`. */
export async function undoLast(): Promise<void> {
  const id = undoStack.take(serverNow())
  if (id === null) toast({text: text('undo.nothing')})
  else await undoOne(id)
}

/** The same again for what is not done. */
export async function retry(id: string): Promise<void> {
  try {
    const again = await recentAction(await retryAction(id))
    putAway(id)
    settled(again)
  } catch (error) {
    unsent(text('result.retry-failed'), error, () => void retry(id))
  }
}

function mark({problems}: RecentAction): void {
  const failures = problems.map((it): [string, string] => [
    `${it.server_id}~${it.info_hash}`,
    it.message ?? it.code ?? '',
  ])
  if (failures.length > 0) rowFailures.put(failures)
}
