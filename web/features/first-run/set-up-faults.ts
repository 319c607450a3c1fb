import {Problem} from '../../api/problem.ts'

type SetUpField = 'username' | 'password' | 'token'

type SetUpFaults = {readonly [F in SetUpField | 'whole']?: string}

const byCode: Readonly<Record<string, SetUpField>> = {
  weak_password: 'password',
  name_taken: 'username',
  sign_in_refused: 'token',
  setup_needed: 'token',
}

/** Where a refusal is shown: at the field that it is about, else below all of them. */
export function faultAt(error: Error | null): SetUpFaults {
  if (error === null) return {}
  if (!(error instanceof Problem)) return {whole: error.message}
  const field = byCode[error.code] ?? fieldOf(error)
  return {[field ?? 'whole']: error.message}
}

function fieldOf({fields}: Problem): SetUpField | null {
  const name = fields[0]?.field
  return name === 'username' || name === 'password' || name === 'token' ? name : null
}
