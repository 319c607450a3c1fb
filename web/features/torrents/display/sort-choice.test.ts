import {expect, test} from 'vitest'
import {readSort, withDirection, withKey, writeSort} from '../table/sort-keys.ts'

const after = (sort: string, at: number, by: string | null) => writeSort(withKey(readSort(sort), at, by))

test('figures begin with the greatest, words with the first', () => {
  expect(after('-added_at', 0, 'size')).toBe('-size')
  expect(after('-added_at', 0, 'name')).toBe('name')
})

test('a further column comes behind, and can be taken out again', () => {
  expect(after('-size', 1, 'name')).toBe('-size,name')
  expect(after('-size,name,ratio', 1, null)).toBe('-size,ratio')
})

test('one of them turns round alone', () => {
  expect(writeSort(withDirection(readSort('-size,name'), 1, true))).toBe('-size,-name')
})
