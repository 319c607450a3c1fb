import {useRef, type PointerEvent} from 'react'

const LONG_MS = 500
/** A finger is never quite still. */
const SLACK_PX = 10

interface Press {
  readonly timer: ReturnType<typeof setTimeout>
  readonly x: number
  readonly y: number
}

/** Handlers for an element that does something when a finger rests on it; not every browser tells by itself. */
export function useLongPress(onLongPress: (element: Element) => void) {
  const press = useRef<Press | null>(null)
  const end = () => {
    if (press.current) clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return
      end()
      const element = event.currentTarget
      const timer = setTimeout(() => onLongPress(element), LONG_MS)
      press.current = {timer, x: event.clientX, y: event.clientY}
    },
    onPointerMove: ({clientX, clientY}: PointerEvent) => {
      const start = press.current
      if (start && Math.hypot(clientX - start.x, clientY - start.y) > SLACK_PX) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
