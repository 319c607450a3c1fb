/**
 * Removals that wait to be sent, so that whoever asked for one can always take it back: those of this page, and those
 * that it finds, because they were asked for in another tab, before a reload, or with an answer that got lost.
 *
 *   send ─ 202 ─────────────────┐                      ┌─ done, undone, dropped ─▶ ended
 *     └─ no answer ─ is there one? ─▶ waits (a toast) ─┤
 *   socket open, news ──────────┘                      └─ nobody knows it any more ─▶ lost
 */
import type {RecentAction, SentAction} from '../../../api/actions.ts'
import {NoAnswer, Problem} from '../../../api/problem.ts'
import type {ActionTarget} from '../target.ts'
import type {Outlook} from './removal.ts'

export interface HeldRemoval {
  readonly id: string
  /** Then it is sent; epoch ms by the server's clock. */
  readonly until: number
  readonly count: number
  /** What it is about, as this page asked for it; `null` = it did not. */
  readonly target: ActionTarget | null
  readonly about: About
}

/** What who asks knows of it. */
export interface About {
  /** Of the only torrent; absent = there are several, or it is not known here. */
  readonly name?: string | undefined
  /** What the dialog said; absent = nobody said anything. */
  readonly outlook?: Outlook | undefined
}

interface HeldDeps {
  readonly ask: (id: string) => Promise<RecentAction>
  readonly list: () => Promise<readonly RecentAction[]>
  /** Epoch ms by the server's clock. */
  readonly now: () => number
  /** Says that it waits. @returns takes that away */
  readonly show: (removal: HeldRemoval, isFound: boolean) => () => void
  readonly ended: (action: RecentAction, removal: HeldRemoval) => void
  /** Commodarr was started again. @param isSure it was still waiting then: it is never sent */
  readonly lost: (removal: HeldRemoval, isSure: boolean) => void
}

interface Waiting {
  readonly removal: HeldRemoval
  readonly hide: () => void
  look: ReturnType<typeof setTimeout> | undefined
}

/** After it was sent its servers take a moment. */
const LOOK_AGAIN_MS = 1500
const LONGEST_WAIT_MS = 30_000
/** The server forgets actions after a quarter of an hour: that it knows nothing says nothing then. */
const TOLD_FOR_MS = 14 * 60_000
/** The answer may be lost before the server has begun. */
const LOOKS_AFTER_MS = [300, 1000, 3000] as const
/** How far the two clocks may differ by the time that a message travels. */
const SKEW_MS = 2000

export class HeldRemovals {
  readonly #parts: HeldDeps
  readonly #waiting = new Map<string, Waiting>()
  /** Also those that are over: what was on its way says that they wait. */
  readonly #known = new Set<string>()
  /** News may come before the answer that says whose it is. */
  #sending = 0
  readonly #unclaimed = new Map<string, RecentAction>()

  constructor(parts: HeldDeps) {
    this.#parts = parts
  }

  /**
   * Sends what may have to wait. Where the answer is lost, it is looked for.
   * @param isIt tells it from other removals of the same person
   * @returns `null` = it waits, but its answer was lost
   * @throws {Problem} {NoAnswer}
   */
  async send(
    post: () => Promise<SentAction>,
    target: ActionTarget | null,
    isIt: (action: RecentAction) => boolean,
    about: About = {},
  ): Promise<SentAction | null> {
    const since = this.#parts.now() - SKEW_MS
    this.#sending++
    try {
      const answer = await post()
      if ('held_until' in answer) this.#wait({...removalOf(answer, answer.held_until), target, about}, false)
      return answer
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const taken = await this.#lookFor((action) => action.at >= since && isIt(action))
      if (taken === null) throw error
      this.#wait({...removalOf(taken, taken.held_until!), target, about}, false)
      return null
    } finally {
      this.#sending--
      if (this.#sending === 0) for (const action of this.#unclaimed.values()) this.#find(action)
    }
  }

  /** From the socket, or asked for. */
  hear(action: RecentAction): void {
    const {action_id: id, state} = action
    if (state === 'held') return this.#find(action)
    this.#unclaimed.delete(id)
    const waiting = this.#waiting.get(id)
    if (state === 'running' || waiting === undefined) return
    this.forget(id)
    this.#parts.ended(action, waiting.removal)
  }

  /** It was taken back, and that was said. */
  forget(id: string): void {
    const waiting = this.#waiting.get(id)
    clearTimeout(waiting?.look)
    waiting?.hide()
    this.#waiting.delete(id)
  }

  /** The page is connected (again): what ended meanwhile, and what waits that it knows nothing of. */
  opened(): void {
    for (const id of this.#waiting.keys()) this.#lookIn(id, 0)
    void this.#lookForOthers()
  }

  async #lookForOthers(tries = 0): Promise<void> {
    try {
      for (const action of await this.#parts.list()) if (action.state === 'held') this.#find(action)
    } catch (error) {
      if (error instanceof NoAnswer) setTimeout(() => void this.#lookForOthers(tries + 1), pauseAfter(tries))
    }
  }

  /** One that this page did not know of. */
  #find(action: RecentAction): void {
    if (this.#known.has(action.action_id)) return
    if (this.#sending > 0) this.#unclaimed.set(action.action_id, action)
    else this.#wait({...removalOf(action, action.held_until!), target: null, about: {}}, true)
  }

  #wait(removal: HeldRemoval, isFound: boolean): void {
    const {id, until} = removal
    this.#unclaimed.delete(id)
    if (this.#known.has(id)) return
    this.#known.add(id)
    this.#waiting.set(id, {removal, hide: this.#parts.show(removal, isFound), look: undefined})
    this.#lookIn(id, until - this.#parts.now() + LOOK_AGAIN_MS)
  }

  #lookIn(id: string, ms: number, tries = 0): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    clearTimeout(waiting.look)
    waiting.look = setTimeout(() => void this.#look(id, tries), ms)
  }

  /** In case the socket was away when it ended. */
  async #look(id: string, tries: number): Promise<void> {
    try {
      this.hear(await this.#parts.ask(id))
      const {until} = this.#waiting.get(id)?.removal ?? {}
      if (until !== undefined) this.#lookIn(id, Math.max(0, until - this.#parts.now()) + LOOK_AGAIN_MS)
    } catch (error) {
      if (error instanceof Problem && error.code === 'action_unknown') this.#lose(id)
      else this.#lookIn(id, pauseAfter(tries), tries + 1)
    }
  }

  #lose(id: string): void {
    const {removal} = this.#waiting.get(id) ?? {}
    if (removal === undefined) return
    this.forget(id)
    const late = this.#parts.now() - removal.until
    if (late < TOLD_FOR_MS) this.#parts.lost(removal, late < 0)
  }

  async #lookFor(isIt: (action: RecentAction) => boolean): Promise<RecentAction | null> {
    for (const ms of LOOKS_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, ms))
      const listed = await this.#parts.list().catch(() => [])
      const found = [...this.#unclaimed.values(), ...listed].find(
        (it) => it.state === 'held' && !this.#known.has(it.action_id) && isIt(it),
      )
      if (found) return found
    }
    return null
  }
}

function pauseAfter(tries: number): number {
  return Math.min(LOOK_AGAIN_MS * 2 ** tries, LONGEST_WAIT_MS)
}

function removalOf({action_id: id, count}: {action_id: string; count: number}, until: number) {
  return {id, until, count}
}
