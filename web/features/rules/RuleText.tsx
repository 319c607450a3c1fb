import '../../styles/mono.css'
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import {text as words, text} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import {offersAt, withOffer, type Offer, type Offers, type RuleWords} from './rule-completions.ts'
import type {Mistake} from './preview.ts'

/**
 * The text of a rule: lines with their numbers, mistakes marked at theirs, and at the cursor what could stand there.
 * Without a library: lines do not wrap, so that where the cursor is follows from the text alone.
 */
export function RuleText({
  ref: box,
  value,
  onChange,
  vocabulary,
  mistakes,
  isReadOnly,
  onSave,
}: {
  ref: RefObject<HTMLTextAreaElement | null>
  value: string
  onChange: (value: string) => void
  /** `null` = not read yet. */
  vocabulary: RuleWords | null
  mistakes: readonly Mistake[]
  isReadOnly: boolean
  onSave: () => void
}) {
  const id = useId()
  const [cursor, setCursor] = useState(0)
  /** Where the cursor belongs once the text is there. */
  const wanted = useRef<number | null>(null)
  const lines = value.split('\n')
  const put = (next: string, at: number) => {
    onChange(next)
    setCursor(at)
    wanted.current = at
  }
  useLayoutEffect(() => {
    if (wanted.current === null) return
    box.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = null
  })
  const list = useOffers(value, cursor, isReadOnly ? null : vocabulary, put)
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (list.key(event) || ownKey(event, value, put, onSave)) event.preventDefault()
  }
  const wrong = new Set(mistakes.flatMap(({line}) => line ?? []))
  return (
    <div className="relative grid min-w-0 grid-cols-[auto_minmax(0,1fr)] rounded-m border border-control bg-surface font-mono text-12/5 focus-within:shadow-focus max-phone:text-14/6">
      <ol
        aria-hidden
        className="num rounded-l-m bg-sunken py-2 pr-2 pl-2.5 text-right text-text-3 select-none"
      >
        {lines.map((_, at) => (
          // Lines are their numbers.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className={joined(wrong.has(at + 1) && 'font-bold text-st-error')}>
            {at + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={box}
        id={id}
        aria-label={words('rules.text')}
        aria-invalid={mistakes.length > 0 || undefined}
        aria-autocomplete={isReadOnly ? undefined : 'list'}
        aria-controls={list.offers ? `${id}-list` : undefined}
        aria-activedescendant={list.offers ? `${id}-list-${list.active}` : undefined}
        readOnly={isReadOnly}
        rows={lines.length + 1}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={value}
        onChange={({target}) => {
          onChange(target.value)
          setCursor(target.selectionStart)
          list.open(false)
        }}
        onSelect={({currentTarget}) => setCursor(currentTarget.selectionStart)}
        onBlur={list.close}
        onKeyDown={key}
        className="block w-full resize-none overflow-x-auto overflow-y-hidden bg-transparent px-2.5 py-2 outline-none focus-visible:shadow-none"
      />
      {list.offers && (
        <OffersList
          id={`${id}-list`}
          list={list}
          at={placeOf(value, list.offers.from)}
          gutter={lines.length}
        />
      )}
    </div>
  )
}

/** Tab and Enter as in an editor; Ctrl S saves. @returns whether the key did something of its own */
function ownKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  value: string,
  put: (text: string, cursor: number) => void,
  onSave: () => void,
): boolean {
  const {key, currentTarget: box, ctrlKey, metaKey} = event
  if (key === 's' && (ctrlKey || metaKey)) {
    onSave()
    return true
  }
  if (key !== 'Enter' || ctrlKey || metaKey || box.readOnly) return false
  const {selectionStart: from, selectionEnd: to} = box
  const line = value.slice(value.lastIndexOf('\n', from - 1) + 1, from)
  const indent = indentAfter(line)
  put(`${value.slice(0, from)}\n${indent}${value.slice(to)}`, from + 1 + indent.length)
  return true
}

/** As deep as the line before, deeper below what opens a part. */
function indentAfter(line: string): string {
  const indent = /^\s*/.exec(line)![0]
  return /:\s*$/.test(line) ? `${indent}  ` : indent
}

function placeOf(text: string, at: number): {line: number; column: number} {
  const before = text.slice(0, at).split('\n')
  return {line: before.length - 1, column: before.at(-1)!.length}
}

/** Puts the cursor at the beginning of a line. @param line from 1 */
export function goToLine(box: HTMLTextAreaElement | null, line: number): void {
  if (!box) return
  const at =
    box.value
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0)
  box.focus()
  box.setSelectionRange(at, at)
}

/** What could stand at the cursor, below its line. */
function OffersList({
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

interface OfferList {
  /** `null` = the list is closed. */
  readonly offers: Offers | null
  /** Number of the one that Enter takes. */
  readonly active: number
  /** @param isAsked also where nothing is written yet */
  readonly open: (isAsked: boolean) => void
  readonly close: () => void
  readonly point: (active: number) => void
  readonly take: (offer: Offer) => void
  /** @returns whether the key was for the list */
  readonly key: (event: KeyboardEvent) => boolean
}

/** What could stand at the cursor of a text, and the keys to choose from it. It opens with a letter, or by Ctrl Space. */
function useOffers(
  text: string,
  cursor: number,
  words: RuleWords | null,
  put: (text: string, cursor: number) => void,
): OfferList {
  const [opened, setOpened] = useState<'not' | 'typed' | 'asked'>('not')
  const [active, setActive] = useState(0)
  const offers = useMemo(() => {
    const found = opened !== 'not' && words ? offersAt(text, cursor, words) : null
    // Between two words nothing is offered unless somebody asks: the list would cover what is below.
    return found && (opened === 'asked' || found.from < cursor) ? found : null
  }, [opened, text, cursor, words])
  const close = () => setOpened('not')
  const open = (isAsked: boolean) => {
    setActive(0)
    setOpened(isAsked ? 'asked' : 'typed')
  }
  const take = (offer: Offer) => {
    if (!offers) return
    const next = withOffer(text, offers, offer)
    put(next.text, next.cursor)
    // Behind "fact: " stands the next thing to choose.
    if (offer.text.endsWith(': ')) open(true)
    else close()
  }
  const step = (by: number, count: number) => setActive((active + by + count) % count)
  const key = (event: KeyboardEvent): boolean => {
    if (event.key === ' ' && event.ctrlKey) {
      open(true)
      return true
    }
    if (!offers) return false
    const {all} = offers
    if (event.key === 'ArrowDown') step(1, all.length)
    else if (event.key === 'ArrowUp') step(-1, all.length)
    else if (event.key === 'Escape') close()
    else if (event.key === 'Enter' || event.key === 'Tab') take(all[active] ?? all[0]!)
    else return false
    return true
  }
  return {
    offers,
    active: Math.min(active, (offers?.all.length ?? 1) - 1),
    open,
    close,
    point: setActive,
    take,
    key,
  }
}
