import fc from 'fast-check'
import {expect, test} from 'vitest'
import {withoutEnd} from './trim-end.ts'

test('only what stands at the end goes, all of it', () => {
  expect(withoutEnd('/data//', '/')).toBe('/data')
  expect(withoutEnd('//data', '/')).toBe('//data')
  expect(withoutEnd('///', '/')).toBe('')
  expect(withoutEnd('', '/')).toBe('')
  expect(withoutEnd('[1, 2], \n', ', \n')).toBe('[1, 2]')
})

test('it is what a pattern would do', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('/', 'a', ' ', '\n')), (letters) => {
      const text = letters.join('')
      expect(withoutEnd(text, '/')).toBe(text.replace(/\/+$/, ''))
      expect(withoutEnd(text, '/ \n')).toBe(text.replace(/[/ \n]+$/, ''))
    }),
  )
})
