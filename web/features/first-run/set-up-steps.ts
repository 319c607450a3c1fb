/** In their order. */
export const setUpSteps = ['administrator', 'servers', 'done'] as const
export type SetUpStep = (typeof setUpSteps)[number]

export type StepState = 'done' | 'now' | 'later'

export function stateOf(step: SetUpStep, now: SetUpStep): StepState {
  const ahead = setUpSteps.indexOf(step) - setUpSteps.indexOf(now)
  return ahead < 0 ? 'done' : ahead === 0 ? 'now' : 'later'
}
