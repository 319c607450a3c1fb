/** What can be done to columns, by pointer, key or menu alike. */
import {
  ArrowDown,
  ArrowLeft,
  ArrowLeftRight,
  ArrowRight,
  ArrowUp,
  Columns3,
  EyeOff,
  Pin,
  RotateCcw,
} from 'lucide-react'
import type {KeyboardEvent} from 'react'
import {text} from '../../../i18n/text.ts'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {columnOf, columns, type Column} from './columns.ts'
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
  readonly selected: ColumnChoice
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
    const {selected, body, onLayout} = this.#parts
    if (body) onLayout(withFit(selected, ids, (id) => body.rows.widestOf(id)))
  }

  /** The name goes on taking what is left. */
  fitAll(): void {
    const ids = this.#parts.layout.shown.map(({column}) => column.id).filter((id) => id !== 'name')
    this.fit(ids)
  }

  width(id: string, px: number): void {
    this.#parts.onLayout(withWidths(this.#parts.selected, new Map([[id, px]])))
  }

  widen(id: string, steps: number): void {
    const shown = this.#parts.layout.shown.find(({column}) => column.id === id)
    if (shown) this.width(id, shown.width + steps * WIDTH_STEP_PX)
  }

  step(id: string, step: -1 | 1): void {
    const {selected, layout, onLayout} = this.#parts
    onLayout(withStep(selected, layout.shown, id, step))
  }

  place(id: string, before: string | null): void {
    this.#parts.onLayout(withMoved(this.#parts.selected, id, before))
  }

  pin(id: string, isPinned: boolean): void {
    this.#parts.onLayout(withPinned(this.#parts.selected, id, isPinned))
  }

  show(id: string, isShown: boolean): void {
    this.#parts.onLayout(withShown(this.#parts.selected, id, isShown))
  }

  isShown(id: string): boolean {
    return this.#parts.selected.some((it) => it.id === id && !it.hidden)
  }

  isPinned(id: string): boolean {
    return this.#parts.selected.some((it) => it.id === id && it.pinned)
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

/** The menu of a column's head. What cannot be done stays in sight, with the reason. */
export function headMenu(id: string, actions: HeadActions): readonly MenuEntry[] {
  const column = columnOf(id)
  if (!column) return []
  return [
    ...sortEntries(column, actions),
    {separator: true},
    {
      id: 'left',
      label: text('head.left'),
      icon: ArrowLeft,
      keys: 'Alt ←',
      onSelect: () => actions.step(id, -1),
    },
    {
      id: 'right',
      label: text('head.right'),
      icon: ArrowRight,
      keys: 'Alt →',
      onSelect: () => actions.step(id, 1),
    },
    {
      id: 'pin',
      label: text('head.pin'),
      icon: Pin,
      checked: actions.isPinned(id),
      onSelect: () => actions.pin(id, !actions.isPinned(id)),
    },
    {separator: true},
    ...widthEntries(id, actions),
    {separator: true},
    {
      id: 'hide',
      label: text('head.hide'),
      icon: EyeOff,
      ...(id === 'name' && {disabledReason: text('head.name-stays')}),
      onSelect: () => actions.show(id, false),
    },
    {id: 'columns', label: text('head.columns'), icon: Columns3, entries: columnEntries(actions)},
    {id: 'reset', label: text('head.reset'), icon: RotateCcw, onSelect: () => actions.reset()},
  ]
}

function sortEntries(column: Column, actions: HeadActions): readonly MenuEntry[] {
  const reason = column.sort === null ? {disabledReason: text('head.no-sort')} : {}
  return [
    {
      id: 'up',
      label: text('head.ascending'),
      icon: ArrowUp,
      ...reason,
      onSelect: () => actions.sortBy(column, false),
    },
    {
      id: 'down',
      label: text('head.descending'),
      icon: ArrowDown,
      ...reason,
      onSelect: () => actions.sortBy(column, true),
    },
    {id: 'then', label: text('head.then'), ...reason, onSelect: () => actions.sort(column, true)},
  ]
}

function widthEntries(id: string, actions: HeadActions): readonly MenuEntry[] {
  return [
    {
      id: 'wider',
      label: text('head.wider'),
      keys: 'Shift →',
      stays: true,
      onSelect: () => actions.widen(id, 1),
    },
    {
      id: 'narrower',
      label: text('head.narrower'),
      keys: 'Shift ←',
      stays: true,
      onSelect: () => actions.widen(id, -1),
    },
    {id: 'fit', label: text('head.fit'), icon: ArrowLeftRight, onSelect: () => actions.fit([id])},
    {id: 'fit-all', label: text('head.fit-all'), onSelect: () => actions.fitAll()},
  ]
}

function columnEntries(actions: HeadActions): readonly MenuEntry[] {
  return columns.map(({id, title}) => ({
    id: `column ${id}`,
    label: text(title),
    checked: actions.isShown(id),
    stays: true,
    ...(id === 'name' && {disabledReason: text('head.name-stays')}),
    onSelect: () => actions.show(id, !actions.isShown(id)),
  }))
}
