import {TriangleAlert} from 'lucide-react'
import {useEffect, useId, useRef, useState, type KeyboardEvent} from 'react'
import {text} from '../i18n/text.ts'
import {Icon} from './Icon.tsx'
import {Input, type InputProps} from './Input.tsx'
import {readNumber, within, type Bounds} from './format.ts'

interface NumberInputProps extends Omit<
  InputProps,
  'value' | 'onChange' | 'type' | 'end' | 'min' | 'max' | 'step' | 'ref'
> {
  /** `null` = nothing stands there. */
  value: number | null
  onChange: (value: number | null) => void
  unit?: string | undefined
  min?: number | undefined
  max?: number | undefined
  step?: number | undefined
}

/** What is typed, and the number that stood there before. */
interface Draft {
  readonly typed: string
  readonly before: number | null
}

/**
 * A number that is typed; arrow keys step. What is no number, or one out of bounds, stays in sight with what is accepted:
 * until it is mended the number before counts, and the form around it is not sent.
 */
export function NumberInput({value, onChange, unit, min, max, step = 1, onBlur, ...rest}: NumberInputProps) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const bounds = {min, max}
  const isWrong = draft !== null && readNumber(draft.typed, bounds) === undefined
  // Another number was put there meanwhile, as by a form that is emptied.
  const shown = isWrong && draft.before !== value ? null : draft
  const mistake = isWrong && shown !== null ? mistakeWords(shown.typed, bounds) : null
  useHeldForm(input, mistake !== null)
  const type = (typed: string) => {
    const before = draft?.before ?? value
    setDraft({typed, before})
    const read = readNumber(typed, bounds)
    // The first figures of a number that is out of bounds are no number that was meant.
    onChange(read === undefined ? before : read)
  }
  const move = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (direction === 0) return
    event.preventDefault()
    setDraft(null)
    onChange(within((value ?? 0) + direction * step, bounds))
  }
  return (
    <>
      <Input
        {...rest}
        ref={input}
        // The browser's own knows no comma, and the wheel changes it.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="spinbutton"
        inputMode="decimal"
        autoComplete="off"
        value={shown?.typed ?? (value === null ? '' : String(value))}
        aria-valuenow={value ?? undefined}
        aria-valuemin={min}
        aria-valuemax={max}
        {...(mistake !== null && {'aria-invalid': true, 'aria-describedby': id})}
        onChange={(event) => type(event.target.value)}
        onKeyDown={move}
        onBlur={(event) => {
          if (mistake === null) setDraft(null)
          onBlur?.(event)
        }}
        end={unit === undefined ? undefined : <span className="text-12 text-text-3">{unit}</span>}
      />
      {mistake !== null && (
        // Below it, also where it stands beside others.
        <p id={id} className="col-span-full flex gap-1.5 text-12 text-st-error">
          <Icon icon={TriangleAlert} size={14} className="mt-0.5" />
          <span className="min-w-0 text-pretty">{mistake}</span>
        </p>
      )}
    </>
  )
}

/** Longer ones are cut where they are quoted. */
const MOST_QUOTED = 24

function mistakeWords(typed: string, {min, max}: Bounds): string {
  const plain = typed.trim()
  const found = plain.length > MOST_QUOTED ? `${plain.slice(0, MOST_QUOTED)}…` : plain
  // Signs that need no word: it stands among the texts that every page loads.
  const range = min === undefined ? '' : max === undefined ? ` ≥ ${min}` : ` (${min}–${max})`
  return text('number.wrong', {found, range})
}

/** The form around it is not sent meanwhile, also one that checks nothing itself. */
function useHeldForm(input: {readonly current: HTMLInputElement | null}, isWrong: boolean): void {
  useEffect(() => {
    const box = input.current
    const form = box?.form
    if (!isWrong || !box || !form) return undefined
    const stop = (event: Event) => {
      event.preventDefault()
      event.stopImmediatePropagation()
      box.focus()
    }
    form.addEventListener('submit', stop, {capture: true})
    return () => form.removeEventListener('submit', stop, {capture: true})
  }, [input, isWrong])
}
