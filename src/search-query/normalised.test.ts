import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {filterOf} from './filter-of.ts'
import {normalised} from './normalised.ts'
import {anyText} from './texts.fixture.ts'

const reader = {
  servers: [{id: 's1', name: 'Seedbox', kind: 'rtorrent'}],
  arrs: [{id: 'Radarr', name: 'none', kind: 'radarr'}],
  now: 1_767_225_600_000,
} as const

test('what is normal stays as it is', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(normalised(normalised(text))).toBe(normalised(text))
    }),
  )
})

test('another spelling of a query without mistakes finds the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const {filter, mistakes} = filterOf(text, reader)
      if (mistakes.length > 0) return
      expect(inOrder(filterOf(normalised(text), reader))).toEqual(inOrder({filter, mistakes}))
    }),
  )
})

for (const [one, other] of [
  ['tag:a  size>1GB', 'size>1GB tag:a'],
  ['cat=b,a', 'category:a,"b"'],
  ['state!=error', '-STATE:error'],
  ['tag:a tag:a', 'tag:a'],
  ['ratio < 1', 'ratio<1'],
  ['b OR a  c', 'c a OR b'],
  ['b OR a c', '(c a) | b'],
  ['(a OR b) OR c', 'c OR b OR a'],
  ['-(a OR tag:b)', '(-tag:b -a)'],
  ['NOT a', '(-a)'],
] as const) {
  test(`${one} is ${other}`, () => expect(normalised(one)).toBe(normalised(other)))
}

for (const [one, other] of [
  ['tag:a,b', 'tag:a tag:b'],
  ['tag:none', 'tag:"none"'],
  ['a b', '"a b"'],
  ['size>1GB', 'size>=1GB'],
  ['a OR b', 'a b'],
  ['a OR b', 'a or b'],
  ['(a b) OR c', 'a (b OR c)'],
] as const) {
  test(`${one} is not ${other}`, () => expect(normalised(one)).not.toBe(normalised(other)))
}

/** Lists in order, and words of a text, too. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(inOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value === 'string') return [...new Set(value.match(/-?(?:"[^"]*"|[^\s"]+)/g))].toSorted()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, inOrder(it)]))
}
