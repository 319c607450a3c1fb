import {expect, test} from 'vitest'
import {setUpSteps, stateOf, strengthOf} from './set-up.ts'

test('steps before the present one are done, those behind it come later', () => {
  expect(setUpSteps.map((step) => stateOf(step, 'servers'))).toEqual(['done', 'now', 'later', 'later'])
})

test.each([
  ['', 'short'],
  ['abcdefghi', 'short'],
  ['abcdefghij', 'fair'],
  ['correct horse battery', 'strong'],
  // Long, and easily guessed.
  ['aaaaaaaaaaaaaaaaaaaa', 'fair'],
  ['🐎🐎🐎🐎🐎🐎🐎🐎🐎', 'short'],
] as const)('the password %j is %s', (password, strength) => {
  expect(strengthOf(password)).toBe(strength)
})
