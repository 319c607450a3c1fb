/** Dragging a head to another place, and its edge to another width; menus and keys do the same. */
import {useState, type PointerEvent} from 'react'
import {MARK_PX, type ShownColumn} from './column-layout.ts'
import type {HeadActions} from './head-actions.ts'

/** A click is no drag. */
const SLACK_PX = 5

interface HeadDrag {
  /** px where the column would stand; `null` = nothing is dragged. */
  readonly dropLeft: number | null
  readonly drag: (event: PointerEvent, id: string) => void
  readonly resize: (event: PointerEvent, id: string) => void
}

export function useHeadDrag(shown: readonly ShownColumn[], actions: HeadActions): HeadDrag {
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
  const swallow = (event: MouseEvent) => event.stopPropagation()
  window.addEventListener('click', swallow, {capture: true, once: true})
  setTimeout(() => window.removeEventListener('click', swallow, {capture: true}))
}
