/**
 * What became of what was done from this page: those that did not go well stay in the panel until they are put away.
 * News come as answers, and over the socket for what ends later (held removals).
 */
import {useSyncExternalStore} from 'react'
import type {RecentAction} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {Signal} from '../../lib/signal.ts'
import {bytes, count, until, written} from '../../ui/format.ts'

/** Something that could not even be asked for. */
export interface Unsent {
  readonly id: string
  readonly title: string
  readonly words: string
  /** `null` = it would be in vain. */
  readonly again: (() => void) | null
}

interface Results {
  /** Newest first. */
  readonly actions: readonly RecentAction[]
  readonly unsent: readonly Unsent[]
}

const MOST = 5
const changes = new Signal()
let current: Results = {actions: [], unsent: []}
let lastUnsent = 0

export function showResult(action: RecentAction): void {
  const others = current.actions.filter((it) => it.action_id !== action.action_id)
  become({...current, actions: [action, ...others].slice(0, MOST)})
}

export function showUnsent(one: Omit<Unsent, 'id'>): void {
  become({...current, unsent: [{...one, id: `unsent ${++lastUnsent}`}, ...current.unsent].slice(0, MOST)})
}

export function dismiss(id: string): void {
  become({
    actions: current.actions.filter((it) => it.action_id !== id),
    unsent: current.unsent.filter((it) => it.id !== id),
  })
}

export function useResults(): Results {
  return useSyncExternalStore(changes.listen, () => current)
}

function become(next: Results): void {
  current = next
  changes.emit()
}

/**
 * Actions that are under way in the program, whatever becomes of the page that asked for them: begun here, in another
 * tab, or before a reload. Those that take their time stand in the panel of results, with how far they are.
 *
 *   news ─▶ begun ─ a second ─▶ shown ─▶ ended (the answer tells what became of it, or the news where nobody waits for one)
 *   socket open ─▶ those that began before, and those that ended or were lost meanwhile
 */
interface RunningDeps {
  readonly list: () => Promise<readonly RecentAction[]>
  /** Runs it later, ms. */
  readonly after: (ms: number, run: () => void) => void
  /** Of one that this page found: nobody else tells it. */
  readonly ended: (action: RecentAction) => void
  /** The program knows nothing of one that this page found: it was started again. */
  readonly lost: (action: RecentAction) => void
  /** Which ones somebody put aside, by their ids, also before a reload. */
  readonly aside: {readonly has: (id: string) => boolean; readonly add: (id: string) => void}
}

interface Run {
  action: RecentAction
  isShown: boolean
  /** It began before this page was there. */
  readonly isFound: boolean
}

interface Awaited {
  readonly isIt: (action: RecentAction) => boolean
  readonly begun: () => void
}

/** What ends sooner is told when it has ended. */
const SHOWN_AFTER_MS = 1000

export class RunningActions {
  readonly changes = new Signal()
  /** That are shown, newest first. */
  shown: readonly RecentAction[] = []
  readonly #parts: RunningDeps
  readonly #runs = new Map<string, Run>()
  readonly #awaited = new Set<Awaited>()

  constructor(parts: RunningDeps) {
    this.#parts = parts
  }

  /** From the socket: whatever was told of an action. */
  hear(action: RecentAction): void {
    // The answer to whoever asked for it came when it began.
    if (isUnderWay(action)) this.#run(action, goesOnAlone(action))
    else this.#end(action)
  }

  /** The page is connected (again). A list that is not to be had comes with the next connection. */
  async opened(): Promise<void> {
    const before = [...this.#runs.values()]
    const listed = await this.#parts.list().catch(() => null)
    if (listed === null) return
    for (const action of listed) {
      if (isUnderWay(action)) this.#run(action, true)
      else this.#end(action)
    }
    const ids = new Set(listed.map(({action_id: id}) => id))
    for (const {action, isFound} of before) {
      if (ids.has(action.action_id) || !this.#drop(action.action_id) || !isFound) continue
      this.#parts.lost(action)
    }
  }

  /** It is not shown any more; its result is, and Activity has it. */
  putAside(id: string): void {
    this.#parts.aside.add(id)
    this.#emit()
  }

  /** Calls once when one like it has begun. @returns stops waiting for it */
  onBegin(isIt: Awaited['isIt'], begun: () => void): () => void {
    const one = {isIt, begun}
    this.#awaited.add(one)
    return () => void this.#awaited.delete(one)
  }

  #run(action: RecentAction, isFound: boolean): void {
    const known = this.#runs.get(action.action_id)
    if (known) {
      known.action = action
      if (known.isShown) this.#emit()
      return
    }
    const run: Run = {action, isShown: false, isFound}
    this.#runs.set(action.action_id, run)
    this.#parts.after(SHOWN_AFTER_MS, () => {
      run.isShown = true
      if (this.#runs.has(action.action_id)) this.#emit()
    })
    const found = [...this.#awaited].find(({isIt}) => isIt(action))
    if (found === undefined) return
    this.#awaited.delete(found)
    found.begun()
  }

  #end(action: RecentAction): void {
    const isFound = this.#runs.get(action.action_id)?.isFound === true
    if (this.#drop(action.action_id) && isFound) this.#parts.ended(action)
  }

  /** @returns whether it was known */
  #drop(id: string): boolean {
    const run = this.#runs.get(id)
    this.#runs.delete(id)
    if (run?.isShown) this.#emit()
    return run !== undefined
  }

  #emit(): void {
    const runs = [...this.#runs.values()].filter(({isShown}) => isShown).map(({action}) => action)
    this.shown = runs.filter(({action_id: id}) => !this.#parts.aside.has(id)).toReversed()
    this.changes.emit()
  }
}

/** Also what its servers took, as long as data moves. */
export function isUnderWay({state, progress}: RecentAction): boolean {
  return state === 'running' || progress !== null
}

/** It takes hours or days: nobody waits for its answer, and a restart of Commodarr does not end it. */
export function goesOnAlone({verb}: Pick<RecentAction, 'verb'>): boolean {
  return verb === 'copyTo' || verb === 'moveTo'
}

/** How often the time that is left is told again. */
export const FAR_STEP_MS = 10_000

/** An action, or something else whose data is on its way: that has no results yet. */
type Far = Pick<RecentAction, 'count' | 'progress'> & Partial<Pick<RecentAction, 'counts'>>

/** Torrents of which it is known what became of them; of those that are moved, whose data is there. */
function endedOf({counts, progress}: Far): number {
  if (progress !== null) return progress.ended
  return counts === undefined ? 0 : counts.done + counts.failed + counts.refused + counts.unconfirmed
}

/** How far it is, 0 to 1: by bytes where they are known. */
export function shareOf(action: Far): number {
  const {bytes: all, bytes_ended: there} = action.progress ?? {}
  if (all && typeof there === 'number') return there / all
  return action.count === 0 ? 0 : endedOf(action) / action.count
}

/** "4 of 12, 41.8 of 118 GiB, 9 m left", of one "41.8 of 118 GiB"; what is not known is left out. @param now epoch ms */
export function farWords(action: Far, now: number): string {
  const {bytes: all, bytes_ended: there, ends_at: end} = action.progress ?? {}
  const isOfBytes = all !== undefined && all !== null && all > 0 && typeof there === 'number'
  const parts: string[] = []
  if (action.count !== 1 || !isOfBytes)
    parts.push(text('result.far', {ended: count(endedOf(action)), all: count(action.count)}))
  if (isOfBytes) {
    const [some, whole] = [bytes(there), bytes(all)]
    const ended = some.unit === whole.unit || there === 0 ? some.text : written(some)
    parts.push(text('result.far', {ended, all: written(whole)}))
  }
  if (end && end > now) parts.push(text('result.far.left', {time: written(until(end, now))}))
  return parts.join(', ')
}

export function useRunning(actions: RunningActions): readonly RecentAction[] {
  return useSyncExternalStore(actions.changes.listen, () => actions.shown)
}
