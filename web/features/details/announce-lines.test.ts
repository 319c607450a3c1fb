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
  expect(firstWrong(['10.0.0.1:6881', '[2001:db8::1]:51413', 'host.example:1'], 'peer')).toBeNull()
  expect(firstWrong(['10.0.0.1'], 'peer')).toBe('10.0.0.1')
  expect(firstWrong(['udp://x'], 'web')).toBe('udp://x')
})

test.each([
  ['udp://tracker.example:99999/announce', 'tracker'],
  ['http://999.1.1.1/announce', 'tracker'],
  ['http://tracker.example/announce one', 'tracker'],
  ['https://[2001:db8::zz]/announce', 'tracker'],
  ['http://files.example:70000/', 'web'],
  ['10.0.0.1:70000', 'peer'],
  ['10.0.0.1:0', 'peer'],
  ['999.1.1.1:80', 'peer'],
  ['[2001:db8::1::2]:80', 'peer'],
] as const)('%s can be no address of a %s', (line, kind) => {
  expect(firstWrong([line], kind)).toBe(line)
})

test.each([
  ['udp://[2001:db8::1]:6969/announce', 'tracker'],
  ['https://tracker.example/0123abcd/announce?a=b', 'tracker'],
  ['wss://tracker.example:443', 'tracker'],
  ['ftp://files.example/a b', 'web'],
  ['host_with_underscore:6881', 'peer'],
] as const)('%s can be an address of a %s', (line, kind) => {
  expect(firstWrong([line], kind)).toBeNull()
})
