import '../../styles/mono.css'
import {useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject} from 'react'
import {text as words} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import type {Mistake} from './mistakes.ts'
import {OffersList} from './OffersList.tsx'
import type {RuleWords} from './rule-completions.ts'
import {useOffers} from './use-offers.ts'

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
