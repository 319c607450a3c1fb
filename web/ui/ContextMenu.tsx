import {DropdownMenu as Radix} from 'radix-ui'
import {useCallback, useState, type MouseEvent} from 'react'
import {text} from '../i18n/text.ts'
import {giveFocusBack} from './focus-origin.ts'
import type {MenuEntry} from './menu-entry.ts'
import {MenuEntries, menuPanelClass} from './MenuEntries.tsx'
import {MenuSheet} from './MenuSheet.tsx'
import {usePhone} from './use-media.ts'

/** A menu at a point of the screen: one for all the rows of a table. `null` = closed. */
export function MenuAt({
  point,
  entries,
  onClose,
  label = text('menu.actions'),
}: {
  point: MenuPoint | null
  entries: readonly MenuEntry[]
  onClose: () => void
  /** The head of the sheet on phones. */
  label?: string | undefined
}) {
  const isPhone = usePhone()
  const change = (open: boolean) => {
    if (!open) onClose()
  }
  if (isPhone) {
    return <MenuSheet open={point !== null} onOpenChange={change} label={label} entries={entries} />
  }
  return (
    point && <Placed key={`${point.x} ${point.y}`} point={point} entries={entries} onOpenChange={change} />
  )
}

function Placed({
  point,
  entries,
  onOpenChange,
}: {
  point: MenuPoint
  entries: readonly MenuEntry[]
  onOpenChange: (open: boolean) => void
}) {
  const [origin] = useState(() => document.activeElement)
  return (
    <Radix.Root open onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>
        <span aria-hidden tabIndex={-1} className="fixed" style={{left: point.x, top: point.y}} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          loop
          className={menuPanelClass}
          // The point has no focus to give back; where it came from has.
          onCloseAutoFocus={(event) => giveFocusBack(event, origin)}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** px from the left and upper edge of the window. */
export interface MenuPoint {
  readonly x: number
  readonly y: number
}

interface ContextMenuControl {
  /** Where it is open; `null` = closed. */
  readonly point: MenuPoint | null
  /** For `onContextMenu`; by the menu key it opens below the element that has the focus. */
  readonly open: (event: MouseEvent) => void
  /** Below an element, for keys of one's own. */
  readonly openAt: (element: Element) => void
  readonly close: () => void
}

/** Whether a context menu is open, and where. Shown by `MenuAt`. */
export function useContextMenu(): ContextMenuControl {
  const [point, setPoint] = useState<MenuPoint | null>(null)
  const openAt = useCallback((element: Element) => setPoint(below(element)), [])
  const open = useCallback((event: MouseEvent) => {
    event.preventDefault()
    const isByKey = event.clientX === 0 && event.clientY === 0
    const focused = document.activeElement ?? event.currentTarget
    setPoint(isByKey ? below(focused) : {x: event.clientX, y: event.clientY})
  }, [])
  const close = useCallback(() => setPoint(null), [])
  return {point, open, openAt, close}
}

function below(element: Element): MenuPoint {
  const {left, bottom} = element.getBoundingClientRect()
  return {x: left + 12, y: bottom}
}
