/**
 * Where the list is and where it goes, at most once per frame: reads where it is scrolled to, asks the view for the
 * ranks around, and has its rows placed and written (`grid-rows.ts`). React only says what the list is like (`dress`).
 *
 *   scrolled, resized, news of the view ──▶ next frame: read ─▶ next stage ─▶ ask ─▶ place ─▶ write
 *   somebody goes elsewhere ─────────────▶ ask, at once ─┘        └─ rows of a jump are not there yet: wait, a moment
 *   news of a row ──────────────────────▶ next frame: write
 *
 * A jump (to a row, or along with rows that thousands came in above) is made when its rows are there, in one go: what
 * was seen stays until then. Where it has to be made before that, what was seen is still found again (`scroll-target.ts`).
 */
import {Signal} from '../../../lib/signal.ts'
import type {LiveView} from '../../../live/view.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {leavingRows, rowFailures} from '../../torrent-rows/row-states.ts'
import {selection} from '../../torrent-rows/selection.ts'
import {GridRows, type GridLook} from './grid-rows.ts'
import type {RowBase} from './row-base.ts'
import {isElsewhere, ScrollTarget, type Standing} from './scroll-target.ts'
import {isKnown, scrollMap, shownRanges, viewportAt, type ScrollMap, type Viewport} from './row-layout.ts'

/** Nothing was placed for so long: the list is still. */
const STILL_MS = 200

export interface GridDeps {
  readonly host: HTMLElement
  /** Stays at the upper edge and says which group is seen. */
  readonly stuck: HTMLElement
  readonly scroller: HTMLElement
}

export class GridBody {
  /** After each frame in which rows were placed. */
  readonly placed = new Signal()
  readonly view: LiveView
  readonly parts: GridDeps
  readonly rows: GridRows
  /** The item that has the focus or had it last; -1 = none yet. */
  currentItem = -1
  #map: ScrollMap = scrollMap(0, 0)
  /** As it was read or set last; another one = somebody scrolled. */
  #scrollTop = 0
  readonly #course: ScrollTarget
  readonly #late = new LateRows()
  #frame = 0
  #still: ReturnType<typeof setTimeout> | undefined
  #placedAt = 0
  #mustPlace = true
  #mustRelay = true
  #viewport = 0
  /** On phones open details take the place of the list. */
  #isHidden = false
  readonly #stops: (() => void)[] = []

  constructor(view: LiveView, parts: GridDeps, look: GridLook) {
    this.view = view
    this.parts = parts
    this.rows = new GridRows(view, parts.host, parts.stuck, look, () => this.#schedule(false))
    this.#course = new ScrollTarget(view, () => this.#schedule(true))
  }

  /** @returns how to stop */
  start(): () => void {
    const {scroller} = this.parts
    const resize = new ResizeObserver(([entry]) => this.#resized(entry!.contentRect.height))
    resize.observe(scroller)
    scroller.addEventListener('scroll', this.#scrolled, {passive: true})
    this.#stops.push(
      () => resize.disconnect(),
      () => scroller.removeEventListener('scroll', this.#scrolled),
      this.view.changes.listen(() => this.#viewChanged()),
      selection.changes.listen(() => this.#remark()),
      currentRow.changes.listen(() => this.#currentChanged()),
      rowFailures.changes.listen(() => this.#remark()),
      leavingRows.changes.listen(() => this.#remark()),
    )
    this.#follow()
    this.relay()
    return () => {
      for (const stop of this.#stops.splice(0)) stop()
      cancelAnimationFrame(this.#frame)
      clearTimeout(this.#still)
      this.#course.stop()
      this.#late.stop()
      this.#frame = 0
      this.rows.clear()
    }
  }

  /** The list looks otherwise: columns, density, folded groups, words for servers. */
  dress(look: GridLook): void {
    this.rows.dress(look)
    this.relay()
  }

  /** Rows may stand elsewhere. */
  relay(): void {
    this.#mustRelay = true
    this.#schedule(true)
  }

  /** The item of a torrent that the page has or follows; `null` = it is elsewhere. */
  itemOf(name: string): number | null {
    const rank = this.view.rankOf(name)
    return rank == null ? null : this.rows.layout.itemOf(rank)
  }

  /** The item at a height of the window, px. */
  itemAtHeight(clientY: number): number {
    const {scroller} = this.parts
    const {top} = scroller.getBoundingClientRect()
    const {layout, headPx} = this.rows
    return layout.itemAt(this.#map.toContent(scroller.scrollTop) + clientY - top - headPx)
  }

  /** Items that are seen as a whole. */
  get pageItems(): number {
    return Math.max(1, Math.floor(this.#viewport / this.rows.height) - 1)
  }

  get firstSeenItem(): number {
    const {layout, stuckPx} = this.rows
    return layout.itemAt(this.#map.toContent(this.parts.scroller.scrollTop) + stuckPx)
  }

  /** Scrolls so that an item is seen, no further than needed. Its rows are asked for at once. */
  reveal(item: number): void {
    this.#readScrollTop()
    this.#course.toItem(item)
    this.#ask(this.#next())
    this.#schedule(true)
  }

  /** To the first row: another list is shown. */
  toTop(): void {
    this.#readScrollTop()
    this.#course.toTop()
    this.#ask(this.#next())
    this.relay()
  }

  /** Somebody goes on from where he is: what is waited for takes its place first, as far as it has come. */
  hasten(): void {
    if (!this.#course.isWaiting || !this.#mustRelay) return
    this.#take(this.#next())
    this.placed.emit()
  }

  /** Gives the focus to the row of an item. @returns whether it stands */
  focus(item: number): boolean {
    this.currentItem = item
    this.#remark()
    const element = this.rows.elementOf(item)
    element?.focus({preventScroll: true})
    return element !== null
  }

  /** Who is current is followed from now on: also a row that is seen may be gone from here with the next news. */
  #currentChanged(): void {
    this.#remark()
    this.#follow()
  }

  #remark(): void {
    this.rows.mark()
    this.#schedule(false)
  }

  readonly #scrolled = (): void => this.#schedule(true)

  /** The rows of a jump are written while there is time before the next frame, not in it. */
  #viewChanged(): void {
    this.relay()
    if (!this.#course.isWaiting) return
    cancelAnimationFrame(this.#frame)
    this.#draw()
  }

  /** Details that open take room: what was seen of the current row stays seen. */
  #resized(height: number): void {
    const wasHidden = this.#isHidden
    this.#isHidden = height === 0
    if (this.#isHidden) return
    const {scroller} = this.parts
    // It comes back as it was, whatever browsers make of the place of what they do not show.
    if (wasHidden && isElsewhere(scroller.scrollTop, this.#scrollTop)) scroller.scrollTop = this.#scrollTop
    // A torrent stays seen by its name: until its rank is told, the item may be of another one.
    const isAtItem = !this.#course.keepsCurrent && this.#isSeen(this.currentItem)
    this.#viewport = height - this.rows.headPx
    if (isAtItem) this.reveal(this.currentItem)
    this.relay()
  }

  #isSeen(item: number): boolean {
    const {layout, height} = this.rows
    if (item < 0 || item >= layout.count) return false
    const top = layout.topOf(item) - this.#map.toContent(this.parts.scroller.scrollTop)
    return top >= 0 && top + height <= this.#viewport
  }

  #schedule(mustPlace: boolean): void {
    this.#mustPlace ||= mustPlace
    this.#frame ||= requestAnimationFrame(this.#draw)
  }

  readonly #draw = (): void => {
    this.#frame = 0
    const mustPlace = this.#mustPlace
    this.#mustPlace = false
    const isPlaced = mustPlace && this.#place()
    this.rows.write()
    // Who gives a row the focus makes the browser lay it out: after all has been written.
    if (isPlaced) this.placed.emit()
  }

  /** @returns whether rows were placed: not while those of a jump are waited for */
  #place(): boolean {
    // What is hidden cannot be scrolled, and says that it is at its top.
    if (this.parts.scroller.clientHeight === 0) return false
    const isScrolled = this.#readScrollTop()
    if (isScrolled) this.#course.drop(this.#standing())
    const next = this.#next()
    this.#ask(next)
    if (!isScrolled && this.#mustWait(next)) return false
    this.#take(next)
    return true
  }

  /** @returns whether somebody scrolled; a browser does it, too, where a list has become shorter */
  #readScrollTop(): boolean {
    const {scrollTop, scrollHeight, clientHeight} = this.parts.scroller
    if (clientHeight === 0) return false
    const isScrolled = isElsewhere(scrollTop, Math.min(this.#scrollTop, scrollHeight - clientHeight))
    this.#scrollTop = scrollTop
    return isScrolled
  }

  /** What is to be shown now, wherever that is. */
  #next(): Viewport {
    const {layout, height: rowHeight, stuckPx: stuck} = this.rows
    const laid = {layout, map: this.#map}
    const now = {layout, scrollTop: this.#scrollTop}
    const next = this.#mustRelay ? this.rows.laid(this.#viewport) : laid
    const sight = {viewport: this.#viewport, rowHeight, stuck}
    return viewportAt(next, this.#course.topIn(next, now, sight), sight)
  }

  #ask({layout, first, end}: Viewport): void {
    this.view.show(shownRanges(layout, first, end))
  }

  #isJump({scrollTop}: Viewport): boolean {
    return isElsewhere(scrollTop, this.#scrollTop)
  }

  /** A jump waits for its rows, and the place of what was seen for the news of where that is. */
  #mustWait(next: Viewport): boolean {
    if (this.rows.all.length === 0) return false
    const isUnsure = this.#mustRelay && this.#course.isUnsure(next)
    if (isUnsure) this.#follow()
    const isMissing = isUnsure || (this.#isJump(next) && !isKnown(next, this.view))
    return isMissing && this.#course.lasts()
  }

  #take(stage: Viewport): void {
    const {map, scrollTop} = stage
    const isRelaid = this.#mustRelay
    if (isRelaid) {
      this.#mustRelay = false
      this.#map = map
      this.rows.lay(stage)
    }
    if (this.#isJump(stage)) this.parts.scroller.scrollTop = scrollTop
    this.#scrollTop = scrollTop
    this.rows.place(stage, this.currentItem)
    this.#course.arrive(stage, isRelaid, () => this.#standing())
    this.#late.watch(() => this.rows.all)
    this.#placedAt = performance.now()
    this.#still ??= setTimeout(this.#lookIfStill, STILL_MS)
  }

  /** One timer for all frames of a scroll. */
  readonly #lookIfStill = (): void => {
    const left = this.#placedAt + STILL_MS - performance.now()
    this.#still = left > 0 ? setTimeout(this.#lookIfStill, left) : undefined
    if (left > 0) return
    this.rows.putInOrder()
    this.#follow()
  }

  #follow(): void {
    this.view.follow(this.#course.landmarks)
  }

  #standing(): Standing {
    const seen = this.rows.seenItems(this.#viewport)
    const {layout} = this.rows
    return {layout, map: this.#map, scrollTop: this.#scrollTop, viewport: this.#viewport, seen}
  }
}

const LATE_MS = 150

/** Rows that have not come are empty for a moment, and only then shown as rows that have not come. */
class LateRows {
  #timer: ReturnType<typeof setTimeout> | undefined
  #isLate = false

  /** @param rows that are in the page now */
  watch(rows: () => readonly RowBase[]): void {
    const missing = rows().filter((it) => it.row === null)
    if (missing.length === 0) this.stop()
    else if (this.#isLate) for (const row of missing) row.admitLate()
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#isLate = true
        this.watch(rows)
      }, LATE_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isLate = false
  }
}
