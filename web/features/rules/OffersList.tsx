import {useEffect, useRef} from 'react'
import {text} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import type {OfferList} from './use-offers.ts'

/** What could stand at the cursor, below its line. */
export function OffersList({
  id,
  list: {offers, active, point, take},
  at: {line, column},
  gutter,
}: {
  id: string
  list: OfferList
  at: {readonly line: number; readonly column: number}
  /** Lines that are numbered: how wide the numbers are follows from it. */
  gutter: number
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.children[active]?.scrollIntoView({block: 'nearest'})
  }, [active])
  const left = `min(calc(${column + String(gutter).length}ch + 28px), max(0px, calc(100% - 300px)))`
  return (
    <div
      ref={box}
      id={id}
      // A list of a field that is typed into: the browser's own has no room for hints.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      aria-label={text('rules.offers')}
      style={{top: `calc(${line + 1} * 1lh + 10px)`, left}}
      className="absolute z-menu max-h-60 w-75 max-w-full overflow-y-auto overscroll-contain rounded-l bg-raised p-1 shadow-2"
    >
      {offers?.all.map((offer, place) => (
        // The field has the focus; keys reach the list through it.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={offer.text}
          id={`${id}-${place}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="option"
          aria-selected={place === active}
          onPointerMove={() => place !== active && point(place)}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(offer)}
          className={joined(
            'flex min-h-7 items-baseline gap-4 rounded-s px-2 py-1 select-none pointer-coarse:min-h-11 pointer-coarse:items-center',
            place === active && 'bg-accent-soft forced-colors:outline',
          )}
        >
          <span className="min-w-0 truncate">{offer.text}</span>
          <span className="ml-auto min-w-0 truncate font-sans text-12 text-text-3">{offer.hint}</span>
        </div>
      ))}
    </div>
  )
}
