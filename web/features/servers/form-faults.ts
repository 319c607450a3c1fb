import {Problem} from '../../api/problem.ts'
import {text} from '../../text/text.ts'
import {fieldNamed, type FormField} from './server-form.ts'

export interface FormFaults {
  readonly fields: {readonly [F in FormField]?: string}
  /** What is about no field; `null` = nothing. */
  readonly whole: string | null
}

/** Where each thing that the server did not accept is shown. */
export function faultsOf(error: Error): FormFaults {
  if (!(error instanceof Problem) || error.fields.length === 0) return {fields: {}, whole: error.message}
  const fields: {[F in FormField]?: string} = {}
  let isElsewhere = false
  for (const {field, accepted} of error.fields) {
    const name = fieldNamed(field)
    if (name === null) isElsewhere = true
    else fields[name] ??= text('server.form.accepted', {accepted: listed(accepted)})
  }
  return {fields, whole: isElsewhere || Object.keys(fields).length === 0 ? error.message : null}
}

function listed(accepted: string | readonly string[]): string {
  return typeof accepted === 'string' ? accepted : accepted.join(', ')
}
