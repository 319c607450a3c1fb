import {expect, test} from 'vitest'
import {trackerDomain, withDomains} from './tracker-domain.ts'

for (const [host, domain] of [
  ['tracker1.example.org', 'example.org'],
  ['a.b.example.org', 'example.org'],
  ['example.org', 'example.org'],
  ['tracker.example.co.uk', 'example.co.uk'],
  ['example.co.uk', 'example.co.uk'],
  ['tracker.abc.de', 'abc.de'],
  ['tracker.com.example', 'com.example'],
  ['tracker', 'tracker'],
  ['10.0.0.1', '10.0.0.1'],
  ['[2001:db8::1]', '[2001:db8::1]'],
  ['', ''],
] as const) {
  test(`${host || 'no host'} is in ${domain || 'no domain'}`, () => expect(trackerDomain(host)).toBe(domain))
}

test('hosts come with their domains, each once', () => {
  const hosts = ['t1.example.org', 't2.example.org', 'example.org', '10.0.0.1']
  expect(withDomains(hosts)).toEqual(['t1.example.org', 't2.example.org', 'example.org', '10.0.0.1'])
})
