import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {snake} from '#lib/snake-case.ts'
import {fromWire, toWire} from './codec.ts'

const part = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/)
const fieldName = fc
  .array(part, {minLength: 1, maxLength: 4})
  .map((parts) => parts.map((it, at) => (at === 0 ? it : it.charAt(0).toUpperCase() + it.slice(1))).join(''))
const leaf = fc.oneof(
  fc.string(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.boolean(),
  fc.constant(null),
)
const record = fc.letrec<{value: unknown}>((tie) => ({
  value: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    leaf,
    fc.array(tie('value'), {maxLength: 4}),
    fc.dictionary(fieldName, tie('value'), {maxKeys: 5, noNullPrototype: true}),
  ),
})).value

test('whatever is sent comes back the same, however deep', () => {
  fc.assert(
    fc.property(record, (value) => {
      expect(fromWire(toWire(value))).toEqual(value)
    }),
  )
})

test('no name on the wire holds a capital', () => {
  fc.assert(
    fc.property(fieldName, (name) => {
      expect(snake(name)).toMatch(/^[a-z0-9_]+$/)
    }),
  )
})

test('an unknown field is absent, none on purpose is null, nought is nought', () => {
  const wire = toWire({upLimit: undefined, downLimit: null, upSpeed: 0, ratio: Number.NaN, eta: Infinity})
  expect(wire).toEqual({down_limit: null, up_speed: 0})
  expect(Object.keys(wire)).toEqual(['down_limit', 'up_speed'])
})

test('values are not translated', () => {
  expect(toWire({state: 'stalledDown', name: 'aB_c'})).toEqual({state: 'stalledDown', name: 'aB_c'})
})
