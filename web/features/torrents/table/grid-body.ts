/**
 * The rows of the list on screen, at most once per frame: reads where it is scrolled to, asks the view for the ranks
 * around, places the rows, and writes what changed. React only says what the list is like (`dress`).
 *
 *   scrolled, resized, news of the view ──▶ next frame: read ─▶ anchor ─▶ place ─▶ write ─▶ ask
 *   news of a row ──────────────────────▶ next frame: write
 */
import type {RankRange} from '#model/live.ts'
import {serverNow} from '../../../live/clock.ts'
import {Signal} from '../../../live/signal.ts'
import type {LiveView, ViewRow} from '../../../live/view.ts'
import {currentRow} from '../current-row.ts'
import {rowFailures} from '../row-failures.ts'
import {selection} from '../selection.ts'
import {anchorShift} from './anchor.ts'
import {GroupRow} from './group-row.ts'
import {ListRow} from './list-row.ts'
import type {RowBase} from './row-base.ts'
import {HEAD_PX, rowHeights, type RowFace, type RowLook} from './row-face.ts'
import {GROUP_HEAD_PX, layRows, type RowLayout} from './row-layout.ts'
import {RowPool, type Wanted} from './row-pool.ts'
import {scrollMap, type ScrollMap} from './scroll-map.ts'
import {shownRanges} from './shown-ranges.ts'
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
  #ranges: readonly RankRange[] = []
  #map: ScrollMap = scrollMap(0, 0)
  #pool: RowPool
  readonly #dirty = new Set<RowBase>()
  #frame = 0
  #still: ReturnType<typeof setTimeout> | undefined
  #mustPlace = true
  #mustRelay = true
  #seenTop = 0
  #viewport = 0
  readonly #stops: (() => void)[] = []
  #stuckHead = new GroupRow()

  constructor(view: LiveView, parts: GridParts, look: GridLook) {
    this.view = view
    this.parts = parts
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
      this.view.changes.listen(() => this.relay()),
      selection.changes.listen(() => this.#remark()),
      currentRow.changes.listen(() => this.#remark()),
      rowFailures.changes.listen(() => this.#remark()),
    )
    this.relay()
    return () => {
      for (const stop of this.#stops.splice(0)) stop()
      cancelAnimationFrame(this.#frame)
      clearTimeout(this.#still)
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

  rowAt(item: number): ViewRow | null {
    const rank = this.layout.rankOf(item)
    return rank === null ? null : this.view.at(rank)
  }

  /** The item of a torrent among those that the page has; `null` = it is elsewhere. */
  itemOf(name: string): number | null {
    const rank = this.view.rankOf(name)
    return rank === null ? null : this.layout.itemOf(rank)
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

  /** Scrolls so that an item is seen, no further than needed. */
  reveal(item: number): void {
    const {scroller} = this.parts
    const top = this.layout.topOf(item)
    const seen = this.#map.toContent(scroller.scrollTop)
    const height = this.layout.rankOf(item) === null ? GROUP_HEAD_PX : this.#rowHeight
    if (top < seen + this.#stuckPx) scroller.scrollTop = this.#map.toScroll(Math.max(0, top - this.#stuckPx))
    else if (top + height > seen + this.#viewport) {
      scroller.scrollTop = this.#map.toScroll(top + height - this.#viewport)
    }
    this.#schedule(true)
  }

  /** To the first row: another list is shown. */
  toTop(): void {
    this.parts.scroller.scrollTop = 0
    this.#seenTop = 0
    this.relay()
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
    if (this.#mustPlace) {
      this.#mustPlace = false
      this.#place()
    }
    const now = serverNow()
    for (const row of this.#dirty) row.write(true, now)
    this.#dirty.clear()
  }

  #place(): void {
    const {scroller} = this.parts
    let scrollTop = scroller.scrollTop
    if (this.#mustRelay) {
      this.#mustRelay = false
      const shift = this.#relay()
      if (shift !== 0 && scrollTop > 0) {
        scrollTop += this.#map.toScroll(shift)
        scroller.scrollTop = scrollTop
      }
    }
    const seen = this.#map.toContent(scrollTop)
    const first = this.layout.itemAt(seen)
    const end = this.layout.count === 0 ? 0 : this.layout.itemAt(seen + this.#viewport - 1) + 1
    this.#ranges = shownRanges(this.layout, first, end)
    this.view.show(this.#ranges)
    this.#pool.show(this.#wanted(first, end, scrollTop - seen))
    this.#dressGroups(first)
    for (const row of this.#pool.rows) this.#markRow(row)
    this.#seenTop = seen
    clearTimeout(this.#still)
    this.#still = setTimeout(() => this.#pool.putInOrder(), STILL_MS)
    this.placed.tell()
  }

  /** Lays the rows anew. @returns px by which what was seen moved */
  #relay(): number {
    const {view} = this
    this.#readColumns()
    const before = new Map(
      this.#pool.rows.flatMap((it) => (it.row && this.#isInSight(it) ? [[it.row, it.item] as const] : [])),
    )
    this.layout = layRows(view.totals?.count ?? 0, this.#rowHeight, view.groups, (it) =>
      this.#look.folded.has(it),
    )
    this.#map = scrollMap(this.layout.height, this.#viewport)
    const {host} = this.parts
    host.style.height = `${this.#map.height}px`
    host.style.width = `${this.#face.width}px`
    return before.size === 0 ? 0 : anchorShift(before, this.#itemsNow()) * this.#rowHeight
  }

  /** Until a new wish is answered, rows have the cells of the one before. */
  #readColumns(): void {
    const {isCurrent, wish} = this.view
    if (!isCurrent || wish.columns === this.#columns) return
    this.#columns = wish.columns
    this.#wear({...this.#face, cellAt: new Map(wish.columns.map((it, at) => [it as WireColumn, at]))})
  }

  #isInSight(row: RowBase): boolean {
    const top = this.layout.topOf(row.item)
    return top + this.#rowHeight > this.#seenTop && top < this.#seenTop + this.#viewport
  }

  /** Where the rows stand that the page has. */
  #itemsNow(): Map<ViewRow, number> {
    const items = new Map<ViewRow, number>()
    for (const [from, to] of this.#ranges) {
      for (let rank = from; rank < to; rank++) {
        const row = this.view.at(rank)
        if (row) items.set(row, this.layout.itemOf(rank))
      }
    }
    return items
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
      failure: name === null ? null : rowFailures.reasonOf(name),
    })
  }
}
