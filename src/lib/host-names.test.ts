import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {allowedHosts, hostName, isLoopbackName, isNobodysName, originOf, spelledHost} from './host-names.ts'

test.each([
  ['fleet.example', 'fleet.example'],
  ['FLEET.Example:8443', 'fleet.example'],
  ['fleet.example.', 'fleet.example'],
  ['fleet.example.:80', 'fleet.example'],
  ['10.0.0.5:6969', '10.0.0.5'],
  ['[FD00:0::1]:6969', '[fd00::1]'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['2130706433', '127.0.0.1'],
  [undefined, null],
  ['', null],
  [':80', null],
  ['fleet.example:', null],
  ['fleet.example:80:80', null],
  ['fleet.example:port', null],
  ['fleet.example:99999', null],
  ['me@fleet.example', null],
  ['fleet.example/path', null],
  ['fleet.example?x', null],
  ['fleet.example#x', null],
  ['fleet.example, evil.example', null],
  ['fleet%2eexample', null],
  ['fleet\\evil', null],
  ['.', null],
  ['...', null],
  ['.fleet.example', null],
  ['fleet..example', null],
  ['[::1', null],
  ['[::1]x', null],
  ['::1', null],
  ['127.0.0.256', null],
  ['a'.repeat(70_000), 'a'.repeat(70_000)],
])('the Host %j means %j', (host, name) => {
  expect(hostName(host)).toBe(name)
})

test.each([
  ['localhost', true],
  ['LOCALHOST:6969', true],
  ['localhost.', true],
  ['127.0.0.1', true],
  ['127.1.2.3:80', true],
  ['[::1]:6969', true],
  ['[0:0:0:0:0:0:0:1]', true],
  [undefined, false],
  ['', false],
  ['localhost.evil.example', false],
  ['evil.localhost', false],
  ['127.0.0.1.evil.example', false],
  ['127.evil', false],
  ['127.0.0.256', false],
  ['192.168.1.2', false],
  ['0.0.0.0', false],
  ['[::]', false],
  ['[::2]', false],
  ['[::ffff:127.0.0.1]', false],
])('the Host %j is one of loopback: %j', (host, expected) => {
  const name = hostName(host)
  expect(name !== null && isLoopbackName(name)).toBe(expected)
})

test.each([
  ['10.0.0.5', true],
  ['[fd00::1]', true],
  ['commodarr', true],
  ['evil.example', false],
])('no other host can be called %s: %j', (name, expected) => {
  expect(isNobodysName(name)).toBe(expected)
})

test.each([
  ['fleet.example', ['fleet.example'], ['a.fleet.example', 'fleet.example.evil', 'xfleet.example']],
  ['Fleet.Example.:8443', ['fleet.example'], ['fleet.exampl']],
  ['https://fleet.example/base', ['fleet.example'], ['evil.example']],
  [
    '*.example.org',
    ['a.example.org', 'a.b.example.org'],
    ['example.org', 'aexample.org', 'example.org.evil'],
  ],
  ['10.0.0.5', ['10.0.0.5'], ['10.0.0.6', '10.0.0.5.evil.example']],
  ['fd00::0:1', ['[fd00::1]'], ['[fd00::2]']],
  ['[fd00::1]:80', ['[fd00::1]'], ['[fd00::2]']],
  ['*', ['anything.example', '10.0.0.5'], []],
])('%s allows %j and not %j', (entry, allowed, others) => {
  const {allows, unreadable} = allowedHosts([entry])
  expect(unreadable).toEqual([])
  for (const name of [...allowed, 'localhost', '127.0.0.1', '[::1]']) expect(allows(name)).toBe(true)
  for (const name of others) expect(allows(name)).toBe(false)
})

test('what is no host name allows nothing and is reported', () => {
  const {allows, unreadable} = allowedHosts(['', '*.', 'a b', 'fleet.example', '*.*.example'])
  expect(unreadable).toEqual(['', '*.', 'a b'])
  expect(allows('')).toBe(false)
  expect(allows('fleet.example')).toBe(true)
})

test.each([
  ['https://fleet.example', {isHttps: true, host: 'fleet.example'}],
  ['http://fleet.example:80/a?b#c', {isHttps: false, host: 'fleet.example'}],
  ['https://fleet.example:8443', {isHttps: true, host: 'fleet.example:8443'}],
  ['http://[::1]:6969', {isHttps: false, host: '[::1]:6969'}],
  ['null', null],
  ['', null],
  ['file:///etc', null],
  ['chrome-extension://abc', null],
  ['//fleet.example', null],
])('the origin %s is %j', (text, expected) => {
  expect(originOf(text)).toEqual(expected)
})

test('the usual port of a scheme is left out', () => {
  expect(spelledHost('Fleet.example:443', true)).toBe('fleet.example')
  expect(spelledHost('fleet.example:443', false)).toBe('fleet.example:443')
  expect(spelledHost('a b', false)).toBeNull()
})

test('no text whatever breaks the reading of a name, and what is read stays as it is', () => {
  const text = fc.oneof(fc.string(), fc.domain(), fc.ipV4Extended(), fc.webAuthority())
  const names = fc
    .sample(text, 500)
    .map((it) => hostName(it))
    .filter((it) => it !== null)
  expect(names.map((it) => hostName(it))).toEqual(names)
})
