/**
 * Where the list is to be scrolled to: to an item somebody asked for, to the top of another list, or along with what is
 * seen. A jump waits a moment for its rows; what was seen stays until then.
 */
import type {LiveView} from '../../../live/view.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {isKnown, topFor, type Laid, type RowLayout, type Viewport, type ViewportSize} from './row-layout.ts'

/** What browsers make of a place they were told, px. */
const ROUNDING = 1

/** How the list stands, or stood: what was seen, and where on screen. */
export interface Standing extends Laid {
  readonly scrollTop: number
  /** px */
  readonly viewport: number
  /** Names of the torrents that are seen with their items, from the first whole one down. */
  readonly seen: ReadonlyMap<string, number>
}

export class ScrollTarget {
  readonly #view: LiveView
  readonly #patience: JumpPatience
  /** An item that is to be seen; `null` = the list stays where it is. */
  #goal: number | null = null
  /** Another list is to be shown: from its top on, as soon as it comes. */
  #isOther = false
  /**
   * How the list stood when it last had all its rows: what was seen then keeps its place, whatever comes, until the list
   * stands so again. Rows that have not come yet, and ranks that nobody has told yet, are no reason to lose it.
   */
  #stood: Standing | null = null

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

  /** Somebody scrolls: that is where he wants to be. @param now how the list stands there */
  drop(now: Standing): void {
    this.#goal = null
    this.#isOther = false
    this.#stood = now
  }

  /**
   * A stage was taken.
   * @param isRelaid with the rows that the view has now
   * @param now how the list stands since
   */
  arrive(stage: Viewport, isRelaid: boolean, now: () => Standing): void {
    this.#patience.end()
    const isSame = this.#stood?.layout === stage.layout
    const isWhole = isKnown(stage, this.#view) && (isSame || !this.isUnsure(stage))
    if (isWhole || this.#isGoing || this.#stood === null) this.#stood = now()
    this.#goal = null
    if (isRelaid && this.#view.isCurrent) this.#isOther = false
  }

  /** Who is current, and the first and last one that were seen: by them the list knows where it is, whatever comes. */
  get landmarks(): readonly string[] {
    const seen = [...(this.#stood?.seen.keys() ?? [])]
    const names = [currentRow.name, seen[0], seen.at(-1)].filter((it) => it != null)
    return [...new Set(names)]
  }

  /** Is the current torrent among what keeps its place? */
  get keepsCurrent(): boolean {
    return this.#stood !== null && this.#currentOf(this.#stood) !== null
  }

  /** Has nobody told yet where those went whose place the list would keep? */
  isUnsure(next: Laid): boolean {
    const stood = this.#stood
    if (stood === null || this.#isGoing) return false
    const current = this.#currentOf(stood)
    if (current !== null) return this.#view.rankOf(current) === undefined
    const isUnknown = (name: string) => stood.seen.has(name) && this.#view.rankOf(name) === undefined
    return stood.scrollTop > 0 && this.#anchorIn(next, stood) === null && this.landmarks.some(isUnknown)
  }

  /** Somebody goes to a row, or to another list: the place of before is not kept. */
  get #isGoing(): boolean {
    return this.#goal !== null || this.#isOther
  }

  stop(): void {
    this.#patience.end()
  }

  /** px that the list should be scrolled to. @param next how rows will lie; `now.layout` itself = they lie as before */
  topIn(next: Laid, now: Pick<Standing, 'layout' | 'scrollTop'>, sight: ViewportSize): number {
    if (this.#isOther) return 0
    const kept = next.layout === now.layout ? now.scrollTop : this.#anchored(next, now.scrollTop, sight)
    return this.#goal === null ? kept : topFor(this.#goal, next, kept, sight)
  }

  /** May it still be told in time what is missing of a stage? */
  lasts(): boolean {
    return this.#patience.lasts()
  }

  /** How far it is to be scrolled, so that what was seen keeps its place. */
  #anchored(next: Laid, scrollTop: number, sight: ViewportSize): number {
    const stood = this.#stood
    const anchor = stood && this.#anchorIn(next, stood)
    if (!stood || !anchor) return scrollTop
    const {layout, map} = next
    const item = layout.itemOf(this.#view.rankOf(anchor)!)
    const moved = layout.topOf(item) - stood.layout.topOf(stood.seen.get(anchor)!)
    const kept = map.toScroll(stood.map.toContent(stood.scrollTop) + moved)
    // Who is current stays seen, also where there is less room now.
    return anchor === currentRow.name && wasWhole(anchor, stood, sight)
      ? topFor(item, next, kept, sight)
      : kept
  }

  /** Who keeps its place; `null` = the list stays where it is scrolled to. */
  #anchorIn({layout}: Laid, stood: Standing): string | null {
    const current = this.#currentOf(stood)
    const anchor = anchorOf(stood.seen, this.#itemsNow(stood.seen.keys(), layout), current)
    // Whoever looks at the first rows wants to see who comes in above them, unless he is at one of them.
    return stood.scrollTop === 0 && anchor !== current ? null : anchor
  }

  /** Who is current, if that was seen. */
  #currentOf({seen}: Standing): string | null {
    return currentRow.name !== null && seen.has(currentRow.name) ? currentRow.name : null
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

/** Was all of its row seen? */
function wasWhole(name: string, stood: Standing, {rowHeight, stuck}: ViewportSize): boolean {
  const top = stood.layout.topOf(stood.seen.get(name)!) - stood.map.toContent(stood.scrollTop)
  return top >= stuck && top + rowHeight <= stood.viewport
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

/**
 * What is seen stays where it is when rows come or go above it, however many. In a new order each row moves by itself,
 * and then the list stays where it is scrolled to.
 */

/** Rows that moved alike may have had others come between them: so many of what lies above may be new. */
const FEW = 0.1

interface Move<T> {
  readonly row: T
  readonly item: number
  readonly by: number
}

/**
 * Who keeps its place on screen; `null` = the list stays where it is scrolled to.
 *
 * @param before what was seen where, from the upper edge down
 * @param after where it stands now, as far as that is known
 * @param current where somebody is, if that is among what was seen
 */
export function anchorOf<T>(
  before: ReadonlyMap<T, number>,
  after: ReadonlyMap<T, number>,
  current: T | null,
): T | null {
  const moves = [...before].flatMap(([row, item]) => {
    const now = after.get(row)
    return now === undefined ? [] : [{row, item: now, by: now - item}]
  })
  const alike = Map.groupBy(moves, ({by}) => by)
  const most = [...alike.values()].find((rows) => rows.length * 2 > before.size)
  if (most) {
    const its = moves.find(({row}) => row === current)
    return its !== undefined && isAmong(its, most, {moves, seen: before.size}) ? current : most[0]!.row
  }
  const together = movedTogether(moves, before.size)
  return together.find(({row}) => row === current)?.row ?? together[0]?.row ?? null
}

/**
 * Did it go along with most, and not by itself? Then a good part went just as far, or it is still between the same ones,
 * however many left between them, and hardly farther from them than before.
 */
function isAmong<T>(
  its: Move<T>,
  most: readonly Move<T>[],
  {moves, seen}: {readonly moves: readonly Move<T>[]; readonly seen: number},
): boolean {
  if (moves.filter(({by}) => by === its.by).length * 4 >= seen) return true
  const wasAt = ({item, by}: Move<T>) => item - by
  const screen = wasAt(moves.at(-1)!) - wasAt(moves[0]!) + 1
  const near = moves.filter(({by}) => Math.abs(by - most[0]!.by) <= screen)
  const isInOrder = near.every((it) => wasAt(it) < wasAt(its) === it.item < its.item)
  const away = (it: Move<T>) => Math.abs(wasAt(it) - wasAt(its))
  const beside = most.reduce((best, it) => (away(it) < away(best) ? it : best))
  const isFarther = Math.abs(beside.item - its.item) > away(beside) + seen * FEW
  return near.includes(its) && isInOrder && !isFarther
}

/** Those that went about as far as the one in the middle, if these are most and kept their order. */
function movedTogether<T>(moves: readonly Move<T>[], seen: number): readonly Move<T>[] {
  const middle = moves.map(({by}) => by).sort((a, b) => a - b)[moves.length >> 1]
  if (middle === undefined) return []
  const slack = seen + Math.abs(middle) * FEW
  const near = moves.filter(({by}) => Math.abs(by - middle) <= slack)
  const inOrder = near.filter(({item}, at) => at === 0 || near[at - 1]!.item < item)
  return near.length * 2 > moves.length && inOrder.length * 4 >= near.length * 3 ? near : []
}
