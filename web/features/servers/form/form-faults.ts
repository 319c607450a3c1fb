import {Problem} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {fieldNamed, type FormField} from './server-form.ts'

export interface FormFaults<F extends string = FormField> {
  readonly fields: Readonly<Partial<Record<F, string>>>
  /** What is about no field; `null` = nothing. */
  readonly whole: string | null
}

/** Where each thing that the server did not accept is shown. */
export function faultsOf(error: Error): FormFaults {
  return faultsIn(error, fieldNamed)
}

/** The same for any form. @param named which of its fields the server speaks of; `null` = none of them */
export function faultsIn<F extends string>(error: Error, named: (field: string) => F | null): FormFaults<F> {
  const fields: Partial<Record<F, string>> = {}
  if (!(error instanceof Problem) || error.fields.length === 0) return {fields, whole: error.message}
  let isElsewhere = false
  for (const {field, accepted} of error.fields) {
    const name = named(field)
    if (name === null) isElsewhere = true
    else fields[name] ??= text('server.form.accepted', {accepted: listed(accepted)})
  }
  return {fields, whole: isElsewhere || Object.keys(fields).length === 0 ? error.message : null}
}

function listed(accepted: string | readonly string[]): string {
  return typeof accepted === 'string' ? accepted : accepted.join(', ')
}
