import {expect, test} from 'vitest'
import {didYouMean, editDistance} from './did-you-mean.ts'

for (const [from, to, distance] of [
  ['', 'abc', 3],
  ['size', 'size', 0],
  ['siez', 'size', 1],
  ['sixe', 'size', 1],
  ['sze', 'size', 1],
  ['sizes', 'size', 1],
  ['kitten', 'sitting', 3],
] as const) {
  test(`${from || 'nothing'} is ${distance} away from ${to}`, () =>
    expect(editDistance(from, to)).toBe(distance))
}

test('swapped letters are nearer than a missing one', () => {
  expect(didYouMean('BG', ['B', 'kB', 'GB'])).toBe('GB')
})

const keys = ['Host', 'Port', 'Password', 'UserName', 'SkipTLSVerify']
for (const [written, meant] of [
  ['host', 'Host'],
  ['user_name', 'UserName'],
  ['Prot', 'Port'],
  ['Pasword', 'Password'],
  ['SkipTlsVerfy', 'SkipTLSVerify'],
  ['Hot', 'Host'],
  ['Colour', ''],
  ['SkipAllOfThis', ''],
  ['', ''],
  ['-', ''],
] as const) {
  test(`${JSON.stringify(written)} was meant as ${meant || 'nothing that is known'}`, () =>
    expect(didYouMean(written, keys)).toBe(meant))
}

test('what was begun is found, and what is like nothing is not', () => {
  expect(didYouMean('transm', ['qbittorrent', 'transmission'])).toBe('transmission')
  expect(didYouMean('xyz', ['size', 'state'])).toBe('')
  expect(didYouMean('x'.repeat(2000), ['x'.repeat(1999)])).toBe('')
})
