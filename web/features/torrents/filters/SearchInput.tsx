import {useMemo, useRef, type KeyboardEvent, type Ref, type RefObject} from 'react'
import {liveLimits, type QueryMistake} from '#model/live.ts'
import {joined} from '../../../ui/joined.ts'
import {ghostOf, markOf, piecesOf, tokenBehind, type Piece} from './query-draft.ts'
import type {Completions, QueryDraft} from './use-query-draft.ts'

/** What is typed into: a plain text field, with its letters drawn below it as tokens. */
export function SearchInput({
  ref: input,
  id,
  label,
  placeholder,
  draft,
  completions,
}: {
  ref: RefObject<HTMLInputElement | null>
  /** Its list and its mistakes have names that begin so. */
  id: string
  label: string
  placeholder: string
  draft: QueryDraft
  completions: Completions
}) {
  const paint = useRef<HTMLDivElement>(null)
  const {offers, active} = completions
  const isWrong = draft.mistakes.length > 0
  // The letters are drawn below the box; they go along when it scrolls.
  const follow = ({scrollLeft}: HTMLInputElement) => {
    if (paint.current) paint.current.style.transform = `translateX(${-scrollLeft}px)`
  }
  const point = (box: HTMLInputElement) => {
    draft.point(box.selectionEnd)
    follow(box)
  }
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    if (completions.key(event) || searchKey(event, draft, completions)) event.preventDefault()
  }
  return (
    <div className={joined('relative min-w-0 flex-1 self-stretch', fontOf(draft.text))}>
      <QueryPaint
        text={draft.text}
        ghost={ghostOf(draft.text, draft.cursor, completions.next)}
        mistakes={draft.mistakes}
        ref={paint}
      />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-list-${active}` : undefined}
        aria-invalid={isWrong || undefined}
        aria-describedby={isWrong ? `${id}-mistakes` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        maxLength={liveLimits.queryLength}
        placeholder={placeholder}
        value={draft.text}
        onChange={({target}) => {
          draft.type({text: target.value, cursor: target.selectionStart ?? target.value.length})
          completions.open(false)
        }}
        onSelect={({currentTarget}) => point(currentTarget)}
        onFocus={({currentTarget}) => point(currentTarget)}
        onBlur={() => draft.leave()}
        onScroll={({currentTarget}) => follow(currentTarget)}
        onKeyDown={key}
        className="absolute inset-0 size-full bg-transparent px-[3px] text-transparent caret-text placeholder:font-sans placeholder:text-text-3 focus-visible:shadow-none"
      />
    </div>
  )
}

/** @returns whether the key did something of its own */
function searchKey(
  {key, currentTarget: box, ctrlKey, metaKey, altKey}: KeyboardEvent<HTMLInputElement>,
  draft: QueryDraft,
  completions: Completions,
): boolean {
  if (key === 'Enter') {
    draft.apply()
    completions.close()
    return true
  }
  if (key === 'Escape') {
    const list = document.querySelector<HTMLElement>('[role=grid], [role=treegrid]')
    // Without one the page around it, so that its keys are heard.
    const place = list ?? box.closest<HTMLElement>('main, [role=dialog]')
    place?.focus({preventScroll: true})
    return true
  }
  if (key !== 'Backspace' || ctrlKey || metaKey || altKey || box.selectionStart !== box.selectionEnd)
    return false
  const token = tokenBehind(box.value, box.selectionStart ?? 0)
  if (token) box.setSelectionRange(token.from, token.to)
  return token !== null
}

/** Fields stand in letters of one width; words alone are read like words. */
function fontOf(query: string): string {
  return /[:<>=/"()]/.test(query)
    ? 'font-mono text-12 max-phone:text-16 pointer-coarse:text-16'
    : 'max-phone:text-16 pointer-coarse:text-16'
}

/** The letters of the search box: drawn here, typed into the transparent box above. Measures must not differ. */
function QueryPaint({
  text,
  ghost,
  mistakes,
  ref,
}: {
  text: string
  /** Behind it, what Tab would write. */
  ghost: string
  mistakes: readonly QueryMistake[]
  ref: Ref<HTMLDivElement>
}) {
  const pieces = useMemo(() => piecesOf(text), [text])
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-0 flex items-center overflow-hidden px-[3px]"
    >
      <div ref={ref} className="relative whitespace-pre">
        {pieces.map((piece) => (
          <Painted key={piece.from} {...piece} />
        ))}
        {ghost !== '' && (
          <span data-ghost className="text-text-3">
            {ghost}
          </span>
        )}
        {mistakes.map((mistake) => (
          <Underline key={`${mistake.from} ${mistake.code}`} text={text} mistake={mistake} />
        ))}
      </div>
    </div>
  )
}

/** The letters again, without colour: what is not understood has a line below it. */
function Underline({text, mistake}: {text: string; mistake: QueryMistake}) {
  const {from, to} = markOf(text, mistake)
  return (
    <span className="absolute inset-y-0 left-0 text-transparent">
      {text.slice(0, from)}
      <span
        data-mistake
        className="underline decoration-st-error decoration-wavy decoration-1 underline-offset-[3px]"
      >
        {text.slice(from, to)}
      </span>
    </span>
  )
}

function Painted({text, kind, isNegated, quiet}: Piece) {
  if (kind === 'joint') return <span className={isNegated ? 'text-st-error' : 'text-accent'}>{text}</span>
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
