/** The head of a group: what its rows have in common, how many they are, and what they move. */
import type {LiveGroup} from '#model/live.ts'
import type {GroupName} from '#model/query.ts'
import {text} from '../../../i18n/text.ts'
import type {ViewRow} from '../../../live/view.ts'
import {bytes, fullSpeed, written} from '../../../ui/format.ts'
import {cell, put, type RowBase} from './row-base.ts'
import type {RowFace} from './row-face.ts'
import {stateOf, stateWords} from './state-face.ts'

export class GroupRow {
  readonly element = cell('div', 'tt-group', 'row')
  readonly #cell = cell('div', 'tt-group-cell', 'gridcell')
  readonly #title = cell('span', 'tt-group-title')
  readonly #figures = cell('span', 'tt-group-figures')
  group: LiveGroup | null = null
  item = -1
  #top = -1

  constructor() {
    this.#cell.append(this.#title, this.#figures)
    this.element.append(this.#cell)
    this.element.tabIndex = -1
  }

  place(item: number, top: number): void {
    if (item !== this.item) this.element.ariaRowIndex = String(item + 2)
    this.item = item
    if (top === this.#top) return
    this.#top = top
    this.element.style.transform = `translateY(${top}px)`
  }

  show(group: LiveGroup, by: GroupName | null, isFolded: boolean, isCurrent: boolean, face: RowFace): void {
    this.group = group
    put(this.#title, groupTitle(group.value, by, face))
    put(this.#figures, figuresOf(group))
    this.element.ariaExpanded = String(!isFolded)
    this.element.tabIndex = isCurrent ? 0 : -1
    this.element.className = `tt-group${isFolded ? ' tt-folded' : ''}${isCurrent ? ' tt-current' : ''}`
  }
}

/** What the rows of a group have in common, in words. */
function groupTitle(value: string, by: GroupName | null, face: Pick<RowFace, 'serverOf'>): string {
  if (by === 'server') return face.serverOf(value).name
  if (by === 'state') return text(stateWords[stateOf(value)])
  if (by === 'private') return privateTitle(value)
  if (value !== '') return value
  return text(
    by === 'tracker' ? 'group.none.tracker' : by === 'tag' ? 'group.none.tag' : 'group.none.category',
  )
}

function privateTitle(value: string): string {
  if (value === 'true') return text('group.private')
  return text(value === 'false' ? 'group.public' : 'group.unknown')
}

function figuresOf({count, size, down_speed: down, up_speed: up}: LiveGroup): string {
  const parts = [text('group.count', {count}), written(bytes(size))]
  if (down > 0) parts.push(`↓ ${written(fullSpeed(down))}`)
  if (up > 0) parts.push(`↑ ${written(fullSpeed(up))}`)
  return parts.join('\u2003')
}

/**
 * The rows in the page. A row goes with its torrent: in a new order it is placed elsewhere, not written again. Who is
 * scrolled away gives his elements to who comes. When the list is still, the page's order of elements is that of the list,
 * for who reads it aloud; the element that has the focus is never moved, as it would lose it.
 */

/** What stands at an item: a torrent, a torrent that has not come yet, or the head of a group. */
export interface Wanted {
  readonly item: number
  readonly top: number
  readonly row: ViewRow | null
  /** Place of the group; `null` = it is a row. */
  readonly group: number | null
}

/** Elements that nobody needs now are kept for the next one. */
const MOST_SPARE = 80

export class RowPool {
  readonly #host: HTMLElement
  readonly #make: () => RowBase
  readonly #makeGroup: () => GroupRow
  #rows: RowBase[] = []
  #spare: RowBase[] = []
  /** Of what is placed, from the first to the last one. */
  #elements: readonly Element[] = []
  readonly #groups = new Map<number, GroupRow>()
  readonly #byElement = new WeakMap<Element, RowBase | GroupRow>()

  constructor(host: HTMLElement, make: () => RowBase, makeGroup: () => GroupRow) {
    this.#host = host
    this.#make = make
    this.#makeGroup = makeGroup
  }

  /** In no order that means anything. */
  get rows(): readonly RowBase[] {
    return this.#rows
  }

  get groups(): Iterable<readonly [group: number, head: GroupRow]> {
    return this.#groups
  }

  /** What stands in the page at an element, or around it. */
  around(element: Element): RowBase | GroupRow | null {
    const found = element.closest('[role=row]')
    return found ? (this.#byElement.get(found) ?? null) : null
  }

  at(item: number): RowBase | GroupRow | null {
    return (
      this.#rows.find((it) => it.item === item) ??
      [...this.#groups.values()].find((it) => it.item === item) ??
      null
    )
  }

  /** Other columns or another density: all are made again. */
  clear(): void {
    for (const row of this.#rows) row.bind(null)
    this.#rows = []
    this.#spare = []
    this.#groups.clear()
    this.#host.replaceChildren()
  }

  /** Places what is wanted, from the first to the last one, and nothing else. */
  show(wanted: readonly Wanted[]): void {
    const kept = this.#keep(wanted)
    const elements: Element[] = []
    const rows: RowBase[] = []
    for (const it of wanted) {
      const placed = it.group === null ? (kept.get(it) ?? this.#take(it)) : this.#head(it.group)
      placed.place(it.item, it.top)
      elements.push(placed.element)
      if (it.group === null) rows.push(placed as RowBase)
    }
    this.#rows = rows
    this.#dropHeads(wanted)
    this.#elements = elements
    this.#attach(elements)
  }

  /** Rows that stay with their torrent; the others are spare from now on. */
  #keep(wanted: readonly Wanted[]): Map<Wanted, RowBase> {
    const byRow = new Map(wanted.flatMap((it) => (it.row ? [[it.row, it] as const] : [])))
    const kept = new Map<Wanted, RowBase>()
    const left: RowBase[] = []
    for (const row of this.#rows) {
      const mine = row.row ? byRow.get(row.row) : undefined
      if (mine && !kept.has(mine)) kept.set(mine, row)
      else left.push(row)
    }
    this.#spare = [...left, ...this.#spare]
    return kept
  }

  /**
   * An element for a row that had none, best the one that held its place; else the first that stands in the page, so that
   * after a jump the elements are in their order.
   */
  #take({item, row}: Wanted): RowBase {
    const inPlace = this.#spare.findIndex((it) => it.item === item)
    const [spare] = this.#spare.splice(Math.max(0, inPlace), 1)
    const taken = spare ?? this.#made()
    taken.bind(row)
    return taken
  }

  #made(): RowBase {
    const row = this.#make()
    this.#byElement.set(row.element, row)
    return row
  }

  #head(group: number): GroupRow {
    const known = this.#groups.get(group)
    if (known) return known
    const head = this.#makeGroup()
    this.#byElement.set(head.element, head)
    this.#groups.set(group, head)
    return head
  }

  #dropHeads(wanted: readonly Wanted[]): void {
    const present = new Set(wanted.map((it) => it.group))
    for (const [group, {element}] of this.#groups) {
      if (present.has(group)) continue
      element.remove()
      this.#groups.delete(group)
    }
  }

  /** Who is not needed leaves the page; moving the others about can wait (`putInOrder`). */
  #attach(elements: readonly Element[]): void {
    for (const row of this.#spare) {
      row.bind(null)
      row.item = -1
      row.element.remove()
    }
    this.#spare.length = Math.min(this.#spare.length, MOST_SPARE)
    for (const element of elements) if (element.parentNode !== this.#host) this.#host.append(element)
  }

  /**
   * Makes the page's order of elements that of the list. Not while it is scrolled: an element that is moved is laid out
   * from scratch, which costs more than writing its texts again.
   */
  putInOrder(): void {
    const focused = document.activeElement
    let next = this.#host.firstElementChild
    for (const element of this.#elements) {
      if (element === next || element === focused) next = element.nextElementSibling
      else this.#host.insertBefore(element, next)
    }
  }
}
