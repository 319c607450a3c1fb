import {useEffect, useRef} from 'react'
import {text} from '../../../i18n/text.ts'
import {joined} from '../../../ui/joined.ts'
import type {Completions} from './use-completions.ts'

/** What could stand at the cursor, below the search box. */
export function CompletionList({id, completions}: {id: string; completions: Completions}) {
  const {offers, active, point, take} = completions
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({block: 'nearest'})
  }, [active])
  return (
    // A list of a combobox: the browser's own has no room for hints.
    <div
      ref={list}
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      aria-label={text('search.completions')}
      className="max-h-[min(336px,50dvh)] overflow-y-auto overscroll-contain p-1"
    >
      {offers.map((offer, at) => (
        // The box has the focus; keys reach the list through it.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={`${offer.kind} ${offer.text}`}
          id={`${id}-${at}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="option"
          aria-selected={at === active}
          onPointerMove={() => at !== active && point(at)}
          onClick={() => take(offer)}
          className={joined(
            'flex min-h-7 items-baseline gap-4 rounded-s px-2 py-1 select-none max-phone:min-h-11 max-phone:items-center pointer-coarse:min-h-11 pointer-coarse:items-center',
            at === active && 'bg-accent-soft forced-colors:outline',
          )}
        >
          <span className="min-w-0 truncate font-mono text-12">{offer.text}</span>
          <span className="ml-auto min-w-0 truncate text-12 text-text-3">{offer.hint}</span>
        </div>
      ))}
    </div>
  )
}
