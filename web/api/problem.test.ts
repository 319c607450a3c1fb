import {expect, test} from 'vitest'
import {confirmedBy} from './problem.ts'

test('a doubt about space, or about files of others, is confirmed with one flag, and a full disk with none', () => {
  expect(confirmedBy(['space_unknown', 'path_occupied'])).toEqual({accepts_others: true, accepts_doubt: true})
  expect(confirmedBy(['content_unknown'])).toEqual({accepts_doubt: true})
  expect(confirmedBy(['not_enough_space'])).toBeNull()
})
