/** The menu of a column's head. What can not be done stays in sight, with the reason. */
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
import {text} from '../../../i18n/text.ts'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {columnOf, columns, type Column} from '../columns.ts'
import type {HeadActions} from './head-actions.ts'

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
