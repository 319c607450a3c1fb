import {expect, test} from 'vitest'
import {parseSize} from './fields.ts'

for (const [value, bytes] of [
  ['10G', 10 * 1024 ** 3],
  ['10g', 10 * 1024 ** 3],
  ['1.5T', 1.5 * 1024 ** 4],
  ['1P', 1024 ** 5],
  ['500 MiB', 500 * 1024 ** 2],
  ['500MB', 500 * 1024 ** 2],
  ['2K', 2048],
  ['123', 123],
  [123, 123],
  ['-1', null],
  [-1, null],
  ['0', 0],
  ['G', undefined],
  ['10E', undefined],
  ['lots', undefined],
  ['', undefined],
  ['999999999P', undefined],
  [true, undefined],
] as const) {
  test(`the size ${JSON.stringify(value)} is ${bytes === undefined ? 'refused' : bytes}`, () => {
    expect(parseSize(value)).toBe(bytes)
  })
}
