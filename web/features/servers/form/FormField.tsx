import type {ReactNode} from 'react'
import {Field} from '../../../ui/Field.tsx'
import type {FormField as Name} from './server-form.ts'
import type {ServerFormState} from './use-server-form.ts'

/** A field of the form, with what the server did not accept of it. */
export function FormField({
  state,
  name,
  label,
  hint,
  optional,
  className,
  children,
}: {
  state: ServerFormState
  name: Name
  label: string
  hint?: ReactNode
  optional?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <div data-field={name} className={className}>
      <Field label={label} hint={hint} error={state.faults.fields[name]} optional={optional}>
        {children}
      </Field>
    </div>
  )
}
