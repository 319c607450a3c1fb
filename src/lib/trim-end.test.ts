import fc from 'fast-check'
import {expect, test} from 'vitest'
import {trimEnd} from './trim-end.ts'

test('only what stands at the end goes, all of it', () => {
  expect(trimEnd('/data//', '/')).toBe('/data')
  expect(trimEnd('//data', '/')).toBe('//data')
  expect(trimEnd('///', '/')).toBe('')
  expect(trimEnd('', '/')).toBe('')
  expect(trimEnd('[1, 2], \n', ', \n')).toBe('[1, 2]')
})

test('it is what a pattern would do', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('/', 'a', ' ', '\n')), (letters) => {
      const text = letters.join('')
      expect(trimEnd(text, '/')).toBe(text.replace(/\/+$/, ''))
      expect(trimEnd(text, '/ \n')).toBe(text.replace(/[/ \n]+$/, ''))
    }),
  )
})
