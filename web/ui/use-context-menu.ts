import {useCallback, useState, type MouseEvent} from 'react'

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
