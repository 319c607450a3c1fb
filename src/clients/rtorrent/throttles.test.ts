import {expect, test} from 'vitest'
import {GLOBAL_ON_BUT_OPEN, limitFrom, limitsOfName, throttleCalls, throttleName} from './throttles.ts'

test.each([
  [{down: 256_000, up: 128_000}, 'commodarr_d250_u125'],
  [{down: null, up: 1}, 'commodarr_d0_u1'],
  [{down: 1025, up: null}, 'commodarr_d2_u0'],
  [{down: null, up: null}, ''],
])('limits %j have the group %s', (limits, name) => {
  expect(throttleName(limits)).toBe(name)
})

test('a group’s name gives its limits; rounding never ends in silence', () => {
  expect(limitsOfName('commodarr_d250_u0')).toEqual({down: 256_000, up: null})
  expect(limitsOfName(throttleName({down: 3, up: null}))).toEqual({down: 1024, up: null})
  expect(limitsOfName('slow')).toBeNull()
})

test('a direction without a limit is left to the server’s own; values are texts', () => {
  expect(throttleCalls({down: null, up: 2048})).toEqual([
    {method: 'throttle.up', params: ['', 'commodarr_d0_u2', '2']},
  ])
  expect(throttleCalls({down: null, up: null})).toEqual([])
})

test('0, nothing and our own “on but open” are no limit', () => {
  expect([0, -1, GLOBAL_ON_BUT_OPEN, 5].map(limitFrom)).toEqual([null, null, null, 5])
})
