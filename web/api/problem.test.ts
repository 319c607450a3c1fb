import {expect, test} from 'vitest'
import {confirmedBy, forPage, Problem} from './problem.ts'

test('what is confirmed is what the refusal asks for, and a final one asks for nothing', () => {
  expect(confirmedBy('accepts_doubt')).toEqual({accepts_doubt: true})
  expect(confirmedBy(undefined)).toBeNull()
})

test('a sentence of the server names moments in the time of the browser, and no flag', () => {
  const now = new Date(2026, 10, 20, 12, 30).getTime()
  const at = new Date(2026, 10, 20, 7, 2).toISOString()
  const words = `It was to be removed, and at ${at} there was no answer (\`accepts_doubt\`).`
  expect(forPage(words, now)).toBe('It was to be removed, and today 07:02 there was no answer.')
  expect(new Problem(409, {detail: words}, null).message).not.toContain(at)
})
