/**
 * Answers that cannot be taken back once they are sent, as an import that began and a rule that acted again: each waits
 * for some seconds in this page, in which it can be. A page that is left before sends nothing: the item still waits.
 *
 *   give ─▶ held (a toast with Undo) ─┬─ Undo ─▶ as before
 *                                     └─ in time ─▶ running ─▶ done ─▶ as before, where it asks still
 *                                                           └─▶ refused
 */
import {useSyncExternalStore} from 'react'
import type {Need, NeedAnswer} from '#model/needs.ts'
import {text} from '../../i18n/text.ts'
import {Signal} from '../../lib/signal.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {waitingNow} from '../../live/attention.ts'
import {serverNow} from '../../live/clock.ts'
import {announce} from '../../ui/announce.ts'

/** What became of an answer: it can be taken back, is sent, is done as far as the other side says, or was refused in its words. */
export type AnswerState =
  | {readonly state: 'held' | 'running' | 'done'; readonly answer: NeedAnswer}
  | {readonly state: 'refused'; readonly answer: NeedAnswer; readonly words: string}

interface GivenAnswer {
  readonly answer: NeedAnswer
  /** As the item calls the answer, and what it is about. */
  readonly label: string
  readonly send: () => Promise<unknown>
  /** What is said once it was sent. */
  readonly done: string
  /** What is said where it is refused, in words of the other side. */
  readonly refused: (words: string) => string
}

interface HeldAnswersDeps {
  /** Runs it later, ms. @returns forgets it */
  readonly after: (ms: number, run: () => void) => () => void
  /** Says that it waits, and how it is taken back. @returns takes that away */
  readonly show: (label: string, undo: () => void) => () => void
  /** Does the item still wait for an answer, the same one? */
  readonly asksStill: (need: Asking) => boolean
  /** Epoch ms; after a sleep it is later than the timer was set for. */
  readonly now: () => number
  readonly undone: (label: string) => void
  readonly gone: (label: string) => void
  readonly done: (words: string) => void
  readonly refused: (words: string) => void
}

type Asking = Pick<Need, 'id' | 'since'>

/** An Arr that has not done by then what it took on does not: whoever looks may answer again. */
const DONE_MS = 10 * 60_000
/** So much later a busy page may be. */
const LATE_MS = 5_000

export class HeldAnswers {
  readonly changes = new Signal()
  readonly #deps: HeldAnswersDeps
  readonly #states = new Map<string, AnswerState>()
  /** How what waits is taken back, without a word, and what it is called. */
  readonly #held = new Map<string, {readonly takeBack: () => void; readonly label: string}>()

  constructor(deps: HeldAnswersDeps) {
    this.#deps = deps
  }

  /** @returns `null` = none was given to it here */
  of(need: Asking): AnswerState | null {
    return this.#states.get(nameOf(need)) ?? null
  }

  /** Instead of one that still waits; while one is sent, none is taken. */
  give(need: Asking, given: GivenAnswer): void {
    if (this.of(need)?.state === 'running') return
    const {answer, label} = given
    const name = nameOf(need)
    this.#held.get(name)?.takeBack()
    const latest = this.#deps.now() + UNDO_MS + LATE_MS
    const forget = this.#deps.after(UNDO_MS, () => {
      this.#held.delete(name)
      hide()
      // Somebody else may have answered it, and what was said long ago may not be meant any more.
      if (this.#deps.asksStill(need) && this.#deps.now() <= latest) return void this.#send(need, given)
      this.#become(need, null)
      this.#deps.gone(label)
    })
    const takeBack = () => {
      this.#held.delete(name)
      forget()
      hide()
    }
    const held = {takeBack, label}
    const hide = this.#deps.show(label, () => {
      if (this.#held.get(name) === held) this.undo(need)
    })
    this.#held.set(name, held)
    this.#become(need, {state: 'held', answer})
  }

  /** Takes back what still waits; else nothing happens. */
  undo(need: Asking): void {
    const held = this.#held.get(nameOf(need))
    if (held === undefined) return
    held.takeBack()
    this.#become(need, null)
    this.#deps.undone(held.label)
  }

  async #send(need: Asking, {answer, send, done, refused}: GivenAnswer): Promise<void> {
    this.#become(need, {state: 'running', answer})
    try {
      await send()
      const state = {state: 'done', answer} as const
      this.#become(need, state)
      this.#deps.after(DONE_MS, () => {
        if (this.of(need) === state) this.#become(need, null)
      })
      this.#deps.done(done)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      this.#become(need, {state: 'refused', answer, words})
      this.#deps.refused(refused(words))
    }
  }

  #become(need: Asking, state: AnswerState | null): void {
    if (state === null) this.#states.delete(nameOf(need))
    else this.#states.set(nameOf(need), state)
    this.changes.emit()
  }
}

/** One that ended and began again is another one. */
function nameOf({id, since}: Asking): string {
  return `${id} ${since}`
}

/** Of the bell, the overview and the pages of Arrs: it is the same item there. */
export const heldAnswers = new HeldAnswers({
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  show: (label, undo) =>
    toast({
      text: text('attention.held', {answer: label, seconds: UNDO_MS / 1_000}),
      undo: {until: serverNow() + UNDO_MS, run: undo},
    }),
  asksStill: (need) => waitingNow().some((it) => nameOf(it) === nameOf(need)),
  now: serverNow,
  gone: (label) => void toast({tone: 'warn', text: text('attention.held.gone', {answer: label})}),
  undone: (label) => void toast({tone: 'good', text: text('attention.held.undone', {answer: label})}),
  done: announce,
  refused: (words) => void toast({tone: 'bad', text: words}),
})

/** What became of the answer that was given to it here; `null` = none was. */
export function useAnswerState(need: Asking): AnswerState | null {
  return useSyncExternalStore(heldAnswers.changes.listen, () => heldAnswers.of(need))
}
