/**
 * Where the list is to be scrolled to: to an item somebody asked for, to the top of another list, or along with what is
 * seen. A jump waits a moment for its rows; what was seen stays until then.
 */
import type {LiveView} from '../../../live/view.ts'
import {currentRow} from '../current-row.ts'
import {anchorOf} from './anchor.ts'
import type {RowLayout} from './row-layout.ts'
import {isTold, topFor, type Laid, type Viewport, type ViewportSize} from './viewport.ts'

/** What browsers make of a place they were told, px. */
const ROUNDING = 1

/** The list as it is shown now. */
interface Standing extends Laid {
  readonly scrollTop: number
  /** Names of the torrents that are seen with their items, from the first whole one down. */
  readonly seen: () => ReadonlyMap<string, number>
}

export class ScrollTarget {
  readonly #view: LiveView
  readonly #patience: JumpPatience
  /** An item that is to be seen; `null` = the list stays where it is. */
  #goal: number | null = null
  /** Another list is to be shown: from its top on, as soon as it comes. */
  #isOther = false

  /** @param onImpatient the rows of a jump are not waited for any longer */
  constructor(view: LiveView, onImpatient: () => void) {
    this.#view = view
    this.#patience = new JumpPatience(onImpatient)
  }

  get isWaiting(): boolean {
    return this.#patience.isWaiting
  }

  /** An item is to be seen. */
  toItem(item: number): void {
    this.#goal = item
    this.#isOther = false
  }

  /** Another list is to be shown. */
  toTop(): void {
    this.#isOther = true
  }

  /** Somebody scrolls: that is where he wants to be. */
  drop(): void {
    this.#goal = null
    this.#isOther = false
  }

  /** A stage was taken. @param isRelaid with the rows that the view has now */
  arrive(isRelaid: boolean): void {
    this.#patience.end()
    this.#goal = null
    if (isRelaid && this.#view.isCurrent) this.#isOther = false
  }

  stop(): void {
    this.#patience.end()
  }

  /** px that the list should be scrolled to. @param next how rows will lie; `now.layout` itself = they lie as before */
  topIn(next: Laid, now: Standing, sight: ViewportSize): number {
    if (this.#isOther) return 0
    const kept = next.layout === now.layout ? now.scrollTop : this.#anchored(next, now)
    return this.#goal === null ? kept : topFor(this.#goal, next, kept, sight)
  }

  /** Its rows are not there yet, and they may still come in time. */
  mustWait(next: Viewport): boolean {
    return !isTold(next, this.#view) && this.#patience.lasts()
  }

  /** How far it is to be scrolled, so that what was seen keeps its place. */
  #anchored({layout, map}: Laid, now: Standing): number {
    const {scrollTop} = now
    const seen = now.seen()
    const name = currentRow.name !== null && seen.has(currentRow.name) ? currentRow.name : null
    const anchor = anchorOf(seen, this.#itemsNow(seen.keys(), layout), name)
    // Whoever looks at the first rows wants to see who comes in above them, unless he is at one of them.
    if (anchor === null || (scrollTop === 0 && anchor !== name)) return scrollTop
    const moved =
      layout.topOf(layout.itemOf(this.#view.rankOf(anchor)!)) - now.layout.topOf(seen.get(anchor)!)
    return map.toScroll(now.map.toContent(scrollTop) + moved)
  }

  /** Where they stand now, as far as that is known. */
  #itemsNow(names: Iterable<string>, layout: RowLayout): Map<string, number> {
    const items = new Map<string, number>()
    for (const name of names) {
      const rank = this.#view.rankOf(name)
      if (rank != null) items.set(name, layout.itemOf(rank))
    }
    return items
  }
}

/** Whether the list has to be scrolled, or was: less than a pixel is what the browser made of it. */
export function isElsewhere(one: number, other: number): boolean {
  return Math.abs(one - other) >= ROUNDING
}

/** What was seen stays for a moment while the rows of a jump are on their way: most come before one sees the wait. */
const JUMP_MS = 100

class JumpPatience {
  readonly #onEnd: () => void
  /** By `performance.now()`; `null` = nobody jumps. */
  #until: number | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onEnd called when it is over before anybody ended it */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  get isWaiting(): boolean {
    return this.#until !== null
  }

  /** From the first time this is asked. */
  lasts(): boolean {
    const now = performance.now()
    this.#until ??= now + JUMP_MS
    const left = this.#until - now
    if (left > 0) this.#timer ??= setTimeout(this.#onEnd, left)
    return left > 0
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#until = null
  }
}
