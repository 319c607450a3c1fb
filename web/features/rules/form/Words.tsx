import type {ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import {joined} from '../../../ui/joined.ts'
import {shownValue} from './value-kind.ts'

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
