import {useMemo, type Ref} from 'react'
import {joined} from '../../../ui/joined.ts'
import {piecesOf, type Piece} from './query-draft.ts'

/** The letters of the search box: drawn here, typed into the transparent box above. Measures must not differ. */
export function QueryPaint({text, ref}: {text: string; ref: Ref<HTMLDivElement>}) {
  const pieces = useMemo(() => piecesOf(text), [text])
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-0 flex items-center overflow-hidden px-[3px]"
    >
      <div ref={ref} className="whitespace-pre">
        {pieces.map((piece) => (
          <Painted key={piece.from} {...piece} />
        ))}
      </div>
    </div>
  )
}

function Painted({text, kind, isNegated, quiet}: Piece) {
  if (kind !== 'token') return <span>{text}</span>
  return (
    <span
      className={joined(
        // The edge of a token lies outside of its letters.
        'rounded-[2px] py-[3px]',
        isNegated
          ? 'bg-tint-bad text-st-error shadow-[0_0_0_2px_var(--tint-bad)]'
          : 'bg-press text-text shadow-[0_0_0_2px_var(--press)]',
      )}
    >
      <span className={isNegated ? undefined : 'text-text-3'}>{text.slice(0, quiet)}</span>
      {text.slice(quiet)}
    </span>
  )
}
