/** The list's machinery for as long as the list is on screen: rows, keys, pointers, and the holding of the order. */
import {useLayoutEffect, useRef, useState} from 'react'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {useCommands, type Command, type CommandGroup} from '../../commands/commands.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {selection} from '../../torrent-rows/selection.ts'
import {GridBody, type GridDeps} from './grid-body.ts'
import {GridControl, type GridHooks} from './grid-control.ts'
import type {GridLook} from './grid-rows.ts'
import {HoldPolicy} from './hold-policy.ts'
import {RowPointer} from './row-pointer.ts'

interface Grid {
  readonly body: GridBody
  readonly control: GridControl
  readonly hold: HoldPolicy
}

/** @param parts `null` before the first render is in the page */
export function useGrid(
  view: LiveView,
  parts: () => GridDeps | null,
  look: GridLook,
  hooks: GridHooks,
): Grid | null {
  const [grid, setGrid] = useState<Grid | null>(null)
  const latest = useRef(hooks)
  useLayoutEffect(() => {
    latest.current = hooks
  })
  const firstLook = useRef(look)
  const findParts = useRef(parts)

  useLayoutEffect(() => {
    const found = findParts.current()
    if (!found) return
    const body = new GridBody(view, found, firstLook.current)
    const hold = new HoldPolicy((isHeld) => view.hold(isHeld))
    const control = new GridControl(body, hold, {
      onOpen: (name) => latest.current.onOpen(name),
      onContextMenu: (place, target) => latest.current.onContextMenu(place, target),
      onFold: (group, isFolded) => latest.current.onFold(group, isFolded),
      matching: () => latest.current.matching(),
    })
    const stops = [
      body.start(),
      control.start(),
      new RowPointer(body, control, hold).start(),
      () => hold.stop(),
    ]
    setGrid({body, control, hold})
    return () => {
      for (const stop of stops) stop()
      setGrid(null)
    }
  }, [view])

  useLayoutEffect(() => grid?.body.dress(look), [grid, look])
  return grid
}

/** The keys of the list. Letters hold on the whole page; arrows and the like only where nothing else wants them. */
export function useGridCommands(
  grid: Grid | null,
  {
    onGoTo,
    onWhy,
    isOpen,
    onClose,
  }: {onGoTo: () => void; onWhy: () => void; isOpen: boolean; onClose: () => void},
): void {
  const control = grid?.control
  const hasFocus = () => !isElsewhere(grid?.body.parts.scroller ?? null)
  const free = (): string | null => (hasFocus() ? null : text('torrents.elsewhere'))
  const current = (): string | null => (currentRow.name === null ? text('torrents.no-current') : null)
  const both = (): string | null => free() ?? current()
  const held = (run: () => void) => () => {
    grid?.hold.keyPressed()
    run()
  }
  const move = (id: string, keys: readonly string[], run: () => void, reason?: () => string | null) =>
    command('move', id, keys, held(run), reason, true)
  const select = (id: string, keys: readonly string[], run: () => void, reason?: () => string | null) =>
    command('choose', id, keys, held(run), reason)

  const toggleDetails = () => {
    if (!isOpen) return control?.openCurrent()
    onClose()
    // What had the focus may be gone with them.
    control?.focusCurrent()
  }

  useCommands([
    move('next', ['j'], () => control?.moveBy(1, 'choose')),
    move('previous', ['k'], () => control?.moveBy(-1, 'choose')),
    move('next', ['ArrowDown'], () => control?.moveBy(1, 'choose'), free),
    move('previous', ['ArrowUp'], () => control?.moveBy(-1, 'choose'), free),
    move('page-down', ['PageDown'], () => control?.movePage(1, 'choose'), free),
    move('page-up', ['PageUp'], () => control?.movePage(-1, 'choose'), free),
    move('first', ['Home'], () => control?.first(), free),
    move('last', ['End'], () => control?.last(), free),
    move('next-plain', ['$mod+ArrowDown'], () => control?.moveBy(1, 'plain'), free),
    move('previous-plain', ['$mod+ArrowUp'], () => control?.moveBy(-1, 'plain'), free),
    move('fold', ['ArrowLeft'], () => sideways(grid, -1), free),
    move('unfold', ['ArrowRight'], () => sideways(grid, 1), free),
    command('find', 'go-to', ['Shift+:', ':'], onGoTo),
    select('toggle', ['x'], () => control?.toggle(), current),
    select('toggle', ['Space'], () => control?.toggle(), both),
    select('extend-down', ['Shift+ArrowDown'], () => control?.moveBy(1, 'extend'), free),
    select('extend-up', ['Shift+ArrowUp'], () => control?.moveBy(-1, 'extend'), free),
    // Elsewhere the browser would mark all words of the page.
    select('choose-all', ['$mod+a'], () => control?.selectAll()),
    select('invert', ['Shift+X'], () => control?.invert()),
    command('choose', 'clear', ['Escape'], () => (selection.count > 0 ? selection.clear() : onClose())),
    command('look', 'open', ['o'], () => control?.open(), current),
    command('look', 'details', [']'], toggleDetails, () => (isOpen ? null : current())),
    command('look', 'open', ['Enter'], () => control?.open(), both),
    // Open details have the key themselves.
    ...(isOpen ? [] : [command('look', 'why', ['w'], onWhy, current)]),
    command(
      'act',
      'menu',
      ['Shift+F10', 'ContextMenu'],
      held(() => control?.menuAtCurrent()),
      both,
    ),
  ])
}

function command(
  group: CommandGroup,
  name: string,
  keys: readonly string[],
  run: () => void,
  reason?: () => string | null,
  hidden = false,
): Command {
  return {
    // Keys that hold in other places are commands of their own.
    id: /^[a-z:\]]|^Shift\+[X:]/.test(keys[0]!) ? `torrents.${name}` : `torrents.${name}.${keys[0]}`,
    group,
    label: `torrents.${name}` as TextKey,
    keys,
    run,
    ...(reason && {reason}),
    hidden,
  }
}

/** Folds and unfolds where there are groups, else scrolls the columns. */
function sideways(grid: Grid | null, direction: -1 | 1): void {
  if (!grid || grid.control.fold(undefined, direction === -1)) return
  grid.body.parts.scroller.scrollLeft += direction * 80
}

/** Something else has the focus, and uses such keys itself. Heads are part of the list only by place. */
function isElsewhere(scroller: HTMLElement | null): boolean {
  const {activeElement} = document
  if (!activeElement || activeElement === document.body || activeElement.matches('main')) return false
  return !scroller?.contains(activeElement) || activeElement.closest('.tt-heads') !== null
}
