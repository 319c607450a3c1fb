import {expect, test} from 'vitest'
import {isHostOf, isHostOfAny, isSharedSuffix, trackerDomain, withDomains} from './tracker-domain.ts'

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

for (const [entry, host, isIts] of [
  ['example.org', 'example.org', true],
  ['example.org', 't1.example.org', true],
  ['example.org', 'badexample.org', false],
  ['t1.example.org', 'a.t1.example.org', false],
  ['example.co.uk', 't.example.co.uk', true],
  ['co.uk', 'example.co.uk', false],
  ['tracker', 'a.tracker', false],
  ['10.0.0.1', '10.0.0.1', true],
] as const) {
  test(`${host} is ${isIts ? '' : 'not '}a host of ${entry}, also among others`, () => {
    expect(isHostOf(entry, host)).toBe(isIts)
    expect(isHostOfAny(['else.example', entry], host)).toBe(isIts)
  })
}

test('a suffix that many owners share is no tracker', () => {
  expect(['co.uk', 'com.au', 'example.org', 'abc.de'].map(isSharedSuffix)).toEqual([true, true, false, false])
})
