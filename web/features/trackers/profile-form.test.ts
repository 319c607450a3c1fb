import {expect, test} from 'vitest'
import {hostsAlone, hostsTyped} from './profile-form.ts'

test.each([
  ['https://tracker.example/0123abcd/announce', 'tracker.example'],
  ['udp://tracker.example:6969/announce', 'tracker.example'],
  ['tracker.example/announce?passkey=0123abcd', 'tracker.example'],
  ['https://tracker.example?passkey=0123abcd', 'tracker.example'],
  ['https://me:secret@tracker.example/a', 'tracker.example'],
  ['http://[2001:db8::1]:80/announce', '[2001:db8::1]'],
  ['tracker.example\nhttps://other.example/key/announce', 'tracker.example\nother.example'],
  ['tracker.example:80', 'tracker.example:80'],
])('of %s that is pasted the hosts alone stay', (pasted, hosts) => {
  expect(hostsTyped(pasted, '')).toBe(hosts)
})

test('what is typed letter by letter stays as it is until the field is left', () => {
  expect(hostsTyped('https://t', 'https://')).toBe('https://t')
  expect(hostsAlone('https://tracker.example/key')).toBe('tracker.example')
})
