import {useCallback, useState, type MouseEvent} from 'react'
import {text} from '../i18n/text.ts'
import {lazyLayer, useWasOpen} from './lazy-part.ts'
import type {MenuEntry} from './menu-entry.ts'
import {usePhone} from './use-media.ts'

const PlacedMenu = lazyLayer(async () => (await import('./MenuPanel.tsx')).PlacedMenu)
const MenuSheet = lazyLayer(async () => (await import('./MenuSheet.tsx')).MenuSheet)

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
  const wasOpen = useWasOpen(point !== null)
  if (!wasOpen) return null
  if (isPhone)
    return <MenuSheet open={point !== null} onOpenChange={change} label={label} entries={entries} />
  return (
    point && (
      <PlacedMenu key={`${point.x} ${point.y}`} point={point} entries={entries} onOpenChange={change} />
    )
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
