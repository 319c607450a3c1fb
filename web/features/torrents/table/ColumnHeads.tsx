import {ArrowDown, ArrowUp} from 'lucide-react'
import {memo, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {MenuAt, type MenuPoint} from '../../../ui/ContextMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {selection, useSelected, useIsHere, type Selected} from '../../torrent-rows/selection.ts'
import {columnOf} from './columns.ts'
import {MARK_PX, type ShownColumn} from './column-layout.ts'
import {headMenu, type HeadActions} from './head-actions.ts'
import type {SortKey} from './sort-keys.ts'

/** The heads of the columns, and that the order of the rows is no longer what they say. */
export const ColumnHeads = memo(function ColumnHeads({
  shown,
  sort,
  actions,
  moved,
  onUpdate,
  onSelectAll,
  onMenuOpen,
}: {
  shown: readonly ShownColumn[]
  sort: readonly SortKey[]
  actions: HeadActions
  moved: number
  onUpdate: () => void
  onSelectAll: () => void
  onMenuOpen: (isOpen: boolean) => void
}) {
  const [menu, setMenu] = useState<{id: string; point: MenuPoint} | null>(null)
  const {dropLeft, drag, resize} = useHeadDrag(shown, actions)
  const openMenu = (event: MouseEvent, id: string) => {
    event.preventDefault()
    setMenu({id, point: pointOf(event)})
    onMenuOpen(true)
  }
  const closeMenu = () => {
    setMenu(null)
    onMenuOpen(false)
  }
  const title = menu && columnOf(menu.id)?.title
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="row" aria-rowindex={1} className="tt-heads">
      <MarkHead onSelectAll={onSelectAll} />
      {shown.map((it, at) => (
        <ColumnHead
          key={it.column.id}
          shown={it}
          left={leftOf(shown, at)}
          sort={sortOf(sort, it.column.sort)}
          isTabStop={at === 0}
          actions={actions}
          onDrag={drag}
          onResize={resize}
          onMenu={openMenu}
        >
          {it.column.id === 'name' && <OrderChanged rows={moved} onUpdate={onUpdate} />}
        </ColumnHead>
      ))}
      {dropLeft !== null && <span className="tt-drop" style={{left: dropLeft - 1}} />}
      <MenuAt
        point={menu?.point ?? null}
        entries={menu ? headMenu(menu.id, actions) : []}
        label={title ? text('head.menu', {name: text(title)}) : undefined}
        onClose={closeMenu}
      />
    </div>
  )
})

function leftOf(shown: readonly ShownColumn[], at: number): number {
  return shown.slice(0, at).reduce((sum, it) => sum + it.width, MARK_PX)
}

function sortOf(keys: readonly SortKey[], by: string | null): HeadSort | null {
  const at = keys.findIndex((it) => it.by === by)
  return at === -1 ? null : {isDown: keys[at]!.isDown, place: at + 1, isAlone: keys.length === 1}
}

/** By key the event is at no place: the menu opens below the head. */
function pointOf({clientX, clientY, currentTarget}: MouseEvent): MenuPoint {
  if (clientX !== 0 || clientY !== 0) return {x: clientX, y: clientY}
  const {left, bottom} = currentTarget.getBoundingClientRect()
  return {x: left, y: bottom}
}

/** The order is held while somebody aims; so many rows would stand elsewhere. */
function OrderChanged({rows, onUpdate}: {rows: number; onUpdate: () => void}) {
  if (rows === 0) return null
  return (
    <span className="num flex shrink-0 items-center gap-1.5 pr-3 font-normal">
      {text('order.moved', {count: rows})}
      <span aria-hidden>·</span>
      <TextButton onClick={onUpdate}>{text('order.update')}</TextButton>
    </span>
  )
}

/** All, some or none are chosen; a click chooses all that match, or none. */
function MarkHead({onSelectAll}: {onSelectAll: () => void}) {
  const selected = useSelected()
  const state = useIsHere() && stateOf(selected)
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="columnheader" className="tt-head-mark">
      <button
        type="button"
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="checkbox"
        aria-checked={state}
        aria-label={text('head.choose-all')}
        className="grid h-full w-full items-center pl-3 focus-visible:shadow-focus-in"
        onClick={() => (state === true ? selection.clear() : onSelectAll())}
      >
        <CheckMark state={state} />
      </button>
    </div>
  )
}

function stateOf(selected: Selected): boolean | 'mixed' {
  if (selected.kind === 'matching') return selected.except.size === 0 ? true : 'mixed'
  return selected.names.size > 0 && 'mixed'
}

interface HeadSort {
  readonly isDown: boolean
  /** 1 = the first key. */
  readonly place: number
  readonly isAlone: boolean
}

/** The head of a column: sorts, is dragged to its place and width, and has a menu. */
function ColumnHead({
  shown: {column, isPinned},
  left,
  sort,
  isTabStop,
  actions,
  onDrag,
  onResize,
  onMenu,
  children,
}: {
  shown: ShownColumn
  /** px from the left where it is pinned. */
  left: number
  sort: HeadSort | null
  isTabStop: boolean
  actions: HeadActions
  onDrag: (event: PointerEvent, id: string) => void
  onResize: (event: PointerEvent, id: string) => void
  onMenu: (event: MouseEvent, id: string) => void
  children?: ReactNode
}) {
  const {id, title, align} = column
  const keyDown = (event: KeyboardEvent) => actions.headKey(event, id)
  return (
    // The button within has the focus.
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="columnheader"
      aria-sort={sort?.place === 1 ? (sort.isDown ? 'descending' : 'ascending') : undefined}
      className={joined('tt-head', isPinned && 'tt-pinned')}
      style={isPinned ? {left} : undefined}
      onContextMenu={(event) => onMenu(event, id)}
    >
      <button
        type="button"
        data-head={id}
        tabIndex={isTabStop ? 0 : -1}
        className={joined(
          'flex h-full min-w-0 items-center gap-px hover:text-text focus-visible:shadow-focus-in',
          align === 'right' ? 'w-full justify-end pr-2 pl-1' : 'flex-1 px-2',
          sort && 'text-text',
        )}
        onPointerDown={(event) => onDrag(event, id)}
        onClick={(event) => actions.sort(column, event.shiftKey)}
        onKeyDown={keyDown}
      >
        <span className="truncate">{text(title)}</span>
        {sort && <Icon icon={sort.isDown ? ArrowDown : ArrowUp} size={14} className="size-[11px]!" />}
        {sort && !sort.isAlone && (
          <span className="num" aria-label={text('head.sorted', {place: sort.place})}>
            {sort.place}
          </span>
        )}
      </button>
      {children}
      <span
        aria-hidden
        className="tt-resize"
        onPointerDown={(event) => onResize(event, id)}
        onDoubleClick={() => actions.fit([id])}
      />
    </div>
  )
}

/** A click is no drag. */
const SLACK_PX = 5

interface HeadDrag {
  /** px where the column would stand; `null` = nothing is dragged. */
  readonly dropLeft: number | null
  readonly drag: (event: PointerEvent, id: string) => void
  readonly resize: (event: PointerEvent, id: string) => void
}

/** Dragging a head to another place, and its edge to another width; menus and keys do the same. */
function useHeadDrag(shown: readonly ShownColumn[], actions: HeadActions): HeadDrag {
  const [dropLeft, setDropLeft] = useState<number | null>(null)

  const drag = (event: PointerEvent, id: string) => {
    const row = event.currentTarget.closest('[role=row]')
    if (event.button !== 0 || !row) return
    const startX = event.clientX
    let before: string | null | undefined
    const move = (moved: globalThis.PointerEvent) => {
      if (before === undefined && Math.abs(moved.clientX - startX) < SLACK_PX) return
      const slot = slotAt(shown, moved.clientX - row.getBoundingClientRect().left)
      before = slot.before
      setDropLeft(slot.left)
    }
    track(move, () => {
      setDropLeft(null)
      if (before === undefined) return
      swallowClick()
      actions.place(id, before)
    })
  }

  const resize = (event: PointerEvent, id: string) => {
    const width = shown.find(({column}) => column.id === id)?.width
    if (event.button !== 0 || width === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const startX = event.clientX
    track(({clientX}) => actions.width(id, width + clientX - startX))
  }

  return {dropLeft, drag, resize}
}

/** Between which columns a place is. @param x px from the left edge of the heads */
function slotAt(shown: readonly ShownColumn[], x: number): {before: string | null; left: number} {
  let left = MARK_PX
  for (const {column, width} of shown) {
    if (x < left + width / 2) return {before: column.id, left}
    left += width
  }
  return {before: null, left}
}

/** Follows the pointer until it is let go. */
function track(moved: (event: globalThis.PointerEvent) => void, released?: () => void): void {
  const stop = new AbortController()
  const {signal} = stop
  const end = () => {
    stop.abort()
    released?.()
  }
  window.addEventListener('pointermove', moved, {signal})
  window.addEventListener('pointerup', end, {signal})
  window.addEventListener('pointercancel', end, {signal})
}

/** The click that ends a drag does not sort. */
function swallowClick(): void {
  const swallow = (event: globalThis.MouseEvent) => event.stopPropagation()
  window.addEventListener('click', swallow, {capture: true, once: true})
  setTimeout(() => window.removeEventListener('click', swallow, {capture: true}))
}
