import {expect, test} from 'vitest'
import {setUpSteps, stateOf} from './set-up-steps.ts'

test('steps before the present one are done, those behind it come later', () => {
  expect(setUpSteps.map((step) => stateOf(step, 'servers'))).toEqual(['done', 'now', 'later'])
})
