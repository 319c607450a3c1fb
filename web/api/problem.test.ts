import {expect, test} from 'vitest'
import {confirmedBy, forPage, Problem} from './problem.ts'

test('a doubt about space, or about files of others, is confirmed with one flag, and a full disk with none', () => {
  expect(confirmedBy(['space_unknown', 'path_occupied'])).toEqual({accepts_others: true, accepts_doubt: true})
  expect(confirmedBy(['content_unknown'])).toEqual({accepts_doubt: true})
  expect(confirmedBy(['not_enough_space'])).toBeNull()
})

test('a sentence of the server names moments in the time of the browser, and no flag', () => {
  const now = new Date(2026, 10, 20, 12, 30).getTime()
  const at = new Date(2026, 10, 20, 7, 2).toISOString()
  const words = `It was to be removed, and at ${at} there was no answer (\`accepts_doubt\`).`
  expect(forPage(words, now)).toBe('It was to be removed, and today 07:02 there was no answer.')
  expect(new Problem(409, {detail: words}, null).message).not.toContain(at)
})
