/**
 * Sends an action and tells what became of it. All went well: one toast, with undo where the world allows it. Else the
 * results stay in the panel, and the rows bear a mark. The rows show what is expected at once: that comes from the
 * server with the next news.
 *
 *   act ─▶ POST ─▶ taken ─▶ settled: toast | panel ─▶ undo ─▶ toast | panel
 *             │      ▲ what takes longer stands in the panel meanwhile (`results.ts`)
 *                    └─ held (`delete/held-removals.ts`) ─▶ toast with a ring ─▶ ended: panel if something did not go well
 */
import {
  cancelAction,
  recentAction,
  recentActions,
  retryAction,
  sendAction,
  undoAction,
  type ActionBody,
  type ActionVerb,
  type SelectedBody,
  type RecentAction,
  type SentAction,
} from '../../api/actions.ts'
import {undoEntry} from '../../api/explanation.ts'
import {forPage, keepUnsent, NoAnswer, NotSent, Problem} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {announce} from '../../ui/announce.ts'
import {leavingRows, rowFailures} from '../torrent-rows/row-states.ts'
import {counted, doneWords, verbWords, waitsWords} from './action-words.ts'
import {HeldRemovals, type About, type HeldRemoval} from './delete/held-removals.ts'
import {openActionDialog} from './action-dialogs.ts'
import {selectedBody, isSetGone, refrozen, type ActionTarget} from './target.ts'
import {isAllDone, resultTitle} from './result-groups.ts'
import {dismiss, goesOnAlone, isUnderWay, RunningActions, showResult, showUnsent} from './results.ts'

/** What was done from this page and can be undone, newest last: for `Ctrl Z`. */
interface Undoable {
  readonly id: string
  /** As long as the server keeps the way back; epoch ms by its clock. */
  readonly until: number
}

export class UndoStack {
  readonly #stack: Undoable[] = []

  push(undoable: Undoable): void {
    this.drop(undoable.id)
    this.#stack.push(undoable)
  }

  /** The newest that can still be undone, taken from the stack; `null` = there is none. */
  take(now: number): string | null {
    for (let last = this.#stack.pop(); last; last = this.#stack.pop()) if (last.until > now) return last.id
    return null
  }

  /** It was undone by other means. */
  drop(id: string): void {
    const at = this.#stack.findIndex((it) => it.id === id)
    if (at !== -1) this.#stack.splice(at, 1)
  }
}

const undoStack = new UndoStack()

export interface Wish {
  readonly verb: ActionVerb
  readonly args?: Readonly<Record<string, unknown>>
  /** Of removals: wait so long before it is sent. */
  readonly holdSeconds?: number
}

/** A choice, what is sent of it, and how many torrents that are. */
interface Selected {
  /** `null` = it is not known here which they are. */
  readonly target: ActionTarget | null
  readonly body: SelectedBody
  readonly count: number
  readonly about?: About | undefined
}

/** An action was taken, but what became of it is not to be had: so often it is asked for again, later and later. */
const ASKED_AT_MOST = 5
const FIRST_PAUSE_MS = 1000

/** Without a dialog: what cannot be asked for at all stands in the panel. Never for removals. */
export async function act(target: ActionTarget, wish: Wish): Promise<void> {
  const send = async (body: SelectedBody) => taken(await sendAction(bodyOf(body, wish)), target)
  try {
    const body = await selectedBody(target)
    await send(body).catch(async (error: unknown) => {
      // The server keeps sets for a while only. Nobody was shown this one by its members.
      if (!isSetGone(error)) throw error
      await send({selection_id: (await refrozen(target)).selection_id})
    })
  } catch (error) {
    unsent(verbWords(wish.verb), error, () => void act(target, wish))
  }
}

/**
 * For dialogs, which show on their fields what is not accepted. Over when it was taken: what becomes of it is told by
 * itself.
 * @param begun called where it takes longer: it is under way in the program, and goes on without this page
 * @throws {Problem} {NoAnswer}
 */
export async function actOn(
  {target, body, count, about}: Selected,
  wish: Wish,
  begun: () => void = () => undefined,
): Promise<void> {
  const post = () => sendAction(bodyOf(body, wish))
  if (!wish.holdSeconds) {
    const stop = runningActions.onBegin((it) => it.verb === wish.verb && it.count === count, begun)
    try {
      return taken(await post(), target)
    } finally {
      stop()
    }
  }
  const isIt = (it: RecentAction) => it.verb === wish.verb && it.count + it.counts.refused === count
  const answer = await heldRemovals.send(post, target, isIt, about)
  if (answer) taken(answer, target)
}

function bodyOf(body: SelectedBody, {verb, args = {}, holdSeconds}: Wish): ActionBody {
  return {verb, args, ...body, ...(holdSeconds && {hold_seconds: holdSeconds})} as unknown as ActionBody
}

/** What the server said, or that it did not say anything. */
export function wordsOf(error: unknown): string {
  if (error instanceof NotSent) return text('result.not-sent')
  if (!(error instanceof Problem)) return text('result.no-answer')
  const fields = error.fields.map(({field, accepted}) => `${field}: ${[accepted].flat().join(', ')}`)
  return [error.message, ...fields].join(' ')
}

/** What could not be asked for at all, with its cause. */
export function unsent(title: string, error: unknown, again: () => void): void {
  keepUnsent(error, title)
  showUnsent({title, words: wordsOf(error), again: isInVain(error) ? null : again})
}

/** The same question would get the same no. */
export function isInVain(error: unknown): boolean {
  return error instanceof Problem && inVain.has(error.code)
}

const inVain: ReadonlySet<string> = new Set([
  'bad_request',
  'bad_argument',
  'not_supported',
  'payload_too_large',
  'forbidden',
  'session_required',
  'not_found',
  'server_unknown',
  'torrent_not_found',
  'action_unknown',
  'undo_impossible',
  'retry_impossible',
  'cancel_impossible',
])

/** It is done, or waits: whatever happens to the next question, it was taken. */
function taken(answer: SentAction, target: ActionTarget | null): void {
  const {action_id: id} = answer
  if (!('held_until' in answer)) void showEnd(id, (action) => settled(action, target))
  else if (answer.counts.refused > 0) void showEnd(id, showRefused)
}

async function showEnd(id: string, say: (action: RecentAction) => void, tries = 1): Promise<void> {
  try {
    say(await recentAction(id))
  } catch (error) {
    if (error instanceof NoAnswer && tries < ASKED_AT_MOST) {
      setTimeout(() => void showEnd(id, say, tries + 1), FIRST_PAUSE_MS * 2 ** (tries - 1))
    } else {
      const again = () => void showEnd(id, say)
      showUnsent({
        title: text('result.unknown'),
        words: wordsOf(error),
        again: isInVain(error) ? null : again,
      })
    }
  }
}

/** What became of each is told once: the answer may come beside what the list says after a connection broke. */
const reported = new Set<string>()

function settled(action: RecentAction, target: ActionTarget | null): void {
  // What became of it is told when it has ended.
  if (reported.has(action.action_id) || (goesOnAlone(action) && isUnderWay(action))) return
  reported.add(action.action_id)
  mark(action, target)
  canUndo(action)
  if (isAllDone(action)) praise(action)
  else {
    showResult(action)
    announce(resultTitle(action))
  }
}

/** `Ctrl Z` takes it back next. */
function canUndo({action_id: id, undo}: RecentAction): void {
  if (undo.possible && undo.until !== null) undoStack.push({id, until: undo.until})
}

/** Of an action that a dialog sent itself: says that it is done, with its undo. @param words what was done */
export async function praiseSent(id: string, words: string): Promise<void> {
  // Without its answer nothing is known of an undo.
  const action = await recentAction(id).catch(() => null)
  if (action) canUndo(action)
  const undo = {until: serverNow() + UNDO_MS, run: () => void undoOne(id)}
  toast({tone: 'good', text: words, ...(action?.undo.possible && {undo})})
}

function praise(action: RecentAction): void {
  const {undo, action_id: id, verb, count} = action
  toast({
    tone: 'good',
    text: doneWords(verb, count),
    ...(undo.possible && {undo: {until: serverNow() + UNDO_MS, run: () => void undoOne(id)}}),
  })
}

/** Of a removal that waits for the others. */
function showRefused(action: RecentAction): void {
  markFailures(action)
  showResult(action)
}

export const runningActions = new RunningActions({
  list: recentActions,
  after: (ms, run) => void setTimeout(run, ms),
  ended: (action) => settled(action, null),
  lost: (action) => {
    const words = text(goesOnAlone(action) ? 'result.lost.goes-on' : 'result.lost')
    showUnsent({title: verbWords(action.verb), words, again: null})
  },
  aside: {
    has: (id) => putAside().includes(id),
    add: (id) => sessionStorage.setItem(ASIDE, JSON.stringify([...putAside(), id].slice(-MOST_ASIDE))),
  },
})

const ASIDE = 'commodarr-put-aside'
const MOST_ASIDE = 50

/** Actions under way that somebody does not want to see. */
function putAside(): readonly string[] {
  return JSON.parse(sessionStorage.getItem(ASIDE) ?? '[]') as readonly string[]
}

export const heldRemovals = new HeldRemovals({
  ask: recentAction,
  list: recentActions,
  now: serverNow,
  show: (removal, isFound) => {
    const {id, until, target, about} = removal
    undoStack.push({id, until})
    if (target)
      leavingRows.put(
        id,
        target,
        about.outlook?.refused.map(({serverId}) => serverId),
      )
    // The two clocks differ by some milliseconds: no ten seconds begin with an eleventh.
    const shownUntil = Math.min(until, serverNow() + UNDO_MS)
    const undo = {until: shownUntil, run: () => void undoOne(id)}
    const hide = toast({text: waitsWords(removal, isFound), undo})
    return () => {
      leavingRows.end(id)
      hide()
    }
  },
  ended: (action, removal) => {
    undoStack.drop(action.action_id)
    if (action.state === 'undone') return
    if (action.state === 'dropped') return dropped(removal, text('delete.dropped.why'))
    mark(action, removal.target)
    if (isAllDone(action)) announce(doneWords(action.verb, action.count))
    else showResult(action)
  },
  lost: (removal, isSure) => {
    undoStack.drop(removal.id)
    dropped(removal, text(isSure ? 'delete.dropped.why' : 'delete.dropped.unsure'))
  },
})

/** It would be tried again in vain: whoever wanted it looks again at what it would do. */
function dropped({count, target}: HeldRemoval, words: string): void {
  showUnsent({
    title: counted('delete.dropped', count),
    words,
    again: target && (() => openActionDialog('delete', target)),
  })
}

/** Sends nothing more of an action that is under way. Its results are shown when it has ended. */
export async function cancel(id: string): Promise<void> {
  try {
    runningActions.hear(await cancelAction(id))
  } catch (error) {
    // It has just ended: its results are on their way.
    if (error instanceof Problem && error.code === 'cancel_impossible') return
    unsent(text('result.cancel-failed'), error, () => void cancel(id))
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

/** Takes back what a rule did; on a torrent that is an action of its own, which can be undone like any other. */
export async function undoOfRule(id: string): Promise<void> {
  try {
    const undone = await undoEntry(id)
    if ('action_id' in undone) settled(undone, null)
    else toast({tone: 'good', text: forPage(undone.message)})
  } catch (error) {
    unsent(text('undo.failed'), error, () => void undoOfRule(id))
  } finally {
    for (const key of ['activity', 'timeline', 'explanation'])
      void queries.invalidateQueries({queryKey: [key]})
  }
}

function undone(action: RecentAction): void {
  heldRemovals.forget(action.action_id)
  rowFailures.takeOf(action.action_id)
  dismiss(action.action_id)
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

/**
 * The same again for what is not done. Of a removal that means to wait again.
 * @param isConfirmed what its refusals asked for, each for its own torrent
 */
export async function retry(id: string, isConfirmed = false): Promise<void> {
  try {
    const answer = await heldRemovals.send(
      () => retryAction(id, isConfirmed),
      null,
      (it) => it.retry_of === id,
    )
    dismiss(id)
    rowFailures.takeOf(id)
    if (answer) taken(answer, null)
  } catch (error) {
    unsent(text('result.retry-failed'), error, () => void retry(id, isConfirmed))
  }
}

/** What was done before to the same torrents is over. @param target `null` = it is not known here which they are */
function mark(action: RecentAction, target: ActionTarget | null): void {
  if (target?.kind === 'some') rowFailures.take(target.names)
  else if (target) rowFailures.clear()
  markFailures(action)
}

function markFailures({action_id: id, problems}: RecentAction): void {
  const failures = problems.map((it): [string, string] => [
    `${it.server_id}~${it.info_hash}`,
    forPage(it.message ?? it.code ?? ''),
  ])
  if (failures.length > 0) rowFailures.put(id, failures)
}
