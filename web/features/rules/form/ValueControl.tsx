import {useState, type ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {MultiCombobox} from '../../../ui/MultiCombobox.tsx'
import {Select} from '../../../ui/Select.tsx'
import {quantitiesFrom, quantityFrom, shownValue, type ValueKind} from './value-kind.ts'

/** A value of a rule, to be chosen or typed. */
export function ValueControl({
  kind,
  value,
  onChange,
  label,
}: {
  kind: ValueKind
  /** `undefined` = it is left out. */
  value: unknown
  onChange: (value: unknown) => void
  label: string
}) {
  const one = typeof value === 'string' ? value : null
  const several = Array.isArray(value) ? value.map(shownValue) : []
  switch (kind.is) {
    case 'yesNo':
      return (
        <Select
          value={value === true ? 'yes' : value === false ? 'no' : null}
          onChange={(picked) => onChange(picked === 'yes')}
          label={label}
          options={[
            {value: 'yes', label: text('rule-form.yes')},
            {value: 'no', label: text('rule-form.no')},
          ]}
          className="w-24!"
        />
      )
    case 'choice':
      return <Select value={one} onChange={onChange} label={label} options={kind.options} className="w-40!" />
    case 'choices':
    case 'texts':
      return (
        <MultiCombobox
          values={several}
          onChange={onChange}
          label={label}
          options={kind.options ?? []}
          createLabel={kind.is === 'texts' ? (typed) => text('rule-form.use', {typed}) : undefined}
          className="w-auto! min-w-40"
        />
      )
    case 'text':
      return kind.options ? (
        <Combobox
          value={one}
          onChange={onChange}
          label={label}
          options={kind.options}
          createLabel={(typed) => text('rule-form.use', {typed})}
          className="w-48!"
        />
      ) : (
        <Typed value={value} read={(typed) => typed} onChange={onChange} label={label} className="w-48!" />
      )
    case 'quantity':
    case 'quantities':
      return (
        <Typed
          value={value}
          read={kind.is === 'quantity' ? quantityFrom : quantitiesFrom}
          onChange={onChange}
          label={label}
          placeholder={kind.example}
          className={kind.is === 'quantity' ? 'w-28!' : 'w-44!'}
        />
      )
  }
}

/** What is typed stays as it was typed for as long as it means what stands in the text. */
function Typed({
  value,
  read,
  onChange,
  label,
  placeholder,
  className,
}: {
  value: unknown
  read: (typed: string) => unknown
  onChange: (value: unknown) => void
  label: string
  placeholder?: string
  className: string
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const isMeant = typed !== null && JSON.stringify(read(typed)) === JSON.stringify(value)
  return (
    <Input
      aria-label={label}
      value={isMeant ? typed : shownValue(value)}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={({target}) => {
        setTyped(target.value)
        onChange(read(target.value))
      }}
      onBlur={() => setTyped(null)}
      className={className}
    />
  )
}

/** What a rule speaks of: a fact, an action. */
export function Subject({children}: {children: ReactNode}) {
  return (
    <span className="inline-flex min-h-8 items-center rounded-m bg-press px-2.5 py-1 font-medium wrap-anywhere">
      {children}
    </span>
  )
}

/** A value that cannot be changed here. */
export function Shown({value, className}: {value: unknown; className?: string}) {
  const words =
    value === true ? text('rule-form.yes') : value === false ? text('rule-form.no') : shownValue(value)
  return (
    <span
      className={joined(
        'num inline-flex min-h-8 items-center rounded-m border border-line-strong px-2.5 py-1 font-medium wrap-anywhere',
        className,
      )}
    >
      {/* What no field can show stands in the text alone. */}
      {words === '' ? text('rule-form.in-text') : words}
    </span>
  )
}
