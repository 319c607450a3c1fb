import type {CSSProperties, ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import type {DetailsSize} from './use-details-size.ts'

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
