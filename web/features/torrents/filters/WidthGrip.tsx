import {useRef, type KeyboardEvent, type PointerEvent} from 'react'
import {standardPreferences} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'

const LEAST = 180
const MOST = 360
const STEP = 20
const STANDARD = standardPreferences['facets.width']

function bounded(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, width)))
}

/** The edge of the filters: dragged, or moved by arrow keys; a double click gives the usual width back. */
export function WidthGrip({
  width,
  onDrag,
  onWidth,
}: {
  width: number
  /** While it is dragged; `null` = it was given up. */
  onDrag: (width: number | null) => void
  onWidth: (width: number) => void
}) {
  const grip = useRef<{x: number; last: number} | null>(null)
  const start = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = {x: event.clientX, last: width}
  }
  const move = ({clientX}: PointerEvent) => {
    if (!grip.current) return
    grip.current.last = bounded(width + clientX - grip.current.x)
    onDrag(grip.current.last)
  }
  const end = () => {
    if (grip.current && grip.current.last !== width) onWidth(grip.current.last)
    grip.current = null
  }
  const cancel = () => {
    grip.current = null
    onDrag(null)
  }
  const key = (event: KeyboardEvent) => {
    const next = {ArrowLeft: width - STEP, ArrowRight: width + STEP, Home: LEAST, End: MOST}[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onWidth(bounded(next))
  }
  return (
    // A separator that can be moved is a control.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      aria-orientation="vertical"
      aria-label={text('facets.resize')}
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={cancel}
      onDoubleClick={() => onWidth(STANDARD)}
      onKeyDown={key}
      className="absolute inset-y-0 -right-1 z-sticky w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-[3px] after:w-0.5 hover:after:bg-accent-line focus-visible:shadow-none focus-visible:after:bg-accent active:after:bg-accent"
    />
  )
}
