import {expect, test} from 'vitest'
import {nearest} from './nearest.ts'

const keys = ['Host', 'Port', 'Password', 'UserName', 'SkipTLSVerify']

for (const [written, meant] of [
  ['host', 'Host'],
  ['user_name', 'UserName'],
  ['Prot', 'Port'],
  ['Pasword', 'Password'],
  ['SkipTlsVerfy', 'SkipTLSVerify'],
  ['Hot', 'Host'],
  ['Colour', null],
  ['', null],
] as const) {
  test(`${JSON.stringify(written)} was meant as ${meant ?? 'nothing we know'}`, () => {
    expect(nearest(written, keys)).toBe(meant)
  })
}
