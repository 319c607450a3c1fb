import {ArrowDown, ArrowUp} from 'lucide-react'
import type {KeyboardEvent, MouseEvent, PointerEvent, ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import type {ShownColumn} from './column-layout.ts'
import type {HeadActions} from './head-actions.ts'

export interface HeadSort {
  readonly isDown: boolean
  /** 1 = the first key. */
  readonly place: number
  readonly isAlone: boolean
}

/** The head of a column: sorts, is dragged to its place and width, and has a menu. */
export function ColumnHead({
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
