import {expect, test} from 'vitest'
import {sizeOf} from './trash-batch.ts'

test('what the trash holds are files that were set aside: what was left where it was takes no room of it', () => {
  expect(sizeOf([{bytes: 5, files: 1}])).toBe(5)
  expect(
    sizeOf([
      {bytes: 5, files: 2},
      {bytes: 7, files: 0},
    ]),
  ).toBe(5)
})
