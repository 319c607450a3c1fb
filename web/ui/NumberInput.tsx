import {useState, type KeyboardEvent} from 'react'
import {Input, type InputProps} from './Input.tsx'
import {readNumber, within} from './format.ts'

interface NumberInputProps extends Omit<
  InputProps,
  'value' | 'onChange' | 'type' | 'end' | 'min' | 'max' | 'step'
> {
  /** `null` = nothing stands there. */
  value: number | null
  onChange: (value: number | null) => void
  unit?: string | undefined
  min?: number | undefined
  max?: number | undefined
  step?: number | undefined
}

/** A number that is typed; arrow keys step. What is no number is put back when one leaves. */
export function NumberInput({value, onChange, unit, min, max, step = 1, onBlur, ...rest}: NumberInputProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const bounds = {min, max}
  const type = (typed: string) => {
    setDraft(typed)
    const read = readNumber(typed, bounds)
    if (read !== undefined) onChange(read)
  }
  const move = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (direction === 0) return
    event.preventDefault()
    setDraft(null)
    onChange(within((value ?? 0) + direction * step, bounds))
  }
  return (
    <Input
      {...rest}
      // The browser's own knows no comma, and the wheel changes it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="spinbutton"
      inputMode="decimal"
      autoComplete="off"
      value={draft ?? (value === null ? '' : String(value))}
      aria-valuenow={value ?? undefined}
      aria-valuemin={min}
      aria-valuemax={max}
      onChange={(event) => type(event.target.value)}
      onKeyDown={move}
      onBlur={(event) => {
        setDraft(null)
        onBlur?.(event)
      }}
      end={unit === undefined ? undefined : <span className="text-12 text-text-3">{unit}</span>}
    />
  )
}
