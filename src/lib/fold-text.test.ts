import {expect, test} from 'vitest'
import {fold} from './fold-text.ts'

test.each([
  ['Café', 'cafe'],
  ['CAFE\u0301', 'cafe'],
  ['Straße', 'strasse'],
  ['Ærø', 'aero'],
  ['ＦＵＬＬ', 'full'],
  ['ὈΔΥΣΣΕΎΣ', 'οδυσσευσ'],
  ['Ubuntu 24.04', 'ubuntu 24.04'],
])('%s is compared as %s', (text, folded) => {
  expect(fold(text)).toBe(folded)
})
