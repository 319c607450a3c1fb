import {memo, useState, type MouseEvent} from 'react'
import {text} from '../../../i18n/text.ts'
import {MenuAt} from '../../../ui/MenuAt.tsx'
import type {MenuPoint} from '../../../ui/use-context-menu.ts'
import {columnOf} from '../columns.ts'
import {ColumnHead, type HeadSort} from './ColumnHead.tsx'
import {MARK_PX, type ShownColumn} from './column-layout.ts'
import type {HeadActions} from './head-actions.ts'
import {headMenu} from './head-menu.ts'
import {MarkHead} from './MarkHead.tsx'
import {OrderChanged} from './OrderChanged.tsx'
import type {SortKey} from './sort-keys.ts'
import {useHeadDrag} from './use-head-drag.ts'

/** The heads of the columns, and that the order of the rows is no longer what they say. */
export const ColumnHeads = memo(function ColumnHeads({
  shown,
  sort,
  actions,
  moved,
  onUpdate,
  onChooseAll,
  onMenuOpen,
}: {
  shown: readonly ShownColumn[]
  sort: readonly SortKey[]
  actions: HeadActions
  moved: number
  onUpdate: () => void
  onChooseAll: () => void
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
      <MarkHead onChooseAll={onChooseAll} />
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
