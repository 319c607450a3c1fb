import fc from 'fast-check'
import {expect, test} from 'vitest'
import {networkOf} from './network.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', ''],
])('%s belongs to %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('addresses of one /64 are one, whatever is written behind', () => {
  const group = fc.integer({min: 0, max: 0xffff}).map((it) => it.toString(16))
  const groups = fc.array(group, {minLength: 4, maxLength: 4})
  fc.assert(
    fc.property(groups, groups, groups, (net, one, two) => {
      expect(networkOf([...net, ...one].join(':'))).toBe(networkOf([...net, ...two].join(':')))
    }),
  )
})

test('every IPv6 address there is ends up as four groups, and no text is too odd', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      expect(networkOf(address)).toMatch(/^(([0-9a-f]{1,4}:){4}:\/64|\d+\.\d+\.\d+\.\d+)$/)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(typeof networkOf(text)).toBe('string')
    }),
  )
})
