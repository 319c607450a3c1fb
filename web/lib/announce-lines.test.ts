import {expect, test} from 'vitest'
import {firstWrong, readLines, readTiers} from './announce-lines.ts'

test('an empty line begins the next tier', () => {
  expect(readTiers('udp://a:1\n http://b \n\n\nhttps://c\n')).toEqual([
    ['udp://a:1', 'http://b'],
    ['https://c'],
  ])
  expect(readTiers(' \n')).toEqual([])
})

test('the same line twice is one', () => {
  expect(readLines('a\na\n\nb')).toEqual(['a', 'b'])
})

test('the first line that is no such address is named', () => {
  expect(firstWrong(['udp://tracker.example:6969/announce', 'tracker.example'], 'tracker')).toBe(
    'tracker.example',
  )
  expect(firstWrong(['10.0.0.1:6881', '[2001:db8::1]:51413'], 'peer')).toBeNull()
})
