/**
 * The rows of the list that stand in the page: which items they show, where, with which face and marks. What they wear
 * and where they are is changed at once; what they say is written together, in `write`.
 */
import {serverNow} from '../../../live/clock.ts'
import type {LiveView, ViewRow} from '../../../live/view.ts'
import {bytes, fullSpeed, type Quantity} from '../../../ui/format.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {leavingRows, rowFailures} from '../../torrent-rows/row-states.ts'
import {selection} from '../../torrent-rows/selection.ts'
import {speedHistory} from '../speed-history.ts'
import {GroupRow, RowPool, type Wanted} from './row-pool.ts'
import {RowBase, cell, put} from './row-base.ts'
import {HEAD_PX, isListed, rowHeights, type RowFace, type RowLook} from './row-face.ts'
import {GROUP_HEAD_PX, layRows, scrollMap, type Laid, type RowLayout, type Viewport} from './row-layout.ts'
import {TableRow} from './table-row.ts'
import type {WireColumn} from './wire-columns.ts'

/** Rows in the page before and after those that are seen. */
const MOUNTED_AROUND = 5

export interface GridLook {
  readonly rows: RowLook
  /** Values of groups that are folded. */
  readonly folded: ReadonlySet<string>
}

export class GridRows {
  /** Where items stand, as it is shown. */
  layout: RowLayout = layRows(0, rowHeights.normal, null)
  readonly #view: LiveView
  readonly #host: HTMLElement
  /** Stays at the upper edge and says which group is seen. */
  readonly #stuck: HTMLElement
  readonly #changed: () => void
  #look: GridLook
  #face: RowFace
  /** The columns that the rows of the view have: those of the wish that was answered last. */
  #columns: readonly string[] = []
  #pool: RowPool
  readonly #dirty = new Set<RowBase>()
  #seenTop = 0
  #stuckHead = new GroupRow()

  /** @param changed some row wants to be written */
  constructor(view: LiveView, host: HTMLElement, stuck: HTMLElement, look: GridLook, changed: () => void) {
    this.#view = view
    this.#host = host
    this.#stuck = stuck
    this.#changed = changed
    this.#look = look
    this.#face = {...look.rows, cellAt: new Map()}
    this.#pool = this.#newPool()
    stuck.replaceChildren(this.#stuckHead.element)
  }

  get look(): GridLook {
    return this.#look
  }

  /** px of one row. */
  get height(): number {
    return rowHeights[this.#face.density]
  }

  /** px of the heads of columns. */
  get headPx(): number {
    return isListed(this.#face.density) ? 0 : HEAD_PX
  }

  /** px of the group that stays at the upper edge. */
  get stuckPx(): number {
    return this.#view.groups === null ? 0 : GROUP_HEAD_PX
  }

  get all(): readonly RowBase[] {
    return this.#pool.rows
  }

  dress(look: GridLook): void {
    const isOther = look.rows.density !== this.#face.density
    this.#look = look
    this.#wear({...look.rows, cellAt: this.#face.cellAt})
    if (!isOther) return
    this.#pool.clear()
    this.#pool = this.#newPool()
  }

  /** A second went by. @param now epoch ms */
  tick(now: number): void {
    for (const row of this.#pool.rows) row.tick(now)
    for (const {row} of this.#pool.rows) if (row) this.#keepSpeed(row, now)
  }

  /** Nobody knows how fast it is while its server is away. */
  #keepSpeed({key, cells}: ViewRow, now: number): void {
    const [down, up, stale] = (['down_speed', 'up_speed', 'stale'] as const).map((column) => {
      const at = this.#face.cellAt.get(column)
      return at === undefined ? undefined : cells[at]
    })
    if (typeof down === 'number' && typeof up === 'number' && stale !== true)
      speedHistory.add(key, now, down, up)
  }

  /** What is shown is what is meant, also while the view has another order already. */
  rowAt(item: number): ViewRow | null {
    const shown = this.#pool.at(item)
    if (shown) return 'row' in shown ? shown.row : null
    const rank = this.layout.rankOf(item)
    return rank === null ? null : this.#view.at(rank)
  }

  around(element: Element): RowBase | GroupRow | null {
    return this.#stuckHead.element.contains(element) ? this.#stuckHead : this.#pool.around(element)
  }

  elementOf(item: number): HTMLElement | null {
    return this.#pool.at(item)?.element ?? null
  }

  /** The torrent whose state, or end, stands there; `null` = something else does. */
  verdictAt(row: RowBase, target: Element): ViewRow | null {
    return row.showsVerdict(target) ? row.row : null
  }

  /** What there is to say of a place in a row, beyond what is seen. */
  titleOf(row: RowBase, target: Element): string {
    return (row.row && row.titleOf(target, serverNow())) ?? ''
  }

  /** px that a column needs for what the rows on screen say in it. */
  widestOf(column: string): number {
    return Math.max(0, ...this.#pool.rows.map((it) => (it.row ? it.widthOf(column) : 0)))
  }

  /**
   * Names of the torrents that are seen with their items, from the first whole one down.
   * @param viewport px
   */
  seenItems(viewport: number): Map<string, number> {
    const seen: [string, number][] = []
    for (const {row, item} of this.#pool.rows) {
      const top = this.layout.topOf(item)
      if (!row || top < this.#seenTop + this.stuckPx || top >= this.#seenTop + viewport) continue
      seen.push([row.key, item])
    }
    return new Map(seen.sort(([, a], [, b]) => a - b))
  }

  /** How the view would stand now. @param viewport px */
  laid(viewport: number): Laid {
    const {count, groups} = this.#view
    const isFolded = (value: string) => this.#look.folded.has(value)
    const layout = layRows(count, this.height, groups, isFolded)
    return {layout, map: scrollMap(layout.height, viewport)}
  }

  /** It stands so from now on: before its rows are placed. */
  lay({layout, map}: Laid): void {
    this.#readColumns()
    this.layout = layout
    this.#host.style.height = `${map.height}px`
    this.#host.style.width = `${this.#face.width}px`
  }

  /** @param currentItem that has the focus or had it last; -1 = none yet */
  place({first, end, scrollTop, seen}: Viewport, currentItem: number): void {
    this.#pool.show(this.#wanted(first, end, scrollTop - seen))
    this.#dressGroups(first, currentItem)
    this.mark()
    this.#seenTop = seen
  }

  /** Which torrents are chosen or current, and whose last action failed. */
  mark(): void {
    for (const row of this.#pool.rows) this.#markRow(row)
  }

  write(): void {
    const now = serverNow()
    for (const row of this.#dirty) row.write(true, now)
    this.#dirty.clear()
  }

  /** In the page as on screen, for who reads it aloud: when the list is still. */
  putInOrder(): void {
    this.#pool.putInOrder()
  }

  clear(): void {
    this.#pool.clear()
  }

  #newPool(): RowPool {
    const Row = isListed(this.#face.density) ? ListRow : TableRow
    const dirty = (row: RowBase) => {
      this.#dirty.add(row)
      this.#changed()
    }
    return new RowPool(
      this.#host,
      () => new Row(this.#face, dirty),
      () => new GroupRow(),
    )
  }

  #wear(face: RowFace): void {
    this.#face = face
    for (const row of this.#pool.rows) {
      row.dress(face)
      this.#dirty.add(row)
    }
  }

  /** Until a new wish is answered, rows have the cells of the one before. */
  #readColumns(): void {
    const {isCurrent, wish} = this.#view
    if (!isCurrent || wish.columns === this.#columns) return
    this.#columns = wish.columns
    this.#wear({...this.#face, cellAt: new Map(wish.columns.map((it, at) => [it as WireColumn, at]))})
  }

  #wanted(first: number, end: number, offset: number): Wanted[] {
    const wanted: Wanted[] = []
    const from = Math.max(0, first - MOUNTED_AROUND)
    const to = Math.min(this.layout.count, end + MOUNTED_AROUND)
    for (let item = from; item < to; item++) {
      const rank = this.layout.rankOf(item)
      const top = this.layout.topOf(item) + offset
      const group = rank === null ? this.layout.groupOf(item) : null
      wanted.push({item, top, row: rank === null ? null : this.#view.at(rank), group})
    }
    return wanted
  }

  #dressGroups(first: number, currentItem: number): void {
    const {groups, wish} = this.#view
    const {folded} = this.#look
    const face = this.#face
    const isStuck = groups !== null && groups.length > 0
    this.#stuck.hidden = !isStuck
    if (!isStuck) return
    for (const [at, head] of this.#pool.groups) {
      const group = groups[at]
      if (group) head.show(group, wish.group, folded.has(group.value), head.item === currentItem, face)
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

/** Margins, mark and gap beside the name. */
const BESIDE_NAME_PX = 14 + 22 + 10 + 14
const FAILURE_PX = 22

/** A row of two lines, for phones and as a card on wide screens: name, then state and what moves, then the bar. */
class ListRow extends RowBase {
  readonly #meta = cell('div', 'tt-cell tt-meta', 'gridcell')
  readonly #figure = cell('span', 'tt-flow')
  readonly #unit = cell('u', 'tt-unit')
  readonly #server = cell('span', 'tt-c-server')

  constructor(face: RowFace, dirty: (row: RowBase) => void) {
    super(face, dirty)
    this.#figure.append('', this.#unit)
    this.#meta.append(this.#figure, this.#server)
    this.element.append(this.mark, this.name, this.state.element, this.#meta, this.state.bar)
  }

  override tick(now: number): void {
    this.tickState(now)
  }

  override widthOf(): number {
    return 0
  }

  override titleOf(target: Element): string | null {
    if (this.name.contains(target)) return this.nameTitle()
    return this.state.element.contains(target) ? this.state.title : null
  }

  protected override writeOthers(
    isChanged: (columns: readonly WireColumn[]) => boolean,
    isFresh: boolean,
  ): void {
    if (isChanged(['down_speed', 'up_speed', 'size', 'stale'])) this.#writeFlow()
    if (isFresh) this.#writeServer()
  }

  protected override beside(): string {
    return ''
  }

  protected override nameRoom(): number {
    return Math.max(0, this.face.width - BESIDE_NAME_PX - (this.failure === null ? 0 : FAILURE_PX))
  }

  protected override now(): number {
    return serverNow()
  }

  protected override clearOthers(): void {
    this.#put('', {text: '', unit: '', exact: ''})
    put(this.#server, '')
  }

  /** What moves, else how much it is. */
  #writeFlow(): void {
    const down = this.isStale ? 0 : Number(this.cells('down_speed') ?? 0)
    const up = this.isStale ? 0 : Number(this.cells('up_speed') ?? 0)
    const size = this.cells('size')
    if (down > 0) this.#put('↓\u2002', fullSpeed(down))
    else if (up > 0) this.#put('↑\u2002', fullSpeed(up))
    else if (typeof size === 'number' && size > 0) this.#put('', bytes(size))
    else this.#put('', {text: '', unit: '', exact: ''})
  }

  #put(arrow: string, {text, unit}: Quantity): void {
    put(this.#figure, arrow + text)
    put(this.#unit, unit === '' ? '' : `\u00a0${unit}`)
  }

  #writeServer(): void {
    const {name, colour, isOnline} = this.face.serverOf(this.row?.serverId ?? '')
    put(this.#server, name)
    this.#server.style.setProperty('--c', colour)
    this.#server.classList.toggle('tt-offline', !isOnline)
  }
}
