import {expect, test} from 'vitest'
import {initialsOf} from './initials.ts'

test.each([
  ['Harbour of Glass (2021)', 'HG'],
  ['The Long Ferry', 'LF'],
  ['2001', '2'],
  ['1984 (1984)', '1'],
  ['Æon', 'Æ'],
  ['東京物語', '東'],
  ['The', 'T'],
  ['Small.Hours.S01.1080p', 'S1'],
  ['', ''],
])('the letters of “%s” are “%s”', (title, letters) => {
  expect(initialsOf(title)).toBe(letters)
})
