import {expect, test} from 'vitest'
import {csrfTokenOf, isSameText, isToken, newToken, tokenHash} from './tokens.ts'

test('tokens are never the same, look like tokens, and their hash does not hold them', () => {
  const tokens = Array.from({length: 200}, newToken)
  expect(new Set(tokens).size).toBe(200)
  expect(tokens.every(isToken)).toBe(true)
  expect(tokenHash(tokens[0]!)).toMatch(/^[0-9a-f]{64}$/)
  expect(tokenHash(tokens[0]!)).toBe(tokenHash(tokens[0]!))
  expect(tokenHash(tokens[0]!)).not.toBe(tokenHash(tokens[1]!))
})

test.each(['', 'short', `${'a'.repeat(43)} `, 'ä'.repeat(43), 'a'.repeat(44)])(
  '%j does not look like a token',
  (text) => {
    expect(isToken(text)).toBe(false)
  },
)

test('text of any length can be compared', () => {
  expect(isSameText('a', 'a')).toBe(true)
  expect(isSameText('a', 'b')).toBe(false)
  expect(isSameText('', 'a much longer text')).toBe(false)
})

test('the token of a page follows from the session alone and does not give it away', () => {
  const token = newToken()
  expect(csrfTokenOf(token)).toBe(csrfTokenOf(token))
  expect(csrfTokenOf(token)).not.toBe(csrfTokenOf(newToken()))
  expect(csrfTokenOf(token)).not.toContain(token)
  expect(csrfTokenOf(token)).not.toBe(tokenHash(token))
})
