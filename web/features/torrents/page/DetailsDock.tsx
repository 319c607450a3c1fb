import {useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode} from 'react'
import {usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {joined} from '../../../ui/joined.ts'
import {usePhone, useWide} from '../../../ui/use-media.ts'

/** The list, and below it or at its right the details in the size that somebody gave them; on phones instead of it. */
export function DetailsDock({
  dock: {isRight, isPhone, size, bounds, resize, drag},
  list,
  details,
}: {
  dock: DetailsSize
  list: ReactNode
  /** `false` = they are closed. */
  details: ReactNode
}) {
  const isShown = details !== false
  const tracks = `minmax(0,1fr) ${size}px`
  const style: CSSProperties =
    !isShown || isPhone ? {} : isRight ? {gridTemplateColumns: tracks} : {gridTemplateRows: tracks}
  return (
    <div
      className="grid min-h-0 min-w-0 flex-1 grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)]"
      style={style}
    >
      <div className={joined('grid min-h-0 min-w-0', isShown && isPhone && 'hidden')}>{list}</div>
      {isShown && (
        <div
          className={joined(
            'relative grid min-h-0 min-w-0',
            !isPhone && (isRight ? 'border-l' : 'border-t'),
            'border-line-strong',
          )}
        >
          {!isPhone && (
            <div
              // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
              role="separator"
              tabIndex={0}
              aria-label={text('torrents.details-size')}
              aria-orientation={isRight ? 'vertical' : 'horizontal'}
              aria-valuenow={size}
              aria-valuemin={bounds.min}
              aria-valuemax={bounds.max}
              className={joined(
                'absolute z-panel touch-none focus-visible:shadow-focus',
                isRight
                  ? 'inset-y-0 -left-1 w-2 cursor-col-resize'
                  : 'inset-x-0 -top-1 h-2 cursor-row-resize',
              )}
              onPointerDown={drag}
              onKeyDown={resize}
            />
          )}
          {details}
        </div>
      )}
    </div>
  )
}

const STEP_PX = 24
const LEAST = {bottom: 160, right: 360} as const
const MOST_SHARE = 0.6

interface DetailsSize {
  readonly isRight: boolean
  readonly isPhone: boolean
  /** px. */
  readonly size: number
  readonly bounds: {readonly min: number; readonly max: number}
  readonly resize: (event: KeyboardEvent) => void
  readonly drag: (event: PointerEvent) => void
  /** To the other edge; where there is no room at the right it is remembered. */
  readonly turn: () => void
}

/** Where the details stand and how large they are: drawn with the pointer or by arrow keys, kept in the preferences. */
export function useDetailsSize(): DetailsSize {
  const isPhone = usePhone()
  const isWide = useWide()
  const [dock, setDock] = usePreference('details.dock')
  const [kept, keep] = usePreference('details.size')
  const [draft, setDraft] = useState<number | null>(null)
  const isRight = isWide && dock === 'right'
  const bounds = boundsOf(isRight)
  const within = (px: number) => Math.round(Math.min(bounds.max, Math.max(bounds.min, px)))
  const size = within(draft ?? (isRight ? Math.max(kept, 440) : kept))

  const resize = (event: KeyboardEvent) => {
    const direction = directionOf(event.key, isRight)
    if (direction === 0) return
    event.preventDefault()
    keep(within(size + direction * STEP_PX))
  }

  const drag = (event: PointerEvent) => {
    const {currentTarget: grip, pointerId} = event
    grip.setPointerCapture(pointerId)
    const start = isRight ? event.clientX : event.clientY
    let next = size
    const stop = new AbortController()
    const move = (moved: globalThis.PointerEvent) => {
      next = within(size + start - (isRight ? moved.clientX : moved.clientY))
      setDraft(next)
    }
    const end = () => {
      stop.abort()
      setDraft(null)
      keep(next)
    }
    window.addEventListener('pointermove', move, {signal: stop.signal})
    window.addEventListener('pointerup', end, {signal: stop.signal})
    window.addEventListener('pointercancel', end, {signal: stop.signal})
  }

  const turn = () => setDock(dock === 'right' ? 'bottom' : 'right')
  return {isRight, isPhone, size, bounds, resize, drag, turn}
}

function boundsOf(isRight: boolean): {min: number; max: number} {
  const room = isRight ? window.innerWidth : window.innerHeight
  const min = isRight ? LEAST.right : LEAST.bottom
  return {min, max: Math.max(min, Math.round(room * MOST_SHARE))}
}

/** Towards the list makes them larger. */
function directionOf(key: string, isRight: boolean): -1 | 0 | 1 {
  if (key === (isRight ? 'ArrowLeft' : 'ArrowUp')) return 1
  return key === (isRight ? 'ArrowRight' : 'ArrowDown') ? -1 : 0
}
