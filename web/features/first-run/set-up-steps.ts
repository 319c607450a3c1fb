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
