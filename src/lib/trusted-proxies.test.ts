import {expect, test} from 'vitest'
import {plainAddress, proxiesToBelieve, trustedProxies} from './trusted-proxies.ts'

test.each([
  ['10.0.0.2', '10.0.0.2', true],
  ['10.0.0.2', '::ffff:10.0.0.2', true],
  ['10.0.0.2', '10.0.0.3', false],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  [' 10.0.0.0/8 ', '10.0.0.1', true],
  ['fd00::/8', 'fd00::1', true],
  ['fd00::/8', 'fe80::1%eth0', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['0.0.0.0/0', '192.0.2.1', true],
  ['0.0.0.0/0', 'fd00::1', false],
  ['::/0', 'fd00::1', true],
])('%s trusts %s: %j', (entry, address, expected) => {
  expect(trustedProxies([entry]).trusts(address)).toBe(expected)
})

test('what is no address trusts no one and is reported', () => {
  const bad = ['proxy.example', '*', '', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0']
  const {trusts, unreadable} = trustedProxies([...bad, '10.0.0.1'])
  expect(unreadable).toEqual(bad)
  for (const address of ['10.0.0.2', '127.0.0.1', undefined, '', 'proxy.example']) {
    expect(trusts(address)).toBe(false)
  }
  expect(trusts('10.0.0.1')).toBe(true)
})

test('a range of all addresses is no proxy to believe', () => {
  expect(proxiesToBelieve(['10.0.0.2', '0.0.0.0/0', '::/0', '10.0.0.0/8', 'fd00::/00 '])).toEqual({
    kept: ['10.0.0.2', '10.0.0.0/8'],
    refused: ['0.0.0.0/0', '::/0', 'fd00::/00 '],
  })
})

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '::ffff:a00:1'],
  ['fd00::1', 'fd00::1'],
])('the address %s is written %s', (socket, plain) => {
  expect(plainAddress(socket)).toBe(plain)
})
