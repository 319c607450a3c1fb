/** The steps of the setup, and what can be wrong with the first. */
import {Problem} from '../../api/problem.ts'

/** In their order. */
export const setUpSteps = ['administrator', 'servers', 'arrs', 'rules'] as const
export type SetUpStep = (typeof setUpSteps)[number]

export type StepState = 'done' | 'now' | 'later'

export function stateOf(step: SetUpStep, now: SetUpStep): StepState {
  const ahead = setUpSteps.indexOf(step) - setUpSteps.indexOf(now)
  return ahead < 0 ? 'done' : ahead === 0 ? 'now' : 'later'
}

/** How good a password is, for whoever types it. Short: it is not taken. */
type Strength = 'short' | 'fair' | 'strong'

const LEAST = 10
const STRONG = 14

/** By its length, and by how many different characters it has: what repeats itself is as short as what it repeats. */
export function strengthOf(password: string): Strength {
  const letters = [...password]
  if (letters.length < LEAST) return 'short'
  return letters.length >= STRONG && new Set(letters).size >= 8 ? 'strong' : 'fair'
}

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
