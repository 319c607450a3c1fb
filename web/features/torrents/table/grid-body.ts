/**
 * The rows of the list on screen, at most once per frame: reads where it is scrolled to, asks the view for the ranks
 * around, places the rows, and writes what changed. React only says what the list is like (`dress`).
 *
 *   scrolled, resized, news of the view ──▶ next frame: read ─▶ next stage ─▶ ask ─▶ place ─▶ write
 *   somebody goes elsewhere ─────────────▶ ask, at once ─┘        └─ rows of a jump are not there yet: wait, a moment
 *   news of a row ──────────────────────▶ next frame: write
 *
 * A jump (to a row, or along with rows that thousands came in above) is made when its rows are there, in one go: what
 * was seen stays until then.
 */
import {serverNow} from '../../../live/clock.ts'
import {Signal} from '../../../live/signal.ts'
import type {LiveView, ViewRow} from '../../../live/view.ts'
import {currentRow} from '../current-row.ts'
import {leavingRows} from '../leaving-rows.ts'
import {rowFailures} from '../row-failures.ts'
import {selection} from '../selection.ts'
import {Course, isElsewhere} from './course.ts'
import {GroupRow} from './group-row.ts'
import {LateRows} from './late-rows.ts'
import {ListRow} from './list-row.ts'
import type {RowBase} from './row-base.ts'
import {HEAD_PX, rowHeights, type RowFace, type RowLook} from './row-face.ts'
import {GROUP_HEAD_PX, layRows, type RowLayout} from './row-layout.ts'
import {RowPool, type Wanted} from './row-pool.ts'
import {scrollMap, type ScrollMap} from './scroll-map.ts'
import {shownRanges} from './shown-ranges.ts'
import {stageAt, type Laid, type Stage} from './stage.ts'
import {TableRow} from './table-row.ts'
import type {WireColumn} from './wire-columns.ts'

/** Rows in the page before and after those that are seen. */
const MOUNTED_AROUND = 5
/** Nothing was placed for so long: the list is still. */
const STILL_MS = 200

export interface GridLook {
  readonly rows: RowLook
  /** Values of groups that are folded. */
  readonly folded: ReadonlySet<string>
}

export interface GridParts {
  readonly scroller: HTMLElement
  readonly host: HTMLElement
  /** Stays at the upper edge and says which group is seen. */
  readonly stuck: HTMLElement
}

export class GridBody {
  /** After each frame in which rows were placed. */
  readonly placed = new Signal()
  readonly view: LiveView
  readonly parts: GridParts
  layout: RowLayout = layRows(0, rowHeights.normal, null)
  /** The item that has the focus or had it last; -1 = none yet. */
  currentItem = -1
  #look: GridLook
  #face: RowFace
  /** The columns that the rows of the view have: those of the wish that was answered last. */
  #columns: readonly string[] = []
  #map: ScrollMap = scrollMap(0, 0)
  /** As it was read or set last; another one = somebody scrolled. */
  #scrollTop = 0
  readonly #course: Course
  readonly #late = new LateRows()
  #pool: RowPool
  readonly #dirty = new Set<RowBase>()
  #frame = 0
  #still: ReturnType<typeof setTimeout> | undefined
  #placedAt = 0
  #mustPlace = true
  #mustRelay = true
  #seenTop = 0
  #viewport = 0
  readonly #stops: (() => void)[] = []
  #stuckHead = new GroupRow()

  constructor(view: LiveView, parts: GridParts, look: GridLook) {
    this.view = view
    this.parts = parts
    this.#course = new Course(view, () => this.#schedule(true))
    this.#look = look
    this.#face = {...look.rows, cellAt: new Map()}
    this.#pool = this.#newPool()
    parts.stuck.replaceChildren(this.#stuckHead.element)
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
      this.view.changes.listen(() => this.#told()),
      selection.changes.listen(() => this.#remark()),
      currentRow.changes.listen(() => this.#currentChanged()),
      rowFailures.changes.listen(() => this.#remark()),
      leavingRows.changes.listen(() => this.#remark()),
    )
    this.relay()
    return () => {
      for (const stop of this.#stops.splice(0)) stop()
      cancelAnimationFrame(this.#frame)
      clearTimeout(this.#still)
      this.#course.stop()
      this.#late.stop()
      this.#frame = 0
      this.#pool.clear()
    }
  }

  get look(): GridLook {
    return this.#look
  }

  /** The list looks otherwise: columns, density, folded groups, words for servers. */
  dress(look: GridLook): void {
    const isOther = look.rows.density !== this.#face.density
    this.#look = look
    this.#wear({...look.rows, cellAt: this.#face.cellAt})
    if (isOther) {
      this.#pool.clear()
      this.#pool = this.#newPool()
    }
    this.relay()
  }

  #wear(face: RowFace): void {
    this.#face = face
    for (const row of this.#pool.rows) {
      row.dress(face)
      this.#dirty.add(row)
    }
  }

  /** Rows may stand elsewhere. */
  relay(): void {
    this.#mustRelay = true
    this.#schedule(true)
  }

  /** A second went by. @param now epoch ms */
  tick(now: number): void {
    for (const row of this.#pool.rows) row.tick(now)
  }

  /** What is shown is what is meant, also while the view has another order already. */
  rowAt(item: number): ViewRow | null {
    const shown = this.#pool.at(item)
    if (shown) return 'row' in shown ? shown.row : null
    const rank = this.layout.rankOf(item)
    return rank === null ? null : this.view.at(rank)
  }

  /** The item of a torrent that the page has or follows; `null` = it is elsewhere. */
  itemOf(name: string): number | null {
    const rank = this.view.rankOf(name)
    return rank == null ? null : this.layout.itemOf(rank)
  }

  around(element: Element): RowBase | GroupRow | null {
    return this.#stuckHead.element.contains(element) ? this.#stuckHead : this.#pool.around(element)
  }

  /** The item at a height of the window, px. */
  itemAtHeight(clientY: number): number {
    const {scroller} = this.parts
    const {top} = scroller.getBoundingClientRect()
    return this.layout.itemAt(this.#map.toContent(scroller.scrollTop) + clientY - top - this.#headPx)
  }

  /** What there is to say of a place in a row, beyond what is seen. */
  titleOf(row: RowBase, target: Element): string {
    return (row.row && row.titleOf(target, serverNow())) ?? ''
  }

  /** px that a column needs for what the rows on screen say in it. */
  widestOf(column: string): number {
    return Math.max(0, ...this.#pool.rows.map((it) => (it.row ? it.widthOf(column) : 0)))
  }

  /** Items that are seen as a whole. */
  get pageItems(): number {
    return Math.max(1, Math.floor(this.#viewport / this.#rowHeight) - 1)
  }

  get firstSeenItem(): number {
    return this.layout.itemAt(this.#map.toContent(this.parts.scroller.scrollTop) + this.#stuckPx)
  }

  /** Scrolls so that an item is seen, no further than needed. Its rows are asked for at once. */
  reveal(item: number): void {
    this.#scrollTop = this.parts.scroller.scrollTop
    this.#course.toItem(item)
    this.#ask(this.#next())
    this.#schedule(true)
  }

  /** To the first row: another list is shown. */
  toTop(): void {
    this.#scrollTop = this.parts.scroller.scrollTop
    this.#course.toTop()
    this.#ask(this.#next())
    this.relay()
  }

  /** Somebody goes on from where he is: what is waited for takes its place first, as far as it has come. */
  hasten(): void {
    if (!this.#course.isWaiting || !this.#mustRelay) return
    this.#take(this.#next())
    this.placed.tell()
  }

  elementOf(item: number): HTMLElement | null {
    return this.#pool.at(item)?.element ?? null
  }

  /** Gives the focus to the row of an item. @returns whether it stands */
  focus(item: number): boolean {
    this.currentItem = item
    this.#remark()
    const element = this.elementOf(item)
    element?.focus({preventScroll: true})
    return element !== null
  }

  /** Who is current is followed from now on where the page has him not. */
  #currentChanged(): void {
    this.#remark()
    if (currentRow.name !== null && this.itemOf(currentRow.name) === null) this.#follow()
  }

  /** Which torrents are chosen or current, and whose last action failed. */
  #remark(): void {
    for (const row of this.#pool.rows) this.#markRow(row)
    this.#schedule(false)
  }

  #newPool(): RowPool {
    const Row = this.#face.density === 'list' ? ListRow : TableRow
    const dirty = (row: RowBase) => {
      this.#dirty.add(row)
      this.#schedule(false)
    }
    return new RowPool(
      this.parts.host,
      () => new Row(this.#face, dirty),
      () => new GroupRow(),
    )
  }

  get #rowHeight(): number {
    return rowHeights[this.#face.density]
  }

  get #headPx(): number {
    return this.#face.density === 'list' ? 0 : HEAD_PX
  }

  get #stuckPx(): number {
    return this.view.groups === null ? 0 : GROUP_HEAD_PX
  }

  readonly #scrolled = (): void => this.#schedule(true)

  /** The rows of a jump are written while there is time before the next frame, not in it. */
  #told(): void {
    this.relay()
    if (!this.#course.isWaiting) return
    cancelAnimationFrame(this.#frame)
    this.#draw()
  }

  /** Details that open take room: what was seen of the current row stays seen. */
  #resized(height: number): void {
    const wasSeen = this.#isSeen(this.currentItem)
    this.#viewport = height - this.#headPx
    if (wasSeen) this.reveal(this.currentItem)
    this.relay()
  }

  #isSeen(item: number): boolean {
    if (item < 0 || item >= this.layout.count) return false
    const top = this.layout.topOf(item) - this.#map.toContent(this.parts.scroller.scrollTop)
    return top >= 0 && top + this.#rowHeight <= this.#viewport
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
    const now = serverNow()
    for (const row of this.#dirty) row.write(true, now)
    this.#dirty.clear()
    // Who gives a row the focus makes the browser lay it out: after all has been written.
    if (isPlaced) this.placed.tell()
  }

  /** @returns whether rows were placed: not while those of a jump are waited for */
  #place(): boolean {
    const {scroller} = this.parts
    const {scrollTop} = scroller
    const isScrolled = isElsewhere(scrollTop, this.#scrollTop)
    this.#scrollTop = scrollTop
    if (isScrolled) this.#course.drop()
    const next = this.#next()
    this.#ask(next)
    if (this.#isJump(next) && !isScrolled && this.#mustWait(next)) return false
    this.#take(next)
    return true
  }

  /** What is to be shown now, wherever that is. */
  #next(): Stage {
    const laid = {layout: this.layout, map: this.#map}
    const now = {...laid, scrollTop: this.#scrollTop, seen: () => this.#seenItems()}
    const next = this.#mustRelay ? this.#laid() : laid
    const sight = {viewport: this.#viewport, rowHeight: this.#rowHeight, stuck: this.#stuckPx}
    return stageAt(next, this.#course.topIn(next, now, sight), sight)
  }

  #laid(): Laid {
    const {totals, groups} = this.view
    const isFolded = (value: string) => this.#look.folded.has(value)
    const layout = layRows(totals?.count ?? 0, this.#rowHeight, groups, isFolded)
    return {layout, map: scrollMap(layout.height, this.#viewport)}
  }

  #ask({layout, first, end}: Stage): void {
    this.view.show(shownRanges(layout, first, end))
  }

  #isJump({scrollTop}: Stage): boolean {
    return isElsewhere(scrollTop, this.#scrollTop)
  }

  #mustWait(next: Stage): boolean {
    return this.#pool.rows.length > 0 && this.#course.mustWait(next)
  }

  #take(stage: Stage): void {
    const {scroller, host} = this.parts
    const {layout, map, scrollTop, seen, first, end} = stage
    this.#course.arrive(this.#mustRelay)
    if (this.#mustRelay) {
      this.#mustRelay = false
      this.#readColumns()
      this.layout = layout
      this.#map = map
      host.style.height = `${map.height}px`
      host.style.width = `${this.#face.width}px`
    }
    if (this.#isJump(stage)) scroller.scrollTop = scrollTop
    this.#scrollTop = scrollTop
    this.#pool.show(this.#wanted(first, end, scrollTop - seen))
    this.#dressGroups(first)
    for (const row of this.#pool.rows) this.#markRow(row)
    this.#seenTop = seen
    this.#late.watch(() => this.#pool.rows)
    this.#placedAt = performance.now()
    this.#still ??= setTimeout(this.#lookIfStill, STILL_MS)
  }

  /** One timer for all frames of a scroll. */
  readonly #lookIfStill = (): void => {
    const left = this.#placedAt + STILL_MS - performance.now()
    this.#still = left > 0 ? setTimeout(this.#lookIfStill, left) : undefined
    if (left > 0) return
    this.#pool.putInOrder()
    this.#follow()
  }

  /** Who is current, and the first and last one that are seen: by them the list knows where it is, whatever comes. */
  #follow(): void {
    const seen = [...this.#seenItems().keys()]
    const names = [currentRow.name, seen[0], seen.at(-1)].filter((it) => it != null)
    this.view.follow([...new Set(names)])
  }

  /** Until a new wish is answered, rows have the cells of the one before. */
  #readColumns(): void {
    const {isCurrent, wish} = this.view
    if (!isCurrent || wish.columns === this.#columns) return
    this.#columns = wish.columns
    this.#wear({...this.#face, cellAt: new Map(wish.columns.map((it, at) => [it as WireColumn, at]))})
  }

  /** Names of the torrents that are seen with their items, from the first whole one down. */
  #seenItems(): Map<string, number> {
    const seen: [string, number][] = []
    for (const {row, item} of this.#pool.rows) {
      const top = this.layout.topOf(item)
      if (!row || top < this.#seenTop + this.#stuckPx || top >= this.#seenTop + this.#viewport) continue
      seen.push([row.key, item])
    }
    return new Map(seen.sort(([, a], [, b]) => a - b))
  }

  #wanted(first: number, end: number, offset: number): Wanted[] {
    const wanted: Wanted[] = []
    const from = Math.max(0, first - MOUNTED_AROUND)
    const to = Math.min(this.layout.count, end + MOUNTED_AROUND)
    for (let item = from; item < to; item++) {
      const rank = this.layout.rankOf(item)
      const top = this.layout.topOf(item) + offset
      const group = rank === null ? this.layout.groupOf(item) : null
      wanted.push({item, top, row: rank === null ? null : this.view.at(rank), group})
    }
    return wanted
  }

  #dressGroups(first: number): void {
    const {groups, wish} = this.view
    const {folded} = this.#look
    const face = this.#face
    const isStuck = groups !== null && groups.length > 0
    this.parts.stuck.hidden = !isStuck
    if (!isStuck) return
    for (const [at, head] of this.#pool.groups) {
      const group = groups[at]
      if (group) head.show(group, wish.group, folded.has(group.value), head.item === this.currentItem, face)
    }
    const at = this.layout.groupOf(first)
    const group = groups[at]
    if (!group) return
    this.#stuckHead.item = this.layout.headOf(at)
    this.#stuckHead.show(group, wish.group, folded.has(group.value), false, face)
  }

  #markRow(row: RowBase): void {
    const name = row.row?.key ?? null
    row.is({
      isSelected: name !== null && selection.has(name),
      isCurrent: name !== null && name === currentRow.name,
      isLeaving: name !== null && leavingRows.has(name),
      failure: name === null ? null : rowFailures.reasonOf(name),
    })
  }
}
