import {expect, test} from 'vitest'
import {fromKiB, toKiB, unsent} from './daemon-settings.ts'

test('a limit of nothing is no limit, and a small one is not silence', () => {
  expect(fromKiB(null)).toBeNull()
  expect(fromKiB(0)).toBeNull()
  expect(fromKiB(0.0001)).toBe(1)
  expect(fromKiB(1024)).toBe(1_048_576)
})

test('a limit is shown as it was typed', () => {
  expect(toKiB(fromKiB(512))).toBe(512)
  expect(toKiB(null)).toBeNull()
  expect(toKiB(undefined)).toBeNull()
})

test('what is typed while limits are sent stays', () => {
  expect(unsent({down: 1, up: null}, {down: 1})).toEqual({up: null})
  expect(unsent({down: null}, {down: 1})).toEqual({down: null})
  expect(unsent({down: 1}, {down: 1})).toEqual({})
})
