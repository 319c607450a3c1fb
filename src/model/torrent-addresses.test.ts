import {expect, test} from 'vitest'
import {isAddress} from './torrent-addresses.ts'

test.each([
  ['tracker.example', 'tracker'],
  ['ftp://tracker.example/announce', 'tracker'],
  ['udp://tracker.example:99999/announce', 'tracker'],
  ['http://999.1.1.1/announce', 'tracker'],
  ['http://tracker.example/announce one', 'tracker'],
  ['https://[2001:db8::zz]/announce', 'tracker'],
  ['udp://x', 'web'],
  ['http://files.example:70000/', 'web'],
  ['10.0.0.1', 'peer'],
  ['10.0.0.1:', 'peer'],
  ['10.0.0.1:70000', 'peer'],
  ['10.0.0.1:0', 'peer'],
  ['999.1.1.1:80', 'peer'],
  ['2001:db8::1:80', 'peer'],
  ['[2001:db8::1::2]:80', 'peer'],
  ['me@host.example:80', 'peer'],
  ['http://10.0.0.1:80', 'peer'],
] as const)('%s can be no address of a %s', (text, kind) => {
  expect(isAddress(text, kind)).toBe(false)
})

test.each([
  ['udp://tracker.example:6969/announce', 'tracker'],
  ['udp://[2001:db8::1]:6969/announce', 'tracker'],
  ['https://tracker.example/0123abcd/announce?a=b', 'tracker'],
  ['wss://tracker.example:443', 'tracker'],
  ['ftp://files.example/a b', 'web'],
  ['10.0.0.1:6881', 'peer'],
  ['[2001:db8::1]:51413', 'peer'],
  ['host_with_underscore:6881', 'peer'],
] as const)('%s can be an address of a %s', (text, kind) => {
  expect(isAddress(text, kind)).toBe(true)
})
