/** What can be done to columns, by pointer, key or menu alike. */
import type {KeyboardEvent} from 'react'
import type {Column} from '../columns.ts'
import {
  withFit,
  withMoved,
  withPinned,
  withShown,
  withStep,
  withWidths,
  type ColumnChoice,
  type ShownLayout,
} from './column-layout.ts'
import type {GridBody} from './grid-body.ts'
import {sortedBy, type SortKey} from './sort-keys.ts'

/** px by which a key makes a column wider. */
const WIDTH_STEP_PX = 12

interface HeadDeps {
  readonly chosen: ColumnChoice
  readonly layout: ShownLayout
  readonly sort: readonly SortKey[]
  readonly body: GridBody | null
  readonly onSort: (keys: readonly SortKey[]) => void
  /** `null` = the usual columns. */
  readonly onLayout: (choice: ColumnChoice | null) => void
}

export class HeadActions {
  #parts: HeadDeps

  constructor(parts: HeadDeps) {
    this.#parts = parts
  }

  /** The page was rendered again. */
  take(parts: HeadDeps): void {
    this.#parts = parts
  }

  sort({sort, align}: Column, isFurther: boolean): void {
    if (sort === null) return
    this.#parts.onSort(sortedBy(this.#parts.sort, sort, isFurther, align === 'right'))
  }

  sortBy({sort}: Column, isDown: boolean): void {
    if (sort !== null) this.#parts.onSort([{by: sort, isDown}])
  }

  fit(ids: readonly string[]): void {
    const {chosen, body, onLayout} = this.#parts
    if (body) onLayout(withFit(chosen, ids, (id) => body.rows.widestOf(id)))
  }

  /** The name goes on taking what is left. */
  fitAll(): void {
    const ids = this.#parts.layout.shown.map(({column}) => column.id).filter((id) => id !== 'name')
    this.fit(ids)
  }

  width(id: string, px: number): void {
    this.#parts.onLayout(withWidths(this.#parts.chosen, new Map([[id, px]])))
  }

  widen(id: string, steps: number): void {
    const shown = this.#parts.layout.shown.find(({column}) => column.id === id)
    if (shown) this.width(id, shown.width + steps * WIDTH_STEP_PX)
  }

  step(id: string, step: -1 | 1): void {
    const {chosen, layout, onLayout} = this.#parts
    onLayout(withStep(chosen, layout.shown, id, step))
  }

  place(id: string, before: string | null): void {
    this.#parts.onLayout(withMoved(this.#parts.chosen, id, before))
  }

  pin(id: string, isPinned: boolean): void {
    this.#parts.onLayout(withPinned(this.#parts.chosen, id, isPinned))
  }

  show(id: string, isShown: boolean): void {
    this.#parts.onLayout(withShown(this.#parts.chosen, id, isShown))
  }

  isShown(id: string): boolean {
    return this.#parts.chosen.some((it) => it.id === id && !it.hidden)
  }

  isPinned(id: string): boolean {
    return this.#parts.chosen.some((it) => it.id === id && it.pinned)
  }

  reset(): void {
    this.#parts.onLayout(null)
  }

  /** Arrows go from head to head; with Alt they move the column, with Shift its edge. */
  headKey(event: KeyboardEvent, id: string): void {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (direction === 0) return
    event.preventDefault()
    event.stopPropagation()
    if (event.altKey) this.step(id, direction)
    else if (event.shiftKey) this.widen(id, direction)
    else this.#focusBeside(event.currentTarget, id, direction)
  }

  #focusBeside(head: Element, id: string, direction: -1 | 1): void {
    const {shown} = this.#parts.layout
    const at = shown.findIndex(({column}) => column.id === id)
    const next = shown[at + direction]?.column.id
    if (next === undefined) return
    head.closest('[role=row]')?.querySelector<HTMLElement>(`[data-head="${next}"]`)?.focus()
  }
}
